"""Bloch matrices on products of axes, one axis after the other, and their derivatives."""

import numpy as np

from hamlearn.bitei import hoppings as crystals

SECOND = ((0, 0), (1, 1), (2, 2), (0, 1), (0, 2), (1, 2))
"""Axes of each second derivative."""


class Crystal:
    """The hoppings of one crystal, ordered for sums over lattice vectors.

    Parameters
    ----------
    hoppings : complex (V, N, N)
        In eV, hermitian.
    vectors : int (V, 3)
        With each its opposite.
    """

    def __init__(self, hoppings: np.ndarray, vectors: np.ndarray):
        self.reach = np.abs(vectors).max(axis=0)
        self.size = hoppings.shape[-1]
        self.box = np.zeros((*(2 * self.reach + 1), self.size**2), dtype=complex)
        self.box[tuple((vectors + self.reach).T)] = hoppings.reshape(len(vectors), -1)
        half = np.arange(len(vectors)) <= crystals.opposite(vectors)
        self.vectors = vectors[half]
        weight = np.where((self.vectors == 0).all(axis=1), 0.5, 1.0)  # A = 0 is its own opposite
        self.half = hoppings[half].reshape(half.sum(), -1) * weight[:, None]

    def on_axes(self, *axes: np.ndarray) -> np.ndarray:
        """Return the Bloch matrices (n_1, n_2, n_3, N, N) at all points of three axes of κ."""
        waves = [
            np.exp(2j * np.pi * np.outer(axis, np.arange(-r, r + 1)))
            for axis, r in zip(axes, self.reach, strict=True)
        ]
        first, second, third, inner = self.box.shape
        found = waves[0] @ self.box.reshape(first, -1)
        found = waves[1] @ found.reshape(-1, second, third * inner)
        found = waves[2] @ found.reshape(-1, third, inner)
        return found.reshape(*map(len, axes), self.size, self.size)

    def at(self, k: np.ndarray) -> np.ndarray:
        """Return the Bloch matrices (m, N, N) at points κ (m, 3)."""
        return self._summed(np.exp(2j * np.pi * (k @ self.vectors.T)))

    def derivatives(self, k: np.ndarray) -> np.ndarray:
        """Return H, its 3 first and its 6 second derivatives by κ, (m, 10, N, N), at κ (m, 3).

        The second ones are those of `SECOND`.
        """
        waves = np.exp(2j * np.pi * (k @ self.vectors.T))
        first = 2j * np.pi * self.vectors.T
        second = [first[i] * first[j] for i, j in SECOND]
        factors = np.vstack([np.ones(len(self.vectors)), first, second])
        return self._summed(waves[:, None, :] * factors)

    def _summed(self, waves: np.ndarray) -> np.ndarray:
        found = (waves @ self.half).reshape(*waves.shape[:-1], self.size, self.size)
        return found + np.conj(np.swapaxes(found, -1, -2))
