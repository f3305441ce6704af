"""Attention over read-outs: vectors that were taken off a network at several depths."""

import math
from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from hamlearn.learning.toroidal import registered

ACTIVATIONS = {"sigmoid": ops.sigmoid, "softmax": ops.softmax}


@registered
class ReadOuts(keras.layers.Layer):
    """A list of r vectors (n, D_r), each through a dense layer of its own: (n, r, width).

    Read-outs of one length share an array of weights, whose first index counts them.

    Parameters
    ----------
    width : int

    Attributes
    ----------
    kernels : list of arrays (number of read-outs, D, width)
        One for each length D, in the order in which it first occurs.
    bias : (r, width)
    """

    def __init__(self, width: int, **kwargs: Any):
        super().__init__(**kwargs)
        if width < 1:
            raise ValueError(f"width = {width}: expected 1 or more")
        self.width = width

    def build(self, shapes: Sequence[tuple[int | None, ...]]) -> None:
        self._places: dict[int, list[int]] = {}
        for place, shape in enumerate(shapes):
            self._places.setdefault(shape[-1], []).append(place)
        self.kernels = [
            self.add_weight(
                shape=(len(places), length, self.width),
                initializer=_glorot(length, self.width),
                name=f"kernel_{length}",
            )
            for length, places in self._places.items()
        ]
        self.bias = self.add_weight(
            shape=(len(shapes), self.width), initializer="zeros", name="bias"
        )

    def call(self, read_outs: Sequence[Any]) -> Any:
        found, order = [], []
        for places, kernel in zip(self._places.values(), self.kernels, strict=True):
            found.append(ops.matmul(ops.stack([read_outs[p] for p in places]), kernel))
            order += places
        x = ops.concatenate(found) if len(found) > 1 else found[0]
        if order != sorted(order):
            x = ops.take(x, [order.index(place) for place in range(len(order))], axis=0)
        return ops.transpose(x, (1, 0, 2)) + self.bias

    def compute_output_shape(self, shapes: Sequence[tuple[int | None, ...]]) -> tuple:
        return (shapes[0][0], len(shapes), self.width)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "width": self.width}


def _glorot(inputs: int, outputs: int) -> keras.initializers.Initializer:
    """Return the law of Glorot for each of several kernels in one array."""
    limit = math.sqrt(6 / (inputs + outputs))
    return keras.initializers.RandomUniform(-limit, limit)


@registered
class Attention(keras.layers.Layer):
    """Attention values ε + (1 - ε) f(x) of logits x (n, r).

    Parameters
    ----------
    activation : {"sigmoid", "softmax"}
        f; the softmax over r shares out an attention of 1.
    floor : float
        ε, what no read-out falls short of.

    Raises
    ------
    ValueError
        For an unknown activation, or a floor that is not in [0, 1).
    """

    def __init__(self, activation: str = "sigmoid", floor: float = 0, **kwargs: Any):
        super().__init__(**kwargs)
        if activation not in ACTIVATIONS:
            raise ValueError(f"activation = {activation!r}: expected {' or '.join(ACTIVATIONS)}")
        if not 0 <= floor < 1:
            raise ValueError(f"floor = {floor}: expected at least 0 and below 1")
        self.activation, self.floor = activation, float(floor)

    def call(self, logits: Any) -> Any:
        values = ACTIVATIONS[self.activation](logits)
        return self.floor + (1 - self.floor) * values if self.floor else values

    def compute_output_shape(self, shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        return shape

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "activation": self.activation, "floor": self.floor}


@registered
class Weigh(keras.layers.Layer):
    """Read-outs (n, r, width), each times its attention (n, r)."""

    def call(self, values: Any, attention: Any) -> Any:
        return values * ops.expand_dims(attention, -1)

    def compute_output_shape(self, values_shape: tuple, attention_shape: tuple) -> tuple:
        return values_shape
