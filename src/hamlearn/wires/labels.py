"""Labels of an ensemble: conductances, solved shard by shard and checked against Kwant."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from hamlearn import seeds
from hamlearn.transport.kwant_square import kwant_transmission
from hamlearn.transport.square import open_modes
from hamlearn.wires import solver
from hamlearn.wires.ensemble import Ensemble
from hamlearn.wires.plan import BIAS_CONDUCTANCE, CONDUCTANCE

AGREEMENT_WITH_KWANT = 1e-8  # in G0


def _solve_by_kwant(onsite: np.ndarray, energies: np.ndarray) -> solver.Solution:
    pairs = [[kwant_transmission(wire, energy) for energy in energies] for wire in onsite]
    transmitted, reflected = np.moveaxis(np.array(pairs), -1, 0)
    modes = open_modes(onsite.shape[2], energies)
    unitarity = np.abs(transmitted + reflected - modes)
    return solver.Solution(transmitted, unitarity, np.zeros(transmitted.shape, dtype=bool))


SOLVERS = {"recursive": solver.solve, "kwant": _solve_by_kwant}


def solve(
    ensemble: Ensemble,
    first: int,
    targets: Sequence[str],
    fermi_energy: float,
    bias_energies: Sequence[float],
    method: str = "recursive",
) -> pd.DataFrame:
    """Solve an ensemble (or a slice of one that begins at sample `first`).

    `conductance_g0` is G at the Fermi energy, eq. (2); `bias_conductance_g0` the equal-weight mean
    over the bias energies, eq. (3), both in G0 = 2e^2/h.

    Returns
    -------
    DataFrame with columns sample, the targets, `unitarity` (largest |R + T - N| of the sample) and
    `resolved` (whether any energy had to be solved again by another method).
    """
    energies = [fermi_energy] if CONDUCTANCE in targets else []
    energies += bias_energies if BIAS_CONDUCTANCE in targets else []
    solution = SOLVERS[method](ensemble.exact_onsite, np.array(energies))
    columns = {"sample": np.arange(first, first + len(ensemble))}
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
    again = solve(ensemble[chosen], 0, targets, method="kwant", **energies)
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
