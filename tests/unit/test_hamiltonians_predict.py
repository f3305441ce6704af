"""The command for a structure of one's own: its files, its errors, its warnings."""

import ase
import h5py
import numpy as np
import pandas as pd
import pytest
from own_data import describe, kept, refused, script

from hamlearn import trained
from hamlearn.hamiltonians import (
    bloch,
    ensemble,
    networks,
    own_networks,
    own_structure,
    plan,
    structures,
)
from hamlearn.hamiltonians.graph import edges
from hamlearn.learning import training

SMALL = {
    **{"neighbours": 8, "node": 8, "edge": 16, "orientation": 4, "filters": 4},
    **{"layers": 1, "hidden": 8, "cutoff": 6.0},
}


@pytest.fixture(scope="module")
def predict():
    return script("hamiltonians")


@pytest.fixture(scope="module")
def folder(settings, tmp_path_factory):
    """Results of scale smoke with untrained networks for graphene, and their structures."""
    found = tmp_path_factory.mktemp("results") / "smoke" / "hamiltonians"
    describe(found, "hamiltonians", settings("smoke"))
    training.configure(threads=1, seed=0)
    for end, outputs in (("forward", 91), ("backward", 78)):
        network = networks.lc_net(outputs, **SMALL)
        last = network.get_layer("elements")
        last.set_weights([1e-4 * weights for weights in last.get_weights()])
        kept(found, f"graphene_own_{end}", network)
    graphene = plan.ensembles(settings("smoke")["hamiltonians"])["graphene"]
    (found / "data/graphene").mkdir(parents=True)
    ensemble.save(found / "data/graphene/ensemble.npz", ensemble.draw(graphene, 1))
    return found


@pytest.fixture
def sheet(tmp_path):
    made = structures.graphene()
    made.positions[1] += [0.02, 0.01, 0.0]
    made.write(tmp_path / "POSCAR", format="vasp")
    return tmp_path / "POSCAR"


def test_the_files_hold_what_the_page_says(predict, folder, sheet, tmp_path):
    paths = {name: str(tmp_path / name) for name in ("h.h5", "bands.csv", "bands.png")}
    options = ["--networks", str(folder), "--structure", str(sheet), "--points", "7"]
    options += ["--blocks", paths["h.h5"], "--output", paths["bands.csv"]]
    predict.main([*options, "--figure", paths["bands.png"], "--path", "GKM"])
    with h5py.File(paths["h.h5"]) as file:
        kept = {name: np.array(values) for name, values in file.items()}
    made = ase.Atoms(
        numbers=kept["numbers"],
        positions=kept["positions"],
        cell=kept["lattice"],
        pbc=kept["periodic"],
    )
    found = edges(made, 6.0)
    assert np.array_equal(kept["cell"], found.cell)
    h, s = kept["hamiltonian"], kept["overlap"]
    assert np.array_equal(h, np.swapaxes(h[found.reverse], 1, 2))
    table = pd.read_csv(paths["bands.csv"])
    assert len(table) == 7 * 26
    first = table[table["k"] == 0]
    k = first[["k1", "k2", "k3"]].to_numpy()[0]
    levels = bloch.bands(h, s, found, k, predict.LEAST)
    assert np.allclose(first["energy_ev"], levels, atol=1e-6, equal_nan=True)
    assert 13 < np.isfinite(levels).sum() <= 26
    assert (tmp_path / "bands.png").stat().st_size > 5000


@pytest.mark.parametrize(
    ("structure", "words"),
    [
        (ase.Atoms("C2", positions=[[0, 0, 0], [0, 0, 1.4]]), "no periodic cell"),
        (ase.Atoms("NaCl", positions=[[0, 0, 0], [0, 0, 2.8]], cell=[6] * 3, pbc=True), "Na"),
        (ase.Atoms("C2", positions=[[0, 0, 0], [0, 0, 0.6]], cell=[6] * 3, pbc=True), "0.60 Å"),
    ],
)
def test_structures_that_cannot_be_served_are_refused(
    predict, capsys, folder, tmp_path, structure, words
):
    structure.write(tmp_path / "own.xyz", format="extxyz")
    options = ("--structure", str(tmp_path / "own.xyz"), "--networks", str(folder))
    assert words in refused(predict.main, capsys, *options)
    assert not (tmp_path / "h.h5").exists()


def test_networks_come_in_pairs_of_one_material(folder, tmp_path):
    found = trained.find("hamiltonians", [folder], own_networks.names("graphene"))
    (pair,) = own_networks.pairs(found, "graphene")
    assert (pair.forward.name, pair.backward.name) == (
        *("graphene_own_forward", "graphene_own_backward"),
    )
    assert (pair.rule, pair.cutoff) == ("invariant", 6.0)
    with pytest.raises(ValueError, match="expected graphene_own_forward and _backward"):
        own_networks.pairs(found[:1], "graphene")
    with pytest.raises(ValueError, match="trained on graphene, not on sige"):
        own_networks.pairs(found, "sige")


def test_a_structure_unlike_the_training_set_is_said_to_be_so(folder):
    drawn = ensemble.load(folder / "data/graphene/ensemble.npz")
    known = own_structure.known(drawn, 6.0)
    fewest, most = known.count
    assert 38 <= fewest <= 39 <= most <= 40
    ((low, high),) = known.nearest.values()
    assert 1.2 < low < high < 1.5
    own = drawn.structure(0)
    assert own_structure.unlike(own, edges(own, 6.0), known) == []
    wide = structures.graphene()
    wide.set_cell(wide.cell.array * 1.08, scale_atoms=True)
    length, count = own_structure.unlike(wide, edges(wide, 6.0), known)
    words = "outside of what the network was trained on"
    assert f"2 of 2 nearest distances C-C: {words}" in length
    assert f"neighbours within 6 Å of 2 of 2 atoms: {words}, {fewest} to {most}, by up to" in count
