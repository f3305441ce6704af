"""Inverse design (Fig. 4, App. L): geometries whose bands are those of a honeycomb model.

The Fourier coefficients of a potential, passed through a sigmoid, are changed until the bands that
the frozen network gives are the target's. Each geometry is then made black and white, and solved.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from hamlearn import seeds
from hamlearn.bands import brillouin, ensemble, honeycomb, solver, topology
from hamlearn.bands.plan import BEST
from hamlearn.study import Inputs

BANDS = 6
PRESSED = "pressed"
"""Name of the trials with a penalty that is much too large."""


def targets(part: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what is aimed at: name, energies of :func:`honeycomb.hamiltonian`, trials, penalty."""
    penalty = part["penalty"]
    main, wanted = part["honeycomb"], part["fragile"]
    found = [
        {"name": "honeycomb", "energies": main, "trials": part["trials"], "penalty": penalty},
        {"name": "fragile", "energies": wanted, "trials": part["trials"], "penalty": penalty},
        {"name": "free", "energies": main, "trials": part["compared_trials"], "penalty": 0.0},
        {"name": PRESSED, "energies": main, "trials": part["compared_trials"], "penalty": 1.0},
    ]
    axes = part["map"]
    for on_site in axes["on_site"]:
        for mean in axes["mean"]:
            for difference in axes["difference"]:
                energies = [on_site, mean - difference / 2, mean + difference / 2]
                number = axes["trials"]
                found.append(
                    {"name": "map", "energies": energies, "trials": number, "penalty": penalty}
                )
    return found


def summarise(inputs: Inputs, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return what came out of every trial, as lists that JSON can hold.

    Keys
    ----
    trials : list of mappings
        target (its name), energies (ω_0, J, J', and to second neighbours), trial, penalty; loss
        and grey (mean of v (1 - v)) at the end; of the geometry in black and white
        network_loss and exact_loss in V_max², classes (exact, of both sets); coefficients.
    evolution : list of mappings
        target, trial, step, loss, coefficients, of the trials of the first two targets.
    steps, seconds : int, float
    """
    import keras

    from hamlearn.bands import designer, networks
    from hamlearn.learning import training

    part = settings["design"]
    training.configure(inputs.threads, seeds.seed(inputs.root_seed, "bands", "design"))
    network = networks.load(inputs.trained[BEST, 0])
    k = brillouin.grid(part["divisions"])
    chosen = targets(part)
    rows = [one for one in chosen for _ in range(one["trials"])]
    bands = np.array([honeycomb.bands(k, *one["energies"]) for one in rows])
    random = np.random.default_rng(seeds.seed(inputs.root_seed, "bands", "start"))
    start = random.uniform(-part["start"], part["start"], (len(rows), len(ensemble.ORBITS)))
    penalties = np.array([one["penalty"] for one in rows])
    length = network.input.shape[1]
    kept, seconds = [], 0.0
    for at in range(0, len(rows), part["at_once"]):
        some = slice(at, at + part["at_once"])
        found = designer.optimise(
            network,
            k,
            bands[some],
            start[some],
            penalties[some],
            steps=part["steps"],
            rate=part["learning_rate"],
            beta=part["beta"],
            every=part["every"],
        )
        kept.append(found[0])
        seconds += found[1]
        keras.backend.clear_session()
    steps = [step for step, _, _ in kept[0]]
    coefficients = np.concatenate([np.array([c for _, c, _ in one]) for one in kept], axis=1)
    losses = np.concatenate([np.array([loss for _, _, loss in one]) for one in kept], axis=1)
    final = judged(network, coefficients[-1], bands, k, length)
    return {
        "trials": _trials(rows, coefficients[-1], losses[-1], final, part["beta"], length),
        "evolution": _evolution(rows, steps, coefficients, losses),
        "steps": part["steps"],
        "seconds": seconds,
    }


def judged(
    network: Any, coefficients: np.ndarray, bands: np.ndarray, k: np.ndarray, length: int
) -> dict[str, Any]:
    """Return losses in V_max² of geometries in black and white, by the network and exact, (n,).

    And the exact `classes` of both sets of bands, (n, 2).
    """
    from hamlearn.bands import evaluation

    images = ensemble.images(coefficients, length)
    said = evaluation.predicted(evaluation.coefficients_of(network, images), k)
    true = solver.solve(images, k)
    return {
        "network_loss": _loss(said.bands, bands),
        "exact_loss": _loss(true.bands[..., :BANDS], bands),
        "classes": topology.sets(true.levels.irreps).classes,
    }


def _loss(found: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    return ((found - wanted) ** 2).mean(axis=(1, 2))


def _trials(
    rows: Sequence[Mapping[str, Any]],
    coefficients: np.ndarray,
    losses: np.ndarray,
    final: Mapping[str, Any],
    beta: float,
    length: int,
) -> list[dict[str, Any]]:
    found = []
    for number, row in enumerate(rows):
        grey = ensemble.grey_images(coefficients[number : number + 1], beta, length)[0]
        found.append(
            {
                "target": row["name"],
                "energies": list(row["energies"]),
                "trial": number,
                "penalty": row["penalty"],
                "loss": float(losses[number]),
                "grey": float(np.mean(grey * (1 - grey))),
                "network_loss": float(final["network_loss"][number]),
                "exact_loss": float(final["exact_loss"][number]),
                "classes": final["classes"][number].tolist(),
                "coefficients": coefficients[number].tolist(),
            }
        )
    return found


def _evolution(
    rows: Sequence[Mapping[str, Any]], steps: Sequence[int], coefficients: np.ndarray, losses: Any
) -> list[dict[str, Any]]:
    return [
        {
            "target": row["name"],
            "trial": number,
            "step": step,
            "loss": float(losses[at, number]),
            "coefficients": coefficients[at, number].tolist(),
        }
        for number, row in enumerate(rows)
        if row["name"] in ("honeycomb", "fragile")
        for at, step in enumerate(steps)
    ]
