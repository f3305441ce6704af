"""Labels of an ensemble: conductances, solved shard by shard and checked against Kwant."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from hamlearn import progress, seeds, shards
from hamlearn.wires import solver
from hamlearn.wires.ensemble import Ensemble
from hamlearn.wires.plan import BIAS_CONDUCTANCE, CONDUCTANCE

AGREEMENT_WITH_KWANT = 1e-8  # in G0
SITES_AT_ONCE = 100_000  # a second or so of the exact solver; progress is reported in between
SOLVERS = {"recursive": solver.solve, "kwant": solver.solve_by_kwant}


def solve(
    ensemble: Ensemble,
    first: int,
    targets: Sequence[str],
    fermi_energy: float,
    bias_energies: Sequence[float],
    method: str = "recursive",
    label: str | None = None,
) -> pd.DataFrame:
    """Solve an ensemble (or a slice of one that begins at sample `first`).

    `conductance_g0` is G at the Fermi energy, eq. (2); `bias_conductance_g0` the equal-weight mean
    over the bias energies, eq. (3), both in G0 = 2e^2/h. Progress is reported under `label`.

    Returns
    -------
    DataFrame with columns sample, the targets, `unitarity` (largest |R + T - N| of the sample) and
    `resolved` (whether any energy had to be solved again by another method).

    Raises RuntimeError, with the number of the sample, if one cannot be solved by any method.
    """
    numbers = np.arange(first, first + len(ensemble))
    return _solve(ensemble, numbers, targets, fermi_energy, bias_energies, method, label)


def _solve(
    ensemble: Ensemble,
    numbers: np.ndarray,
    targets: Sequence[str],
    fermi_energy: float,
    bias_energies: Sequence[float],
    method: str,
    label: str | None = None,
) -> pd.DataFrame:
    energies = [fermi_energy] if CONDUCTANCE in targets else []
    energies += bias_energies if BIAS_CONDUCTANCE in targets else []
    parts = shards.split(len(ensemble), max(1, SITES_AT_ONCE // (ensemble.length * ensemble.width)))
    solutions = [
        SOLVERS[method](ensemble[start:stop].exact_onsite, np.array(energies), numbers[start:stop])
        for start, stop in progress.track(parts, label, sizes=[b - a for a, b in parts])
    ]
    solution = solver.joined(solutions)
    columns = {"sample": numbers}
    if CONDUCTANCE in targets:
        columns[CONDUCTANCE] = solution.conductance[:, 0]
    if BIAS_CONDUCTANCE in targets:
        columns[BIAS_CONDUCTANCE] = solution.conductance[:, -len(bias_energies) :].mean(axis=1)
    columns["unitarity"] = solution.unitarity.max(axis=1)
    columns["resolved"] = solution.resolved.any(axis=1)
    return pd.DataFrame(columns)


def crosscheck(
    name: str,
    ensemble: Ensemble,
    solved: pd.DataFrame,
    samples: int,
    root_seed: int,
    **energies: object,
) -> pd.DataFrame:
    """Solve a random subset of an ensemble again by Kwant alone.

    Returns one row: ensemble, samples checked, the largest difference of each target in G0, how
    many samples the solver handed to another method, and the largest violation of unitarity.
    Raises ArithmeticError if a difference exceeds 1e-8 G0.
    """
    random = np.random.default_rng(seeds.seed(root_seed, "wires", name, "crosscheck"))
    chosen = np.sort(random.choice(len(ensemble), min(samples, len(ensemble)), replace=False))
    targets = [t for t in (CONDUCTANCE, BIAS_CONDUCTANCE) if t in solved]
    again = _solve(ensemble[chosen], chosen, targets, method="kwant", **energies)
    difference = np.abs(again[targets].to_numpy() - solved[targets].to_numpy()[chosen]).max()
    if not difference <= AGREEMENT_WITH_KWANT:
        raise ArithmeticError(
            f"ensemble {name}: {difference:.2g} G0 from Kwant, "
            f"expected at most {AGREEMENT_WITH_KWANT:g}"
        )
    return pd.DataFrame(
        {
            "ensemble": [name],
            "n": [len(chosen)],
            "max_difference_g0": [difference],
            "resolved": [int(solved["resolved"].sum())],
            "max_unitarity": [solved["unitarity"].max()],
        }
    )
