"""Solutions as tables of labels, a row a sample, and back."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from hamlearn.bands import reference, solver
from hamlearn.bands.solver import Levels, Solution

BANDS = 7
POINTS = ("gamma", "k", "m")
TARGETS = tuple(f"{point}_{band}" for point in POINTS for band in range(1, BANDS + 1))
"""Energies at Γ, K and M, in V_max."""
CHECKS = ("disagreement",)
AGREEMENT = 1.5e-3
"""In V_max: finite differences of 100 pixels lie 3e-4 to 1.1e-3 below the exact bands."""


def solved(
    images: np.ndarray, k: np.ndarray, numbers: Sequence[int], label: str | None = None
) -> pd.DataFrame:
    """Return the labels of pixel images, exact.

    Parameters
    ----------
    images : array (n, L, L)
    k : array (m, 2)
    numbers : (n,)
        Of the samples in their ensemble.
    label : str, optional
        Report progress under this name.

    Returns
    -------
    DataFrame
        sample; the `TARGETS`; irreps, int8 (21,), at Γ, K and M; bands, float32 (7 m,), in V_max,
        those of one k after those of another; disagreement, in V_max, and resolved, as of
        :class:`hamlearn.bands.solver.Solution`.
    """
    found = solver.solve(images, k, BANDS, label=label)
    table = _energies(found.levels.energies, numbers)
    return table.assign(
        irreps=list(found.levels.irreps.reshape(len(table), -1)),
        bands=list(found.bands.astype(np.float32).reshape(len(table), -1)),
        disagreement=found.disagreement,
        resolved=found.resolved,
    )


def solved_by_lanczos(images: np.ndarray, numbers: Sequence[int]) -> pd.DataFrame:
    """Return sample and `TARGETS` of pixel images by the paper's method, 3 s a sample."""
    return _energies(reference.bands_lanczos(images, solver.MAXIMAL, BANDS), numbers)


def _energies(energies: np.ndarray, numbers: Sequence[int]) -> pd.DataFrame:
    flat = energies.reshape(len(energies), -1)
    return pd.DataFrame({"sample": numbers, **dict(zip(TARGETS, flat.T, strict=True))})


def solution(table: pd.DataFrame) -> Solution:
    """Return what a table of labels was made of; raise ValueError for one of no samples."""
    if table.empty:
        raise ValueError("labels of no samples")
    shape = (len(table), len(POINTS), BANDS)
    energies = table[list(TARGETS)].to_numpy(np.float64).reshape(shape)
    levels = Levels(energies, np.stack(table["irreps"]).reshape(shape).astype(np.int8))
    bands = np.stack(table["bands"]).reshape(len(table), -1, BANDS).astype(np.float64)
    return Solution(
        bands, levels, table["disagreement"].to_numpy(), table["resolved"].to_numpy(bool)
    )
