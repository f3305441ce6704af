"""Edges and local coordinates: counts, both rules, rotations, what is refused."""

import ase
import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from hamlearn.hamiltonians import frames, structures
from hamlearn.hamiltonians.cases import rotated
from hamlearn.hamiltonians.graph import edges, from_pairs

CARBON, ALLOY = 6.0, 7.41


def rattled(structure: ase.Atoms, seed: int = 0, size: float = 0.05) -> ase.Atoms:
    found = structure.copy()
    found.positions += size * np.random.default_rng(seed).standard_normal((len(found), 3))
    return found


@pytest.fixture(scope="module")
def alloy():
    """Eight atoms: pairs with images of themselves, the hard case of the ties."""
    return rattled(structures.alloy((1, 1, 1), np.random.default_rng(3)))


@pytest.mark.parametrize(
    ("structure", "cutoff", "each"),
    [(structures.graphene(), CARBON, 40), (structures.zincblende(), ALLOY, 87)],
)
def test_edges_of_perfect_crystals(structure, cutoff, each):
    found = edges(structure, cutoff)
    assert len(found) == each * len(structure)
    assert np.array_equal(found.reverse[found.reverse], np.arange(len(found)))
    assert np.array_equal(found.first[found.reverse], found.second)
    assert np.array_equal(found.cell[found.reverse], -found.cell)
    assert np.allclose(found.vector[found.reverse], -found.vector)


def test_edges_do_not_depend_on_the_home_cell(alloy):
    moved = alloy.copy()
    moved.positions += [[5.54, 0, -5.54]] * 4 + [[0, 0, 0]] * 4
    one, other = edges(alloy, ALLOY), edges(moved, ALLOY)
    assert np.allclose(np.sort(one.length), np.sort(other.length))
    assert len(one) == len(other)


def test_images_of_an_atom_are_its_neighbours():
    chain = ase.Atoms("C", cell=[2.0, 30, 30], pbc=[True, False, False])
    found = edges(chain, 4.5)
    assert found.cell[:, 0].tolist() == [-2, -1, 0, 1, 2]


@pytest.mark.parametrize(
    ("structure", "cutoff", "words"),
    [
        (ase.Atoms(), 5.0, "no atoms"),
        (ase.Atoms("C"), 0.0, "cutoff"),
        (ase.Atoms("C2", positions=[[0, 0, 0], [0, 0, 0.05]]), 5.0, "0.05 Å apart"),
        (ase.Atoms("C", positions=[[0, 0, np.nan]]), 5.0, "finite"),
    ],
)
def test_bad_structures_are_refused(structure, cutoff, words):
    with pytest.raises(ValueError, match=words):
        edges(structure, cutoff)


@pytest.mark.parametrize("rule", frames.RULES)
def test_frames_are_shared_right_handed_and_each_pair_has_one_forward_edge(alloy, rule):
    found = edges(alloy, ALLOY)
    rotation, forward = frames.local(found, rule)
    assert np.array_equal(rotation, rotation[found.reverse])
    assert np.abs(rotation @ np.swapaxes(rotation, 1, 2) - np.eye(3)).max() < 1e-12
    assert np.allclose(np.linalg.det(rotation), 1)
    off = ~found.onsite
    assert (forward[off] ^ forward[found.reverse][off]).all()
    assert forward[found.onsite].all()
    assert forward.sum() == (len(found) + len(alloy)) / 2


def test_the_bond_is_along_the_first_axis(alloy):
    found = edges(alloy, ALLOY)
    rotation, forward = frames.local(found)
    turned = np.einsum("nab,nb->na", rotation, found.vector)[~found.onsite]
    sign = np.where(forward, 1, -1)[~found.onsite]
    assert np.allclose(turned[:, 0], sign * found.length[~found.onsite])
    assert np.allclose(turned[:, 1:], 0, atol=1e-12)


def test_perfect_crystals_have_the_cases_of_the_report():
    for structure, cutoff, forward, ties in (
        (structures.graphene(), CARBON, 41, 42),
        (structures.zincblende(), ALLOY, 88, 28),
    ):
        found, how = frames.decided(edges(structure, cutoff))
        assert found.forward.sum() == forward
        assert (how.case == frames.CASES.index("sign")).sum() == ties


@pytest.mark.parametrize("seed", range(3))
def test_by_the_invariant_rule_every_frame_turns_with_the_structure(seed):
    structure = rattled(structures.alloy((1, 1, 1), np.random.default_rng(seed)), seed)
    found = edges(structure, ALLOY)
    known, how = frames.decided(found, "invariant")
    assert how.covariant.all()
    turn = Rotation.random(random_state=seed).as_matrix()
    turned = rotated(structure, turn)
    same = from_pairs(turned, found.first, found.second, found.cell, ALLOY)
    other = frames.local(same, "invariant")
    assert np.array_equal(other.forward, known.forward)
    assert np.abs(other.rotation @ turn - known.rotation).max() < 1e-10


def test_by_the_paper_s_rule_some_groups_change_and_only_those_decided_by_global_axes(alloy):
    found = edges(alloy, ALLOY)
    known, how = frames.decided(found)
    changed = np.zeros(len(found), bool)
    for turn in Rotation.random(6, random_state=0).as_matrix():
        turned = rotated(alloy, turn)
        same = from_pairs(turned, found.first, found.second, found.cell, ALLOY)
        changed |= frames.local(same).forward != known.forward
    assert changed.any()
    assert not (changed & how.covariant).any()


def test_frames_of_deeph_differ_in_perfect_crystals_alone():
    perfect, moved = structures.graphene(), rattled(structures.graphene(3))
    for structure, differ in ((perfect, True), (moved, False)):
        found = edges(structure, CARBON)
        one, other = (frames.list_order(found, seed) for seed in (0, 1))
        assert one.forward.all()
        assert np.allclose(one.rotation, other.rotation) != differ


@pytest.mark.parametrize(
    ("options", "words"),
    [({"tie_rule": "other"}, "tie_rule"), ({"collinear_sin_min": 1.0}, "collinear_sin_min")],
)
def test_wrong_rules_are_refused(alloy, options, words):
    with pytest.raises(ValueError, match=words):
        frames.local(edges(alloy, ALLOY), **options)


def test_a_straight_molecule_has_no_frames():
    line = ase.Atoms("C3", positions=[[0, 0, 0], [0, 0, 1.3], [0, 0, 2.6]])
    with pytest.raises(ValueError, match="atom 0: no neighbour within 4 Å off the line"):
        frames.local(edges(line, 4.0))
