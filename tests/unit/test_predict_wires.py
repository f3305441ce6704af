"""Predictions for a wire of one's own: exact, by networks of its size, and the command."""

import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from own_data import describe, kept, refused, script

from hamlearn import trained
from hamlearn.learning import training as learning
from hamlearn.study import Study
from hamlearn.wires import plan, prediction, solver

keras = pytest.importorskip("keras")
networks = pytest.importorskip("hamlearn.wires.networks")

TRAINED = ("model_i_3", "scattering_i_3", "model_ii_conductance", "model_ii_bias")
MODEL_I = [
    *("model_i_3/dnn_train_plateau", "model_i_3/dnn_validation"),
    "scattering_i_3/scattering_i_3",
]


pytestmark = pytest.mark.usefixtures("eagerly")


@pytest.fixture(scope="module")
def everything(settings):
    """Settings at scale smoke, with two seeds."""
    found = settings("smoke")
    for section in ("model_i", "model_ii", "scattering"):
        found["wires"][section]["seeds"] = 2
    return found


@pytest.fixture(scope="module")
def wires(everything):
    return everything["wires"]


@pytest.fixture(scope="module")
def results(everything, wires, tmp_path_factory) -> Path:
    """A folder of results with untrained networks for 3 x 3 and for 8 x 8 sites."""
    folder = tmp_path_factory.mktemp("results")
    describe(folder, "wires", everything)
    study = Study("wires", wires)
    for run in study.runs.values():
        if run.name.split("/")[0] not in TRAINED:
            continue
        for seed in range(2):
            keras.utils.set_random_seed(seed)
            built = study.ensembles[run.trained_on]
            kept(folder, run.name, networks.build(run, built.length, built.width), seed=seed)
    errors = [("model_i_3/dnn_validation", 0.1), ("model_i_3/dnn_validation", 0.3)]
    table = pd.DataFrame(errors, columns=["run", "mae"])
    table.to_csv(folder / "metrics.csv", index=False)
    return folder


def onsite(length: int = 3, width: int = 3, half: float = 2.0) -> np.ndarray:
    return np.random.default_rng(0).uniform(-half, half, (length, width))


def alloy() -> np.ndarray:
    return 5.0 * (np.random.default_rng(0).random((8, 8)) < 0.3)


def networks_for(results, shape) -> list[list[trained.Trained]]:
    found = trained.find("wires", [results], prediction.names(shape))
    return trained.by_group(found, lambda run: run.name)


def test_networks_are_found_by_the_shape_of_the_wire(results, wires):
    found = networks_for(results, (3, 3))
    assert [group[0].name for group in found] == MODEL_I
    assert [len(group) for group in found] == [2, 2, 2]
    most = wires["model_ii"]["train"][-1]
    found = networks_for(results, (8, 8))
    expected = {f"model_ii_{name}/cnn_{most}" for name in ("conductance", "bias")}
    assert {group[0].name for group in found} == expected
    with pytest.raises(trained.Missing, match="for 3 x 4 sites, only 3 x 3, 10 x 10, 8 x 8"):
        networks_for(results, (3, 4))
    with pytest.raises(trained.Missing, match="no trained network of `wires` there"):
        networks_for(results, (10, 10))  # not trained here


def test_a_prediction_is_the_mean_over_seeds(results):
    group = networks_for(results, (3, 3))[1]
    (row,) = prediction.predicted(onsite(), group).to_dict("records")
    given = networks.model_inputs("dnn", onsite()[None])
    found = [learning.predict(networks.load(one.path), given)[0] for one in group]
    assert row["conductance_g0"] == pytest.approx(np.mean(found))
    assert (row["least_g0"], row["most_g0"]) == (min(found), max(found))
    assert row["least_g0"] < row["most_g0"]
    assert (row["networks"], row["energy_t"]) == (2, 0.0)
    assert row["test_mae_g0"] == pytest.approx(0.2)
    assert (row["source"], row["target"]) == (MODEL_I[1], "conductance")


def test_exact_rows_are_those_of_the_solver(wires):
    energies = np.array([-0.1, 0.3])
    found = prediction.exact(onsite(4, 6), energies)
    expected = solver.conductance(onsite(4, 6)[None], energies)[0]
    assert np.array_equal(found["conductance_g0"], expected)
    assert found["energy_t"].tolist() == energies.tolist()
    assert (found["networks"] == 0).all()
    (average,) = prediction.exact_average(alloy(), wires)["conductance_g0"]
    window = plan.bias_energies(wires)
    assert average == pytest.approx(solver.conductance(alloy()[None], window).mean())


def test_a_clean_wire_transmits_every_mode():
    found = prediction.exact(np.zeros((7, 5)), np.array([0.0, 1.2]))
    np.testing.assert_allclose(found["conductance_g0"], [5, 3], atol=1e-9)


