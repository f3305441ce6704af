"""One structure as a graph: what networks are given, and what they are asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import ase
import numpy as np

from hamlearn.hamiltonians import archive, blocks, frames
from hamlearn.hamiltonians.descriptors import Rows
from hamlearn.hamiltonians.graph import Edges, edges

FORWARD, BACKWARD, BOTH, WHOLE = "forward", "backward", "both", "whole"
"""What a network gives: upper triangles of the forward edges; strict ones of the backward edges;
upper triangles of both edges of a pair, with the input of the forward one; whole blocks."""
OUTPUTS = {FORWARD: 91, BACKWARD: 78, BOTH: 91, WHOLE: 169}
DEEPH = "deeph"
"""As a rule of frames: those of :func:`hamlearn.hamiltonians.frames.list_order`."""


@dataclass(frozen=True)
class Graph:
    """A structure with its edges, frames and, where they are known, local blocks (E, 13, 13)."""

    structure: ase.Atoms
    edges: Edges
    frames: frames.LocalFrames
    inputs: Mapping[str, np.ndarray]
    local: np.ndarray | None = None

    def asked(self, target: str) -> np.ndarray:
        """Return the edges that a network of a target is asked for, (F,)."""
        forward = np.flatnonzero(self.frames.forward)
        if target == BOTH:
            pairs = forward[~self.edges.onsite[forward]]
            return np.concatenate([forward, pairs])
        chosen = {FORWARD: self.frames.forward, BACKWARD: ~self.frames.forward}
        return np.flatnonzero(chosen.get(target, np.ones(len(self.edges), bool)))

    def values(self, target: str) -> np.ndarray:
        """Return the elements that a network of a target shall give, (F, outputs), in eV."""
        asked = self.asked(target)
        if target == BOTH:
            number = int(self.frames.forward.sum())
            asked = np.concatenate([asked[:number], self.edges.reverse[asked[number:]]])
        chosen = self.local[asked]
        if target == WHOLE:
            return chosen.reshape(len(chosen), -1)
        return chosen[:, *(blocks.STRICT if target == BACKWARD else blocks.UPPER)]

    def given(self, target: str) -> dict[str, np.ndarray]:
        """Return all inputs of a network of a target."""
        return {**self.inputs, "asked": self.asked(target).astype(np.int32)}


def build(
    structure: ase.Atoms,
    cutoff: float,
    rule: str,
    number: int,
    *,
    collinear_sin_min: float = 1e-3,
    seed: int = 0,
    hamiltonian: np.ndarray | None = None,
) -> Graph:
    """Return a structure as a graph.

    Parameters
    ----------
    rule : {"paper", "invariant", "deeph"}
        Of the frames.
    number : int
        Neighbours of an atom that networks see.
    seed : int
        Of the ties of DeepH's frames.
    hamiltonian : (P, 13, 13), optional
        Blocks of the pairs, as an ensemble has them, in eV.
    """
    found = edges(structure, cutoff)
    if rule == DEEPH:
        axes = frames.list_order(found, seed)
    else:
        axes = frames.local(found, rule, collinear_sin_min)
    local = None
    if hamiltonian is not None:
        local = blocks.to_local(archive.whole(hamiltonian, found), axes.rotation)
    return Graph(structure, found, axes, _inputs(structure, found, axes, number), local)


def _inputs(
    structure: ase.Atoms, found: Edges, axes: frames.LocalFrames, number: int
) -> dict[str, np.ndarray]:
    rows, edge = Rows(found, axes, number), np.arange(len(found))
    atoms, rotation, row_second = found.first, axes.rotation, found.reverse
    if not rows.shared:  # the second atom has another frame, as seen from the reverse edge
        atoms = np.concatenate([found.first, found.second])
        rotation, row_second = np.concatenate([rotation, rotation]), edge + len(edge)
    whole: dict[str, Any] = {
        "numbers": structure.numbers,
        "first": found.first,
        "second": found.second,
        "count": rows.count[atoms],
        "row_first": edge,
        "row_second": row_second,
    }
    arrays = {name: value.astype(np.int32) for name, value in whole.items()}
    arrays["length"] = found.length.astype(np.float32)
    arrays["neighbours"] = rows.of(atoms, rotation)
    return arrays
