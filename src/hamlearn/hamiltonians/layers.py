"""Layers of the graph network, and its initialisers, which are those of PyTorch."""

from typing import Any

import keras
import numpy as np
from keras import ops

WINDOWS = (2, 3, 4)
NEVER = -1e9
"""In place of a window that reaches beyond the neighbours of an atom."""


def uniform(fan_in: int) -> keras.initializers.Initializer:
    """Return the initialiser of weights and biases, uniform within ±1/√fan_in."""
    bound = fan_in**-0.5
    return keras.initializers.RandomUniform(-bound, bound)


def dense(units: int, fan_in: int, **options: Any) -> keras.layers.Dense:
    """Return a dense layer that starts like those of PyTorch."""
    start = {"kernel_initializer": uniform(fan_in), "bias_initializer": uniform(fan_in)}
    return keras.layers.Dense(units, **start, **options)


@keras.saving.register_keras_serializable("hamiltonians")
class Gaussians(keras.layers.Layer):
    """Distances in Å to exp(−(r − r_n)²/σ²), r_n evenly from 0 to the cutoff."""

    def __init__(self, number: int, cutoff: float, variance: float, **options: Any):
        super().__init__(**options)
        self.number, self.cutoff, self.variance = number, cutoff, variance

    def call(self, length: Any) -> Any:
        centres = np.linspace(0, self.cutoff, self.number, dtype=np.float32)
        return ops.exp(-((length[:, None] - centres) ** 2) / self.variance)

    def compute_output_shape(self, shape: Any) -> tuple:
        return (*shape, self.number)

    def get_config(self) -> dict[str, Any]:
        own = {"number": self.number, "cutoff": self.cutoff, "variance": self.variance}
        return {**super().get_config(), **own}


@keras.saving.register_keras_serializable("hamiltonians")
class TextCNN(keras.layers.Layer):
    """Sorted neighbours (M, K, 25) to filters of windows of 2, 3, 4, largest of all positions.

    tanh of the largest is the largest of tanh. With `ordered` false the windows are single
    neighbours, and the mean of tanh stands for the largest: no order is seen.
    """

    def __init__(self, filters: int, ordered: bool = True, **options: Any):
        super().__init__(**options)
        self.filters, self.ordered = filters, ordered
        self.windows = WINDOWS if ordered else (1,) * len(WINDOWS)

    def build(self, neighbours_shape: Any, count_shape: Any) -> None:
        shape = neighbours_shape
        self.kernels = []
        for number, window in enumerate(self.windows):
            start = uniform(window * shape[-1])
            names = f"kernel_{number}", f"bias_{number}"
            kernel = self.add_weight(
                shape=(window, shape[-1], self.filters), initializer=start, name=names[0]
            )
            bias = self.add_weight(shape=(self.filters,), initializer=start, name=names[1])
            self.kernels.append((kernel, bias))

    def call(self, neighbours: Any, count: Any) -> Any:
        found = []
        for window, (kernel, bias) in zip(self.windows, self.kernels, strict=True):
            maps = ops.conv(neighbours, kernel, padding="valid") + bias
            places = ops.arange(neighbours.shape[1] - window + 1)
            there = (places[None] + window <= count[:, None])[..., None]
            if self.ordered:
                found.append(ops.tanh(ops.max(ops.where(there, maps, NEVER), axis=1)))
            else:
                weight = ops.cast(there, maps.dtype)
                total = ops.sum(weight * ops.tanh(maps), axis=1)
                found.append(total / ops.maximum(ops.sum(weight, axis=1), 1))
        return ops.concatenate(found, axis=-1)

    def compute_output_shape(self, neighbours_shape: Any, count_shape: Any) -> tuple:
        return (neighbours_shape[0], len(self.windows) * self.filters)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "filters": self.filters, "ordered": self.ordered}


@keras.saving.register_keras_serializable("hamiltonians")
class Pick(keras.layers.Layer):
    """Rows of a feature array by their numbers, such as features of atoms for edges."""

    def call(self, features: Any, rows: Any) -> Any:
        return ops.take(features, rows, axis=0)

    def compute_output_shape(self, features_shape: Any, rows_shape: Any) -> tuple:
        return (rows_shape[0], *features_shape[1:])


@keras.saving.register_keras_serializable("hamiltonians")
class Interaction(keras.layers.Layer):
    """One interaction layer, eqs. (2) to (4): attention updates atoms, then edges are updated.

    `edge_update` `code` adds to the edge what follows from the messages of its atoms, `paper`
    replaces it by what follows from their new features.
    """

    def __init__(self, edge_update: str = "code", **options: Any):
        super().__init__(**options)
        if edge_update not in ("code", "paper"):
            raise ValueError(f"edge_update = {edge_update!r}: expected code or paper")
        self.edge_update = edge_update

    def build(
        self,
        atoms_shape: Any,
        edges_shape: Any,
        sides_shape: Any,
        first_shape: Any,
        second_shape: Any,
    ) -> None:
        width, edge, side = atoms_shape[-1], edges_shape[-1], sides_shape[-1]
        self.of_second, self.of_first = (dense(width, width) for _ in range(2))
        self.of_edge = dense(width, edge + side)
        for layer, size in ((self.of_second, width), (self.of_first, width)):
            layer.build((None, size))
        self.of_edge.build((None, edge + side))
        self.attention = self.add_weight(
            shape=(width, 1), initializer="glorot_uniform", name="attention"
        )
        self.shift = self.add_weight(shape=(width,), initializer="zeros", name="shift")
        self.inner, self.outer = dense(edge, 2 * width + edge + side), dense(edge, edge)
        self.inner.build((None, 2 * width + edge + side))
        self.outer.build((None, edge))

    def call(self, atoms: Any, edges: Any, sides: Any, first: Any, second: Any) -> Any:
        number = ops.shape(atoms)[0]
        described = ops.concatenate([edges, sides], axis=-1)
        sent = self.of_second(atoms)
        received = ops.take(sent, second, axis=0)
        hidden = received + ops.take(self.of_first(atoms), first, axis=0) + self.of_edge(described)
        logit = (ops.leaky_relu(hidden, 0.2) @ self.attention)[:, 0]
        weight = _softmax(logit, first, number)
        message = ops.segment_sum(weight[:, None] * received, first, number) + self.shift
        new = atoms + message
        seen = message if self.edge_update == "code" else new
        ends = [ops.take(seen, rows, axis=0) for rows in (second, first)]
        update = self.outer(ops.hard_swish(self.inner(ops.concatenate([*ends, described], -1))))
        return new, edges + update if self.edge_update == "code" else update

    def compute_output_shape(self, atoms_shape: Any, edges_shape: Any, *others: Any) -> tuple:
        return atoms_shape, edges_shape

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "edge_update": self.edge_update}


def _softmax(logit: Any, first: Any, number: Any) -> Any:
    """Return attention coefficients (E,), which sum to one over the edges of each atom."""
    largest = ops.stop_gradient(ops.segment_max(logit, first, number))
    weight = ops.exp(logit - ops.take(largest, first, axis=0))
    return weight / ops.take(ops.segment_sum(weight, first, number), first, axis=0)
