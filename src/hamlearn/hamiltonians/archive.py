"""Structures with their Hamiltonians from DFT, kept small in one checksummed file for each set.

Of each pair of atoms one block is kept, turned so that the bond is along z, as whole numbers of
`STEP` eV, a fraction of the noise of the grid. Overlaps are computed anew (:mod:`overlaps`).
"""

import lzma
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import ase
import numpy as np

from hamlearn import files
from hamlearn.hamiltonians.blocks import from_local, to_local
from hamlearn.hamiltonians.graph import Edges, edges
from hamlearn.hamiltonians.overlaps import overlap
from hamlearn.hamiltonians.rotations import ORBITALS
from hamlearn.hamiltonians.synthetic import bond_frames

STEP = 5e-5
"""In which blocks are kept, in eV."""
ARRAYS = ("positions", "numbers", "cell", "pbc", "cutoff", "blocks", "pairs", "fermi", "frame")


@dataclass(frozen=True)
class Solved:
    """Structures of one set, A atoms each, and the blocks of one edge of each pair.

    Attributes
    ----------
    positions, numbers : (n, A, 3) in Å, (n, A)
    cell, pbc, cutoff : (3, 3) in Å, (3,), Å
    blocks : list of n arrays (P, 13, 13)
        In eV, those of :func:`pairs_of`.
    fermi : (n,)
        In eV.
    frame : (n,)
        Place in time, or number.
    """

    positions: np.ndarray
    numbers: np.ndarray
    cell: np.ndarray
    pbc: np.ndarray
    cutoff: float
    blocks: Sequence[np.ndarray]
    fermi: np.ndarray
    frame: np.ndarray

    def __len__(self) -> int:
        return len(self.positions)

    def structure(self, index: int) -> ase.Atoms:
        """Return one structure."""
        of_cell = {"cell": self.cell, "pbc": self.pbc}
        return ase.Atoms(numbers=self.numbers[index], positions=self.positions[index], **of_cell)


def pairs_of(found: Edges) -> np.ndarray:
    """Return one edge of each pair, the first of both, and those on site: numbers (P,)."""
    number = np.arange(len(found))
    return number[number <= found.reverse]


def whole(blocks: np.ndarray, found: Edges) -> np.ndarray:
    """Return the blocks of all edges (E, 13, 13) from those of :func:`pairs_of` (P, 13, 13)."""
    pairs = pairs_of(found)
    every = np.empty((len(found), ORBITALS, ORBITALS))
    every[found.reverse[pairs]] = np.swapaxes(blocks, 1, 2)
    every[pairs] = blocks
    return every


def write(path: str | Path, solved: Solved, **details: np.ndarray) -> None:
    """Keep a set in a file, with what else is to be known of it."""
    kept, pairs = [], []
    for index in range(len(solved)):
        found = edges(solved.structure(index), solved.cutoff)
        frames = _frames(found)
        local = to_local(solved.blocks[index], frames)
        local = local[_alike(solved.numbers[index], found)]
        kept.append(np.round(local / STEP).astype(np.int32).reshape(len(local), -1).T)
        pairs.append(len(local))
    raw = b"".join(_packed(part) for part in kept)
    files.write_arrays(
        path,
        positions=solved.positions,
        numbers=solved.numbers.astype(np.int16),
        cell=solved.cell,
        pbc=solved.pbc,
        cutoff=np.array(solved.cutoff),
        blocks=np.frombuffer(lzma.compress(raw, preset=9), np.uint8),
        pairs=np.array(pairs),
        fermi=solved.fermi,
        frame=solved.frame,
        **details,
    )


def load(path: str | Path) -> Solved:
    """Read a set; raise DamagedFile if the file is missing, truncated or altered."""
    kept = files.read_arrays(path, ARRAYS)
    of_cell = {"cell": kept["cell"], "pbc": kept["pbc"], "cutoff": float(kept["cutoff"])}
    structures = {"positions": kept["positions"], "numbers": kept["numbers"].astype(np.int64)}
    known = Solved(**structures, **of_cell, blocks=(), fermi=kept["fermi"], frame=kept["frame"])
    raw, start, blocks = lzma.decompress(kept["blocks"].tobytes()), 0, []
    for index, pairs in enumerate(kept["pairs"].tolist()):
        size = 4 * pairs * ORBITALS**2
        found = edges(known.structure(index), known.cutoff)
        if len(pairs_of(found)) != pairs:
            words = f"structure {index} has {len(pairs_of(found))} pairs of atoms, expected {pairs}"
            raise files.DamagedFile(f"{path}: {words}")
        local = np.empty((pairs, ORBITALS, ORBITALS))
        order = _alike(known.numbers[index], found)
        local[order] = _unpacked(raw[start : start + size], pairs) * STEP
        blocks.append(from_local(local, _frames(found)))
        start += size
    return Solved(**{**vars(known), "blocks": blocks})


def read(path: str | Path, index: int) -> tuple[ase.Atoms, Edges, np.ndarray, np.ndarray]:
    """Return one structure of a file, its edges, and the blocks h in eV and s, (E, 13, 13)."""
    solved = load(path)
    structure = solved.structure(index)
    found = edges(structure, solved.cutoff)
    return structure, found, whole(solved.blocks[index], found), overlap(structure, found)


def _frames(found: Edges) -> np.ndarray:
    pairs = pairs_of(found)
    onsite = found.onsite[pairs][:, None]
    frames = bond_frames(np.where(onsite, [0, 0, 1.0], found.vector[pairs]))
    return np.where(onsite[..., None], np.eye(3), frames)


def _alike(numbers: np.ndarray, found: Edges) -> np.ndarray:
    """Return an order of the pairs in which alike blocks are neighbours, and compress better."""
    pairs = pairs_of(found)
    ends = numbers[found.first[pairs]], numbers[found.second[pairs]]
    return np.lexsort((np.round(found.length[pairs], 6), *ends))


def _packed(numbers: np.ndarray) -> bytes:
    """Return whole numbers, signs last, the bytes of each weight together."""
    folded = ((numbers << 1) ^ (numbers >> 31)).astype("<u4")
    return folded.ravel().view(np.uint8).reshape(-1, 4).T.tobytes()


def _unpacked(raw: bytes, pairs: int) -> np.ndarray:
    planes = np.frombuffer(raw, np.uint8).reshape(4, -1).T
    folded = np.ascontiguousarray(planes).view("<u4").ravel().astype(np.int64)
    numbers = (folded >> 1) ^ -(folded & 1)
    return numbers.reshape(ORBITALS, ORBITALS, pairs).transpose(2, 0, 1).astype(float)
