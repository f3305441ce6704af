"""Neighbours of each atom, sorted by length, in arrays that are padded to the longest list."""

from dataclasses import dataclass

import numpy as np

from hamlearn.hamiltonians.graph import Edges

RELATIVE, ABSOLUTE = 1e-5, 1e-8
"""Two lengths a, b in Å are tied if |a − b| <= RELATIVE max(a, b) + ABSOLUTE."""


@dataclass(frozen=True)
class Neighbours:
    """Off-site edges of each atom by length; K is the length of the longest list.

    Attributes
    ----------
    edge : (N, K) int64
        Numbers of the edges, −1 beyond the list of an atom.
    vector, length : (N, K, 3), (N, K)
        In Å; lengths beyond the list are infinite.
    shell : (N, K) int64
        Number of the group of tied lengths, from 0.
    count : (N,) int64
    """

    edge: np.ndarray
    vector: np.ndarray
    length: np.ndarray
    shell: np.ndarray
    count: np.ndarray


def tied(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return whether lengths in Å are equal within the tolerance; infinite ones are."""
    with np.errstate(invalid="ignore"):
        return (a == b) | (np.abs(a - b) <= RELATIVE * np.maximum(a, b) + ABSOLUTE)


def neighbours(edges: Edges, order: np.ndarray | None = None) -> Neighbours:
    """Return the neighbours of each atom.

    Lists are sorted by length, and where lengths are equal by `order` (E,), the number of the edge
    without it.
    """
    off = np.flatnonzero(~edges.onsite)
    keys = off if order is None else order[off]
    off = off[np.lexsort((keys, edges.length[off], edges.first[off]))]
    count = np.bincount(edges.first[off], minlength=edges.atoms)
    column = np.arange(len(off)) - np.repeat(np.cumsum(count) - count, count)
    table = np.full((edges.atoms, max(1, count.max(initial=0))), -1)
    table[edges.first[off], column] = off
    length = np.where(table < 0, np.inf, edges.length[table])
    vector = np.where(table[..., None] < 0, 0.0, edges.vector[table])
    begins = ~tied(length[:, 1:], length[:, :-1])
    shell = np.concatenate([np.zeros((len(table), 1), int), np.cumsum(begins, axis=1)], axis=1)
    return Neighbours(table, vector, length, shell, count)
