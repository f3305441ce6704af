"""Superposition of two-centre parts: what the bond alone says of the elements of an edge.

In the local frame a bond is along x', so that such a part is a function of its length for each
element of a block and each pair of elements of the atoms. Splines of that function and of the
spread around it are fitted to training data; a network then learns the difference in units of the
spread.
"""

from typing import Any

import keras
import numpy as np
from keras import ops

SPACING = 0.15
"""Of the knots, in Å."""
SMOOTH = 1e-3
"""Weight of squared third differences of the coefficients, for lengths without data."""
LEAST = 2e-4
"""Smallest spread, in eV."""
SPECIES = 3
"""Most elements at a time; of unordered networks of one material."""
ELEMENTS = 120


def knots(cutoff: float) -> int:
    """Return the number of coefficients of a spline from 0 to the cutoff, in Å."""
    return int(np.ceil(cutoff / SPACING)) + 4


def _basis(length: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the first of the four cubic B-splines at lengths (n,) and their values (n, 4)."""
    place = np.asarray(length) / SPACING
    first = np.floor(place).astype(int)
    t = place - first
    values = [(1 - t) ** 3, 3 * t**3 - 6 * t**2 + 4, -3 * t**3 + 3 * t**2 + 3 * t + 1, t**3]
    return first, np.stack(values, axis=1) / 6


def fit(
    length: np.ndarray, pair: np.ndarray, values: np.ndarray, cutoff: float, pairs: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return coefficients of the means and of the spreads, each (pairs, knots, outputs).

    Parameters
    ----------
    length, pair : (n,)
        Of the edges: in Å, and the number of the pair of elements.
    values : (n, outputs) in eV
    """
    size, outputs = knots(cutoff), values.shape[1]
    centre, spread = np.zeros((2, pairs, size, outputs))
    third = np.diff(np.eye(size), 3, axis=0)
    for number in range(pairs):
        rows = np.flatnonzero(pair == number)
        spread[number] = 1
        if not len(rows):
            continue
        first, weights = _basis(length[rows])
        design = np.zeros((len(rows), size))
        np.put_along_axis(design, first[:, None] + np.arange(4), weights, axis=1)
        normal = design.T @ design + SMOOTH * (third.T @ third) + 1e-6 * np.eye(size)
        centre[number] = np.linalg.solve(normal, design.T @ values[rows])
        rest = np.abs(values[rows] - design @ centre[number])
        counts = design.sum(axis=0)[:, None] + 0.5
        mean = (design.T @ rest + 0.5 * rest.mean(axis=0)) / counts
        spread[number] = np.maximum(1.25 * mean, LEAST)
    return centre, spread


@keras.saving.register_keras_serializable("hamiltonians")
class Superposition(keras.layers.Layer):
    """Differences in units of the spread to elements in eV; nothing of it is trained."""

    def __init__(self, outputs: int, cutoff: float, **options: Any):
        super().__init__(**options)
        self.outputs, self.cutoff = outputs, cutoff

    def build(self, *shapes: Any, **others: Any) -> None:
        shape = (SPECIES * SPECIES * knots(self.cutoff), self.outputs)
        fixed = {"trainable": False, "initializer": "zeros"}
        self.centre = self.add_weight(shape=shape, name="centre", **fixed)
        self.spread = self.add_weight(shape=shape, name="spread", **fixed)
        self.species = self.add_weight(shape=(ELEMENTS,), name="species", **fixed)

    def set_from(
        self, numbers: np.ndarray, second: np.ndarray, length: np.ndarray, values: np.ndarray
    ) -> None:
        """Fit to edges: atomic numbers of both atoms (n,), lengths (n,), elements (n, outputs).

        Raises ValueError for more elements of atoms than the layer has room for.
        """
        known = np.unique(np.concatenate([numbers, second]))
        if len(known) > SPECIES:
            raise ValueError(f"{len(known)} elements: expected at most {SPECIES}")
        table = np.zeros(ELEMENTS)
        table[known] = np.arange(len(known))
        pair = (table[numbers] * SPECIES + table[second]).astype(int)
        centre, spread = fit(length, pair, values, self.cutoff, SPECIES**2)
        shape = self.centre.shape
        self.set_weights([centre.reshape(shape), spread.reshape(shape), table])

    def call(
        self, found: Any, numbers: Any, first: Any, second: Any, length: Any, asked: Any
    ) -> Any:
        kind = ops.take(self.species, numbers, axis=0)
        ends = [ops.take(kind, ops.take(rows, asked), axis=0) for rows in (first, second)]
        pair = ops.cast(ends[0] * SPECIES + ends[1], "int32")
        place = ops.clip(ops.take(length, asked) / SPACING, 0, knots(self.cutoff) - 4.001)
        start = ops.floor(place)
        t = (place - start)[:, None]
        start = pair * knots(self.cutoff) + ops.cast(start, "int32")
        weights = (
            *((1 - t) ** 3, 3 * t**3 - 6 * t**2 + 4, -3 * t**3 + 3 * t**2 + 3 * t + 1, t**3),
        )
        centre = spread = 0.0
        for step, weight in enumerate(weights):
            centre = centre + weight / 6 * ops.take(self.centre, start + step, axis=0)
            spread = spread + weight / 6 * ops.take(self.spread, start + step, axis=0)
        return centre + spread * found

    def compute_output_shape(self, found_shape: Any, *shapes: Any, **others: Any) -> Any:
        return found_shape

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "outputs": self.outputs, "cutoff": self.cutoff}
