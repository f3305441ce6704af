r"""From projections of Bloch states on orbitals of a mesh of κ to hoppings.

With the projections P (n_bands, N) at κ, U = P (P†P)^{-1/2} is the nearest isometry (Löwdin), and
H(κ) = U† E U. Hoppings of the pair of atoms i, j are those of the vectors A of the mesh's supercell
for which |A + τ_j - τ_i| is smallest, shared where several are as short. Averages over the
symmetry of the crystal, C3v, and over time reversal make both exact.
"""

import itertools

import numpy as np

from hamlearn.bitei import hoppings as crystals

NEAR = 1e-6
"""Difference of two distances, in Å, that makes them equal."""
SPIN = np.array([[[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]]])


def bloch_matrix(projections: np.ndarray, levels: np.ndarray) -> np.ndarray:
    """Return H (N, N), in eV, of projections (bands, N) of states on orbitals, and levels."""
    left, _, right = np.linalg.svd(projections, full_matrices=False)
    unitary = left @ right
    return unitary.conj().T @ (levels[:, None] * unitary)


def shortest(
    cell: np.ndarray, mesh: tuple[int, int, int], offset: np.ndarray, near: float = NEAR
) -> list[list[tuple[int, int, int]]]:
    """Return, for each vector of a mesh, its images of the supercell of smallest |A + offset|.

    Parameters
    ----------
    cell : (3, 3)
        Rows are lattice vectors, in Å.
    offset : (3,)
        In units of the cell.
    """
    images = np.array(list(itertools.product(range(-2, 3), repeat=3))) * mesh
    found = []
    for start in itertools.product(*map(range, mesh)):
        vectors = images + start
        lengths = np.linalg.norm((vectors + offset) @ cell, axis=1)
        chosen = vectors[lengths < lengths.min() + near]
        found.append([tuple(map(int, vector)) for vector in chosen])
    return found


def hoppings_of(
    bloch: np.ndarray,
    mesh: tuple[int, int, int],
    cell: np.ndarray,
    positions: np.ndarray,
    pairs: bool = True,
) -> tuple[np.ndarray, np.ndarray]:
    """Return vectors, int (V, 3), and hoppings (V, N, N) of Bloch matrices on a mesh.

    Parameters
    ----------
    bloch : (n_1, n_2, n_3, N, N)
        At κ = a / n, lattice gauge.
    positions : (atoms, 3)
        In units of the cell; each atom has N / atoms orbitals, one after the other.
    pairs : bool
        One Wigner-Seitz cell for each pair of atoms, or one for all.
    """
    n, atoms = bloch.shape[-1], len(positions)
    each = n // atoms
    points = np.moveaxis(np.fft.fftn(bloch, axes=(0, 1, 2)) / np.prod(mesh), (3, 4), (0, 1))
    table: dict[tuple[int, int, int], np.ndarray] = {}
    for i, j in itertools.product(range(atoms), repeat=2):
        offset = positions[j] - positions[i] if pairs else np.zeros(3)
        block = np.s_[each * i : each * (i + 1), each * j : each * (j + 1)]
        for place, images in zip(
            itertools.product(*map(range, mesh)), shortest(cell, mesh, offset), strict=True
        ):
            for image in images:
                matrix = table.setdefault(image, np.zeros((n, n), dtype=complex))
                matrix[block] += points[block][(..., *place)] / len(images)
    vectors = sorted(set(table) | {tuple(-x for x in vector) for vector in table})
    zeros = np.zeros((n, n), dtype=complex)
    return np.array(vectors), np.stack([table.get(vector, zeros) for vector in vectors])


def averaged(
    vectors: np.ndarray, found: np.ndarray, positions: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return hoppings that are hermitian and symmetric under C3v and time reversal.

    Orbitals are p_x, p_y, p_z of each atom, spin fastest; the atoms lie on threefold axes.
    """
    total: dict[tuple[int, int, int], np.ndarray] = {}
    operations = point_group()
    for turn, cartesian, spin in operations:
        orbital = np.kron(np.eye(len(positions)), np.kron(cartesian, spin))
        shift = np.rint(positions @ turn.T - positions).astype(int)
        each = found.shape[-1] // len(positions)
        for vector, matrix in zip(vectors, found, strict=True):
            rotated = orbital @ matrix @ orbital.conj().T
            for i, j in itertools.product(range(len(positions)), repeat=2):
                block = np.s_[each * i : each * (i + 1), each * j : each * (j + 1)]
                if not rotated[block].any():
                    continue
                place = tuple(map(int, turn @ vector + shift[j] - shift[i]))
                target = total.setdefault(place, np.zeros_like(matrix))
                target[block] += rotated[block] / len(operations)
    for vector in list(total):
        total.setdefault(tuple(-x for x in vector), np.zeros(found.shape[1:], dtype=complex))
    places = np.array(sorted(total))
    mean = np.stack([total[tuple(map(int, place))] for place in places])
    adjoint = np.conj(np.swapaxes(mean, 1, 2))[crystals.opposite(places)]
    mean = (mean + adjoint) / 2
    return places, (mean + crystals.flipped(mean)) / 2


def point_group() -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Return the six operations of C3v: on cell vectors A, on x y z, and on spin.

    a_1 is along x and a_2 at 120° to it; the mirrors contain z.
    """
    turn = np.array([[0, -1, 0], [1, -1, 0], [0, 0, 1]])
    mirror = np.array([[0, -1, 0], [-1, 0, 0], [0, 0, 1]])
    cell = np.array([[1, 0, 0], [-0.5, np.sqrt(0.75), 0], [0, 0, 1]]).T
    found = []
    for power, mirrored in itertools.product(range(3), (False, True)):
        of_cell = np.linalg.matrix_power(turn, power) @ (
            mirror if mirrored else np.eye(3, dtype=int)
        )
        cartesian = cell @ of_cell @ np.linalg.inv(cell)
        found.append((of_cell, cartesian, _of_spin(cartesian)))
    return found


def _of_spin(cartesian: np.ndarray) -> np.ndarray:
    """Return the matrix (2, 2) by which a rotation, or a mirror, acts on spin."""
    proper = cartesian * np.linalg.det(cartesian)  # inversion does not act on spin
    angle = np.arccos(np.clip((np.trace(proper) - 1) / 2, -1, 1))
    values, vectors = np.linalg.eig(proper)
    axis = vectors[:, np.argmin(np.abs(values - 1))].real
    along = np.einsum("i,iab->ab", axis / np.linalg.norm(axis), SPIN)
    turned = np.einsum("ij,iab->jab", proper, SPIN)
    for sign in (1, -1):
        found = np.cos(angle / 2) * np.eye(2) - 1j * sign * np.sin(angle / 2) * along
        if np.allclose(found @ SPIN @ found.conj().T, turned):
            return found
    raise ValueError("no rotation")
