"""Bloch waves at Γ, K and M, sector by sector of the rotations C6, C3 and C2.

The Hamiltonian is written in states of each quasi-angular momentum m, so a label is the sector
that a level was found in, whatever lies near it in energy, and partners m and -m, one by time
reversal, are degenerate exactly.

In each sector plane waves of the inner disc are treated exactly. Those of the outer disc are folded
into them: a sharp step excites them on both of its sides alike, so among them the potential
is nearly its mean over the two sides, and a state x of the inner disc drives

    q = -V x / (|k+G|²/256 + (v_min + v_max) / 2 - E).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import linalg

from hamlearn.bands import waves

NAMES = ("s", "p", "d", "f", "0", "1", "+", "-")
"""The eight irreps: four at Γ, two at K, two at M."""
POINT = np.array([0, 0, 0, 0, 1, 1, 2, 2])
"""Of each irrep the number of its point, Γ, K, M."""
NUMBER = np.array([0, 1, 2, 3, 0, 1, 0, 1])
"""Of each irrep |m|."""
DIMENSION = np.array([1, 2, 2, 1, 1, 2, 1, 1])
"""Of each irrep: with time reversal m and -m are one."""
SAME = 1e-9
"""Levels that differ by less, in V_max, are kept or left together."""


@dataclass(frozen=True)
class Levels:
    """Levels at the maximal k-points, axis 1 Γ, K, M, with the lowest bands in ascending order.

    Attributes
    ----------
    energies : float64 (n, 3, count)
        In V_max. A degenerate pair takes two places.
    irreps : int8 (n, 3, count)
        |m|: at Γ 0, 1, 2, 3 for s, p, d, f; at K 0 and 1; at M 0 for + and 1 for -.
    """

    energies: np.ndarray
    irreps: np.ndarray

    def __len__(self) -> int:
        return len(self.energies)

    def __getitem__(self, samples: slice | np.ndarray) -> "Levels":
        return Levels(self.energies[samples], self.irreps[samples])


@dataclass(frozen=True)
class Sector:
    """The lowest states of one quasi-angular momentum at a maximal k-point.

    Attributes
    ----------
    m : int
    twice : bool
        Whether -m is another sector, with the same levels.
    energies : (c,)
        In V_max, of the inner disc alone.
    inner, outer, force : (c, o)
        x, q and V x on each orbit; complex if `twice`.
    """

    m: int
    twice: bool
    energies: np.ndarray
    inner: np.ndarray
    outer: np.ndarray
    force: np.ndarray

    def levels(self) -> np.ndarray:
        """Return the energies (c,) with the outer disc folded in: Rayleigh and Ritz for x + q."""
        norm = self.outer.conj() @ self.outer.T
        energy = norm * self.energies + self.force.conj() @ self.outer.T
        np.fill_diagonal(energy, np.diag(energy).real + self.energies)
        np.fill_diagonal(norm, np.diag(norm).real + 1)
        return linalg.eigh(energy, norm, eigvals_only=True, check_finite=False)


def sectors(
    orbits: waves.Orbits, potential: np.ndarray, middle: float, states: int
) -> list[Sector]:
    """Return the lowest states at a maximal k-point, by sector.

    Parameters
    ----------
    orbits : Orbits
    potential : array
        From :func:`waves.potential`.
    middle : float
        Half the sum of the smallest and the largest v.
    states : int
        How many are kept in all sectors together; more where a multiplet would be cut.
    """
    coupling = potential[orbits.differences]
    if orbits.fixed:
        coupling *= orbits.weight[:, None] * orbits.weight[: orbits.inner]
    combined = _combined(orbits, coupling)
    found = [_diagonalised(orbits, force, m) for m, force in enumerate(combined)]
    every = np.sort(np.concatenate([np.repeat(e, 1 + twice) for _, twice, e, _, _ in found]))
    highest = every[min(states, len(every)) - 1] + SAME
    return [_driven(orbits, middle, highest, *one) for one in found]


def _combined(orbits: waves.Orbits, coupling: np.ndarray) -> list[np.ndarray]:
    """Return V between states of each m, (o, inner): Σ_j exp(2πi m j/n) v_{G_a - R^j G_b}."""
    m = np.arange(orbits.order // 2 + 1)
    angles = 2 * np.pi / orbits.order * np.multiply.outer(m, np.arange(orbits.order))
    parts = np.concatenate([np.cos(angles), np.sin(angles[orbits.twice])])
    sums = (parts @ coupling.reshape(orbits.order, -1)).reshape(len(parts), *coupling.shape[1:])
    real, imaginary = sums[: len(m)], iter(sums[len(m) :])
    pairs = zip(real, orbits.twice, strict=True)
    return [part + 1j * next(imaginary) if twice else part for part, twice in pairs]


def _diagonalised(orbits: waves.Orbits, force: np.ndarray, m: int) -> tuple:
    """Return a sector's number, whether it is one of a pair, its levels, states, and V."""
    first = int(orbits.fixed and m > 0)  # G = 0 at Γ has m = 0 alone
    inside = force[first : orbits.inner, first:]
    energies, inner = np.linalg.eigh(inside + np.diag(orbits.kinetic[first : orbits.inner]))
    return m, bool(orbits.twice[m]), energies, inner.T, force[first:, first:].T


