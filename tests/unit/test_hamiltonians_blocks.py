"""Rotations of orbitals, blocks, Bloch sums, and Hamiltonians by formula."""

import itertools

import numpy as np
import pytest
from scipy.spatial.transform import Rotation
from scipy.special import sph_harm_y

from hamlearn.hamiltonians import bloch, blocks, descriptors, frames, structures, synthetic
from hamlearn.hamiltonians.cases import rotated
from hamlearn.hamiltonians.graph import edges
from hamlearn.hamiltonians.harmonics import harmonics
from hamlearn.hamiltonians.local_lists import ARRANGEMENTS, in_plane, local_lists
from hamlearn.hamiltonians.rotations import wigner


@pytest.fixture(scope="module")
def alloy():
    found = structures.alloy((1, 1, 1), np.random.default_rng(3))
    found.positions += 0.05 * np.random.default_rng(1).standard_normal((8, 3))
    return found


def unit(n: int = 50) -> np.ndarray:
    vectors = np.random.default_rng(0).standard_normal((n, 3))
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def test_harmonics_are_those_of_scipy():
    x, y, z = unit().T
    theta, phi = np.arccos(z), np.arctan2(y, x)
    found, column = harmonics(x, y, z), 0
    for degree in range(5):
        for m in range(-degree, degree + 1):
            value = sph_harm_y(degree, abs(m), theta, phi) * (-1) ** m
            expected = value.real if m == 0 else np.sqrt(2) * (value.imag if m < 0 else value.real)
            assert np.allclose(found[:, column], expected, atol=1e-13), (degree, m)
            column += 1


def test_rotations_of_orbitals_follow_those_of_vectors():
    turn, other = Rotation.random(2, random_state=0).as_matrix()
    assert np.abs(wigner(turn) @ wigner(turn).T - np.eye(13)).max() < 1e-13
    assert np.abs(wigner(turn @ other) - wigner(turn) @ wigner(other)).max() < 1e-13
    assert np.allclose(wigner(np.eye(3)), np.eye(13), rtol=0, atol=1e-15)
    vectors = unit()
    for momentum in (0, 1, 2):
        part = slice(momentum**2, (momentum + 1) ** 2)
        before, after = (harmonics(*v.T)[:, part] for v in (vectors, vectors @ turn.T))
        assert np.allclose(after, before @ wigner(turn, (momentum,)).T, atol=1e-13)


def test_a_quarter_turn_about_z_sends_x_to_y():
    turn = np.array([[0, -1, 0], [1, 0, 0], [0, 0, 1.0]])
    y, z, x = wigner(turn, (1,)) @ np.eye(3)[:, [0, 1, 2]].T
    assert np.allclose(y, [0, 0, 1])  # Y_y(R r) = Y_x(r)
    assert np.allclose(x, [-1, 0, 0])


def test_synthetic_hamiltonians_are_hermitian_covariant_and_positive(alloy):
    found = edges(alloy, 7.41)
    h, s = synthetic.hamiltonian(alloy, found)
    for part in (h, s):
        assert np.abs(part - np.swapaxes(part[found.reverse], 1, 2)).max() < 1e-13
    turn = Rotation.random(random_state=5).as_matrix()
    turned = rotated(alloy, turn)
    other, _ = synthetic.hamiltonian(turned, edges(turned, 7.41))
    assert np.abs(wigner(turn) @ h @ wigner(turn).T - other).max() < 1e-10
    assert np.linalg.eigvalsh(bloch.matrix(s, found, np.zeros(3)))[0] > 0.5


def test_local_blocks_do_not_turn(alloy):
    turn = Rotation.random(random_state=5).as_matrix()
    local = []
    for structure in (alloy, rotated(alloy, turn)):
        found = edges(structure, 7.41)
        h, _ = synthetic.hamiltonian(structure, found)
        local.append(blocks.to_local(h, frames.local(found, "invariant").rotation))
    assert np.abs(local[0] - local[1]).max() < 1e-10


@pytest.mark.parametrize("rule", frames.RULES)
def test_cut_blocks_are_put_together_again(alloy, rule):
    found = edges(alloy, 7.41)
    h, _ = synthetic.hamiltonian(alloy, found)
    axes = frames.local(found, rule)
    local = blocks.to_local(h, axes.rotation)
    assert np.abs(blocks.from_local(local, axes.rotation) - h).max() < 1e-12
    assert np.abs(local - np.swapaxes(local[found.reverse], 1, 2)).max() < 1e-12
    upper, strict = blocks.split(local, axes.forward)
    assert (upper.shape[1], strict.shape[1]) == (91, 78)
    assert np.abs(blocks.assemble(upper, strict, found, axes) - h).max() < 1e-12


