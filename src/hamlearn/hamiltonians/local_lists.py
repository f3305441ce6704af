"""Local structures told apart by lists of dot products, eq. (7), and when new ones cease."""

from collections.abc import Mapping
from typing import Any

import ase
import numpy as np
import pandas as pd

from hamlearn import seeds
from hamlearn.hamiltonians import structures
from hamlearn.hamiltonians.graph import edges
from hamlearn.hamiltonians.neighbours import neighbours
from hamlearn.study import Inputs

ARRANGEMENTS = ("ABAB", "AABB")
"""Fig. 6(a): elements of four neighbours around an atom, one after another."""


def in_plane(kinds: str) -> list[int]:
    """Return the list of an atom with four neighbours at ±x and ±y, in turn of these elements."""
    places = np.array([[1, 0], [0, 1], [-1, 0], [0, -1]])
    letters = np.array(list(kinds))
    return np.sort(places[letters == "A"] @ places[letters == "B"].T, axis=None).tolist()


def local_lists(structure: ase.Atoms, number: int, species: bool = False) -> list[tuple[int, ...]]:
    """Return the list of each atom of an unrelaxed Si/Ge alloy.

    Dot products of all pairs of one neighbour of either element out of the `number` nearest, in
    ascending order, in units of (a/4)²; with `species` after the element of the atom.
    """
    unit = structures.SIGE / 4
    near = neighbours(edges(structure, 7.41))
    vectors = np.round(near.vector[:, :number] / unit).astype(int)
    kinds = structure.numbers[_ends(structure, near)[:, :number]]
    found = []
    for atom, (vector, kind) in enumerate(zip(vectors, kinds, strict=True)):
        products = vector[kind == 14] @ vector[kind == 32].T
        first = (int(structure.numbers[atom]),) if species else ()
        found.append(first + tuple(np.sort(products, axis=None).tolist()))
    return found


def _ends(structure: ase.Atoms, near: Any) -> np.ndarray:
    return edges(structure, 7.41).second[near.edge]


def summarise(inputs: Inputs, settings: Mapping[str, Any]) -> pd.DataFrame:
    """Return how many lists are known after each random structure.

    Returns
    -------
    DataFrame
        neighbours, trial (from 1), lists (known after it), kept (structures with a new list).
    """
    part, rows = settings["lists"], []
    for number in part["neighbours"]:
        known: set[tuple[int, ...]] = set()
        kept = without = 0
        for trial in range(1, part["trials"] + 1):
            seed = seeds.seed(inputs.root_seed, "lists", number, trial)
            made = structures.alloy(tuple(part["repeats"]), np.random.default_rng(seed))
            new = set(local_lists(made, number)) - known
            known |= new
            kept += bool(new)
            without = 0 if new else without + 1
            rows.append({"neighbours": number, "trial": trial, "lists": len(known), "kept": kept})
            if without == part["patience"]:
                break
    return pd.DataFrame(rows)
