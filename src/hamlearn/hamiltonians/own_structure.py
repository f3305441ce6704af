"""Structures of a user: which networks serve them, and how far they are from the training set."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import ase
import numpy as np
from ase.data import chemical_symbols

from hamlearn import trained
from hamlearn.hamiltonians import plan
from hamlearn.hamiltonians.ensemble import Ensemble
from hamlearn.hamiltonians.graph import Edges, edges

ELEMENTS = {plan.GRAPHENE: (6,), plan.SIGE: (14, 32)}
TOO_CLOSE = 0.6
"""Of the shortest distance in training: closer atoms are an error."""


@dataclass(frozen=True)
class Known:
    """What structures of a training set are like: ranges, in Å and numbers.

    `nearest` by pair of atomic numbers: shortest and longest distance of nearest neighbours;
    `count`: fewest and most neighbours within the cutoff.
    """

    cutoff: float
    nearest: Mapping[tuple[int, int], tuple[float, float]]
    count: tuple[int, int]


def read(path: str | Path) -> ase.Atoms:
    """Read a structure in any format of ASE, the last one of a trajectory.

    Raises ValueError for a file that cannot be read.
    """
    from ase.io import read as read_structure

    try:
        found = read_structure(str(path))
    except FileNotFoundError:
        raise
    except Exception as error:  # each format raises its own
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise ValueError(f"{path}: not a structure that ASE reads: {reason}") from error
    if not len(found):
        raise ValueError(f"{path}: no atoms in it")
    if not any(found.pbc) or found.cell.rank < sum(found.pbc):
        raise ValueError(f"{path}: no periodic cell; bands and H(R) need lattice vectors")
    return found


def material(structure: ase.Atoms) -> str:
    """Return which networks serve a structure; raise ValueError for other elements."""
    given = set(structure.numbers.tolist())
    for name, numbers in ELEMENTS.items():
        if given <= set(numbers):
            return name
    words = ", ".join(chemical_symbols[z] for z in sorted(given))
    raise ValueError(f"elements {words}: networks were trained on C alone, or on Si and Ge")


def known(samples: Ensemble, cutoff: float) -> Known:
    """Return what the structures of an ensemble are like, with neighbours up to a cutoff in Å."""
    nearest: dict[tuple[int, int], tuple[float, float]] = {}
    counts = []
    for number in range(len(samples)):
        structure = samples.structure(number)
        found = edges(structure, cutoff)
        counts.append(neighbours_of(found))
        for pair, length in bonds(structure, found).items():
            low, high = nearest.get(pair, (np.inf, 0.0))
            nearest[pair] = min(low, length.min()), max(high, length.max())
    every = np.concatenate(counts)
    return Known(cutoff, nearest, (int(every.min()), int(every.max())))


def neighbours_of(found: Edges) -> np.ndarray:
    """Return the number of neighbours of each atom within the cutoff, (N,)."""
    return np.bincount(found.first, minlength=found.atoms) - 1


def bonds(structure: ase.Atoms, found: Edges) -> dict[tuple[int, int], np.ndarray]:
    """Return the distance of each atom from its nearest neighbour, by pair of atomic numbers."""
    length = np.where(found.onsite, np.inf, found.length)
    order = np.lexsort((length, found.first))
    first = order[np.searchsorted(found.first[order], np.arange(found.atoms))]
    ends = structure.numbers[found.first[first]], structure.numbers[found.second[first]]
    pairs = np.sort(np.column_stack(ends), axis=1)
    return {
        tuple(pair.tolist()): length[first][(pairs == pair).all(axis=1)]
        for pair in np.unique(pairs, axis=0)
    }


def unlike(structure: ase.Atoms, found: Edges, known: Known) -> list[str]:
    """Return how far a structure is from those of the training set, a line for each difference.

    Raises ValueError for atoms closer than `TOO_CLOSE` of the shortest distance in training.
    """
    shortest = min(low for low, _ in known.nearest.values())
    length = np.where(found.onsite, np.inf, found.length)
    if length.min() < TOO_CLOSE * shortest:
        n = int(length.argmin())
        words = f"{length[n]:.2f} Å apart, in training at least {shortest:.2f} Å"
        raise ValueError(f"atoms {found.first[n]} and {found.second[n]} are {words}")
    notes = []
    for pair, values in bonds(structure, found).items():
        name = "-".join(chemical_symbols[z] for z in pair)
        if pair not in known.nearest:
            what = f"{len(values)} nearest distances {name}"
            notes.append(trained.unseen(what, "none", f"all of {values.min():.3f} Å or more"))
            continue
        low, high = known.nearest[pair]
        off = np.maximum(low - values, values - high)
        if off.max() > 0:
            what = f"{(off > 0).sum()} of {len(values)} nearest distances {name}"
            seen = f"{low:.3f} to {high:.3f} Å"
            notes.append(trained.unseen(what, seen, f"up to {off.max():.3f} Å"))
    count, (fewest, most) = neighbours_of(found), known.count
    off = np.maximum(fewest - count, count - most)
    if off.max() > 0:
        what = f"neighbours within {known.cutoff:g} Å of {(off > 0).sum()} of {len(count)} atoms"
        notes.append(trained.unseen(what, f"{fewest} to {most}", f"up to {off.max()}"))
    return notes
