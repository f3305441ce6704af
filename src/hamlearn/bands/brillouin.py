"""Triangular lattice and its Brillouin zone: rotations, k grids, equivalent wave vectors.

Lengths are in a, energies in V_max = (16ħ)²/(2ma²). The lattice is a1 = (1, 0), a2 = (1, √3)/2,
a3 = a2 - a1. A wave vector k = q1 b1 + q2 b2 is given by its fractions (q1, q2) of
b1 = 2π (1, -1/√3) and b2 = 2π (0, 2/√3), so that k·a1 = 2π q1 and k·a2 = 2π q2.
"""

from collections.abc import Sequence

import numpy as np

KINETIC = (4 * np.pi / np.sqrt(3)) ** 2 / 256
"""Energy of a free wave with |k| = |b1|, in V_max."""
GAMMA, K, K_PRIME, M = (0.0, 0.0), (2 / 3, 1 / 3), (1 / 3, 2 / 3), (1 / 2, 1 / 2)
MAXIMAL = {"Γ": GAMMA, "K": K, "M": M}
"""The maximal k-points; K' is K turned by 60°."""
SAME = 1e-9
"""Fractions that differ by less are of one wave vector."""


def rotated(q: np.ndarray, turns: int = 1) -> np.ndarray:
    """Return vectors (..., 2) in fractions of b1, b2, turned by `turns` times 60°."""
    q = np.asarray(q)
    for _ in range(turns % 6):
        q = np.stack([q[..., 0] - q[..., 1], q[..., 0]], axis=-1)
    return q


def square(q: np.ndarray) -> np.ndarray:
    """Return the squared length (...) of vectors (..., 2) in units of |b1|."""
    q = np.asarray(q)
    return q[..., 0] ** 2 + q[..., 1] ** 2 - q[..., 0] * q[..., 1]


def cartesian(q: np.ndarray) -> np.ndarray:
    """Return vectors (..., 2) in 1/a from their fractions of b1, b2."""
    reciprocal = 2 * np.pi * np.array([[1, -1 / np.sqrt(3)], [0, 2 / np.sqrt(3)]])
    return np.asarray(q) @ reciprocal


def checked(k: np.ndarray) -> np.ndarray:
    """Return wave vectors as float64 (m, 2); raise ValueError for anything else."""
    k = np.asarray(k, dtype=np.float64)
    if k.ndim != 2 or k.shape[1] != 2 or not np.isfinite(k).all():
        raise ValueError(f"k of shape {k.shape}: expected (m, 2) finite fractions of b1, b2")
    return k


def grid(divisions: int) -> np.ndarray:
    """Return the k points (m, 2) of a grid over the triangle Γ-K-K', a sixth of the zone.

    k = (i K + j K') / divisions, i + j <= divisions, and M, where an odd number of divisions
    misses it: 11 divisions give the paper's 79 points, 39 its 821. Edges Γ-K and Γ-K' are
    equivalent and both are there.
    """
    if divisions < 1:
        raise ValueError(f"divisions = {divisions}: expected 1 or more")
    points = triangle(divisions) @ np.array([K, K_PRIME]) / divisions
    return points if divisions % 2 == 0 else np.vstack([points, M])


def triangle(divisions: int) -> np.ndarray:
    """Return the integers (i, j) of :func:`grid`, i outermost, without M: (m, 2)."""
    pairs = [(i, j) for i in range(divisions + 1) for j in range(divisions + 1 - i)]
    return np.array(pairs)


def mirrored(divisions: int) -> np.ndarray:
    """Return where :func:`grid` has its points with q1 and q2 exchanged: (m,).

    The bands of a mirrored image are those of the image there.
    """
    pairs = [tuple(pair) for pair in triangle(divisions)]
    number = {pair: at for at, pair in enumerate(pairs)}
    found = [number[j, i] for i, j in pairs]
    return np.array(found if divisions % 2 == 0 else [*found, len(found)])  # M stays


def path(corners: Sequence[Sequence[float]], points: int) -> tuple[np.ndarray, np.ndarray]:
    """Return k points (m, 2) along straight lines, and their distance (m,) from the start in 1/a.

    Parameters
    ----------
    corners : sequence of wave vectors
    points : int
        On each line, its end not counted.
    """
    steps = np.arange(points)[:, None] / points
    lines = zip(corners[:-1], corners[1:], strict=True)
    k = np.vstack([np.add(a, steps * np.subtract(b, a)) for a, b in lines] + [corners[-1]])
    lengths = np.linalg.norm(np.diff(cartesian(k), axis=0), axis=1)
    return k, np.concatenate([[0], np.cumsum(lengths)])


def folded(k: np.ndarray) -> np.ndarray:
    """Return the equivalent of each wave vector (m, 2) in the triangle Γ-K-K'.

    Equivalent by rotations by 60°, which hold time reversal too, and reciprocal lattice vectors.
    On its edges the triangle has points twice; of these the one nearer to K is returned.
    """
    k = checked(k)
    shifts = np.array([(i, j) for i in (-1, 0, 1) for j in (-1, 0, 1)])
    turned = np.stack([rotated(k - np.rint(k), turns) for turns in range(6)], axis=1)
    images = (turned[:, :, None] + shifts).reshape(len(k), -1, 2)
    weights = np.stack([2 * images[..., 0] - images[..., 1], 2 * images[..., 1] - images[..., 0]])
    outside = np.maximum(-weights.min(axis=0), weights.sum(axis=0) - 1)
    nearest = np.argmin(outside, axis=1)
    of_k, of_k_prime = weights[:, np.arange(len(k)), nearest]
    twice = (of_k < SAME) | (of_k + of_k_prime > 1 - SAME)
    swapped = twice & (of_k < of_k_prime)
    of_k, of_k_prime = np.where(swapped, (of_k_prime, of_k), (of_k, of_k_prime))
    return of_k[:, None] * np.array(K) + of_k_prime[:, None] * np.array(K_PRIME)


def distinct(k: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return one wave vector (d, 2) of each class of equivalent ones, and the class (m,) of each.

    They lie in the triangle Γ-K-K'.
    """
    inside = folded(k)
    _, first, number = np.unique(
        np.rint(inside / SAME).astype(np.int64), axis=0, return_index=True, return_inverse=True
    )
    return inside[first], number.reshape(-1)


def same(k: np.ndarray, point: Sequence[float]) -> np.ndarray:
    """Return which of some folded wave vectors (m, 2) are a given one, bool (m,)."""
    return np.abs(k - np.array(point)).max(axis=1) < 10 * SAME
