"""One pair of atoms through one network, for Figs. 1 to 3."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from hamlearn.dataset import Dataset
from hamlearn.hamiltonians import blocks, networks
from hamlearn.hamiltonians.layers import WINDOWS
from hamlearn.hamiltonians.training import graphs_of
from hamlearn.learning import training
from hamlearn.learning.layers import kind, times
from hamlearn.study import Inputs

FILTERS = 2
"""That are drawn."""


def summarise(inputs: Inputs, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the layers of the forward network, and what it makes of one pair of near atoms.

    Returns
    -------
    dict
        layers (name, type, shape of the output without its first axis, parameters), gaussians
        (number, cutoff,
        variance), pair: positions of the atoms around, the axes of the frame, neighbours (K, 25),
        feature maps of two filters of each window, true and predicted local blocks, whether the
        edge is forward; onsite: true block.
    """
    training.configure(threads=1, seed=0)
    runs = {run.target: run for run in inputs.runs.values()}
    pair = [networks.load(inputs.trained[runs[t].name, 0]) for t in ("forward", "backward")]
    run = runs["forward"]
    known = Dataset(run.trained_on, inputs.drawn[run.trained_on])
    (graph,) = graphs_of(run, known, slice(0, 1), settings)
    edge = _chosen(graph)
    reverse = int(graph.edges.reverse[edge])
    said = _local(pair, graph)
    gaussians = pair[0].get_layer("gaussians")
    found = {
        "edge": [int(graph.edges.first[edge]), int(graph.edges.second[edge])],
        "length": float(graph.edges.length[edge]),
        "axes": graph.frames.rotation[edge].tolist(),
        "around": [_around(graph, edge, end) for end in ("first", "second")],
        "neighbours": graph.inputs["neighbours"][edge].tolist(),
        "maps": _maps(pair[0], graph.inputs["neighbours"][edge]),
        "true": graph.local[edge].tolist(),
        "true_reverse": graph.local[reverse].tolist(),
        "predicted": said[edge].tolist(),
        "onsite": graph.local[int(np.flatnonzero(graph.edges.onsite)[0])].tolist(),
    }
    return {
        "layers": [_described(layer) for layer in pair[0].layers],
        "parameters": [int(network.count_params()) for network in pair],
        "fan_out": sum("sides" in names(layer) for layer in _interactions(pair[0])),
        "gaussians": [gaussians.number, gaussians.cutoff, gaussians.variance],
        "pair": found,
    }


def _described(layer: Any) -> dict[str, Any]:
    import keras

    shape = keras.tree.flatten(layer.output)[0].shape[1:]
    counts = {"output_shape": times(shape), "parameters": int(layer.count_params())}
    return {"layer": layer.name, "type": kind(layer), **counts}


def _interactions(network: Any) -> list:
    return [layer for layer in network.layers if layer.name.startswith("interaction")]


def names(layer: Any) -> list[str]:
    """Return the names of the layers whose output a layer takes."""
    import keras

    return [tensor._keras_history.operation.name for tensor in keras.tree.flatten(layer.input)]


def _chosen(graph: Any) -> int:
    """Return a forward edge between nearest neighbours."""
    length = np.where(graph.frames.forward & ~graph.edges.onsite, graph.edges.length, np.inf)
    return int(length.argmin())


def _around(graph: Any, edge: int, end: str) -> list:
    """Return the vectors to the four nearest neighbours of one end of an edge."""
    edges = graph.edges
    atom = getattr(edges, end)[edge]
    rows = np.flatnonzero((edges.first == atom) & ~edges.onsite)
    rows = rows[np.argsort(edges.length[rows])][:4]
    start = np.zeros(3) if end == "first" else edges.vector[edge]
    return [start.tolist(), *(start + edges.vector[rows]).tolist()]


def _maps(network: Any, neighbours: np.ndarray) -> dict[str, list]:
    """Return tanh of the maps of the first filters, by window: (positions, filters)."""
    layer, found = network.get_layer("text_cnn"), {}
    for window, (kernel, bias) in zip(WINDOWS, layer.kernels, strict=True):
        kernel, bias = np.asarray(kernel)[..., :FILTERS], np.asarray(bias)[:FILTERS]
        places = range(len(neighbours) - window + 1)
        rows = [np.einsum("wy,wyf->f", neighbours[p : p + window], kernel) + bias for p in places]
        found[str(window)] = np.tanh(rows).tolist()
    return found


def _local(pair: list, graph: Any) -> np.ndarray:
    values = [
        np.asarray(network.predict_on_batch(graph.given(target)), dtype=float)
        for network, target in zip(pair, ("forward", "backward"), strict=True)
    ]
    whole = blocks.assemble(*values, graph.edges, graph.frames)
    return blocks.to_local(whole, graph.frames.rotation)
