"""Kwant, the exact solver and a network, timed on the same flakes, on one thread (Sec. VII)."""

import math
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from hamlearn import progress
from hamlearn.bubbles import solver
from hamlearn.bubbles.ensemble import Ensemble
from hamlearn.bubbles.plan import TRAIN
from hamlearn.study import Inputs
from hamlearn.transport import brickwall
from hamlearn.transport.kwant_brickwall import kwant_flake, kwant_scatter

NETWORK = "full"


def plain_hopping(bubbles: np.ndarray, decay: float = solver.DECAY) -> Callable:
    """Return t_ij of eq. (2) as a scalar function of two positions, as one writes it for Kwant.

    Parameters
    ----------
    bubbles : (N, 5) Gaussians, lengths in a
    decay : float
        Of :func:`hamlearn.bubbles.solver.hopping`.
    """
    rows, exp, sqrt = [tuple(row) for row in np.asarray(bubbles).tolist()], math.exp, math.sqrt

    def height(x: float, y: float) -> float:
        z = 0.0
        for amplitude, width_x, width_y, x_n, y_n in rows:
            u, v = (x - x_n) / width_x, (y - y_n) / width_y
            z += amplitude * exp(-0.5 * (u * u + v * v))
        return z

    def hopping(r_1: np.ndarray, r_2: np.ndarray) -> float:
        rise = height(*r_1) - height(*r_2)
        return -exp(-decay * (sqrt(1 + 3 * rise * rise) - 1))

    return hopping


def plain_kwant(
    bubbles: np.ndarray,
    energy: float,
    side: float,
    decay: float = solver.DECAY,
    sparse: ModuleType | None = None,
    clock: Callable[[], float] = time.perf_counter,
) -> tuple[float, float, np.ndarray]:
    """Solve one flake by a plain Kwant script: build the system, then the scattering matrix.

    Parameters
    ----------
    bubbles : (N, 5) Gaussians, lengths in a
    energy : float, in t
    side : float, in a
    decay : float
    sparse : module of `kwant.solvers`, default the one that Kwant chooses
    clock : function that returns seconds

    Returns
    -------
    seconds to build, seconds to solve (lead modes and valleys included), and T_αβ (2, 2) in 2e²/h
    """
    kwant_flake.cache_clear()
    started = clock()
    kwant_flake(side, side)
    built = clock()
    hopping = plain_hopping(bubbles, decay)
    found, _, incoming, outgoing = kwant_scatter(hopping, energy, side, side, sparse)
    valley = np.array(
        [[found[np.ix_(o, i)].sum() for i in (incoming, ~incoming)] for o in (outgoing, ~outgoing)]
    )
    return built - started, clock() - built, valley


def exact(
    bubbles: np.ndarray,
    energy: float,
    side: float,
    decay: float = solver.DECAY,
    clock: Callable[[], float] = time.perf_counter,
) -> tuple[float, np.ndarray]:
    """Return the seconds of the exact solver, lead modes included, and T_αβ (2, 2) in 2e²/h."""
    brickwall.lead_modes.cache_clear()
    started = clock()
    found = solver.transmission(bubbles, [energy], side, side, decay=decay)
    return clock() - started, found.valley[0]


def summarise(inputs: Inputs, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return what one conductance costs by Kwant, by the exact solver and by a network.

    Parameters
    ----------
    inputs : Inputs
        Drawn and solved: ``train``, over which the flakes are spread evenly; trained: ``full``,
        of which the first seed is timed, on `threads` CPU threads. The solvers use what the
        environment grants.
    settings : mapping
        `timing`: `kwant_solves`, the flakes that Kwant and the solver solve (Kwant's SciPy-based
        solver solves one of them), and `predictions`, those that the network predicts;
        `hopping_decay`.

    Returns
    -------
    dict
        Seconds per flake and energy. `kwant_seconds` builds the system and solves it,
        `kwant_solve_seconds` only solves, `kwant_sparse_solve_seconds` does so without MUMPS;
        `prediction_seconds` is the fastest of three batched predictions from given height maps,
        after a first one that compiles; `map_seconds` computes a height map. The ratios are of
        `kwant_seconds` and `solver_seconds` to `prediction_seconds`. `largest_difference` is that
        between Kwant and the solver, in 2e²/h. Imports and reading of files are not counted.
    """
    from hamlearn.learning import provenance, training

    training.configure(inputs.threads, seed=0)
    ensemble, sizes = inputs.drawn[TRAIN], settings["timing"]
    solved = _solvers(ensemble, sizes["kwant_solves"], settings["hopping_decay"])
    modes = inputs.solved[TRAIN]["modes"].to_numpy()
    network = _network(inputs.trained[NETWORK, 0], ensemble, modes, sizes["predictions"])
    prediction = network["prediction_seconds"]
    return {
        **solved,
        **network,
        "ratio_kwant": solved["kwant_seconds"] / prediction,
        "ratio_solver": solved["solver_seconds"] / prediction,
        "sites": math.prod(brickwall.shape(ensemble.side, ensemble.side)),
        "machine": provenance.software(inputs.threads),
    }


def _solvers(ensemble: Ensemble, solves: int, decay: float) -> dict[str, Any]:
    from kwant.solvers import sparse

    chosen = ensemble[_spread(len(ensemble), solves)]
    kwant, ours = [], []
    flakes = list(enumerate(chosen.energy.tolist()))
    for i, energy in progress.track(flakes, "Kwant and the exact solver", "flakes"):
        problem = (chosen.sample(i), energy, chosen.side, decay)
        kwant.append(plain_kwant(*problem))
        ours.append(exact(*problem))
    with_scipy = plain_kwant(*problem, sparse)
    build, solve = (float(np.mean([row[k] for row in kwant])) for k in range(2))
    differences = [np.abs(k[2] - o[1]).max() for k, o in zip(kwant, ours, strict=True)]
    return {
        "kwant_seconds": build + solve,
        "kwant_solve_seconds": solve,
        "kwant_sparse_solve_seconds": with_scipy[1],
        "solver_seconds": float(np.mean([row[0] for row in ours])),
        "largest_difference": float(max(differences)),
        "solves": len(chosen),
    }


def _network(
    path: str | Path, ensemble: Ensemble, modes: np.ndarray, predictions: int
) -> dict[str, Any]:
    from hamlearn.bubbles import inputs, networks
    from hamlearn.learning import training

    model = networks.load(path)
    indices = _spread(len(ensemble), predictions)
    chosen = ensemble[indices]
    pixels = model.input["heights"].shape[1]
    started = time.perf_counter()
    maps = inputs.height_maps(chosen, pixels)
    map_seconds = (time.perf_counter() - started) / len(chosen)
    arrays = inputs.wanted(model, {**inputs.of_samples(chosen, modes[indices]), "heights": maps})
    durations = []
    for _ in range(4):  # the first one compiles
        started = time.perf_counter()
        training.predict(model, arrays, inputs.BATCH)
        durations.append(time.perf_counter() - started)
    return {
        "prediction_seconds": min(durations[1:]) / len(chosen),
        "map_seconds": map_seconds,
        "predictions": len(chosen),
        "parameters": int(model.count_params()),
    }


def _spread(samples: int, number: int) -> np.ndarray:
    """Return at most `number` indices, evenly over all samples."""
    return np.unique(np.linspace(0, samples - 1, min(number, samples)).astype(int))