def test_a_mirrored_wire_transmits_the_same():
    energies, wire = np.array([0.1]), onsite(6, 5)
    (expected,) = prediction.exact(wire, energies)["conductance_g0"]
    for mirrored in (wire[::-1], wire[:, ::-1]):
        found = prediction.exact(mirrored, energies)["conductance_g0"][0]
        assert found == pytest.approx(expected, abs=1e-9)


def test_on_site_energies_that_were_not_trained_are_named(wires):
    ensembles = plan.ensembles(wires)
    assert not prediction.unlike(onsite(), ensembles["i_3"])
    assert not prediction.unlike(alloy(), ensembles["ii"])
    strong = onsite()
    strong[0, 0], strong[2, 1] = 2.5, -3.25
    assert prediction.unlike(strong, ensembles["i_3"]) == [
        "2 of 9 on-site energies: outside of what the network was trained on, -2 to 2 t, "
        "by up to 1.25 t"
    ]
    other = alloy()
    other[0, :2] = 4.5, 0.25
    assert prediction.unlike(other, ensembles["ii"]) == [
        "2 of 64 on-site energies: outside of what the network was trained on, 0 or 5 t, "
        "by up to 0.5 t"
    ]


def run(folder: Path, values, *options, results) -> None:
    np.save(folder / "wire.npy", values)
    given = ["--onsite", folder / "wire.npy", "--networks", results, *options]
    script("wires").main(list(map(str, given)))


def test_the_command_prints_predicted_conductances(results, tmp_path, capsys):
    run(tmp_path, onsite(), results=results)
    printed = capsys.readouterr()
    assert printed.err == ""
    frame = pd.read_csv(io.StringIO(printed.out))
    assert tuple(frame) == prediction.COLUMNS
    assert frame["source"].tolist() == MODEL_I
    assert frame["test_mae_g0"].isna().tolist() == [True, False, True]


def test_exact_conductances_and_averages_stand_first(results, tmp_path):
    outputs = ("--output", tmp_path / "table.csv", "--figure", tmp_path / "wire.png")
    run(tmp_path, alloy(), "--exact", "--energies=-0.18:0.18:3", *outputs, results=results)
    frame = pd.read_csv(tmp_path / "table.csv")
    assert frame["target"].tolist()[:4] == [*["conductance"] * 3, "bias_conductance"]
    assert (frame["source"][:4] == "exact").all()
    assert frame["energy_t"].isna().sum() == 2
    assert (tmp_path / "wire.png").stat().st_size > 10_000


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        ((4, 3), "no network for 4 x 3 sites, only 3 x 3, 10 x 10, 8 x 8"),
        ((10, 10), "no trained network of `wires` there; `snakemake --cores 4 wires` trains"),
    ],
)
def test_without_a_network_the_exact_conductance_remains(results, tmp_path, capsys, shape, words):
    run(tmp_path, onsite(*shape), "--exact", results=results)
    printed = capsys.readouterr()
    assert printed.err.startswith("warning: ") and printed.err.count("\n") == 1
    assert words in printed.err
    assert printed.err.endswith("; the exact answer stands alone\n")
    assert printed.out.count("\n") == 2
    assert "exact,conductance,0.0," in printed.out
    given = ("--onsite", tmp_path / "wire.npy", "--networks", results)
    assert words in refused(script("wires").main, capsys, *given)


def test_a_network_of_another_shape_is_refused_by_its_name(results, tmp_path, capsys):
    np.save(tmp_path / "wire.npy", onsite(4, 4))
    path = next(results.rglob("dnn_validation.keras"))
    line = refused(
        script("wires").main, capsys, "--onsite", tmp_path / "wire.npy", "--networks", path
    )
    assert f"{path}: the wire has 4 x 4 sites, the network takes 3 x 3" in line


def test_the_command_warns_once_of_an_ensemble(results, tmp_path, capsys):
    run(tmp_path, onsite(half=3.0), results=results)
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("warning: ")
    assert "outside of what the network was trained on, -2 to 2 t" in line


@pytest.mark.parametrize(
    ("values", "options", "words"),
    [
        (np.zeros((2, 3, 3)), [], "expected a map with rows and columns, got shape (2, 3, 3)"),
        (np.array([[0.0, np.inf]]), [], "row 1, column 2 is inf, not finite"),
        (onsite(), ["--exact", "--energies", "4.5"], "energies: 4.5 t is outside the band"),
        (onsite(), ["--exact", "--energies", "0..1"], "energies '0..1': expected low:high:count"),
        (onsite(), ["--energies", "0.1"], "--energies: of --exact alone"),
    ],
)
def test_wrong_maps_and_energies_are_one_line(results, tmp_path, capsys, values, options, words):
    np.save(tmp_path / "wire.npy", values)
    given = ("--onsite", tmp_path / "wire.npy", "--networks", results, *options)
    assert words in refused(script("wires").main, capsys, *given)
