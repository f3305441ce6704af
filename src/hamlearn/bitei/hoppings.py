r"""Hoppings of a crystal, its Bloch matrix, and the ends of the path from trivial to topological.

A crystal is an array (V, N, N) of hoppings in eV, one matrix for each of V lattice vectors A, eqs.
(2) and (3) of the thesis,

.. math:: H(\kappa) = \sum_A e^{2 \pi i \kappa \cdot A} H_A,

with κ in units of the reciprocal vectors, so that H(κ + G) = H(κ). Spin is the fastest index of an
orbital: σ_y acts as kron(1, σ_y).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hamlearn import files

SHIPPED = Path(__file__).parents[3] / "data" / "bitei_hoppings.npz"
"""The ends of the path, made by scripts/bitei/end_points.py."""
TRUNCATIONS = ("pairs", "plain")
"""One Wigner-Seitz cell for each pair of atoms, or one for all, which breaks the threefold axis."""
ELEMENTS = 1e-6
"""Largest violation of a symmetry, in eV, that rounding explains."""


@dataclass(frozen=True)
class EndPoints:
    """Hoppings of the ambient and of the compressed crystal.

    Attributes
    ----------
    vectors : int (V, 3)
        Lattice vectors A in units of the cell; with each its opposite.
    trivial, topological : complex (V, 18, 18)
        In eV, 0 in the middle of the gap at A = (0, 0, 1/2).
    window : float (2,)
        Mixtures α between which the gap of (1 - α) trivial + α topological is closed.
    cells : (2, 3, 3)
        Rows are lattice vectors, in Å, of either crystal.
    positions : (2, 3, 3)
        Of Bi, Te, I, in units of the cell.
    mesh : int (3,)
        Points κ of the DFT that they were made from.
    """

    vectors: np.ndarray
    trivial: np.ndarray
    topological: np.ndarray
    window: np.ndarray
    cells: np.ndarray
    positions: np.ndarray
    mesh: np.ndarray


def load(path: str | Path = SHIPPED, truncation: str = "pairs") -> EndPoints:
    """Read the ends of the path; raise DamagedFile if the file is truncated or altered.

    Raises ValueError for an unknown truncation.
    """
    if truncation not in TRUNCATIONS:
        raise ValueError(f"truncation {truncation!r}: expected one of {', '.join(TRUNCATIONS)}")
    names = [f"{truncation}_{name}" for name in ("vectors", "trivial", "topological", "window")]
    found = files.read_arrays(path, (*names, "cells", "positions", "mesh"))
    vectors, trivial, topological, window = (found[name] for name in names)
    return EndPoints(
        vectors.astype(int),
        trivial.astype(complex),
        topological.astype(complex),
        window,
        found["cells"],
        found["positions"],
        found["mesh"],
    )


def bloch(hoppings: np.ndarray, vectors: np.ndarray, k: np.ndarray) -> np.ndarray:
    """Return Bloch matrices (..., m, N, N), in eV, eq. (3).

    Parameters
    ----------
    hoppings : (..., V, N, N)
        In eV.
    vectors : int (V, 3)
    k : (m, 3)
        κ, in units of the reciprocal vectors.

    Raises ValueError for another shape.
    """
    hoppings, vectors, k = np.asarray(hoppings), np.asarray(vectors), np.asarray(k, dtype=float)
    if k.ndim != 2 or k.shape[1] != 3:
        raise ValueError(f"k of shape {k.shape}: expected (m, 3)")
    check_shapes(hoppings, vectors)
    *lead, n_vectors, n, _ = hoppings.shape
    phases = np.exp(2j * np.pi * (k @ vectors.T))
    found = phases @ hoppings.reshape(*lead, n_vectors, n * n)
    return found.reshape(*lead, len(k), n, n)


def interpolate(
    trivial: np.ndarray,
    topological: np.ndarray,
    alpha: float | np.ndarray,
    delta: float | np.ndarray = 0.0,
    noise: np.ndarray | None = None,
) -> np.ndarray:
    """Return (1 - α) trivial + α topological + δ noise (Fig. 13), in eV.

    Arrays of α and δ have the axes that come before (V, N, N) in what is returned.
    """
    alpha, delta = (np.asarray(x, dtype=float)[..., None, None, None] for x in (alpha, delta))
    mixed = (1 - alpha) * trivial + alpha * topological
    return mixed if noise is None else mixed + delta * noise


def opposite(vectors: np.ndarray) -> np.ndarray:
    """Return where -A stands for each A, int (V,); raise ValueError if it is missing somewhere."""
    place = {tuple(vector): at for at, vector in enumerate(np.asarray(vectors).tolist())}
    found = [place.get(tuple(-x for x in vector), -1) for vector in place]
    if len(place) < len(vectors):
        raise ValueError("vectors: some are there twice")
    if -1 in found:
        alone = list(place)[found.index(-1)]
        raise ValueError(f"vectors: {alone} is there without its opposite")
    return np.array(found)


def flipped(hoppings: np.ndarray) -> np.ndarray:
    """Return σ_y H* σ_y of matrices (..., N, N) with an even N, spin fastest."""
    blocks = _by_spin(np.conj(hoppings))
    return _joined(blocks[1][1], -blocks[1][0], -blocks[0][1], blocks[0][0])


def _by_spin(matrices: np.ndarray) -> tuple[tuple, tuple]:
    """Return the blocks (up up, up down), (down up, down down) of matrices (..., N, N)."""
    rows = matrices[..., 0::2, :], matrices[..., 1::2, :]
    return tuple((row[..., 0::2], row[..., 1::2]) for row in rows)


def _joined(uu: np.ndarray, ud: np.ndarray, du: np.ndarray, dd: np.ndarray) -> np.ndarray:
    n = uu.shape[-1]
    found = np.empty((*uu.shape[:-2], 2 * n, 2 * n), dtype=np.result_type(uu, ud, du, dd))
    found[..., 0::2, 0::2], found[..., 0::2, 1::2] = uu, ud
    found[..., 1::2, 0::2], found[..., 1::2, 1::2] = du, dd
    return found


def hermiticity(hoppings: np.ndarray, vectors: np.ndarray) -> float:
    """Return the largest |H_ij,A - H_ji,-A*|, eq. (5), in eV."""
    adjoint = np.conj(np.swapaxes(hoppings, -1, -2))[..., opposite(vectors), :, :]
    return float(np.abs(hoppings - adjoint).max())


def time_reversal(hoppings: np.ndarray) -> float:
    """Return the largest |H_A - σ_y H_A* σ_y|, eq. (6), in eV."""
    return float(np.abs(hoppings - flipped(hoppings)).max())


def check_shapes(hoppings: np.ndarray, vectors: np.ndarray) -> None:
    """Raise ValueError unless hoppings are (..., V, N, N) and vectors (V, 3)."""
    if vectors.ndim != 2 or vectors.shape[1] != 3:
        raise ValueError(f"vectors of shape {vectors.shape}: expected (V, 3)")
    if hoppings.ndim < 3 or hoppings.shape[-2] != hoppings.shape[-1]:
        raise ValueError(f"hoppings of shape {hoppings.shape}: expected (..., V, N, N)")
    if hoppings.shape[-3] != len(vectors):
        raise ValueError(f"{hoppings.shape[-3]} hoppings for {len(vectors)} vectors")


def check(hoppings: np.ndarray, vectors: np.ndarray, tolerance: float = ELEMENTS) -> None:
    """Raise ValueError for hoppings that are not hermitian or not symmetric under time reversal.

    The message says by how much, in eV.
    """
    hoppings, vectors = np.asarray(hoppings), np.asarray(vectors)
    check_shapes(hoppings, vectors)
    if not np.isfinite(hoppings).all():
        raise ValueError("hoppings: not all are finite")
    if hoppings.shape[-1] % 2:
        raise ValueError(f"{hoppings.shape[-1]} orbitals: expected an even number, for two spins")
    for law, found in (
        ("hermitian", hermiticity(hoppings, vectors)),
        ("symmetric under time reversal", time_reversal(hoppings)),
    ):
        if found > tolerance:
            raise ValueError(
                f"hoppings are not {law}: they miss it by {found:.3g} eV, "
                f"expected at most {tolerance:g} eV"
            )


def grid_uniform(n: int, dimensions: int = 3) -> np.ndarray:
    """Return the points κ of eq. (13), (n^d, d): (2 a - n) / 2 n along each axis, Γ for even n."""
    return _product([(2 * np.arange(n) - n) / (2 * n)] * dimensions)


def grid_faces(n: int, dimensions: int = 3) -> np.ndarray:
    """Return the points κ of eq. (12), (n^d, d): both faces of the zone, which are the same."""
    return _product([(2 * np.arange(n) - n + 1) / (2 * n - 2)] * dimensions)


def _product(axes: Sequence[np.ndarray]) -> np.ndarray:
    return np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, len(axes))
