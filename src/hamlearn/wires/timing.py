"""Kwant, the recursive solver and a network, timed on the same configurations (Sec. III)."""

import functools
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from hamlearn.learning import provenance, training
from hamlearn.study import Inputs
from hamlearn.wires import networks, solver
from hamlearn.wires.ensemble import Ensemble
from hamlearn.wires.plan import AVERAGE, bias_energies


def summarise(inputs: Inputs, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return :func:`timing` of the first network that is applied to the disorder averages."""
    (run,) = (run for run in inputs.runs.values() if AVERAGE in run.applied_to)
    seed = min(seed for name, seed in inputs.trained if name == run.name)
    return timing(
        inputs.trained[run.name, seed],
        run.architecture,
        inputs.drawn[AVERAGE],
        bias_energies(settings),
        configurations=settings["average"]["configurations"],
        kwant_solves=settings["average"]["timing_kwant_solves"],
        threads=inputs.threads,
    )


def timing(
    path: str | Path,
    architecture: str,
    ensemble: Ensemble,
    energies: Sequence[float],
    *,
    configurations: int,
    kwant_solves: int,
    threads: int,
) -> dict[str, Any]:
    """Return what a disorder average costs by Kwant, by the recursive solver and by a network.

    Parameters
    ----------
    path : path
        A trained network, which predicts the mean over `energies`.
    architecture : str
    ensemble : Ensemble
        Configurations are spread evenly over it.
    energies : sequence (m,), in t
    configurations : int
        How many are solved and predicted.
    kwant_solves : int
        Solves of one configuration at one energy that Kwant is timed with; `kwant_seconds` is
        extrapolated from them to all configurations and energies.
    threads : int
        CPU threads of the network; the solvers use what the environment grants.

    Returns
    -------
    dict
        Seconds and their ratios. `network_seconds` is the fastest of three predictions of all
        configurations after a first one, `network_first_seconds`, which compiles;
        `network_load_seconds` reads the file. Importing the libraries is not counted.
    """
    training.configure(threads, seed=0)
    chosen = np.linspace(0, len(ensemble) - 1, min(configurations, len(ensemble)))
    subset = ensemble[np.unique(chosen.astype(int))]
    onsite, energies = subset.exact_onsite, np.asarray(energies, dtype=float)
    solves = len(subset) * len(energies)
    pairs = _spread(len(subset), energies, min(kwant_solves, solves))
    kwant = _seconds(lambda: [solver.conductance_kwant(onsite[i : i + 1], [e]) for i, e in pairs])
    kwant *= solves / len(pairs)
    recursive = _seconds(lambda: solver.conductance(onsite, energies))
    model, load = _timed(lambda: networks.load(path))
    predict = functools.partial(
        training.predict, model, networks.model_inputs(architecture, subset.onsite)
    )
    first = _seconds(predict)
    network = min(_seconds(predict) for _ in range(3))
    machine = provenance.software(threads)
    return {
        "hardware": {key: machine[key] for key in ("cpu", "cores", "threads")},
        "configurations": len(subset),
        "energies": len(energies),
        "size": [ensemble.length, ensemble.width],
        "kwant_solves": len(pairs),
        "kwant_seconds": kwant,
        "solver_seconds": recursive,
        "network_load_seconds": load,
        "network_first_seconds": first,
        "network_seconds": network,
        "ratio_kwant_network": kwant / network,
        "ratio_solver_network": recursive / network,
        "ratio_kwant_solver": kwant / recursive,
    }


def _spread(samples: int, energies: np.ndarray, solves: int) -> list[tuple[int, float]]:
    """Return `solves` pairs of a sample, spread over all, and an energy, in turn."""
    places = np.linspace(0, samples - 1, solves).astype(int)
    return [(int(i), float(energies[k % len(energies)])) for k, i in enumerate(places)]


def _seconds(work: Callable[[], Any]) -> float:
    return _timed(work)[1]


def _timed(work: Callable[[], Any]) -> tuple[Any, float]:
    started = time.perf_counter()
    result = work()
    return result, time.perf_counter() - started