def test_any_numbers_make_a_hermitian_matrix(alloy):
    found = edges(alloy, 7.41)
    axes, rng = frames.local(found), np.random.default_rng(0)
    forward = int(axes.forward.sum())
    values = rng.standard_normal((forward, 91)), rng.standard_normal((len(found) - forward, 78))
    made = blocks.assemble(*values, found, axes)
    assert np.array_equal(made, np.swapaxes(made[found.reverse], 1, 2))
    matrix = bloch.matrix(made, found, np.array([0.1, 0.2, 0.3]))
    assert np.abs(matrix - matrix.conj().T).max() < 1e-12


def test_bands_of_a_supercell_are_those_of_its_cell():
    one, cutoff = structures.graphene(), 6.0
    two = one.repeat((2, 1, 1))
    levels = []
    for structure, k in ((one, [[0.1, 0.2, 0], [0.6, 0.2, 0]]), (two, [[0.2, 0.2, 0]])):
        found = edges(structure, cutoff)
        h, s = synthetic.hamiltonian(structure, found)
        levels.append(np.sort(bloch.bands(h, s, found, np.array(k)).ravel()))
    assert np.allclose(levels[0], levels[1], atol=1e-9)


def test_the_phase_is_that_of_the_lattice_vector(alloy):
    found = edges(alloy, 7.41)
    k, ones = np.array([0.13, 0.0, 0.0]), np.zeros((len(found), 13, 13))
    edge = np.flatnonzero((found.cell == [1, 0, 0]).all(axis=1))[0]
    ones[edge, 0, 0] = 1
    row, column = 13 * found.first[edge], 13 * found.second[edge]
    assert np.isclose(bloch.matrix(ones, found, k)[row, column], np.exp(2j * np.pi * 0.13))


def test_levels_of_a_smaller_basis_are_above_those_of_all(alloy):
    found, k = edges(alloy, 7.41), np.array([0.1, 0.2, 0.0])
    h, s = synthetic.hamiltonian(alloy, found)
    whole = bloch.bands(h, s, found, k)
    assert np.allclose(bloch.bands(h, s, found, k, 1e-6), whole, atol=1e-9)
    fewer = bloch.bands(h, s, found, k, 0.98)
    kept = np.isfinite(fewer)
    assert 0 < kept.sum() < len(whole)
    assert (fewer[kept] >= whole[: kept.sum()] - 1e-9).all()


def test_overlaps_that_are_not_positive_are_refused(alloy):
    found = edges(alloy, 7.41)
    h, s = synthetic.hamiltonian(alloy, found)
    with pytest.raises(RuntimeError, match=r"k = \[0.5 0.  0. \]: smallest eigenvalue -"):
        bloch.bands(h, -s, found, np.array([0.5, 0, 0]))


def test_orientations_are_sorted_and_padded(alloy):
    found = edges(alloy, 7.41)
    axes = frames.local(found)
    first, second = descriptors.orientations(found, axes, 100)
    assert first.shape == (len(found), 100, 25)
    assert np.array_equal(second, first[found.reverse])
    assert not first[:, 86:].any()
    size = first[:, :86, 0] * np.sqrt(4 * np.pi)
    assert (np.diff(size, axis=1) <= 1e-6).all()
    few, _ = descriptors.orientations(found, axes, 12)
    assert np.array_equal(few, first[:, :12])


def test_orientations_do_not_turn(alloy):
    turned = rotated(alloy, Rotation.random(random_state=2).as_matrix())
    made = []
    for structure in (alloy, turned):
        found = edges(structure, 7.41)
        made.append(descriptors.orientations(found, frames.local(found, "invariant"), 20)[0])
    assert np.abs(made[0] - made[1]).max() < 1e-4


def test_lists_of_dot_products_know_no_symmetry_operation():
    alloy = structures.alloy((1, 1, 1), np.random.default_rng(2))
    lists = sorted(local_lists(alloy, 16))
    signs = np.array(list(itertools.product((1, -1), repeat=3)))
    for order in itertools.permutations(range(3)):
        for sign in signs:
            turned = alloy.copy()
            turned.positions = alloy.positions[:, order] * sign
            assert sorted(local_lists(turned, 16)) == lists
    assert in_plane(ARRANGEMENTS[0]) != in_plane(ARRANGEMENTS[1])
    assert {len(kind) for kind in lists} <= {n * (16 - n) for n in range(17)}
