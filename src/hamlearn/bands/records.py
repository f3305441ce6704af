"""Solutions as tables of labels, a row a sample, and back."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from hamlearn.bands import brillouin
from hamlearn.bands.solver import Levels, Solution

COLUMNS = ("sample", "bands", "energies", "irreps", "disagreement", "resolved")


def table(solution: Solution, numbers: Sequence[int]) -> pd.DataFrame:
    """Return a solution as a table.

    Parameters
    ----------
    solution : Solution
        Of n samples.
    numbers : (n,)
        Of the samples in their ensemble.

    Returns
    -------
    DataFrame
        sample; bands, float32 (m count,), in V_max, the bands of one k after those of another;
        energies, float32 (3 count,), and irreps, int8 (3 count,), at Γ, K and M; disagreement in
        V_max; resolved.
    """
    flat = (
        solution.bands.astype(np.float32),
        solution.levels.energies.astype(np.float32),
        solution.levels.irreps,
    )
    columns = [list(array.reshape(len(array), -1)) for array in flat]
    values = (numbers, *columns, solution.disagreement, solution.resolved)
    return pd.DataFrame(dict(zip(COLUMNS, values, strict=True)))


def solution(table: pd.DataFrame) -> Solution:
    """Return what :func:`table` was given; raise ValueError for an empty table."""
    if table.empty:
        raise ValueError("labels of no samples")
    energies, irreps, bands = (np.stack(table[name]) for name in ("energies", "irreps", "bands"))
    shape = (len(table), len(brillouin.MAXIMAL), -1)
    levels = Levels(
        energies.reshape(shape).astype(np.float64), irreps.reshape(shape).astype(np.int8)
    )
    count = levels.energies.shape[-1]
    return Solution(
        bands.reshape(len(table), -1, count).astype(np.float64),
        levels,
        table["disagreement"].to_numpy(),
        table["resolved"].to_numpy(),
    )
