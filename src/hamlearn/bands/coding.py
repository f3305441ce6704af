"""Bands on a grid of the zone as small whole numbers: steps of 1e-4 V_max, differenced twice.

Bands are smooth, so what the neighbours of a k-point do not tell of it is small, and a table of it
is a third as large. Rounding adds 2.9e-5 V_max to a root mean square error.
"""

import itertools
from functools import cache

import numpy as np

from hamlearn.bands import brillouin

STEP = 1e-4
"""In V_max."""


def steps(energies: np.ndarray) -> np.ndarray:
    """Return energies in V_max as whole numbers of steps, int32."""
    return np.rint(np.asarray(energies) / STEP).astype(np.int32)


@cache
def _coded(divisions: int) -> tuple[tuple[int, int], ...]:
    """Return the points of a grid that are coded, in order: one of each kind, without Γ, K, M."""
    side = [(i, 0) for i in range(1, divisions)]
    rows = ((i, j) for i in range(1, divisions) for j in range(1, divisions - i + 1))
    return (*side, *((i, j) for i, j in rows if i + j < divisions or j < i))


def _predicted(grid: np.ndarray, i: int, j: int) -> np.ndarray:
    """Return what the points before (i, j) of a grid (d, d, ...) say of it."""
    if j:
        return grid[i, j - 1] + grid[i - 1, j] - grid[i - 1, j - 1]
    return 2 * grid[i - 1, 0] - grid[i - 2, 0] if i > 1 else grid[0, 0]


def encoded(bands: np.ndarray, divisions: int) -> np.ndarray:
    """Return the codes of bands on `brillouin.grid`, without those at Γ, K and M.

    Parameters
    ----------
    bands : int (n, m, b)
        In steps.
    divisions : int
        Of the grid.

    Returns
    -------
    int16 (n, p b)
    """
    grid = _grid(divisions, bands.shape[::2])
    for point, (i, j) in enumerate(brillouin.triangle(divisions)):
        grid[i, j] = bands[:, point]
    codes = [grid[i, j] - _predicted(grid, i, j) for i, j in _coded(divisions)]
    shape = (len(codes), *bands.shape[::2])
    return np.reshape(codes, shape).swapaxes(0, 1).reshape(len(bands), -1).astype(np.int16)


def divisions(points: int) -> int:
    """Return the divisions of the grid of which so many points are coded."""
    return next(found for found in itertools.count(2) if len(_coded(found)) >= points)


def decoded(codes: np.ndarray, corners: np.ndarray, divisions: int) -> np.ndarray:
    """Return bands in steps, int (n, m, b), from their codes (n, p b) and those at Γ, K, M.

    `corners` are these, int (n, 3, b), in steps.
    """
    gamma, k, m = np.swapaxes(corners, 0, 1)
    grid = _grid(divisions, gamma.shape)
    grid[0, 0], grid[divisions, 0] = gamma, k
    points = _coded(divisions)
    codes = np.asarray(codes).reshape(len(gamma), len(points), gamma.shape[1])
    for number, (i, j) in enumerate(points):
        grid[i, j] = _predicted(grid, i, j) + codes[:, number]
        if j == 0:
            grid[0, i] = grid[i, 0]
    for i in range(divisions // 2 + 1):  # of both edges, Γ-K' and K'-M, once Γ-K and K-M are there
        grid[i, divisions - i] = grid[divisions - i, i]
    if divisions % 2 == 0:
        grid[divisions // 2, divisions // 2] = m
    found = [grid[i, j] for i, j in brillouin.triangle(divisions)]
    return np.stack(found if divisions % 2 == 0 else [*found, m], axis=1)


def _grid(divisions: int, shape: tuple[int, ...]) -> np.ndarray:
    return np.zeros((divisions + 1, divisions + 1, *shape), dtype=np.int32)
