"""Edges of a structure: the ordered pairs of atoms whose blocks of the Hamiltonian are not zero."""

from dataclasses import dataclass

import ase
import numpy as np
from vesin import NeighborList

NEAREST = 0.1
"""Two atoms that are closer are an error in the structure, in Å."""


@dataclass(frozen=True)
class Edges:
    """Ordered atom pairs (i; j, n) with |v| <= cutoff, on-site pairs included.

    They are sorted by (i, j, n1, n2, n3).

    Attributes
    ----------
    first, second : (E,) int64
        Atoms i (rows of a block) and j (columns).
    cell : (E, 3) int64
        n of R = n · lattice, for positions as given (not wrapped).
    vector, length : (E, 3), (E,)
        v = τ_j + R − τ_i and |v| in Å, zero on site.
    reverse : (E,) int64
        Index of the edge (j; i, −n); an on-site edge is its own.
    cutoff : float
        In Å.
    """

    first: np.ndarray
    second: np.ndarray
    cell: np.ndarray
    vector: np.ndarray
    length: np.ndarray
    reverse: np.ndarray
    cutoff: float

    def __len__(self) -> int:
        return len(self.first)

    @property
    def atoms(self) -> int:
        """Number of atoms N; each has its on-site edge."""
        return int(self.first[-1]) + 1

    @property
    def onsite(self) -> np.ndarray:
        """Which edges are on site, (E,) bool."""
        return self.length == 0


def edges(structure: ase.Atoms, cutoff: float) -> Edges:
    """Return the edges of a structure within a cutoff in Å; images of an atom itself count.

    Raises ValueError for a cutoff that is not positive, no atoms, positions that are not finite,
    and two atoms closer than `NEAREST`.
    """
    _check(structure, cutoff)
    atoms, periodic = np.arange(len(structure)), [bool(axis) for axis in structure.pbc]
    box = np.array(structure.cell) if any(periodic) else np.zeros((3, 3))
    i, j, shift = NeighborList(cutoff=cutoff, full_list=True).compute(
        structure.positions, box, periodic, quantities="ijS"
    )
    first, second = (np.concatenate([part.astype(np.int64), atoms]) for part in (i, j))
    cell = np.concatenate([shift.astype(np.int64), np.zeros((len(atoms), 3), np.int64)])
    order = np.lexsort((*cell.T[::-1], second, first))
    first, second, cell = first[order], second[order], cell[order]
    found = from_pairs(structure, first, second, cell, cutoff)
    apart = np.where(found.onsite, np.inf, found.length)
    if apart.min() < NEAREST:
        n = int(apart.argmin())
        raise ValueError(
            f"atoms {first[n]} and {second[n]} are {apart[n]:.3g} Å apart, "
            f"expected {NEAREST:g} Å or more"
        )
    return found


def from_pairs(
    structure: ase.Atoms, first: np.ndarray, second: np.ndarray, cell: np.ndarray, cutoff: float
) -> Edges:
    """Return the edges of index arrays that are sorted, and contain each pair both ways."""
    step = structure.positions[second] - structure.positions[first]
    vector = step + cell @ np.array(structure.cell)
    length = np.linalg.norm(vector, axis=1)
    backwards = np.lexsort((*-cell.T[::-1], first, second))
    reverse = np.empty(len(first), np.int64)
    reverse[backwards] = np.arange(len(first))
    return Edges(first, second, cell, vector, length, reverse, float(cutoff))


def _check(structure: ase.Atoms, cutoff: float) -> None:
    if not (np.isfinite(cutoff) and cutoff > 0):
        raise ValueError(f"cutoff = {cutoff}: expected a length above 0 Å")
    if not len(structure):
        raise ValueError("no atoms in the structure")
    if not np.isfinite(structure.positions).all():
        raise ValueError("positions that are not finite numbers")
    if any(structure.pbc) and abs(structure.cell.volume) == 0 and all(structure.pbc):
        raise ValueError("a periodic structure whose cell has no volume")
