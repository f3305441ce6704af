"""Hamiltonians of any structure from a forward and a backward network."""

import time
from typing import TYPE_CHECKING

import ase
import numpy as np

from hamlearn.hamiltonians import graphs
from hamlearn.hamiltonians.blocks import assemble
from hamlearn.hamiltonians.descriptors import Rows
from hamlearn.hamiltonians.frames import local
from hamlearn.hamiltonians.graph import Edges, edges

if TYPE_CHECKING:
    import keras

GIVEN = ("numbers", "first", "second", "length", "row_first", "row_second", "asked")
"""Inputs of a network besides the neighbours."""
AT_ONCE = 20_000
"""Rows of neighbours in memory."""


def blocks(
    structure: ase.Atoms,
    forward: "keras.Model",
    backward: "keras.Model",
    cutoff: float,
    tie_rule: str = "paper",
    collinear_sin_min: float = 1e-3,
) -> np.ndarray:
    """Return the blocks (E, 13, 13) of a structure, in eV, those of :func:`graph.edges`.

    `forward` and `backward` are networks with 91 and 78 outputs; cutoff in Å. Raises ValueError as
    :func:`graph.edges` and :func:`frames.local`.
    """
    found = edges(structure, cutoff)
    return of_edges(structure, found, forward, backward, tie_rule, collinear_sin_min)[0]


def of_edges(
    structure: ase.Atoms,
    found: Edges,
    forward: "keras.Model",
    backward: "keras.Model",
    tie_rule: str = "paper",
    collinear_sin_min: float = 1e-3,
) -> tuple[np.ndarray, dict[str, float]]:
    """Return the blocks of known edges, and the seconds that frames, networks and assembly took."""
    begin = time.perf_counter()
    frames = local(found, tie_rule, collinear_sin_min)
    framed = time.perf_counter()
    networks = {graphs.FORWARD: forward, graphs.BACKWARD: backward}
    rows = Rows(found, frames, forward.get_layer("text_cnn").input[0].shape[1])
    sides = _sides(rows, found, frames.rotation, networks)
    asked = {graphs.FORWARD: np.flatnonzero(frames.forward)}
    asked[graphs.BACKWARD] = np.flatnonzero(~frames.forward)
    values = []
    for name, network in networks.items():
        given = _given(structure, found, sides[name], asked[name])
        values.append(np.asarray(_rest(network)(given, training=False), dtype=float))
    applied = time.perf_counter()
    whole = assemble(*values, found, frames)
    end = time.perf_counter()
    spent = {"frames": framed - begin, "networks": applied - framed, "assembly": end - applied}
    return whole, spent


def _sides(
    rows: Rows, found: Edges, rotation: np.ndarray, networks: dict[str, "keras.Model"]
) -> dict[str, np.ndarray]:
    """Return the features of the first side of every edge, (E, width), of each network."""
    parts: dict[str, list] = {name: [] for name in networks}
    applied = {name: _side(network) for name, network in networks.items()}
    for start in range(0, len(found), AT_ONCE):
        part = slice(start, start + AT_ONCE)
        atoms = found.first[part]
        given = [rows.of(atoms, rotation[part]), rows.count[atoms].astype(np.int32)]
        for name, network in applied.items():
            parts[name].append(np.asarray(network(given, training=False)))
    return {name: np.concatenate(found) for name, found in parts.items()}


def _side(network: "keras.Model") -> "keras.Model":
    import keras

    return keras.Model(network.get_layer("text_cnn").input, network.get_layer("side").output)


def _rest(network: "keras.Model") -> "keras.Model":
    """Return the network from the arrays of :func:`_given` to the elements."""
    import keras

    inputs = {layer.name: layer.output for layer in network.layers if layer.name in GIVEN}
    side = network.get_layer("side").output
    return keras.Model([*(inputs[name] for name in GIVEN), side], network.output)


def _given(
    structure: ase.Atoms, found: Edges, side: np.ndarray, asked: np.ndarray
) -> list[np.ndarray]:
    whole = {"numbers": structure.numbers, "first": found.first, "second": found.second}
    whole |= {"row_first": np.arange(len(found)), "row_second": found.reverse, "asked": asked}
    arrays = {name: value.astype(np.int32) for name, value in whole.items()}
    arrays["length"] = found.length.astype(np.float32)
    return [*(arrays[name] for name in GIVEN), side]
