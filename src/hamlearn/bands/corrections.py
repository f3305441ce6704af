"""Folded plane waves with corrections that are learned: shifts of the shells of inner waves.

The lowest bands of :mod:`hamlearn.bands.folding` are 4e-4 V_max off, untrained. A shift δ_s of all
inner waves of a length, the shell s, moves a level by δ_s times the weight of its state on that
shell, to first order, and breaks no symmetry. Networks find the shifts of a cell from the Fourier
coefficients of its image.
"""

from dataclasses import dataclass

import numpy as np

from hamlearn.bands import brillouin, folding, solver, waves
from hamlearn.bands.irreps import Levels
from hamlearn.bands.records import LEVELS

COUNT = 6
REACH = 10.0
"""Length of the longest wave whose coefficient is looked at, in |b1|."""
SMALL = waves.Cutoff(3.5, 16.0)
"""Of the waves about Γ, K and M; the levels there are found irrep by irrep."""
AT_ONCE = 16


@dataclass(frozen=True)
class Folded:
    """The lowest six levels of folded waves of n cells at m wave vectors.

    Attributes
    ----------
    bands : float32 (n, m, 6)
        In V_max.
    weights : float32 (n, m, 6, s)
        Of each state on the inner waves of each length.
    levels : Levels
        At Γ, K and M, with exact pairs.
    """

    bands: np.ndarray
    weights: np.ndarray
    levels: Levels

    def shifted(self, shifts: np.ndarray) -> np.ndarray:
        """Return bands (n, m, 6) with the shifts (n, s) of the shells, in V_max."""
        return self.bands + np.einsum("nmbs,ns->nmb", self.weights, shifts)


def shells() -> np.ndarray:
    """Return the number of the shell of each inner wave, by length, (37,)."""
    lengths = brillouin.square(waves.disc(np.zeros(2), folding.CUTOFF.inner))
    return np.unique(lengths, return_inverse=True)[1]


def folded(images: np.ndarray, k: np.ndarray) -> Folded:
    """Return levels and weights of cells (n, L, L) at wave vectors (m, 2) in the first zone.

    At K, where the disc about Γ splits pairs, both have the mean of the two.
    """
    points, number = brillouin.distinct(k)
    of_shell = np.equal.outer(shells(), np.unique(shells())).astype(np.float64)
    parts = []
    for start in range(0, len(images), AT_ONCE):
        matrices = folding.hamiltonian(images[start : start + AT_ONCE], points)
        energies, states = np.linalg.eigh(matrices)
        weights = np.swapaxes(states[..., :COUNT] ** 2, -1, -2) @ of_shell
        parts.append((energies[..., :COUNT], weights))
    levels = solver.levels(images, LEVELS, SMALL)
    at_k = np.flatnonzero(brillouin.same(points, brillouin.K))
    pairs = levels.irreps[:, 1, :COUNT] == 1
    both = []
    for values in map(np.concatenate, zip(*parts, strict=True)):
        values[:, at_k] = _paired(values[:, at_k], pairs)
        both.append(values[:, number].astype(np.float32))
    return Folded(*both, levels)


def _paired(values: np.ndarray, pairs: np.ndarray) -> np.ndarray:
    """Return values (n, m, b, ...) with the mean of both states of each pair, bool (n, b)."""
    found = values.copy()
    for sample, bands in enumerate(pairs):
        partners = np.flatnonzero(bands)
        for pair in partners[: len(partners) // 2 * 2].reshape(-1, 2):
            found[sample, :, pair] = values[sample, :, pair].mean(axis=0)
    return found


def features(images: np.ndarray) -> np.ndarray:
    """Return the Fourier coefficients (n, f) of images (n, L, L), one of each orbit, float32."""
    members = waves.disc(np.zeros(2), REACH)
    names = np.stack([brillouin.rotated(members, turn) for turn in range(6)])
    label = names[..., 0] * 1000 + names[..., 1]
    chosen = members[label[0] == label.min(axis=0)]
    reach = int(np.abs(members).max())
    places = waves.places(chosen, reach)
    return np.array([waves.potential(v, reach)[places] for v in images], dtype=np.float32)
