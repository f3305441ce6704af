"""The symmetry-enhanced tight-binding model (App. H): 21 orbitals at the C6 centre, 245 numbers.

Four s, four pairs of p, three pairs of d and three f orbitals, hopping to the six nearest cells.
C6 and time reversal leave 14 on-site energies, and a real matrix J of hoppings along a1 with
J_l'l = π_l π_l' J_ll', π the parity under C2: 231 numbers more. Odd orbitals carry a factor i. Then

    H(k) = ω + Σ_j [cos(k·a_j) even_j + sin(k·a_j) odd_j],    j = 1, 2, 3,

is real symmetric, and linear in the coefficients: H(k) = Σ_c g_c(k) Σ_l F_l C_lc with constant
C (245, 7, 21, 21) and g = (1, cos, cos, cos, sin, sin, sin).

Order of coefficients: on-site energies of s (4), p (4), d (3), f (3), then the upper triangle of J
row by row. Order of orbitals: s1..s4, (p1, p2)1..4, (d1, d2)1..3, f1..f3.
"""

from collections.abc import Sequence
from functools import cache

import numpy as np

from hamlearn.bands import brillouin
from hamlearn.bands.irreps import DIMENSION, POINT, Levels, merged

NUMBERS = (4, 4, 3, 3)
"""Orbitals, or pairs of them, for |m| = 0, 1, 2, 3: s, p, d, f."""
PLACES = (1, 2, 2, 1)
M = np.repeat(np.arange(4), np.multiply(NUMBERS, PLACES))
"""|m| of each orbital, (21,)."""
ORBITALS = len(M)
ON_SITE = sum(NUMBERS)
COEFFICIENTS = ON_SITE + ORBITALS * (ORBITALS + 1) // 2
PARITY = np.where(M % 2 == 0, 1, -1)
BLOCKS = ((0,), (1,), (2,), (3,), (0, 3), (1, 2), (0, 2), (1, 3))
"""|m| of the orbitals of which each irrep at Γ, K and M is made."""
SIZES = np.array([np.isin(M, block).sum() for block in BLOCKS]) // DIMENSION
"""Number of levels of each irrep."""
MAXIMAL = np.array(list(brillouin.MAXIMAL.values()))


def checked(coefficients: np.ndarray) -> np.ndarray:
    """Return coefficients as float64 (n, 245); raise ValueError for another shape."""
    coefficients = np.asarray(coefficients, dtype=np.float64)
    if coefficients.ndim != 2 or coefficients.shape[1] != COEFFICIENTS:
        raise ValueError(
            f"coefficients of shape {coefficients.shape}: expected (n, {COEFFICIENTS})"
        )
    return coefficients


def rotation() -> np.ndarray:
    """Return the rotation by 60° of the real orbitals, (21, 21): a turn by m 60° of each pair."""
    matrix = np.zeros((ORBITALS, ORBITALS))
    at = 0
    for m, (number, places) in enumerate(zip(NUMBERS, PLACES, strict=True)):
        c, s = np.cos(m * np.pi / 3), np.sin(m * np.pi / 3)
        block = np.array([[c, -s], [s, c]]) if places == 2 else np.array([[c]])
        for _ in range(number):
            matrix[at : at + places, at : at + places] = block
            at += places
    return matrix


@cache
def tensor() -> np.ndarray:
    """Return the constants C of H(k) = Σ_c g_c(k) Σ_l F_l C_lc: (245, 7, 21, 21), read-only."""
    found = np.zeros((COEFFICIENTS, 7, ORBITALS, ORBITALS))
    level = np.repeat(np.arange(ON_SITE), np.repeat(PLACES, NUMBERS))
    found[level, 0, np.arange(ORBITALS), np.arange(ORBITALS)] = 1
    turned, same = rotation(), PARITY[:, None] == PARITY
    for number, (row, column) in enumerate(zip(*np.triu_indices(ORBITALS), strict=True)):
        hopping = np.zeros((ORBITALS, ORBITALS))
        hopping[row, column] = 1
        hopping[column, row] = PARITY[row] * PARITY[column]
        for j in range(3):
            found[ON_SITE + number, 1 + j] = np.where(same, hopping, 0)
            # between even and odd orbitals -i J becomes real with the factor i of odd ones
            odd = np.where(PARITY[:, None] > PARITY, hopping, 0)
            found[ON_SITE + number, 4 + j] = odd + odd.T
            hopping = turned @ hopping @ turned.T
    found.flags.writeable = False
    return found


@cache
def block_tensors() -> tuple[np.ndarray, ...]:
    """Return the constants (245, d, d) of the block of H of each of the eight irreps."""
    at_points = np.einsum("pc,lcij->plij", waves(MAXIMAL), tensor())
    return tuple(
        block(at_points[point], orbitals) for point, orbitals in zip(POINT, BLOCKS, strict=True)
    )


def waves(k: np.ndarray) -> np.ndarray:
    """Return g = (1, cos(k·a_j), sin(k·a_j)), j = 1, 2, 3, of wave vectors (m, 2): (m, 7)."""
    k = brillouin.checked(k)
    angles = 2 * np.pi * np.stack([k[:, 0], k[:, 1], k[:, 1] - k[:, 0]], axis=1)
    return np.concatenate([np.ones((len(k), 1)), np.cos(angles), np.sin(angles)], axis=1)


def hamiltonian(coefficients: np.ndarray, k: np.ndarray) -> np.ndarray:
    """Return H(k), real symmetric: float64 (n, m, 21, 21), in V_max.

    Parameters
    ----------
    coefficients : array (n, 245)
        In V_max.
    k : array (m, 2)
        In fractions of b1 and b2.
    """
    parts = checked(coefficients) @ tensor().reshape(COEFFICIENTS, -1)
    found = waves(k) @ parts.reshape(len(parts), 7, -1)
    return found.reshape(*found.shape[:2], ORBITALS, ORBITALS)


def bands(coefficients: np.ndarray, k: np.ndarray, count: int = 6) -> np.ndarray:
    """Return the lowest bands: float64 (n, m, count), in V_max; arguments as of `hamiltonian`."""
    return np.linalg.eigvalsh(hamiltonian(coefficients, k))[..., :count]


def sector_levels(coefficients: np.ndarray) -> list[np.ndarray]:
    """Return all levels (n, c) of each of the eight irreps, ascending, a degenerate pair once."""
    points = hamiltonian(coefficients, MAXIMAL)
    found = []
    for point, orbitals, dimension in zip(POINT, BLOCKS, DIMENSION, strict=True):
        energies = np.linalg.eigvalsh(block(points[:, point], orbitals))
        found.append(energies.reshape(len(energies), -1, dimension).mean(axis=-1))
    return found


def block(matrices: np.ndarray, orbitals: Sequence[int]) -> np.ndarray:
    """Return the part (..., d, d) of matrices (..., 21, 21) between orbitals of some |m|."""
    chosen = np.flatnonzero(np.isin(M, orbitals))
    return matrices[..., chosen[:, None], chosen]


def levels(coefficients: np.ndarray, count: int = 7) -> Levels:
    """Return energies and irreps at Γ, K and M of coefficients (n, 245), by block of each irrep."""
    return merged(sector_levels(coefficients), count)
