"""The command for a structure of one's own: its files, its errors, its warnings."""

import importlib.util

import ase
import h5py
import numpy as np
import pandas as pd
import pytest
from support import ROOT

from hamlearn.hamiltonians import bloch, networks, own_structure, structures
from hamlearn.hamiltonians.graph import edges
from hamlearn.learning import training

SMALL = {
    **{"neighbours": 8, "node": 8, "edge": 16, "orientation": 4, "filters": 4},
    **{"layers": 1, "hidden": 8, "cutoff": 6.0},
}


@pytest.fixture(scope="module")
def predict():
    path = ROOT / "scripts" / "hamiltonians" / "predict.py"
    spec = importlib.util.spec_from_file_location("predict_hamiltonians", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Untrained networks for graphene."""
    found = tmp_path_factory.mktemp("networks")
    training.configure(threads=1, seed=0)
    for end, outputs in (("forward", 91), ("backward", 78)):
        network = networks.lc_net(outputs, **SMALL)
        last = network.get_layer("elements")
        last.set_weights([1e-4 * weights for weights in last.get_weights()])
        training.save(network, found / f"graphene_own_{end}.keras")
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
    options += ["--output", paths["h.h5"], "--bands", paths["bands.csv"]]
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


def refused(predict, capsys, *options: str) -> str:
    with pytest.raises(SystemExit) as ended:
        predict.main(list(options))
    assert ended.value.code == 1
    error = capsys.readouterr().err
    assert error.startswith("error: ") and error.count("\n") == 1
    return error


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
    assert words in refused(predict, capsys, *options)
    assert not (tmp_path / "h.h5").exists()


def test_files_that_are_no_structures_and_folders_without_networks_are_named(
    predict, capsys, sheet, tmp_path
):
    (tmp_path / "own.cif").write_text("nothing")
    assert "own.cif" in refused(predict, capsys, "--structure", str(tmp_path / "own.cif"))
    given = ("--structure", str(sheet), "--networks", str(tmp_path))
    assert "graphene_own_forward.keras" in refused(predict, capsys, *given)


def test_a_structure_unlike_the_training_set_is_said_to_be_so(settings):
    trained = own_structure.known("graphene", settings("default")["hamiltonians"])
    assert trained.count == (39, 39)
    ((low, high),) = trained.nearest.values()
    assert 1.3 < low < high < 1.5
    wide = structures.graphene()
    wide.set_cell(wide.cell.array * 1.08, scale_atoms=True)
    notes = own_structure.compared(wide, edges(wide, 6.0), trained)
    assert any("nearest distances C-C are outside" in note for note in notes)
    assert any("neighbours within 6 Å, in training 39 to 39" in note for note in notes)
