"""Blocks of the Hamiltonian between global and local frames, and the triangles that are learned."""

import numpy as np

from hamlearn.hamiltonians.frames import LocalFrames
from hamlearn.hamiltonians.graph import Edges
from hamlearn.hamiltonians.rotations import ORBITALS, wigner

UPPER, STRICT = np.triu_indices(ORBITALS), np.triu_indices(ORBITALS, 1)
"""Elements that the forward network gives, 91, and the backward one, 78, row by row."""


def to_local(blocks: np.ndarray, rotation: np.ndarray) -> np.ndarray:
    """Return D h D^T, eq. (17): blocks (E, 13, 13) seen in the frames `rotation` (E, 3, 3)."""
    turn = wigner(rotation)
    return turn @ blocks @ np.swapaxes(turn, -1, -2)


def from_local(local: np.ndarray, rotation: np.ndarray) -> np.ndarray:
    """Return D^T h' D, the inverse of :func:`to_local`."""
    turn = wigner(rotation)
    return np.swapaxes(turn, -1, -2) @ local @ turn


def split(local: np.ndarray, forward: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return what both networks learn of local blocks (E, 13, 13).

    The upper triangles with the diagonal of the forward edges (F, 91), and those without it of the
    backward edges (E − F, 78); edges in their order.
    """
    return local[forward][:, *UPPER], local[~forward][:, *STRICT]


def assemble(
    forward_values: np.ndarray, backward_values: np.ndarray, edges: Edges, frames: LocalFrames
) -> np.ndarray:
    """Return the blocks (E, 13, 13) in the global frame that both networks give together.

    h'_ij = U_f + U_b^T of a pair, h'_ji its transpose, on site U_f made symmetric; then
    h_ij(R) = h_ji(−R)^T exactly, whatever the values are.
    """
    forward = np.flatnonzero(frames.forward)
    place = np.full(len(edges), -1)
    place[np.flatnonzero(~frames.forward)] = np.arange(len(backward_values))
    lower = place[edges.reverse[forward]]
    local = np.zeros((len(forward), ORBITALS, ORBITALS))
    local[:, *UPPER] = forward_values
    pairs = lower >= 0  # not on site
    values = np.where(pairs[:, None], backward_values[lower], local[:, *STRICT])
    local[:, STRICT[1], STRICT[0]] = values
    turned = from_local(local, frames.rotation[forward])
    onsite = ~pairs
    turned[onsite] = (turned[onsite] + np.swapaxes(turned[onsite], 1, 2)) / 2  # of rounding
    found = np.empty((len(edges), ORBITALS, ORBITALS))
    found[edges.reverse[forward]] = np.swapaxes(turned, 1, 2)
    found[forward] = turned
    return found
