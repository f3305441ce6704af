"""Predictions for a wire of one's own: exact, by networks of its size, and the command."""

import importlib.util
import io
import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from hamlearn.learning import training as learning
from hamlearn.learning.jobs import network_path
from hamlearn.study import Study
from hamlearn.wires import plan, prediction, solver

keras = pytest.importorskip("keras")
networks = pytest.importorskip("hamlearn.wires.networks")

TRAINED = ("model_i_3", "scattering_i_3", "model_ii_conductance", "model_ii_bias")
ROOT = Path(__file__).parents[2]
MODEL_I = [
    *("model_i_3/dnn_train_plateau", "model_i_3/dnn_validation"),
    "scattering_i_3/scattering_i_3",
]


@pytest.fixture(scope="module")
def wires(settings):
    """Settings at scale smoke, with two seeds."""
    found = settings("smoke")["wires"]
    for section in ("model_i", "model_ii", "scattering"):
        found[section]["seeds"] = 2
    return found


@pytest.fixture(scope="module")
def results(wires, tmp_path_factory) -> Path:
    """A folder of results with untrained networks for 3 x 3 and for 8 x 8 sites."""
    folder = tmp_path_factory.mktemp("results")
    content = {"settings": {"wires": wires}}
    (folder / "provenance.json").write_text(json.dumps(content), encoding="utf-8")
    study = Study("wires", wires)
    for run in study.runs.values():
        if run.name.split("/")[0] not in TRAINED:
            continue
        for seed in range(2):
            keras.utils.set_random_seed(seed)
            built = study.ensembles[run.trained_on]
            path = network_path(folder / "networks" / study.job(run) / f"seed{seed}", run.name)
            path.parent.mkdir(parents=True, exist_ok=True)
            learning.save(networks.build(run, built.length, built.width), path)
    errors = [("model_i_3/dnn_validation", 0.1), ("model_i_3/dnn_validation", 0.3)]
    table = pd.DataFrame(errors, columns=["run", "mae"])
    table.to_csv(folder / "metrics.csv", index=False)
    return folder


def onsite(length: int = 3, width: int = 3, half: float = 2.0) -> np.ndarray:
    return np.random.default_rng(0).uniform(-half, half, (length, width))


def alloy() -> np.ndarray:
    return 5.0 * (np.random.default_rng(0).random((8, 8)) < 0.3)


def names(found) -> list[str]:
    return [trained.run.name for trained in found]


def test_networks_are_found_by_the_shape_of_the_wire(results, wires):
    found = prediction.of_shape(results, wires, (3, 3))
    assert names(found) == MODEL_I
    assert [len(trained.paths) for trained in found] == [2, 2, 2]
    most = wires["model_ii"]["train"][-1]
    found = prediction.of_shape(results, wires, (8, 8))
    assert names(found) == [f"model_ii_{name}/cnn_{most}" for name in ("conductance", "bias")]
    for shape in ((3, 4), (5, 5)):  # none such, and not trained here
        assert prediction.of_shape(results, wires, shape) == []
    assert prediction.sizes(wires) == ["3 x 3", "10 x 10", "8 x 8"]


def test_a_prediction_is_the_mean_over_seeds(results, wires):
    trained = prediction.of_shape(results, wires, (3, 3))[1]
    (row,) = prediction.predicted(onsite(), trained, wires, 0.2).to_dict("records")
    given = networks.model_inputs("dnn", onsite()[None])
    found = [learning.predict(networks.load(path), given)[0] for path in trained.paths]
    assert row["conductance_g0"] == pytest.approx(np.mean(found))
    assert (row["least_g0"], row["most_g0"]) == (min(found), max(found))
    assert row["least_g0"] < row["most_g0"]
    assert (row["networks"], row["energy_t"], row["test_mae_g0"]) == (2, 0.0, 0.2)
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
    assert not prediction.warnings(onsite(), ensembles["i_3"])
    assert not prediction.warnings(alloy(), ensembles["ii"])
    strong = onsite()
    strong[0, 0], strong[2, 1] = 2.5, -3.25
    assert prediction.warnings(strong, ensembles["i_3"]) == [
        "2 of 9 on-site energies are outside the trained -2 to 2 t, by up to 1.25 t"
    ]
    other = alloy()
    other[0, :2] = 4.5, 0.25
    assert prediction.warnings(other, ensembles["ii"]) == [
        "2 of 64 on-site energies are not the trained 0 or 5 t, by up to 0.5 t"
    ]


def test_without_settings_there_are_none(tmp_path):
    assert prediction.settings_of(tmp_path) is None


