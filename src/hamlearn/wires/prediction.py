"""Conductance of a wire of one's own, exactly and by the trained networks of its size.

Conductances in G0 = 2e²/h, energies in t.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from hamlearn import files
from hamlearn.learning import training
from hamlearn.learning.jobs import network_path
from hamlearn.study import Run, Study
from hamlearn.wires import networks, plan, solver
from hamlearn.wires.plan import BIAS_CONDUCTANCE, CONDUCTANCE, EnsemblePlan
from hamlearn.wires.runs import shown

SETTINGS = "provenance.json"
"""The settings of the results, in their folder."""
METRICS = "metrics.csv"
"""The errors of all networks, in the same folder."""
COLUMNS = (
    *("source", "target", "energy_t", "conductance_g0", "least_g0", "most_g0"),
    *("networks", "test_mae_g0"),
)
FAMILIES = ("model_i", "model_ii", "scattering")
"""Runs whose networks predict: the paper's on models I and II, and the scattering networks."""
SAME = 1e-6
"""On-site energies that differ by less are equal, in t."""
EXACT = "exact"


@dataclass(frozen=True)
class Trained:
    """The networks of one run, a file for each seed, and the ensemble they were trained on."""

    run: Run
    ensemble: EnsemblePlan
    paths: tuple[Path, ...]


def settings_of(results: str | Path) -> dict | None:
    """Return the settings of a folder of results, None if nothing was made there.

    Raises ValueError if they cannot be read.
    """
    path = Path(results) / SETTINGS
    if not path.is_file():
        return None
    try:
        settings = files.read_small(path, ["settings"])["settings"]["wires"]
        plan.ensembles(settings)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{path}: expected the settings of `wires`; run make all again") from error
    return settings


def _largest(study: Study) -> list[Run]:
    """Return the runs on models I and II with as many samples as there are."""
    sets: dict[tuple[str, ...], list[Run]] = {}
    for run in study.runs.values():
        if run.family in FAMILIES and run.trained_on != plan.SMALL_II:
            sets.setdefault((run.family, run.trained_on, run.target), []).append(run)
    found = []
    for (family, *_), members in sets.items():
        members = shown(members) if family == "model_ii" else members
        most = max(run.n_train for run in members)
        found += [run for run in members if run.n_train == most]
    return found


def of_shape(results: str | Path, settings: Mapping, shape: tuple[int, int]) -> list[Trained]:
    """Return the networks in a folder of results that were trained on wires of a shape.

    They are the paper's on model I and on model II, and the scattering networks on either; of
    those that differ in the number of training samples, the ones with most.
    """
    found, study = [], Study("wires", settings)
    for run in _largest(study):
        ensemble = study.ensembles[run.trained_on]
        if (ensemble.length, ensemble.width) != shape:
            continue
        job = Path(results) / "networks" / study.job(run)
        paths = [network_path(job / f"seed{seed}", run.name) for seed in range(run.seeds)]
        paths = tuple(path for path in paths if path.is_file())
        if paths:
            found.append(Trained(run, ensemble, paths))
    return found


def sizes(settings: Mapping) -> list[str]:
    """Return the shapes of the wires that networks were trained on, as text."""
    study = Study("wires", settings)
    ensembles = [study.ensembles[run.trained_on] for run in _largest(study)]
    return list(dict.fromkeys(f"{e.length} x {e.width}" for e in ensembles))


def warnings(onsite: np.ndarray, ensemble: EnsemblePlan) -> list[str]:
    """Return how far on-site energies (length, width) are from those of a training ensemble."""
    if ensemble.model == "i":
        half, largest = ensemble.disorder / 2, np.abs(onsite).max()
        number = np.count_nonzero(np.abs(onsite) > half)
        text = f"outside the trained -{half:g} to {half:g} t, by up to {largest - half:.3g} t"
    else:
        known = np.array([0.0, *ensemble.impurity_energies])
        off = np.abs(onsite[..., None] - known).min(axis=-1)
        number = np.count_nonzero(off > SAME)
        energies = " or ".join(f"{energy:g}" for energy in known)
        text = f"not the trained {energies} t, by up to {off.max():.3g} t"
    return [f"{number} of {onsite.size} on-site energies are {text}"] if number else []


def errors(results: str | Path) -> dict[str, float]:
    """Return the mean absolute error of each run on its test set, mean over seeds, by its name."""
    path = Path(results) / METRICS
    if not path.is_file():
        return {}
    return files.read_small(path, ["run", "mae"]).groupby("run")["mae"].mean().to_dict()


def predicted(
    onsite: np.ndarray, trained: Trained, settings: Mapping, mae: float = np.nan
) -> pd.DataFrame:
    """Return what the networks of a run say of on-site energies (length, width).

    Parameters
    ----------
    mae : float
        Of the networks on their test set, to stand beside.

    Returns
    -------
    DataFrame
        One row, columns `COLUMNS`: mean, least and most over the networks; energy_t is NaN for
        the conductance averaged over the bias.
    """
    run, found = trained.run, []
    given = networks.model_inputs(run.architecture, onsite[None])
    for path in trained.paths:
        network = networks.load(path)
        found.append(training.predict(network, given)[0])
    energy = np.nan if run.target == BIAS_CONDUCTANCE else settings["fermi_energy"]
    return _row(run.name, run.target, energy, found, mae)


def exact(onsite: np.ndarray, energies: np.ndarray) -> pd.DataFrame:
    """Return the exact conductance of on-site energies (length, width) at each energy.

    Raises what :func:`hamlearn.wires.solver.solve` does.
    """
    found = solver.conductance(onsite[None], energies)[0]
    rows = [_row(EXACT, CONDUCTANCE, e, [g]) for e, g in zip(energies, found, strict=True)]
    return pd.concat(rows, ignore_index=True)


def exact_average(onsite: np.ndarray, settings: Mapping) -> pd.DataFrame:
    """Return the exact conductance averaged over the bias, eq. (3), one row."""
    found = solver.conductance(onsite[None], plan.bias_energies(settings))[0]
    return _row(EXACT, BIAS_CONDUCTANCE, np.nan, [found.mean()])


def _row(
    source: str, target: str, energy: float, found: list[float], mae: float = np.nan
) -> pd.DataFrame:
    several = 0 if source == EXACT else len(found)
    values = (np.mean(found), np.min(found), np.max(found), several, mae)
    return pd.DataFrame([(source, target.removesuffix("_g0"), energy, *values)], columns=COLUMNS)
