"""Solutions as tables of labels, a row a sample, and back."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from hamlearn.bands import brillouin, coding, reference, solver
from hamlearn.bands.solver import Levels, Solution

LEVELS, BANDS = 7, 6
"""Bands at Γ, K and M, and at other wave vectors."""
POINTS = ("gamma", "k", "m")
TARGETS = tuple(f"{point}_{band}" for point in POINTS for band in range(1, LEVELS + 1))
"""Energies at Γ, K and M, in steps of `coding.STEP`, 1e-4 V_max."""
CHECKS = ("imaginary",)
AGREEMENT = 15
"""In steps: finite differences of 100 pixels lie 3 to 11 below the exact bands."""


def solved(
    images: np.ndarray, divisions: int, numbers: Sequence[int], label: str | None = None
) -> pd.DataFrame:
    """Return the labels of pixel images, exact to a step.

    Parameters
    ----------
    images : array (n, L, L)
    divisions : int
        Of the grid of wave vectors, :func:`brillouin.grid`.
    numbers : (n,)
        Of the samples in their ensemble.
    label : str, optional
        Report progress under this name.

    Returns
    -------
    DataFrame
        sample; the `TARGETS`, int32; irreps, int8 (21,), at Γ, K and M; bands, int16, the lowest
        six at the other wave vectors as :mod:`coding` has them; imaginary, the largest imaginary
        part of a Fourier coefficient of the potential, which a rotation by π forbids;
        disagreement, in V_max, and resolved, as of :class:`hamlearn.bands.solver.Solution`.
    """
    found = solver.solve(images, brillouin.grid(divisions), LEVELS, label=label)
    table = _energies(found.levels.energies, numbers)
    transforms = (np.fft.fft2(v).imag / v.size for v in images)
    return table.assign(
        irreps=list(found.levels.irreps.reshape(len(table), -1)),
        bands=list(coding.encoded(coding.steps(found.bands[..., :BANDS]), divisions)),
        imaginary=[np.float32(np.abs(transform).max()) for transform in transforms],
        disagreement=found.disagreement.astype(np.float32),
        resolved=found.resolved,
    )


def solved_by_lanczos(images: np.ndarray, numbers: Sequence[int]) -> pd.DataFrame:
    """Return sample and `TARGETS` of pixel images by the paper's method, 3 s a sample."""
    return _energies(reference.bands_lanczos(images, solver.MAXIMAL, LEVELS), numbers)


def _energies(energies: np.ndarray, numbers: Sequence[int]) -> pd.DataFrame:
    flat = coding.steps(energies).reshape(len(energies), -1)
    return pd.DataFrame({"sample": numbers, **dict(zip(TARGETS, flat.T, strict=True))})


def divisions(table: pd.DataFrame) -> int:
    """Return the divisions of the grid on which a table of labels was solved."""
    return coding.divisions(len(table["bands"].iloc[0]) // BANDS)


def solution(table: pd.DataFrame) -> Solution:
    """Return what a table of labels was made of: six bands on its grid, levels of seven.

    Raises ValueError for a table of no samples.
    """
    if table.empty:
        raise ValueError("labels of no samples")
    shape = (len(table), len(POINTS), LEVELS)
    energies = table[list(TARGETS)].to_numpy(np.int32).reshape(shape)
    codes = np.stack(table["bands"])
    bands = coding.decoded(codes, energies[..., :BANDS], divisions(table))
    irreps = np.stack(table["irreps"]).reshape(shape).astype(np.int8)
    checks = table["disagreement"].to_numpy(), table["resolved"].to_numpy(bool)
    return Solution(bands * coding.STEP, Levels(energies * coding.STEP, irreps), *checks)
