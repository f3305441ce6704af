"""Labels of an ensemble: bands on a grid of the zone, levels and irreps at Γ, K and M."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from hamlearn.bands import records
from hamlearn.bands.ensemble import Ensemble
from hamlearn.bands.plan import EnsemblePlan
from hamlearn.bands.records import AGREEMENT, CHECKS, TARGETS

__all__ = ["AGREEMENT", "CHECKS", "METHOD", "REFERENCE", "TARGETS", "solve"]

METHOD, REFERENCE = "exact", "lanczos"


def solve(
    ensemble: Ensemble,
    numbers: Sequence[int],
    plan: EnsemblePlan,
    settings: Mapping[str, Any],
    method: str = METHOD,
    label: str | None = None,
) -> pd.DataFrame:
    """Solve an ensemble, or some samples of one with their `numbers` (n,).

    Returns what :func:`hamlearn.bands.records.solved` does on the grid of the plan; by the method
    "lanczos", the paper's, sample and `TARGETS` alone.
    """
    if method == REFERENCE:
        return records.solved_by_lanczos(ensemble.images, numbers)
    return records.solved(ensemble.images, plan.divisions, numbers, label)
