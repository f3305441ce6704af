"""Batches of arrays in an order of our own, for networks that are trained one after the other."""

from typing import Any

import keras
import numpy as np

from hamlearn.learning import batches


class Shuffled(keras.utils.PyDataset):
    """Batches (inputs, targets[, weights]) of samples in an order drawn anew for every epoch.

    It depends on the seed and the epoch alone. (That of arrays is drawn by the backend: TensorFlow
    drops all that it has compiled when it is seeded.)

    Parameters
    ----------
    inputs, targets, weights
        Arrays as :func:`hamlearn.learning.training.fit` takes them, of equal lengths.
    batch : int
    seed : int

    Raises ValueError for numbers of samples that differ, and for a batch below 1.
    """

    def __init__(
        self,
        inputs: np.ndarray,
        targets: np.ndarray,
        weights: np.ndarray | None = None,
        *,
        batch: int,
        seed: int,
    ):
        super().__init__()
        given = (inputs, targets) if weights is None else (inputs, targets, weights)
        arrays, _ = batches.prepare(given, None, None, seed)
        self.arrays, self.steps = tuple(arrays.values()), batches.steps(arrays, batch)
        self.batch, self.seed = batch, seed
        self.begin_epoch(1)

    @property
    def num_batches(self) -> int:
        return self.steps

    def begin_epoch(self, epoch: int) -> None:
        """Draw the order of the samples; epochs count from 1."""
        self.order = np.random.default_rng([self.seed, epoch]).permutation(len(self.arrays[0]))

    def __getitem__(self, index: int) -> tuple[Any, ...]:
        rows = self.order[index * self.batch : (index + 1) * self.batch]
        return tuple(array[rows] for array in self.arrays)
