"""Bloch sums of blocks and the bands that follow, eqs. (9) to (11)."""

import numpy as np
import scipy.linalg

from hamlearn.hamiltonians.graph import Edges


def matrix(blocks: np.ndarray, edges: Edges, k: np.ndarray) -> np.ndarray:
    """Return H(k) or S(k) of blocks (E, M, M): (..., M N, M N) complex128.

    k (..., 3) in reciprocal lattice units; the phase is exp(2πi k·n), without positions of atoms.
    """
    k = np.asarray(k, dtype=float)
    flat = k.reshape(-1, 3)
    size, atoms = blocks.shape[-1], edges.atoms
    phases = np.exp(2j * np.pi * flat @ edges.cell.T)
    found = np.zeros((len(flat), atoms, atoms, size, size), dtype=complex)
    for one, phase in zip(found, phases, strict=True):
        np.add.at(one, (edges.first, edges.second), phase[:, None, None] * blocks)
    found = found.transpose(0, 1, 3, 2, 4).reshape(*k.shape[:-1], size * atoms, size * atoms)
    return found


def bands(
    hamiltonian: np.ndarray, overlap: np.ndarray, edges: Edges, k: np.ndarray, least: float = 0.0
) -> np.ndarray:
    """Return the energies of H(k) v = E S(k) v in ascending order, (..., M N), in eV.

    A basis of numerical orbitals is nearly linearly dependent: an error of H divided by an
    eigenvalue of S of 1e-4 makes levels anywhere. With `least` above 0, eigenvectors of S(k) of
    smaller eigenvalues are left out, and the energies end with as many NaN.

    Raises RuntimeError, with k and the smallest eigenvalue, where S(k) is not positive definite.
    """
    k = np.asarray(k, dtype=float)
    found = [_levels(hamiltonian, overlap, edges, one, least) for one in k.reshape(-1, 3)]
    return np.reshape(found, (*k.shape[:-1], -1))


def _levels(
    hamiltonian: np.ndarray, overlap: np.ndarray, edges: Edges, k: np.ndarray, least: float
) -> np.ndarray:
    if least > 0:
        return Basis(overlap, edges, k, least).levels(hamiltonian)
    h, s = matrix(hamiltonian, edges, k), matrix(overlap, edges, k)
    if np.allclose(2 * k, np.round(2 * k)):  # real matrices are four times as fast
        h, s = h.real, s.real
    try:
        return scipy.linalg.eigvalsh(h, s)
    except np.linalg.LinAlgError as error:
        smallest = np.linalg.eigvalsh(s)[0]
        if smallest > 0:
            raise
        words = f"S(k) at k = {np.array2string(k, precision=4)}: smallest eigenvalue {smallest:.2g}"
        raise RuntimeError(f"{words}, expected a positive definite matrix") from error


class Basis:
    """Orthonormal vectors at one k out of the basis, to diagonalise several Hamiltonians with.

    Eigenvectors of S(k), of blocks (E, M, M), with eigenvalues up to `least` are left out.
    """

    def __init__(self, overlap: np.ndarray, edges: Edges, k: np.ndarray, least: float):
        self.edges, self.k = edges, np.asarray(k, dtype=float)
        self.real = bool(np.allclose(2 * self.k, np.round(2 * self.k)))
        values, vectors = scipy.linalg.eigh(self._matrix(overlap))
        self.kept = vectors[:, values > least] / np.sqrt(values[values > least])

    def levels(self, hamiltonian: np.ndarray) -> np.ndarray:
        """Return the energies of blocks (E, M, M), ascending, then NaN, (M N,)."""
        h, found = self._matrix(hamiltonian), np.full(len(self.kept), np.nan)
        inner = self.kept.conj().T @ h @ self.kept
        found[: self.kept.shape[1]] = scipy.linalg.eigvalsh(inner)
        return found

    def _matrix(self, blocks: np.ndarray) -> np.ndarray:
        found = matrix(blocks, self.edges, self.k)
        return found.real if self.real else found
