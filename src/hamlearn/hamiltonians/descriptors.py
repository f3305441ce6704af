"""What networks see of an edge: neighbours of both atoms, sorted, in its local coordinates."""

import numpy as np

from hamlearn.hamiltonians.frames import LocalFrames
from hamlearn.hamiltonians.graph import Edges
from hamlearn.hamiltonians.harmonics import FUNCTIONS, harmonics
from hamlearn.hamiltonians.neighbours import Neighbours, neighbours

DIGITS = 4
"""Of local coordinates in Å, by which neighbours of tied length are sorted."""


def orientations(
    edges: Edges, frames: LocalFrames, neighbours: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return the orientational vectors of the first and of the second atom of each edge.

    Each (E, K, 25) float32: Y_lm(r') / (1 + |r|), l = 0 … 4, of the K = `neighbours` nearest
    neighbours in the frame of the edge, sorted by length, where tied by x', y', z'. Rows beyond
    the neighbours of an atom are zero.
    """
    rows = Rows(edges, frames, neighbours)
    return rows.of(edges.first, frames.rotation), rows.of(edges.second, frames.rotation)


class Rows:
    """Orientational vectors of atoms of one structure, to be computed in parts."""

    def __init__(self, edges: Edges, frames: LocalFrames, number: int):
        self.near, self.number = neighbours(edges), number
        self.shared = bool(np.array_equal(frames.rotation[edges.reverse], frames.rotation))
        self.count = np.minimum(self.near.count, number)
        self._width, self._tied = _reach(self.near, number)

    def of(self, atoms: np.ndarray, rotation: np.ndarray) -> np.ndarray:
        """Return them for atoms (n,) in frames (n, 3, 3), as (n, K, 25) float32."""
        vector = self.near.vector[atoms, : self._width].astype(np.float32)
        length = self.near.length[atoms, : self._width]
        turned = vector @ np.swapaxes(rotation, 1, 2).astype(np.float32)
        again = np.flatnonzero(self._tied[atoms])
        if len(again):
            shell = self.near.shell[atoms[again], : self._width]
            order = _order(turned[again], shell)
            turned[again] = np.take_along_axis(turned[again], order[..., None], axis=1)
        turned, length = turned[:, : self.number], length[:, : self.number].astype(np.float32)
        there = np.isfinite(length)
        scale = np.where(there, length, 1)
        unit = turned / scale[..., None]
        found = harmonics(unit[..., 0], unit[..., 1], unit[..., 2])
        found *= np.where(there, 1 / (1 + scale), 0)[..., None]
        if found.shape[1] == self.number:
            return found
        padded = np.zeros((len(atoms), self.number, FUNCTIONS), np.float32)
        padded[:, : found.shape[1]] = found
        return padded


def _reach(near: Neighbours, number: int) -> tuple[int, np.ndarray]:
    """Return how many neighbours must be sorted to have the first ones, and where any are tied."""
    shell = near.shell
    last = shell[:, min(number, shell.shape[1]) - 1]
    needed = ((shell <= last[:, None]) & (near.edge >= 0)).sum(axis=1)
    width = max(int(needed.max()), 1)
    inside = near.edge[:, 1:width] >= 0
    return width, ((shell[:, 1:width] == shell[:, : width - 1]) & inside).any(axis=1)


def _order(turned: np.ndarray, shell: np.ndarray) -> np.ndarray:
    """Return the order by shell, then by x', y', z', of neighbours (n, K, 3), as (n, K)."""
    rounded = np.round(turned, DIGITS) + 0.0
    keys = (rounded[..., 2], rounded[..., 1], rounded[..., 0], shell)
    return np.lexsort(keys, axis=-1)
