"""Conductance of a wire of one's own, exactly and by the trained networks of its size.

Conductances in G0 = 2e²/h, energies in t.
"""

from collections.abc import Callable, Collection, Mapping, Sequence

import numpy as np
import pandas as pd

from hamlearn import trained
from hamlearn.learning import training
from hamlearn.study import Run, Study
from hamlearn.trained import Missing, Trained
from hamlearn.wires import networks, plan, solver
from hamlearn.wires.plan import BIAS_CONDUCTANCE, CONDUCTANCE, EnsemblePlan
from hamlearn.wires.runs import shown

COLUMNS = (
    *("source", "target", "energy_t", "conductance_g0", "least_g0", "most_g0"),
    *("networks", "test_mae_g0"),
)
FAMILIES = ("model_i", "model_ii", "scattering")
"""Runs whose networks predict: the paper's on models I and II, and the scattering networks."""
SAME = 1e-6
"""On-site energies that differ by less are equal, in t."""
EXACT = "exact"


def names(shape: tuple[int, int]) -> Callable[[Study], Collection[str]]:
    """Return the function of the study that names the runs on wires of a shape.

    They are the paper's on model I and on model II, and the scattering networks on either; of
    those that differ in the number of training samples, the ones with most. It raises Missing
    where there are none.
    """

    def of_shape(study: Study) -> Collection[str]:
        shapes = {run.name: _shape(study, run) for run in _largest(study)}
        found = [name for name, known in shapes.items() if known == shape]
        if not found:
            known = ", ".join(dict.fromkeys(map(_in_words, shapes.values())))
            raise Missing(f"no network for {_in_words(shape)} sites, only {known}")
        return found

    return of_shape


def _shape(study: Study, run: Run) -> tuple[int, int]:
    ensemble = study.ensembles[run.trained_on]
    return ensemble.length, ensemble.width


def _in_words(shape: tuple[int, int]) -> str:
    return " x ".join(map(str, shape))


def check_shape(found: Sequence[Trained], shape: tuple[int, int]) -> None:
    """Raise ValueError for a network of wires of another shape."""
    for one in found:
        known = _shape(one.known.study, one.run)
        if known != shape:
            words = f"the wire has {_in_words(shape)} sites, the network takes {_in_words(known)}"
            raise ValueError(f"{one.path}: {words}")


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


def unlike(onsite: np.ndarray, ensemble: EnsemblePlan) -> list[str]:
    """Return how far on-site energies (length, width) are from those of a training ensemble."""
    if ensemble.model == "i":
        half = ensemble.disorder / 2
        off, seen = np.abs(onsite) - half, f"-{half:g} to {half:g} t"
    else:
        known = np.array([0.0, *ensemble.impurity_energies])
        off = np.abs(onsite[..., None] - known).min(axis=-1)
        seen = f"{' or '.join(f'{energy:g}' for energy in known)} t"
    number = np.count_nonzero(off > SAME)
    what = f"{number} of {onsite.size} on-site energies"
    return [trained.unseen(what, seen, f"up to {off.max():.3g} t")] if number else []


def predicted(onsite: np.ndarray, found: Sequence[Trained]) -> pd.DataFrame:
    """Return what networks of one run say of on-site energies (length, width).

    Returns
    -------
    DataFrame
        One row, columns `COLUMNS`: mean, least and most over the networks, their mean absolute
        error on test samples; energy_t is NaN for the conductance averaged over the bias.
    """
    run, results, answers = found[0].run, found[0].known, []
    given = networks.model_inputs(run.architecture, onsite[None])
    for one in found:
        network = networks.load(one.path)
        answers.append(training.predict(network, given)[0])
    averaged = run.target == BIAS_CONDUCTANCE
    energy = np.nan if averaged else results.study.settings["fermi_energy"]
    error = results.metrics("mae").get(run.name, np.nan)
    return _row(run.name, run.target, energy, answers, error)


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
