"""What the networks are to predict, in 2e²/h, and the numbers that they are trained on."""

import numpy as np
import pandas as pd

from hamlearn.bubbles import labels
from hamlearn.study import Run

OUTPUTS = {
    "total": ("total",),
    "diagonal": ("t_k_k", "t_kp_kp"),
    "off_diagonal": ("t_k_kp", "t_kp_k"),
}
"""By the target of a network, columns of the labels, `total` for their sum."""


def of_samples(solved: pd.DataFrame, target: str) -> np.ndarray:
    """Return what a network is to predict for each sample, (n, outputs), in 2e²/h.

    Raises ValueError for an unknown target.
    """
    if target not in OUTPUTS:
        raise ValueError(f"target = {target!r}: expected one of {', '.join(OUTPUTS)}")
    columns = {"total": labels.total(solved)}
    return np.stack([columns.get(name, solved.get(name)) for name in OUTPUTS[target]], 1)


def scaled(run: Run, values: np.ndarray) -> np.ndarray:
    """Return values in 2e²/h as the network of a run is trained on them, times its factor."""
    return values * run.fit["factor"]


def unscaled(run: Run, outputs: np.ndarray) -> np.ndarray:
    """Return outputs of the network of a run in 2e²/h."""
    return outputs / run.fit["factor"]
