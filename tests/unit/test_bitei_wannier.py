"""From a mesh to hoppings: cells, averages over symmetry, and, slow, the crystals by GPAW."""

import importlib.util
import sys

import numpy as np
import pytest
from support import ROOT

from hamlearn.bitei import hoppings, solver, wannier

ENDS = hoppings.load()


@pytest.mark.parametrize(
    ("mesh", "count"), [((4, 4, 4), 95), ((6, 6, 4), 215), ((10, 10, 10), 1199)]
)
def test_vectors_of_a_mesh_are_as_many_as_the_exact_count(mesh, count):
    found = wannier.shortest(ENDS.cells[0], mesh, np.zeros(3))
    assert sum(map(len, found)) == count
    assert len(found) == np.prod(mesh)


def test_vectors_of_the_thesis_are_those_of_rounded_numbers():
    rounded = np.round(ENDS.cells[0], 7)
    assert sum(map(len, wannier.shortest(rounded, (10, 10, 10), np.zeros(3), 1e-10))) == 1155


@pytest.mark.parametrize(("pairs", "count"), [(True, 267), (False, 215)])
def test_hoppings_give_the_bloch_matrices_of_their_mesh_back(pairs, count):
    mesh = (6, 6, 4)
    steps = [np.arange(n) / n for n in mesh]
    k = np.stack(np.meshgrid(*steps, indexing="ij"), axis=-1).reshape(-1, 3)
    bloch = hoppings.bloch(ENDS.trivial, ENDS.vectors, k)
    given = bloch.reshape(*mesh, 18, 18)
    vectors, found = wannier.hoppings_of(given, mesh, ENDS.cells[0], ENDS.positions[0], pairs)
    assert len(vectors) == count
    assert hoppings.hermiticity(found, vectors) < 1e-12
    assert np.abs(hoppings.bloch(found, vectors, k) - bloch).max() < 1e-12
    if pairs:
        assert np.array_equal(vectors, ENDS.vectors)
        assert np.abs(found - ENDS.trivial).max() < 1e-12


def test_averages_leave_symmetric_crystals_alone_and_restore_broken_ones():
    for end, positions in zip((ENDS.trivial, ENDS.topological), ENDS.positions, strict=True):
        vectors, found = wannier.averaged(ENDS.vectors, end, positions)
        assert np.array_equal(vectors, ENDS.vectors)
        assert np.abs(found - end).max() < 1e-7
    random = np.random.default_rng(0)
    broken = ENDS.trivial + 1e-2 * random.standard_normal(ENDS.trivial.shape)
    vectors, found = wannier.averaged(ENDS.vectors, broken, ENDS.positions[0])
    k = random.random((5, 3))
    turned = k @ np.array([[-1, -1, 0], [1, 0, 0], [0, 0, 1]]).T
    levels = [np.linalg.eigvalsh(hoppings.bloch(found, vectors, points)) for points in (k, turned)]
    assert np.abs(levels[0] - levels[1]).max() < 1e-10
    assert hoppings.time_reversal(found) < 1e-12
    assert hoppings.hermiticity(found, vectors) < 1e-12


def test_the_nearest_isometry_keeps_the_levels_of_a_complete_manifold():
    random = np.random.default_rng(1)
    levels = np.sort(random.standard_normal(18))
    unitary = np.linalg.qr(random.standard_normal((18, 18, 2)) @ [1, 1j])[0]
    some = random.standard_normal((18, 18))
    positive = some @ some.T + np.eye(18)
    found = wannier.bloch_matrix(unitary @ positive, levels)
    assert np.linalg.eigvalsh(found) == pytest.approx(levels)
    assert np.allclose(found, unitary.conj().T @ np.diag(levels) @ unitary)


@pytest.mark.slow
def test_the_crystals_by_gpaw_are_those_of_the_repository(tmp_path):
    pytest.importorskip("gpaw", reason="no GPAW: envs/dft.yaml has it")
    spec = importlib.util.spec_from_file_location("ends", ROOT / "scripts/bitei/end_points.py")
    module = sys.modules["ends"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.make(tmp_path / "ends.npz", log=None)
    made = hoppings.load(tmp_path / "ends.npz")
    k = np.random.default_rng(0).random((20, 3))
    for name in ("trivial", "topological"):
        pair = [
            np.linalg.eigvalsh(hoppings.bloch(getattr(ends, name), ends.vectors, k))
            for ends in (made, ENDS)
        ]
        assert np.abs(pair[0] - pair[1]).max() < 5e-3
        one, other = (solver.phase(getattr(e, name), e.vectors) for e in (made, ENDS))
        assert one.label == other.label
        assert one.gap_ev == pytest.approx(other.gap_ev, abs=2e-3)
    assert made.window == pytest.approx(ENDS.window, abs=5e-3)
