"""Hamiltonians of DFT as they are kept: exact where they must be, near GPAW where it was run."""

import ase
import numpy as np
import pytest
from support import ROOT

from hamlearn import files
from hamlearn.hamiltonians import archive, bloch, overlaps, structures
from hamlearn.hamiltonians.graph import edges
from hamlearn.hamiltonians.overlaps import overlap

DATA = ROOT / "data"


@pytest.mark.parametrize(("name", "each"), [("graphene2", 40), ("sige2", 87), ("sige16", 87)])
def test_kept_hamiltonians_are_hermitian_and_their_overlaps_positive(name, each):
    structure, found, h, s = archive.read(DATA / f"hamiltonians_{name}.npz", 0)
    assert len(found) == each * len(structure)
    for part in (h, s):
        assert np.abs(part - np.swapaxes(part[found.reverse], 1, 2)).max() < 1e-8
    assert np.linalg.eigvalsh(bloch.matrix(s, found, np.array([0.1, 0.2, 0.0])))[0] > 0
    assert 10 < np.abs(h).max() < 30
    assert np.abs(h[found.length > found.cutoff - 0.5]).max() < 0.05


# of one atom, and of s of the first atom with s, s, p, p of its neighbour in the home cell
BY_GPAW = (
    [
        0.996754,
        0.352738,
        0.996545,
        1.001814,
        0.996545,
        0.591225,
        0.591678,
        0.591225,
        0.996758,
        1.001874,
        0.998177,
        1.001874,
        0.996758,
    ],
    [0.381327, 0.153011, 0.222977, 0.0, -0.386207, 0.108073, 0.0, -0.187188],
)


def test_overlaps_are_those_of_gpaw():
    structure = structures.graphene()
    found = edges(structure, 6.0)
    s = overlap(structure, found)
    assert np.allclose(np.diagonal(s[found.onsite][0]), BY_GPAW[0], atol=2e-6)
    home = (found.first == 0) & (found.second == 1) & (found.cell == 0).all(axis=1)
    assert np.allclose(s[home][0, 0, :8], BY_GPAW[1], atol=2e-6)


def test_overlaps_do_not_depend_on_the_home_cell():
    one = structures.zincblende()
    moved = one.copy()
    moved.positions[1] += one.cell.array[0] - 2 * one.cell.array[2]
    k = np.array([0.13, 0.24, 0.37])
    levels = []
    for structure in (one, moved):
        found = edges(structure, 7.41)
        levels.append(np.linalg.eigvalsh(bloch.matrix(overlap(structure, found), found, k)))
    assert np.allclose(levels[0], levels[1], atol=1e-9)


def test_overlaps_of_other_elements_are_refused():
    oxide = ase.Atoms("CO", positions=[[0, 0, 0], [0, 0, 1.1]], cell=[9, 9, 9], pbc=True)
    with pytest.raises(ValueError, match="elements C, O: overlaps are known of C or Si and Ge"):
        overlap(oxide, edges(oxide, 6.0))
    assert overlaps.elements() == ((6,), (14, 32))


def test_an_archive_is_read_as_it_was_written(tmp_path):
    structure = structures.zincblende()
    found, rng = edges(structure, 7.41), np.random.default_rng(0)
    blocks = rng.standard_normal((len(archive.pairs_of(found)), 13, 13))
    onsite = found.onsite[archive.pairs_of(found)]
    blocks[onsite] += np.swapaxes(blocks[onsite], 1, 2)
    solved = archive.Solved(
        positions=structure.positions[None],
        numbers=structure.numbers[None],
        cell=structure.cell.array,
        pbc=structure.pbc,
        cutoff=7.41,
        blocks=[blocks],
        fermi=np.zeros(1),
        frame=np.zeros(1),
    )
    path = tmp_path / "kept.npz"
    archive.write(path, solved)
    again = archive.load(path)
    assert np.abs(again.blocks[0] - blocks).max() < 3 * archive.STEP
    whole = archive.whole(again.blocks[0], found)
    assert np.array_equal(whole, np.swapaxes(whole[found.reverse], 1, 2)) or np.allclose(
        whole, np.swapaxes(whole[found.reverse], 1, 2), atol=1e-12
    )
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(files.DamagedFile, match="kept.npz"):
        archive.load(path)


def test_archives_are_small():
    sizes = [path.stat().st_size for path in DATA.glob("hamiltonians_*.npz")]
    assert sum(sizes) < 12e6


@pytest.mark.parametrize(("name", "filled"), [("graphene2", 4), ("sige2", 4)])
def test_dirac_points_and_gaps_are_where_they_belong(name, filled):
    _, found, h, s = archive.read(DATA / f"hamiltonians_{name}.npz", 0)
    corner = np.array([1 / 3, 1 / 3, 0]) if name == "graphene2" else np.zeros(3)
    levels = bloch.bands(h, s, found, corner)
    gap = levels[filled] - levels[filled - 1]
    assert gap < 1e-3 if name == "graphene2" else gap > 1.0


OFF_MESH = [-21.42877, -12.045626, -10.25734, -9.048363, 2.425157, 5.829753, 8.662816, 12.194409]
"""Eigenvalues of GPAW for perfect graphene at k = (0.13, 0.21, 0), off its mesh, in eV."""


def test_bands_off_the_mesh_are_those_of_gpaw():
    _, found, h, s = archive.read(DATA / "hamiltonians_graphene2.npz", 0)
    levels = bloch.bands(h, s, found, np.array([0.13, 0.21, 0]))[:8]
    assert np.allclose(levels[:4], OFF_MESH[:4], atol=1e-4)  # blocks are kept in steps of 5e-5 eV
    assert np.allclose(levels[4:], OFF_MESH[4:], atol=1e-3)
