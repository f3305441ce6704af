"""The Hamiltonian at any k in the space that the lowest states at Γ, K, K' and M span."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from hamlearn.bands import brillouin, waves
from hamlearn.bands.irreps import Sector

NEAR = 10.0
"""Radius, in |b1|, beyond which waves are too faint for their norm to count, not their energy."""


@dataclass(frozen=True)
class Subspace:
    """H(k) = constant + q1 slopes[0] + q2 slopes[1] + |k|²/256, (d, d) in an orthonormal basis."""

    constant: np.ndarray
    slopes: np.ndarray

    def energies(self, k: np.ndarray) -> np.ndarray:
        """Return all levels (m, d) at wave vectors (m, 2) in the triangle Γ-K-K', in V_max."""
        free = brillouin.KINETIC * brillouin.square(k)
        return np.linalg.eigvalsh(self._matrices(k)) + free[:, None]

    def states(self, k: np.ndarray, count: int) -> np.ndarray:
        """Return the lowest states, real (m, d, count), in a basis that is the same at all k."""
        return np.linalg.eigh(self._matrices(k))[1][..., :count]

    def _matrices(self, k: np.ndarray) -> np.ndarray:
        return self.constant + np.tensordot(k, self.slopes, 1)


@dataclass(frozen=True, eq=False)
class _Frame:
    """A point whose states are used, and where each of the common plane waves is among its own."""

    point: str
    k: np.ndarray
    places: np.ndarray


def spanned(
    sectors: Mapping[str, Sequence[Sector]],
    middle: float,
    cutoff: waves.Cutoff,
    dependent: float,
) -> Subspace:
    """Return the Hamiltonian in the space of the states of some sectors at Γ, K and M.

    The states of K, turned by 60°, are those of K'. For two states u = x + q, of parts in the inner
    and the outer disc, and with v between outer waves replaced by its middle,

        <u'|H(k)|u> = E <u'|u> + <u'|T(k) - T(k_0)|u> + <V x' - middle x'|q>,

    E and k_0 being those of u, because x is an eigenstate and q is driven by it. The first two
    terms are of waves up to `NEAR`. Combinations of states whose norm squared is below `dependent`
    are left out.
    """
    own = {point: _unfolded(waves.orbits(point, cutoff), found) for point, found in sectors.items()}
    frames = _frames(cutoff)
    near = np.count_nonzero(brillouin.square(_common(cutoff)) <= max(NEAR, cutoff.inner + 1) ** 2)
    x, q, force = (
        np.concatenate([own[f.point][part].take(f.places[:most], axis=1) for f in frames])
        for part, most in enumerate((near, None, None))
    )
    free = {f: brillouin.KINETIC * brillouin.square(f.k) for f in frames}
    energy = np.concatenate([own[f.point][3] - free[f] for f in frames])
    k0 = np.repeat([f.k for f in frames], [len(own[f.point][3]) for f in frames], axis=0)
    force[:, :near] -= middle * x
    u = x + q[:, :near]
    overlap = u @ u.T
    slopes = np.stack([u @ (u * g[:near]).T for g in _gradients(cutoff)])
    constant = overlap * energy + force @ q.T - np.einsum("cij,jc->ij", slopes, k0)
    norms, vectors = np.linalg.eigh(overlap)
    kept = norms > dependent
    basis = vectors[:, kept] / np.sqrt(norms[kept])
    constant, *slopes = (basis.T @ (a + a.T) / 2 @ basis for a in (constant, *slopes))
    return Subspace(constant, np.stack(slopes))


def _unfolded(orbits: waves.Orbits, sectors: Sequence[Sector]) -> tuple[np.ndarray, ...]:
    """Return x, q and V x of real states on every plane wave, (c, w + 1), and energies (c,).

    Of a pair of sectors they are real and imaginary part of one. The last column holds zeros.
    """
    number = orbits.order * len(orbits.kinetic)
    total = sum(len(s.energies) * (1 + s.twice) for s in sectors)
    values = np.zeros((3, total, number + 1))
    waves_of = values[..., :-1].reshape(3, total, orbits.order, -1)
    scale = 1 / (np.sqrt(orbits.order) * orbits.weight)
    start, energies = 0, []
    for sector in sectors:
        angles = 2 * np.pi * sector.m / orbits.order * np.arange(orbits.order)
        states = np.stack([sector.inner, sector.outer, sector.force]) * scale
        stop = start + len(sector.energies)
        if sector.twice:
            turned = np.sqrt(2) * np.exp(1j * angles)[:, None] * states[:, :, None]
            waves_of[:, start:stop] = turned.real
            waves_of[:, stop : 2 * stop - start] = turned.imag
        else:
            waves_of[:, start:stop] = np.cos(angles)[:, None] * states[:, :, None]
        energies += [sector.energies] * (1 + sector.twice)
        start = stop + (stop - start) * sector.twice
    return *values, np.concatenate(energies)


@cache
def _common(cutoff: waves.Cutoff) -> np.ndarray:
    """Return G (w, 2) of a disc about Γ that holds the outer discs about K, K' and M."""
    return waves.disc(np.zeros(2), cutoff.outer + np.sqrt(brillouin.square(brillouin.K)))


@cache
def _gradients(cutoff: waves.Cutoff) -> np.ndarray:
    """Return the derivatives (2, w) of |k+G|²/256 by q1 and q2 at Γ."""
    g1, g2 = _common(cutoff).T
    return brillouin.KINETIC * np.stack([2 * g1 - g2, 2 * g2 - g1])


@cache
def _frames(cutoff: waves.Cutoff) -> tuple[_Frame, ...]:
    points = [(point, 0) for point in brillouin.MAXIMAL] + [("K", 1)]
    return tuple(_frame(point, turns, cutoff) for point, turns in points)


def _frame(point: str, turns: int, cutoff: waves.Cutoff) -> _Frame:
    """Return the frame of a maximal k-point that was turned by `turns` times 60°."""
    orbits = waves.orbits(point, cutoff)
    members = orbits.members.reshape(-1, 2)
    reach = int(np.abs(_common(cutoff)).max()) + 2
    where = np.full((2 * reach + 1) ** 2, len(members))
    where[waves.places(members, reach)] = np.arange(len(members))
    k = brillouin.rotated(orbits.k, turns)
    before = brillouin.rotated(_common(cutoff), -turns)
    inside = np.abs(before).max(axis=1) <= reach
    places = waves.places(np.where(inside[:, None], before, 0), reach)
    return _Frame(point, k, np.where(inside, where[places], len(members)))
