r"""Hamiltonians by formula: exactly Hermitian and covariant, without noise, in milliseconds.

With D turning a bond onto z and axial matrices τ, c (σ, π and δ entries only),

.. math:: t_{ij} = D^T τ(r_{ij}) D, \quad V_i = \sum_k D_k^T c(r_{ik}) D_k, \quad
          h_{ij} = t_{ij} + \tfrac{λ}{2} (V_i t_{ij} + t_{ij} V_j), \quad h_{ii} = ε + V_i,

so that an off-site block depends on the surroundings of both atoms, as that of DFT does.
"""

import ase
import numpy as np

from hamlearn.hamiltonians.graph import Edges
from hamlearn.hamiltonians.rotations import ORBITALS, SHELLS, wigner

LEVELS = {0: -12.0, 1: -5.0, 2: 4.0}
"""Of the first shell of each angular momentum, in eV; the second shell is 12 eV higher."""
DECAY = 1.1
"""Length of the decay of hoppings, in Å."""
HOPPING, FIELD, OVERLAP = -6.0, -1.5, 0.02


def hamiltonian(
    structure: ase.Atoms, edges: Edges, environment: float = 0.3
) -> tuple[np.ndarray, np.ndarray]:
    """Return blocks h in eV and s, (E, 13, 13), of any elements; they vanish at the cutoff.

    `environment` is λ in 1/eV: without it, a hopping would depend on the bond alone.
    """
    numbers = structure.numbers
    strength = np.stack([_strength(z) for z in numbers])
    hop = np.zeros((len(edges), ORBITALS, ORBITALS))
    field = np.zeros((edges.atoms, ORBITALS, ORBITALS))
    off = np.flatnonzero(~edges.onsite)
    i, j, r = edges.first[off], edges.second[off], edges.length[off]
    turn = wigner(bond_frames(edges.vector[off]))
    decay = np.exp(-(r - 1.5) / DECAY) * (1 - (r / edges.cutoff) ** 2) ** 3
    signs = (-1.0) ** _momenta()[None, :]
    pair = strength[i][:, :, None] * strength[j][:, None, :] * decay[:, None, None]
    hop[off] = _turned(turn, pair * signs * _axial(1.0, -0.4, 0.15))
    own = strength[i][:, :, None] * strength[i][:, None, :] * decay[:, None, None]
    attraction = numbers[j][:, None, None] ** 0.25
    np.add.at(field, i, _turned(turn, FIELD * attraction * own * _axial(0.3, 0.2, 0.1)))
    overlap = OVERLAP * hop
    h = HOPPING * hop
    mixed = field[edges.first] @ h + h @ field[edges.second]
    h = h + environment / 2 * mixed
    onsite = np.flatnonzero(edges.onsite)
    h[onsite] = field + np.stack([np.diag(_levels(z)) for z in numbers])
    overlap[onsite] = np.eye(ORBITALS)
    return h, overlap


def _momenta() -> np.ndarray:
    return np.concatenate([np.full(2 * n + 1, n) for n in SHELLS])


def _axial(sigma: float, pi: float, delta: float) -> np.ndarray:
    """Return which elements there are between orbitals along z, by |m|: (13, 13)."""
    m = np.concatenate([np.arange(-n, n + 1) for n in SHELLS])
    weight = np.choose(np.abs(m), [sigma, pi, delta])
    return np.where(m[:, None] == m[None, :], weight[:, None], 0.0)


def _strength(number: int) -> np.ndarray:
    """Return the strength of each orbital of an element, (13,)."""
    of_shells = (1.0, 0.7, 0.9, 0.6, 0.5)
    of_element = 1 + 0.2 * np.sin(number)
    return np.repeat(np.array(of_shells) * of_element, [2 * n + 1 for n in SHELLS])


def _levels(number: int) -> np.ndarray:
    second = np.array([0, 12, 0, 12, 0.0])
    of_shells = np.array([LEVELS[n] for n in SHELLS]) + second + np.cos(number)
    return np.repeat(of_shells, [2 * n + 1 for n in SHELLS])


def bond_frames(vector: np.ndarray) -> np.ndarray:
    """Return rotations that turn vectors (n, 3) onto +z."""
    z = vector / np.linalg.norm(vector, axis=1, keepdims=True)
    least = np.eye(3)[np.abs(z).argmin(axis=1)]
    x = np.cross(least, z)
    x /= np.linalg.norm(x, axis=1, keepdims=True)
    return np.stack([x, np.cross(z, x), z], axis=1)


def _turned(turn: np.ndarray, axial: np.ndarray) -> np.ndarray:
    return np.swapaxes(turn, 1, 2) @ axial @ turn
