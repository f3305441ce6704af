"""What a network predicted, read from tables of predictions: coefficients, and what they give."""

import numpy as np
import pandas as pd

from hamlearn.bands import tight_binding
from hamlearn.bands.irreps import Levels
from hamlearn.bands.plan import BEST

AT_ONCE = 500


def coefficients(
    predicted: pd.DataFrame, ensemble: str, run: str = BEST, column: str = "coefficients"
) -> np.ndarray:
    """Return the coefficients (n, 245) that a run gave for an ensemble, seed 0, in V_max.

    Of a run of corrections, the `column` of ``shifts``, (n, s).
    """
    rows = predicted[(predicted["run"] == run) & (predicted["seed"] == 0)]
    return np.stack(rows[rows["ensemble"] == ensemble][column]).astype(np.float64)


def levels(predicted: np.ndarray) -> Levels:
    """Return energies and irreps at Γ, K and M of coefficients (n, 245)."""
    parts = range(0, len(predicted), AT_ONCE)
    found = [tight_binding.levels(predicted[at : at + AT_ONCE]) for at in parts]
    energies, irreps = zip(*((one.energies, one.irreps) for one in found), strict=True)
    return Levels(np.concatenate(energies), np.concatenate(irreps))