def run(folder: Path, values, **changes) -> None:
    spec = importlib.util.spec_from_file_location("predict", ROOT / "scripts/wires/predict.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    path = folder / "wire.npy"
    if values is not None:
        np.save(path, values)
    given = {"onsite": path, **changes}
    module.main([f"--{name}={value}" for name, value in given.items()])


def test_the_command_prints_exact_and_predicted_conductances(results, tmp_path, capsys):
    run(tmp_path, onsite(), results=results, energies="-0.18:0.18:3")
    printed = capsys.readouterr()
    assert printed.err == ""
    frame = pd.read_csv(io.StringIO(printed.out))
    assert tuple(frame) == prediction.COLUMNS
    assert frame["source"].tolist() == [*["exact"] * 3, *MODEL_I]
    assert frame["test_mae_g0"].isna().tolist() == [True, True, True, True, False, True]
    assert frame["test_mae_g0"][4] == pytest.approx(0.2)


def test_a_network_of_the_bias_average_stands_beside_the_exact_one(results, tmp_path):
    run(tmp_path, alloy(), results=results, output=tmp_path / "table.csv")
    frame = pd.read_csv(tmp_path / "table.csv")
    assert frame["target"].tolist() == ["conductance", "bias_conductance"] * 2
    assert frame["source"].tolist()[:2] == ["exact", "exact"]
    assert frame["energy_t"].isna().tolist() == [False, True] * 2


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (onsite(4, 3), "no networks for 4 x 3 sites, only 3 x 3, 10 x 10, 8 x 8"),
        (onsite(10, 10), "no networks for 10 x 10 sites; `make all` trains them"),
    ],
)
def test_without_a_network_the_exact_conductance_remains(results, tmp_path, capsys, values, words):
    run(tmp_path, values, results=results)
    printed = capsys.readouterr()
    assert printed.err == f"warning: {results}: {words}\n"
    assert printed.out.count("\n") == 2


def test_without_results_too(tmp_path, capsys):
    run(tmp_path, onsite(), results=tmp_path)
    printed = capsys.readouterr()
    assert (
        printed.err == f"warning: {tmp_path}: no results, so no networks; `make all` trains them\n"
    )
    assert "exact,conductance,0.0," in printed.out


def test_the_command_warns_once_of_an_ensemble(results, tmp_path, capsys):
    run(tmp_path, onsite(half=3.0), results=results)
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("warning: ")
    assert "outside the trained -2 to 2 t" in lines[0]


@pytest.mark.parametrize(
    ("values", "changes", "words"),
    [
        (None, {}, "wire.npy: no such file"),
        (np.zeros((2, 3, 3)), {}, "expected a map with rows and columns, got shape (2, 3, 3)"),
        (np.array([[0.0, np.inf]]), {}, "row 1, column 2 is inf, not finite"),
        (onsite(), {"energies": "4.5"}, "energies: 4.5 t is outside the band |E| < 4 t"),
        (onsite(), {"energies": "0..1"}, "energies '0..1': expected low:high:count"),
        (onsite(), {"output": "."}, "--output .: a folder; expected the name of a file"),
    ],
)
def test_every_error_is_one_line_and_status_1(tmp_path, capsys, values, changes, words):
    with pytest.raises(SystemExit) as ended:
        run(tmp_path, values, results=tmp_path, **changes)
    printed = capsys.readouterr()
    assert ended.value.code == 1
    assert printed.out == ""
    assert printed.err.count("\n") == 1
    assert printed.err.startswith("error: ")
    assert words in printed.err


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("provenance.json", "[]", "provenance.json: expected settings, found list"),
        ("provenance.json", "{}", "provenance.json: no settings in it"),
        ("provenance.json", '{"settings": 1}', "provenance.json: expected the settings of `wires`"),
        ("provenance.json", '{"settings": {"wires": {}}}', "expected the settings of `wires`"),
        ("provenance.json", '{"settings": ', "provenance.json: expected JSON, found"),
        ("metrics.csv", "network,error\na,1\n", "metrics.csv: no run, mae in it"),
        ("metrics.csv", "", "metrics.csv: expected a table as CSV, found"),
    ],
)
def test_damaged_results_are_one_line_and_status_1(results, tmp_path, capsys, name, content, words):
    folder = tmp_path / "results"
    shutil.copytree(results, folder)
    (folder / name).write_text(content)
    with pytest.raises(SystemExit) as ended:
        run(tmp_path, onsite(), results=folder)
    printed = capsys.readouterr()
    assert ended.value.code == 1
    assert printed.err.count("\n") == 1
    assert words in printed.err
