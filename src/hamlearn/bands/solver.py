"""Bands and irreps of pixel images, exact: plane waves, the outer ones folded into the inner.

At Γ, K and M: :mod:`hamlearn.bands.irreps`; at any other k: :mod:`hamlearn.bands.subspace`. The
seven lowest bands are within 1e-4 V_max of those of all plane waves that the pixels resolve.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from hamlearn import progress
from hamlearn.bands import brillouin, image, irreps, topology, waves
from hamlearn.bands.irreps import Levels
from hamlearn.bands.reference import bands_lanczos
from hamlearn.bands.subspace import spanned

__all__ = ["Levels", "Solution", "bands", "bands_lanczos", "fluxes", "levels", "solve"]

MORE = 7
"""States kept at each of Γ, K and M, beyond the number of bands."""
DEPENDENT = (1e-5, 1e-4, 1e-3)
"""Norm squared below which combinations of states are left out; the next where one fails."""
MOST_BANDS = 12
DISAGREEMENT = 1e-4
"""In V_max; no image tried so far came near."""
MAXIMAL = np.array(list(brillouin.MAXIMAL.values()))


@dataclass(frozen=True)
class Solution:
    """What was solved for n images.

    Attributes
    ----------
    bands : float64 (n, m, count)
        In V_max, ascending.
    levels : Levels
        At Γ, K and M; bands at these points are the same numbers.
    disagreement : (n,)
        Largest difference, in V_max, at Γ, K and M between the levels by sector and those in the
        space that spans all k.
    resolved : bool (n,)
        Whether that was small enough only after leaving out more combinations of states.
    """

    bands: np.ndarray
    levels: Levels
    disagreement: np.ndarray
    resolved: np.ndarray


def bands(images: np.ndarray, k: np.ndarray, count: int = 7) -> np.ndarray:
    """Return the lowest bands of pixel images: float64 (n, m, count), in V_max, ascending.

    Parameters
    ----------
    images : array (n, L, L) in [0, 1]
        v = V/V_max at (i a1 + j a2) / L, with the rotations of p6 about the origin.
    k : array (m, 2)
        Any wave vectors, in fractions of b1 and b2.
    count : int
        Number of bands, at most 12.

    Raises
    ------
    ValueError
        For an image that is not p6, and for wrong shapes.
    """
    return solve(images, k, count).bands


def levels(images: np.ndarray, count: int = 7, cutoff: waves.Cutoff = waves.CUTOFF) -> Levels:
    """Return energies and irreps at Γ, K and M of pixel images; arguments as of :func:`solve`."""
    _check(count)
    found = [_levels(_sectors(v, count, cutoff), count) for v in image.checked(images)]
    return _joined(found, count)


def solve(
    images: np.ndarray,
    k: np.ndarray,
    count: int = 7,
    cutoff: waves.Cutoff = waves.CUTOFF,
    label: str | None = None,
) -> Solution:
    """Return bands and levels of pixel images, and how well they agree.

    Arguments as of :func:`bands`, a cutoff of the plane waves, and a name to report progress by.
    Raises ArithmeticError, with the number of the image, if they do not agree.
    """
    _check(count)
    images = image.checked(images)
    points, number = brillouin.distinct(k)
    energies = np.empty((len(images), len(points), count))
    disagreement, resolved = np.empty(len(images)), np.zeros(len(images), dtype=bool)
    found = []
    for sample in progress.track(range(len(images)), label):
        sectors = _sectors(images[sample], count, cutoff)
        found.append(_levels(sectors, count))
        for dependent in DEPENDENT:
            space = spanned(sectors, _middle(images[sample]), cutoff, dependent)
            apart = np.abs(space.energies(MAXIMAL)[:, :count] - found[-1].energies[0]).max()
            if apart <= DISAGREEMENT:
                break
            resolved[sample] = True
        else:
            raise ArithmeticError(
                f"image {sample}: bands and levels differ by {apart:.1e} V_max at Γ, K or M, "
                f"expected at most {DISAGREEMENT:g}"
            )
        disagreement[sample] = apart
        energies[sample] = space.energies(points)[:, :count]
    joined = _joined(found, count)
    for place, point in enumerate(MAXIMAL):
        energies[:, brillouin.same(points, point)] = joined.energies[:, place : place + 1]
    return Solution(energies[:, number], joined, disagreement, resolved)


def _check(count: int) -> None:
    if not 1 <= count <= MOST_BANDS:
        raise ValueError(f"count = {count}: expected 1 to {MOST_BANDS} bands")


def _middle(v: np.ndarray) -> float:
    return (float(v.min()) + float(v.max())) / 2


def _sectors(v: np.ndarray, count: int, cutoff: waves.Cutoff) -> dict[str, list[irreps.Sector]]:
    potential = waves.potential(v, cutoff.reach)
    return {
        point: irreps.sectors(waves.orbits(point, cutoff), potential, _middle(v), count + MORE)
        for point in brillouin.MAXIMAL
    }


def _levels(sectors: dict[str, list[irreps.Sector]], count: int) -> Levels:
    each = [sector.levels()[None] for of_point in sectors.values() for sector in of_point]
    return irreps.merged(each, count)


def _joined(found: list[Levels], count: int) -> Levels:
    shape = (len(found), len(MAXIMAL), count)
    energies = np.array([one.energies for one in found]).reshape(shape)
    return Levels(energies, np.array([one.irreps for one in found], np.int8).reshape(shape))


def fluxes(images: np.ndarray, divisions: int = 24, count: int = 6) -> np.ndarray:
    """Return what :func:`topology.fluxes` does, for the bands of pixel images: int (n, count)."""
    found = [
        np.where(topology.unsplit(own.irreps)[0], triangles.sum(axis=0), -1)
        for triangles, own in flux_triangles(images, divisions, count)
    ]
    return np.array(found, dtype=int).reshape(len(found), count)


def flux_triangles(
    images: np.ndarray, divisions: int, count: int
) -> Iterator[tuple[np.ndarray, Levels]]:
    """Yield of each image which triangles have a π flux, bool (divisions², count), and its levels.

    Arguments as of :func:`fluxes`, order of the triangles as of :func:`topology.centres`.
    """
    _check(count)
    k = brillouin.triangle(divisions) @ np.array([brillouin.K, brillouin.K_PRIME]) / divisions
    for v in image.checked(images):
        sectors = _sectors(v, count, waves.CUTOFF)
        space = spanned(sectors, _middle(v), waves.CUTOFF, DEPENDENT[0])
        fluxes_of = topology.flux_signs(space.states(k, count), divisions) < 0
        yield fluxes_of, _levels(sectors, count)
