"""The path from the trivial to the topological crystal, and where its gap is closed."""

from collections.abc import Callable

import numpy as np

from hamlearn.bitei import gap, hoppings
from hamlearn.bitei.lattice_sum import Crystal
from hamlearn.bitei.solver import CLOSED

OCCUPIED = 12
THESIS_WINDOW = (0.7885, 0.79948)
"""Mixtures between which samples of Table 1 are Weyl semimetals, from its class shares."""
SAMPLED, HALVINGS = 51, 22


def crystals(
    trivial: np.ndarray,
    topological: np.ndarray,
    delta: float = 0.0,
    noise: np.ndarray | None = None,
) -> Callable[[float], np.ndarray]:
    """Return the function from a mixture α to hoppings (V, N, N) of a path, in eV."""
    return lambda alpha: hoppings.interpolate(trivial, topological, alpha, delta, noise)


def gap_of(crystal: np.ndarray, vectors: np.ndarray, region: str = "a") -> float:
    """Return the smallest direct gap of a crystal, in eV."""
    return gap.minimum(Crystal(crystal, vectors), OCCUPIED, region).gap


def window(
    crystal: Callable[[float], np.ndarray],
    vectors: np.ndarray,
    sampled: int = SAMPLED,
    halvings: int = HALVINGS,
    region: str = "a",
) -> tuple[float, float]:
    """Return the first and the last α from 0 to 1 at which the gap is closed; NaN if nowhere."""
    alphas = np.linspace(0, 1, sampled)
    closed = np.array([gap_of(crystal(one), vectors, region) < CLOSED for one in alphas])
    return edges(crystal, vectors, alphas, closed, halvings, region)


def edges(
    crystal: Callable[[float], np.ndarray],
    vectors: np.ndarray,
    alphas: np.ndarray,
    closed: np.ndarray,
    halvings: int,
    region: str = "a",
) -> tuple[float, float]:
    """Return both ends of where the gap is closed, between `alphas` (n,) where it is and is not.

    The interval between the first α that is `closed` and the one before is halved, and so is that
    at the other end.
    """
    found = np.flatnonzero(closed)
    if not len(found):
        return np.nan, np.nan
    ends = []
    for inside, outside in ((found[0], found[0] - 1), (found[-1], found[-1] + 1)):
        here = alphas[inside]
        if not 0 <= outside < len(alphas):
            ends.append(float(here))
            continue
        there = alphas[outside]
        for _ in range(halvings):
            middle = (here + there) / 2
            shut = gap_of(crystal(middle), vectors, region) < CLOSED
            here, there = (middle, there) if shut else (here, middle)
        ends.append(float(here))
    return ends[0], ends[1]


def warped(u: np.ndarray, found: tuple[float, float]) -> np.ndarray:
    """Return mixtures α, linear between (0, `found`, 1), of numbers u that the thesis calls α.

    Uniform u then have the class shares of Table 1.
    """
    return np.interp(u, (0, *THESIS_WINDOW, 1), (0, *found, 1))
