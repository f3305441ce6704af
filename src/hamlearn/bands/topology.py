"""Isolated sets of bands of p6: fingerprints, elementary band representations, fragile topology.

A fingerprint (n_s, n_p, n_d, n_f, n_0, n_1, n_+, n_-) counts the levels of each irrep at Γ, K and M
in a set of bands, a degenerate pair once (App. I). Levels come as irreps |m|, as in
:class:`hamlearn.bands.irreps.Levels`.

The relation (J6), n_f + n_- even for an isolated set, is a theorem. The Chern number C of a set
with a rotation by π fulfils (-1)^C = Π ζ(Γ) ζ(M) ζ(M') ζ(M''), ζ the product of the eigenvalues of
C2 over the set; C6 makes the three M alike, time reversal makes C vanish, so that
(-1)^(n_f + 2 n_p + 3 n_-) = 1. For a set that is not isolated the left side is (-1)^N, N the Dirac
cones to other bands in a sixth of the zone (J7), as the π fluxes of the real gauge count them.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from hamlearn.bands import brillouin, tight_binding
from hamlearn.bands.irreps import DIMENSION, NAMES, NUMBER, POINT

POINTS = (slice(0, 4), slice(4, 6), slice(6, 8))
"""Entries of a fingerprint that belong to Γ, K and M."""
EBRS = {
    "s@1a": (1, 0, 0, 0, 1, 0, 1, 0),
    "p@1a": (0, 1, 0, 0, 0, 1, 0, 2),
    "d@1a": (0, 0, 1, 0, 0, 1, 2, 0),
    "f@1a": (0, 0, 0, 1, 1, 0, 0, 1),
    "s@2b": (1, 0, 0, 1, 0, 1, 1, 1),
    "p@2b": (0, 1, 1, 0, 2, 1, 2, 2),
    "+@3c": (1, 0, 1, 0, 1, 1, 1, 2),
    "-@3c": (0, 1, 0, 1, 1, 1, 2, 1),
}
"""Elementary band representations: orbital @ Wyckoff position, and fingerprint."""
COMPOSITE, TOPOLOGICAL, UNDETERMINED = "composite", "topological", "undetermined"
CLASSES = (*EBRS, COMPOSITE, TOPOLOGICAL, UNDETERMINED)


@dataclass(frozen=True)
class Sets:
    """The first two isolated sets of bands of n band structures.

    Attributes
    ----------
    last : int (n, 2)
        Number of the top band of each set, from 1; 0 where the bands given do not tell.
    fingerprints : int (n, 2, 8)
        Zeros where undetermined.
    classes : str (n, 2)
        The band representation that a set is, "composite" for a sum of several, "topological"
        for none, "undetermined".
    """

    last: np.ndarray
    fingerprints: np.ndarray
    classes: np.ndarray


def sets(irreps: np.ndarray, fluxes: np.ndarray | None = None, compatibility: bool = True) -> Sets:
    """Return the first two isolated sets of bands.

    A set ends where no degenerate pair is split and the bands below are free of cones to those
    above: by (J6), or as `fluxes` say.

    Parameters
    ----------
    irreps : int (n, 3, b)
        |m| of the lowest b bands at Γ, K and M.
    fluxes : int (n, c), optional
        Numbers of π fluxes between bands j and j + 1, j = 1 to c, from
        :func:`fluxes`: then a set ends where there is none.
    compatibility : bool
        False ignores cones away from Γ, K and M.
    """
    irreps = checked(irreps)
    below = fingerprints(irreps)
    allowed = unsplit(irreps)
    if fluxes is not None:
        fluxes = np.asarray(fluxes)
        allowed[:, : fluxes.shape[1]] &= fluxes == 0
        allowed[:, fluxes.shape[1] :] = False
    elif compatibility:
        allowed &= cone_parity(below) == 0
    last = np.zeros((len(irreps), 2), dtype=int)
    found = np.zeros((len(irreps), 2, len(NAMES)), dtype=int)
    for sample, ends in enumerate(allowed):
        ends = np.flatnonzero(ends)[:2]
        last[sample, : len(ends)] = ends + 1
        found[sample, : len(ends)] = np.diff(below[sample, ends], axis=0, prepend=0)
    kinds = [[classify(one) for one in both] for both in found]
    return Sets(last, found, np.array(kinds, dtype="<U12").reshape(last.shape))


def checked(irreps: np.ndarray) -> np.ndarray:
    """Return irreps (n, 3, b); raise ValueError for another shape, or numbers that name none."""
    irreps = np.asarray(irreps)
    if irreps.ndim != 3 or irreps.shape[1] != 3 or irreps.dtype.kind not in "iu":
        raise ValueError(f"irreps {irreps.dtype} {irreps.shape}: expected integers (n, 3, b)")
    if ((irreps < 0) | (irreps > np.array([3, 1, 1])[:, None])).any():
        raise ValueError("irreps: expected 0 to 3 at Γ, 0 and 1 at K and at M")
    return irreps


def _places(irreps: np.ndarray) -> np.ndarray:
    """Return how many of the lowest bands, 1 to b, have each irrep: int (n, b, 8)."""
    return np.cumsum(irreps[:, POINT] == NUMBER[:, None], axis=2).swapaxes(1, 2)


def fingerprints(irreps: np.ndarray) -> np.ndarray:
    """Return the fingerprint of the lowest 1 to b bands, int (n, b, 8); a split pair counts."""
    return -(-_places(checked(irreps)) // DIMENSION)


def unsplit(irreps: np.ndarray) -> np.ndarray:
    """Return whether the lowest 1 to b bands hold both states of each pair, bool (n, b)."""
    return (_places(checked(irreps)) % DIMENSION == 0).all(axis=-1)


def cone_parity(fingerprint: np.ndarray) -> np.ndarray:
    """Return n_f + n_- modulo 2 of fingerprints (..., 8): (J7), 0 for an isolated set (J6)."""
    fingerprint = np.asarray(fingerprint)
    return (fingerprint[..., 3] + fingerprint[..., 7]) % 2


def is_allowed(fingerprint: Sequence[int]) -> bool:
    """Return whether a fingerprint has as many bands at Γ, K and M, (I1), and fulfils (J6)."""
    fingerprint = np.asarray(fingerprint)
    numbers = {int((fingerprint * DIMENSION)[part].sum()) for part in POINTS}
    return len(numbers) == 1 and cone_parity(fingerprint) == 0


def number_of_bands(fingerprint: Sequence[int]) -> int:
    """Return the bands of a set, counted at Γ."""
    return int((np.asarray(fingerprint) * DIMENSION)[POINTS[0]].sum())


@cache
def _sums(bands: int) -> dict[tuple[int, ...], tuple[str, ...]]:
    """Return every sum of band representations with a number of bands, and one way to make it."""
    found: dict[tuple[int, ...], tuple[str, ...]] = {}
    for parts in range(bands, 0, -1):  # the fewest parts last, so that they stay
        for names in itertools.combinations_with_replacement(EBRS, parts):
            total = np.sum([EBRS[name] for name in names], axis=0)
            if number_of_bands(total) == bands:
                found[tuple(map(int, total))] = names
    return found


def classify(fingerprint: Sequence[int]) -> str:
    """Return the class of a set of bands; "undetermined" for a fingerprint of zeros."""
    if not np.any(fingerprint):
        return UNDETERMINED
    names = decomposed(fingerprint)
    if names is None:
        return TOPOLOGICAL
    return names[0] if len(names) == 1 else COMPOSITE


def decomposed(fingerprint: Sequence[int]) -> tuple[str, ...] | None:
    """Return the fewest band representations that a fingerprint is the sum of; None if of none."""
    return _sums(number_of_bands(fingerprint)).get(tuple(map(int, fingerprint)))


def as_difference(fingerprint: Sequence[int], most: int = 8) -> tuple[tuple[str, ...], ...]:
    """Return representations (minuend, subtrahend) whose difference a fragile fingerprint is.

    The subtrahend has the fewest bands, at most `most`, and the fewest parts of these.
    Raises ValueError for a fingerprint that is not allowed.
    """
    if not is_allowed(fingerprint):
        raise ValueError(f"fingerprint {tuple(fingerprint)}: no isolated set of bands has it")
    for bands in range(1, most + 1):
        for taken, names in sorted(_sums(bands).items(), key=lambda one: len(one[1])):
            whole = decomposed(np.add(fingerprint, taken))
            if whole:
                return whole, names
    raise ValueError(f"fingerprint {tuple(fingerprint)}: no difference within {most} bands")


def name(fingerprint: Sequence[int]) -> str:
    """Return the class of a set, a fragile one as a difference, such as "-@3c − f@1a"."""
    kind = classify(fingerprint)
    if kind != TOPOLOGICAL:
        return kind
    whole, taken = as_difference(fingerprint)
    return " − ".join([" + ".join(whole), *taken])


def fluxes(coefficients: np.ndarray, divisions: int = 100, count: int = 6) -> np.ndarray:
    """Return how many triangles of a grid have a π flux between bands j and j + 1: int (n, count).

    Parameters
    ----------
    coefficients : array (n, 245)
        Of the model of :mod:`hamlearn.bands.tight_binding`.
    divisions : int
        Of the triangle Γ-K-K', a sixth of the zone, into divisions² triangles.
    count : int
        j = 1 to count.

    Returns
    -------
    int (n, count)
        -1 where a degenerate pair at Γ or K is split, so that bands touch there.
    """
    coefficients = tight_binding.checked(coefficients)
    pairs = unsplit(tight_binding.levels(coefficients, count).irreps)
    k = brillouin.triangle(divisions) @ np.array([brillouin.K, brillouin.K_PRIME]) / divisions
    found = np.empty((len(coefficients), count), dtype=int)
    for sample, one in enumerate(coefficients):
        states = np.linalg.eigh(tight_binding.hamiltonian(one[None], k)[0])[1]
        found[sample] = (flux_signs(states[..., :count], divisions) < 0).sum(axis=0)
    return np.where(pairs, found, -1)


def flux_signs(states: np.ndarray, divisions: int) -> np.ndarray:
    """Return exp(iΦ) = ±1 of each triangle, (divisions², count), for the lowest 1 to count bands.

    The product around a triangle of the determinants of overlaps of the real states below, -1
    where an odd number of Dirac cones lies inside. States of single bands would also show those to
    the band below.

    Parameters
    ----------
    states : array (m, d, count)
        Real eigenvectors at the points of the grid, as `brillouin.triangle` orders them.
    """
    corners = _corners(divisions)
    signs = np.ones((len(corners), states.shape[-1]))
    for start, end in ((0, 1), (1, 2), (2, 0)):
        overlap = np.swapaxes(states[corners[:, start]], 1, 2) @ states[corners[:, end]]
        for n in range(states.shape[-1]):
            signs[:, n] *= np.sign(np.linalg.det(overlap[:, : n + 1, : n + 1]))
    return signs


def centres(divisions: int) -> np.ndarray:
    """Return the centres (divisions², 2) of the triangles of :func:`flux_signs`, in b1 and b2."""
    points = brillouin.triangle(divisions) @ np.array([brillouin.K, brillouin.K_PRIME])
    return points[_corners(divisions)].mean(axis=1) / divisions


@cache
def _corners(divisions: int) -> np.ndarray:
    """Return the three points of each triangle of a grid over Γ-K-K': (divisions², 3)."""
    points = [tuple(point) for point in brillouin.triangle(divisions)]
    number = {point: at for at, point in enumerate(points)}
    upward = [((i, j), (i + 1, j), (i, j + 1)) for i, j in points if i + j < divisions]
    downward = [
        ((i + 1, j), (i + 1, j + 1), (i, j + 1)) for i, j in points if i + j < divisions - 1
    ]
    return np.array([[number[point] for point in corner] for corner in upward + downward])
