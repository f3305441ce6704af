r"""Overlaps of the basis for any structure, exactly, from tables of two-centre integrals.

In the projector augmented-wave method

.. math::

    s_{ij} = O(\mathbf v_{ij})
    + \sum_a P_a(\mathbf v_{ai})^T \, \Delta S_a \, P_a(\mathbf v_{aj}),

with overlaps O of two orbitals and P of projectors of the atom a with orbitals. The tables give
both along z against distance; scripts/hamiltonians/overlaps.py makes them.
"""

import functools
from pathlib import Path

import ase
import numpy as np
from scipy.interpolate import CubicSpline

from hamlearn import files
from hamlearn.hamiltonians.graph import Edges
from hamlearn.hamiltonians.rotations import ORBITALS, SHELLS, wigner
from hamlearn.hamiltonians.synthetic import bond_frames

TABLES = Path(__file__).parents[3] / "data" / "hamiltonians_overlaps.npz"
NEGLIGIBLE = 1e-12


@functools.cache
def _tables(path: Path) -> dict[str, np.ndarray]:
    return files.read_arrays(path, ("step",))


@functools.cache
def _spline(path: Path, name: str) -> tuple[CubicSpline, float]:
    """Return a table as a function of the distance in Å, and where it ends."""
    known = _tables(path)
    values = known[name]
    distance = np.arange(len(values)) * float(known["step"])
    reach = np.flatnonzero(np.abs(values).max(axis=(1, 2)) > NEGLIGIBLE)[-1] + 1
    return CubicSpline(distance, values), float(distance[min(reach, len(distance) - 1)])


def elements(path: Path = TABLES) -> tuple[tuple[int, ...], ...]:
    """Return the atomic numbers that tables know, those that go together in one group."""
    known = [name.split("_")[1:] for name in _tables(path) if name.startswith("overlap_")]
    groups = {z: tuple(sorted(int(b) for a, b in known if a == z)) for z in (a for a, _ in known)}
    return tuple(sorted(set(groups.values())))


def reach(name: str, path: Path = TABLES) -> float:
    """Return the distance in Å beyond which a table is zero."""
    return _spline(path, name)[1]


def overlap(structure: ase.Atoms, edges: Edges, path: Path = TABLES) -> np.ndarray:
    """Return the blocks s of the edges of a structure, (E, 13, 13).

    Raises ValueError for elements, or elements together, that there are no tables of.
    """
    numbers = structure.numbers
    _check(numbers, path)
    found = np.zeros((len(edges), ORBITALS, ORBITALS))
    turn = wigner(bond_frames(np.where(edges.onsite[:, None], [0, 0, 1.0], edges.vector)))
    for z1, z2, rows in _by_elements(numbers, edges):
        spline, _ = _spline(path, f"overlap_{z1}_{z2}")
        found[rows] = np.swapaxes(turn[rows], 1, 2) @ spline(edges.length[rows]) @ turn[rows]
    _augment(found, numbers, edges, turn, path)
    return found


def _check(numbers: np.ndarray, path: Path) -> None:
    groups = elements(path)
    if not any(set(numbers.tolist()) <= set(group) for group in groups):
        from ase.data import chemical_symbols

        given = ", ".join(sorted({chemical_symbols[z] for z in numbers}))
        known = " or ".join(" and ".join(chemical_symbols[z] for z in g) for g in groups)
        raise ValueError(f"elements {given}: overlaps are known of {known}")


def _by_elements(numbers: np.ndarray, edges: Edges):
    first, second = numbers[edges.first], numbers[edges.second]
    for z1, z2 in sorted(set(zip(first.tolist(), second.tolist(), strict=True))):
        yield z1, z2, np.flatnonzero((first == z1) & (second == z2))


def _augment(
    found: np.ndarray, numbers: np.ndarray, edges: Edges, turn: np.ndarray, path: Path
) -> None:
    """Add what the projectors of every atom a give to all pairs of orbitals around it."""
    keys = _Keys(edges)
    projected = _projected(numbers, edges, turn, path)
    for a in range(edges.atoms):
        rows, values = projected[a]
        corrected = _tables(path)[f"augmentation_{numbers[a]}"] @ values
        left, right = np.meshgrid(np.arange(len(rows)), np.arange(len(rows)), indexing="ij")
        left, right = left.ravel(), right.ravel()
        i, j = edges.second[rows[left]], edges.second[rows[right]]
        place = keys.find(i, j, edges.cell[rows[right]] - edges.cell[rows[left]])
        inside = place >= 0
        left, right, place = left[inside], right[inside], place[inside]
        np.add.at(found, place, np.swapaxes(values[left], 1, 2) @ corrected[right])


def _projected(
    numbers: np.ndarray, edges: Edges, turn: np.ndarray, path: Path
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return of each atom the edges that its projectors reach, and P of these, (n, I, 13)."""
    parts: list[list] = [[] for _ in range(edges.atoms)]
    for z1, z2, rows in _by_elements(numbers, edges):
        spline, reach = _spline(path, f"projector_{z1}_{z2}")
        rows = rows[edges.length[rows] < reach]
        momenta = tuple(_tables(path)[f"momenta_{z1}"].tolist())
        back = _turn_of(momenta, edges.vector[rows], edges.onsite[rows])
        values = np.swapaxes(back, 1, 2) @ spline(edges.length[rows]) @ turn[rows]
        for a in np.unique(edges.first[rows]):
            chosen = edges.first[rows] == a
            parts[a].append((rows[chosen], values[chosen]))
    return [tuple(np.concatenate(part) for part in zip(*found, strict=True)) for found in parts]


def _turn_of(momenta: tuple[int, ...], vector: np.ndarray, onsite: np.ndarray) -> np.ndarray:
    if momenta == SHELLS or max(momenta) <= 2:
        return wigner(bond_frames(np.where(onsite[:, None], [0, 0, 1.0], vector)), momenta)
    raise ValueError(f"projectors of angular momenta {momenta}: expected 2 at most")


class _Keys:
    """Numbers of edges by (i, j, n)."""

    def __init__(self, edges: Edges):
        self.bound = int(np.abs(edges.cell).max()) + 1
        self.atoms = edges.atoms
        self.keys = self._key(edges.first, edges.second, edges.cell)

    def _key(self, i: np.ndarray, j: np.ndarray, n: np.ndarray) -> np.ndarray:
        width = 2 * self.bound + 1
        key = i * self.atoms + j
        for axis in range(3):
            key = key * width + np.clip(n[:, axis], -self.bound, self.bound) + self.bound
        return key

    def find(self, i: np.ndarray, j: np.ndarray, n: np.ndarray) -> np.ndarray:
        """Return the edges, −1 where there is none."""
        key = self._key(i, j, n)
        place = np.minimum(np.searchsorted(self.keys, key), len(self.keys) - 1)
        beyond = (np.abs(n) >= self.bound).any(axis=1)
        return np.where((self.keys[place] == key) & ~beyond, place, -1)
