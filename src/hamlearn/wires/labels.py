"""Labels of an ensemble: its conductances."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from hamlearn import progress, shards
from hamlearn.wires import solver
from hamlearn.wires.ensemble import Ensemble
from hamlearn.wires.plan import (
    BIAS_CONDUCTANCE,
    CONDUCTANCE,
    TARGETS,
    EnsemblePlan,
    bias_energies,
)

__all__ = ["AGREEMENT", "CHECKS", "METHOD", "REFERENCE", "TARGETS", "solve"]

SOLVERS = {"recursive": solver.solve, "kwant": solver.solve_by_kwant}
METHOD, REFERENCE = "recursive", "kwant"
AGREEMENT = 1e-8  # in G0
CHECKS = ("unitarity",)
SITES_AT_ONCE = 100_000  # a second or so of the exact solver; progress is reported in between


def solve(
    ensemble: Ensemble,
    numbers: np.ndarray,
    plan: EnsemblePlan,
    settings: Mapping[str, Any],
    method: str = METHOD,
    label: str | None = None,
) -> pd.DataFrame:
    """Solve an ensemble, or some samples of one.

    `conductance_g0` is G at the Fermi energy, eq. (2); `bias_conductance_g0` the equal-weight mean
    over the bias energies, eq. (3), both in G0 = 2e^2/h.

    Parameters
    ----------
    ensemble : Ensemble
        n wires.
    numbers : array (n,)
        Their numbers in the whole ensemble.
    plan : EnsemblePlan
        Whose `targets` are solved.
    settings : mapping
        `fermi_energy` (in t) and `bias`.
    method : {"recursive", "kwant"}
    label : str, optional
        Report progress under this name.

    Returns
    -------
    DataFrame
        Columns sample, the targets, `unitarity` (largest |R + T - N| of the sample) and `resolved`
        (whether any energy had to be solved again by another method).

    Raises
    ------
    RuntimeError
        With the number of the sample, if one cannot be solved by any method.
    """
    window = bias_energies(settings)
    energies = [settings["fermi_energy"]] if CONDUCTANCE in plan.targets else []
    energies += window if BIAS_CONDUCTANCE in plan.targets else []
    parts = shards.split(len(ensemble), max(1, SITES_AT_ONCE // (ensemble.length * ensemble.width)))
    solutions = [
        SOLVERS[method](ensemble[start:stop].exact_onsite, np.array(energies), numbers[start:stop])
        for start, stop in progress.track(parts, label, sizes=[b - a for a, b in parts])
    ]
    solution = solver.joined(solutions)
    columns = {"sample": numbers}
    if CONDUCTANCE in plan.targets:
        columns[CONDUCTANCE] = solution.conductance[:, 0]
    if BIAS_CONDUCTANCE in plan.targets:
        columns[BIAS_CONDUCTANCE] = solution.conductance[:, -len(window) :].mean(axis=1)
    columns["unitarity"] = solution.unitarity.max(axis=1)
    columns["resolved"] = solution.resolved.any(axis=1)
    return pd.DataFrame(columns)
