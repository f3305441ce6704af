"""Algorithm 1 in numbers: by which case frames are decided, and which of them turn along."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from scipy.spatial.transform import Rotation

from hamlearn.hamiltonians.frames import CASES, RULES, LocalFrames, decided
from hamlearn.hamiltonians.graph import Edges, edges, from_pairs
from hamlearn.study import Inputs

LARGEST = 200
"""Atoms of the structures that are rotated."""
SAME = 1e-6
"""Largest difference of frames that are equal."""


def summarise(inputs: Inputs, settings: Mapping[str, Any]) -> pd.DataFrame:
    """Return how often each case decides, a row for each ensemble, rule and case that occurs.

    Returns
    -------
    DataFrame
        ensemble, atoms, rule (paper, invariant), case, edges (of the first structure),
        share of all edges, searched (share of these whose v2 was chosen by find_v2), follow (share
        of these whose frame and group turn with the structure, mean over random rotations).
    """
    tables = []
    for name, drawn in inputs.drawn.items():
        structure = drawn.structure(0)
        found = edges(structure, drawn.solved.cutoff)
        for rule in RULES:
            frames, how = decided(found, rule, settings["collinear_sin_min"])
            turns = settings["covariance"]["rotations"] if found.atoms <= LARGEST else 1
            follow = _follow(structure, found, frames, rule, settings, turns)
            table = pd.DataFrame({"case": how.case, "searched": how.searched, "follow": follow})
            grouped = table.groupby("case")
            rows = grouped.mean().assign(edges=grouped.size(), share=grouped.size() / len(found))
            rows = rows.reset_index().assign(ensemble=name, atoms=found.atoms, rule=rule)
            tables.append(rows.assign(case=[CASES[n] for n in rows["case"]]))
    columns = ["ensemble", "atoms", "rule", "case", "edges", "share", "searched", "follow"]
    return pd.concat(tables, ignore_index=True)[columns]


def _follow(
    structure: Any, found: Edges, frames: LocalFrames, rule: str, settings: Mapping, number: int
) -> np.ndarray:
    """Return in what share of random rotations the frame of each edge turns with it, (E,)."""
    total = np.zeros(len(found))
    for turn in Rotation.random(number, random_state=1).as_matrix():
        turned = rotated(structure, turn)
        same = from_pairs(turned, found.first, found.second, found.cell, found.cutoff)
        other, _ = decided(same, rule, settings["collinear_sin_min"])
        equal = np.abs(other.rotation @ turn - frames.rotation).max(axis=(1, 2)) < SAME
        total += equal & (other.forward == frames.forward)
    return total / number


def rotated(structure: Any, turn: np.ndarray) -> Any:
    """Return a structure with its cell rotated by a matrix (3, 3)."""
    found = structure.copy()
    found.set_cell(structure.cell.array @ turn.T)
    found.positions = structure.positions @ turn.T
    return found
