"""Batches of arrays in an order of our own, for networks that are trained one after the other."""

import keras
import numpy as np


class Shuffled(keras.utils.PyDataset):
    """Batches (inputs, targets) of samples in an order that is drawn anew for every epoch.

    It depends on the seed and the epoch alone. (That of arrays is drawn by the backend: TensorFlow
    drops all that it has compiled when it is seeded.)

    Parameters
    ----------
    inputs, targets : arrays (n, ...)
        Targets of one axis become (n, 1).
    batch : int
    seed : int
    """

    def __init__(self, inputs: np.ndarray, targets: np.ndarray, *, batch: int, seed: int):
        super().__init__()
        self.inputs = np.asarray(inputs, dtype=np.float32)
        self.targets = np.asarray(targets, dtype=np.float32)
        if self.targets.ndim == 1:
            self.targets = self.targets[:, None]
        self.batch, self.seed = batch, seed
        self.begin_epoch(1)

    @property
    def num_batches(self) -> int:
        return -(-len(self.inputs) // self.batch)

    def begin_epoch(self, epoch: int) -> None:
        """Draw the order of the samples; epochs count from 1."""
        self.order = np.random.default_rng([self.seed, epoch]).permutation(len(self.inputs))

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        rows = self.order[index * self.batch : (index + 1) * self.batch]
        return self.inputs[rows], self.targets[rows]
