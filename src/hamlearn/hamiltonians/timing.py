"""Seconds for the Hamiltonian of a structure against its number of atoms, on one thread."""

import time
from collections.abc import Mapping
from typing import Any

import numpy as np

from hamlearn import files, seeds
from hamlearn.hamiltonians import networks, plan, prediction, structures
from hamlearn.hamiltonians.graph import edges
from hamlearn.learning import training
from hamlearn.study import Inputs


def summarise(inputs: Inputs, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return seconds of each part of a prediction for random alloys of several sizes.

    Returns
    -------
    dict
        `sizes`: list of {atoms, edges, elements, neighbours (list of neighbours), frames, networks,
        assembly, total (seconds, median over `times`)}; `parameters` of one network; `exponent`
        of the total time against the atoms, from a line through the logarithms.
    """
    training.configure(threads=1, seed=0)
    names = {run.target: run.name for run in inputs.runs.values()}
    loaded = {target: networks.load(inputs.trained[name, 0]) for target, name in names.items()}
    cutoff, sizes = settings["sige"]["cutoff"], []
    for repeats in settings["timing"]["repeats"]:
        rng = np.random.default_rng(seeds.seed(inputs.root_seed, "timing", *repeats))
        made = structures.alloy(tuple(repeats), rng)
        made.positions += 0.04 * rng.standard_normal(made.positions.shape)
        sizes.append(_timed(made, loaded, cutoff, settings))
    found = {
        "sizes": sizes,
        "dft_seconds": _dft(),
        "parameters": int(loaded["forward"].count_params()),
    }
    logs = np.log([[size["atoms"], size["total"]] for size in sizes]).T
    return {**found, "exponent": float(np.polyfit(*logs, 1)[0])}


def _dft() -> dict[str, float]:
    """Return CPU seconds of GPAW for a structure, median, by atoms, as kept with the archives."""
    found = {}
    for path in sorted(plan.KEPT.glob("hamiltonians_sige*.npz")):
        kept = files.read_arrays(path, ("cpu_s", "numbers"))
        found[str(kept["numbers"].shape[1])] = float(np.median(kept["cpu_s"]))
    return found


def _timed(made: Any, loaded: Mapping, cutoff: float, settings: Mapping) -> dict[str, Any]:
    spent = []
    for _ in range(settings["timing"]["times"] + 1):  # the first one starts the libraries
        begin = time.perf_counter()
        found = edges(made, cutoff)
        listed = time.perf_counter() - begin
        bound = settings["collinear_sin_min"]
        _, parts = prediction.of_edges(
            made, found, loaded["forward"], loaded["backward"], "paper", bound
        )
        total = time.perf_counter() - begin
        spent.append({"neighbours": listed, **parts, "total": total})
    median = {key: float(np.median([one[key] for one in spent[1:]])) for key in spent[0]}
    counts = {"atoms": len(made), "edges": len(found), "elements": 169 * len(found)}
    return {**counts, **median}
