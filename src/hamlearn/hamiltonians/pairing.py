"""Whole Hamiltonians out of the predictions of a forward and a backward network."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from hamlearn.dataset import Dataset
from hamlearn.hamiltonians import archive, blocks, graphs
from hamlearn.hamiltonians.training import graphs_of
from hamlearn.study import Inputs, Run

FORWARD, BACKWARD = graphs.FORWARD, graphs.BACKWARD


@dataclass(frozen=True)
class Assembled:
    """One test structure: blocks (E, 13, 13) in the global frame, predicted and true, in eV."""

    method: str
    ensemble: str
    sample: int
    seed: int
    graph: graphs.Graph
    predicted: np.ndarray
    true: np.ndarray


def couples(runs: Mapping[str, Run]) -> list[tuple[str, Run, Run]]:
    """Return (method, forward run, backward run) of networks that belong together."""
    found = []
    for run in runs.values():
        partner = run.name.removesuffix(FORWARD) + BACKWARD
        if run.target == FORWARD and run.name.endswith(FORWARD) and partner in runs:
            method = "ours" if run.family == "own" else "paper"
            found.append((method, run, runs[partner]))
    return found


def assembled(inputs: Inputs, settings: Mapping[str, Any]) -> Iterator[Assembled]:
    """Yield every test structure with its Hamiltonian from predictions of both networks."""
    data = {name: Dataset(name, drawn) for name, drawn in inputs.drawn.items()}
    for method, forward, backward in couples(inputs.runs):
        both = [of_run(inputs.predicted, run.name) for run in (forward, backward)]
        for ensemble, seed, sample in sorted(set(both[0]) & set(both[1])):
            known = data[ensemble]
            (graph,) = graphs_of(forward, known, slice(sample, sample + 1), settings)
            parts = [
                table[ensemble, seed, sample].reshape(-1, graphs.OUTPUTS[run.target])
                for run, table in zip((forward, backward), both, strict=True)
            ]
            predicted = blocks.assemble(*parts, graph.edges, graph.frames)
            true = archive.whole(known.ensemble.hamiltonian(sample), graph.edges)
            yield Assembled(method, ensemble, sample, seed, graph, predicted, true)


def of_run(predicted: Any, run: str) -> dict[tuple[str, int, int], np.ndarray]:
    """Return the predictions of a run by ensemble, seed and sample, in their order."""
    table = predicted[predicted["run"] == run]
    grouped = table.groupby(["ensemble", "seed", "sample"], sort=False)
    return {
        (ensemble, int(seed), int(sample)): part["predicted"].to_numpy(dtype=float)
        for (ensemble, seed, sample), part in grouped
    }