def _driven(
    orbits: waves.Orbits,
    middle: float,
    highest: float,
    m: int,
    twice: bool,
    energies: np.ndarray,
    states: np.ndarray,
    force: np.ndarray,
) -> Sector:
    kept = np.count_nonzero(energies <= highest)
    energies, states = energies[:kept], states[:kept]
    shape = (kept, len(orbits.kinetic))
    inner, outer, driven = (np.zeros(shape, dtype=states.dtype) for _ in range(3))
    first = shape[1] - force.shape[1]
    inner[:, first : orbits.inner] = states
    driven[:, first:] = states @ force
    beyond = orbits.kinetic[orbits.inner :] + middle - energies[:, None]
    outer[:, orbits.inner :] = -driven[:, orbits.inner :] / beyond
    return Sector(m, twice, energies, inner, outer, driven)


def merged(sectors: Sequence[np.ndarray], count: int) -> Levels:
    """Return the lowest `count` levels from those of each of the eight irreps, (n, c), pairs once.

    Raises ValueError if the sectors hold fewer.
    """
    number = len(sectors[0])
    energies = np.empty((number, 3, count))
    irreps = np.empty((number, 3, count), dtype=np.int8)
    for point in range(3):
        own = np.flatnonzero(point == POINT)
        every = np.concatenate([sectors[i].repeat(DIMENSION[i], axis=1) for i in own], axis=1)
        if every.shape[1] < count:
            raise ValueError(f"count = {count}: there are {every.shape[1]} levels")
        names = NUMBER[own].repeat([sectors[i].shape[1] * DIMENSION[i] for i in own])
        order = np.argsort(every, axis=1, kind="stable")[:, :count]
        energies[:, point] = np.take_along_axis(every, order, axis=1)
        irreps[:, point] = names[order]
    return Levels(energies, irreps)


def by_irrep(levels: Levels, slots: int = 7) -> tuple[np.ndarray, np.ndarray]:
    """Return the levels of each of the eight irreps, a pair once, and which of them there are.

    Both (n, 8, slots): energies in V_max, ascending, zeros where there is none, and bool. Of a
    pair with one of its states among the bands given, it is there. Raises ValueError if an irrep
    has more levels than slots.
    """
    energies = np.zeros((len(levels), len(NAMES), slots))
    present = np.zeros(energies.shape, dtype=bool)
    for i, (point, number, dimension) in enumerate(zip(POINT, NUMBER, DIMENSION, strict=True)):
        own = levels.irreps[:, point] == number
        place = np.cumsum(own, axis=1) - 1
        sample, band = np.nonzero(own & (place % dimension == 0))
        slot = place[sample, band] // dimension
        if slot.size and slot.max() >= slots:
            raise ValueError(f"slots = {slots}: {slot.max() + 1} levels of irrep {NAMES[i]}")
        energies[sample, i, slot] = levels.energies[sample, point, band]
        present[sample, i, slot] = True
    return energies, present
