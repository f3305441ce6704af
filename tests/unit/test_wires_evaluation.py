"""Training, evaluation, baselines and timing of wires, on small ensembles that are solved here."""

import json

import numpy as np
import pandas as pd
import pytest

from hamlearn import files
from hamlearn.learning import metrics, training
from hamlearn.wires import baselines, dataset, ensemble, evaluation, networks, solver, timing
from hamlearn.wires.dataset import Dataset
from hamlearn.wires.plan import BIAS_CONDUCTANCE, CONDUCTANCE, EnsemblePlan
from hamlearn.wires.runs import Run
from hamlearn.wires.training import network_path, train_job

PLANS = {
    "i_3": EnsemblePlan("i_3", "i", 3, 3, 3200, 800, disorder=4.0),
    "ii": EnsemblePlan(
        "ii", "ii", 8, 8, 150, 60, impurity_energies=(5.0,), concentration="uniform"
    ),
}


DISORDER = {name: plan.disorder for name, plan in PLANS.items()}


def solved(plan):
    wires = ensemble.draw(plan, root_seed=1)
    conductance = solver.conductance(wires.exact_onsite, [0.0])[:, 0]
    table = pd.DataFrame({"sample": np.arange(len(wires)), CONDUCTANCE: conductance})
    return Dataset(plan.name, wires, table)


@pytest.fixture(scope="module")
def data():
    return {name: solved(plan) for name, plan in PLANS.items()}


def run(name, group="test", **changes):
    settings = {
        "target": CONDUCTANCE,
        "architecture": "dnn",
        "hidden": 1,
        "neurons": 30,
        "stopping": "train_plateau",
        "batch": 64,
        "max_epochs": 2,
        "learning_rate": 0.001,
    }
    return Run(name=name, group=group, **{**settings, **changes})


RUNS = {
    "i_3": [
        run("dnn_1000", ensemble="i_3", n_train=1000, n_test=800),
        run("dnn_3000", ensemble="i_3", n_train=3000, n_test=500, max_epochs=3),
        run("dnn_1000", "other", ensemble="i_3", n_train=500, n_test=400, max_epochs=1),
    ],
    "ii": [
        run(
            "cnn",
            ensemble="ii",
            architecture="cnn",
            hidden=0,
            neurons=0,
            n_train=150,
            n_test=60,
            stopping="validation",
        )
    ],
}
RUNS["together"] = [*RUNS["ii"], *RUNS["i_3"]]


@pytest.fixture(scope="module")
def trained(data, tmp_path_factory):
    folder = tmp_path_factory.mktemp("networks")
    for name, runs in RUNS.items():
        train_job(runs, data, folder / name, root_seed=1, seed=0, threads=1)
    return folder


@pytest.fixture(scope="module")
def evaluated(data, trained):
    return {
        name: evaluation.evaluate_job(runs, trained / name, data, seed=0, disorder=DISORDER)
        for name, runs in RUNS.items()
    }


def test_a_job_leaves_networks_history_and_provenance(trained):
    job = trained / "i_3"
    names = sorted(str(path.relative_to(job)) for path in job.rglob("*.*"))
    networks = ["other/dnn_1000.keras", "test/dnn_1000.keras", "test/dnn_3000.keras"]
    assert names == ["history.csv", *networks[:1], "provenance.json", *networks[1:]]
    history = pd.read_csv(job / "history.csv")
    assert list(history) == ["group", "run", "epoch", "loss", "val_loss", "mae", "seconds"]
    epochs = history.groupby(["group", "run"]).size().to_dict()
    assert epochs == {("test", "dnn_1000"): 2, ("test", "dnn_3000"): 3, ("other", "dnn_1000"): 1}
    assert pd.read_csv(trained / "ii" / "history.csv")["val_loss"].notna().all()
    found = json.loads((job / "provenance.json").read_text())
    assert set(found["samples_per_second"]) == {run.path for run in RUNS["i_3"]}
    assert {"code", "device", "backend_version", "precision", "xla"} <= set(found)


def weights(folder, run):
    model = networks.load(network_path(folder, run), run.architecture)
    return np.concatenate([w.ravel() for w in model.get_weights()])


def test_what_a_run_learns_depends_on_its_seed_and_not_on_its_company(data, trained, tmp_path):
    run = RUNS["i_3"][1]
    for seed in (0, 1):
        train_job([run], data, tmp_path / f"{seed}", root_seed=1, seed=seed, threads=1)
    assert np.array_equal(weights(trained / "i_3", run), weights(tmp_path / "0", run))
    assert not np.array_equal(weights(tmp_path / "0", run), weights(tmp_path / "1", run))


def test_a_job_passes_its_options_on(data, tmp_path, monkeypatch):
    class Reached(Exception):
        pass

    def stop(*given, **options):
        raise Reached(options["jit_compile"])

    asked = {}
    monkeypatch.setattr(training, "configure", lambda *given, **options: asked.update(options))
    monkeypatch.setattr(training, "fit", stop)
    job = (RUNS["i_3"][:1], data, tmp_path)
    for xla in (True, False):
        options = {"precision": "mixed_bfloat16", "jit_compile": xla}
        with pytest.raises(Reached, match=str(xla)):
            train_job(*job, root_seed=1, seed=0, threads=1, **options)
        assert asked == {"deterministic": not xla, "precision": "mixed_bfloat16"}


def test_every_network_of_a_job_has_its_precision(data, tmp_path, half_precision):
    runs = RUNS["i_3"][:2]
    train_job(runs, data, tmp_path, root_seed=1, seed=0, threads=1, precision=half_precision)
    for run in runs:
        model = networks.load(network_path(tmp_path, run), run.architecture)
        computed = {layer.compute_dtype for layer in model.layers if layer.weights}
        assert half_precision.removeprefix("mixed_") in computed


def test_networks_trained_together_equal_those_trained_by_group(trained, evaluated):
    groups = [name for name in RUNS if name != "together"]
    for name in groups:
        for some in RUNS[name]:
            found = weights(trained / "together", some)
            assert np.array_equal(found, weights(trained / name, some)), some.path
    durations = ["train_seconds", "seconds_per_epoch"]
    for k in range(2):  # predictions and metrics
        by_group = pd.concat([evaluated[name][k] for name in groups])
        order = ["group", "run", *(["sample"] if k == 0 else [])]
        tables = [
            table.drop(columns=durations, errors="ignore").sort_values(order, ignore_index=True)
            for table in (by_group, evaluated["together"][k])
        ]
        pd.testing.assert_frame_equal(*tables, check_exact=True)


def test_a_network_of_another_group_is_continued(data, tmp_path, monkeypatch):
    columns = dict.fromkeys(("epoch", "loss", "val_loss", "mae", "seconds"), [1.0])
    monkeypatch.setattr(training, "fit", lambda *_, **__: pd.DataFrame(columns))
    own = {"ensemble": "i_3", "architecture": "scattering", "n_train": 8, "n_test": 8}
    first, other = (run("scattering", group, **own) for group in ("first", "other"))
    continued = run("continued", "third", starts_from=first.path, **own)
    train_job([first, other, continued], data, tmp_path, root_seed=1, seed=0, threads=1)
    assert np.array_equal(weights(tmp_path, continued), weights(tmp_path, first))
    assert not np.array_equal(weights(tmp_path, continued), weights(tmp_path, other))


def test_predictions_are_of_the_last_samples(data, evaluated):
    predictions, _, _ = evaluated["i_3"]
    assert list(predictions) == ["group", "run", "sample", "true_g0", "predicted_g0"]
    part = predictions[predictions["run"] == "dnn_3000"]
    assert list(part["sample"]) == list(range(3500, 4000))
    assert np.array_equal(
        part["true_g0"], data["i_3"].conductance[CONDUCTANCE].iloc[3500:4000].to_numpy()
    )


def test_metrics_have_their_columns(evaluated):
    expected = (
        "group run seed ensemble model length width disorder_t target architecture hidden neurons "
        "parameters n_train n_test stopping batch epochs train_seconds seconds_per_epoch mae_g0 "
        "train_mae_g0 mse_g02 r2 mae_median_g0 mae_count_g0 mae_trivial_g0 relative_mae "
        "fraction_above_03 fraction_above_1"
    )
    for _, table, _ in evaluated.values():
        assert list(table) == expected.split()
    first = evaluated["i_3"][1].iloc[0]
    assert (first["model"], first["disorder_t"], first["parameters"]) == ("i", 4.0, 331)
    assert first["epochs"] == 2
    assert np.isnan(first["mae_count_g0"])
    assert first["mae_trivial_g0"] == first["mae_median_g0"]
    impurity = evaluated["ii"][1].iloc[0]
    assert (impurity["model"], impurity["length"], impurity["parameters"]) == ("ii", 8, 20_593)
    assert np.isnan(impurity["disorder_t"])
    assert impurity["mae_trivial_g0"] == impurity["mae_count_g0"] < impurity["mae_median_g0"]


def test_metrics_agree_with_predictions(evaluated):
    for predictions, table, _ in evaluated.values():
        for row in table.itertuples():
            of_run = (predictions["group"] == row.group) & (predictions["run"] == row.run)
            part = predictions[of_run]
            error = (part["predicted_g0"] - part["true_g0"]).to_numpy()
            assert row.mae_g0 == pytest.approx(np.abs(error).mean())
            assert row.mse_g02 == pytest.approx((error**2).mean())
            assert row.relative_mae == pytest.approx(row.mae_g0 / row.mae_trivial_g0)
            assert row.fraction_above_03 == pytest.approx((np.abs(error) > 0.3).mean())


def test_errors_by_concentration_add_up(evaluated):
    assert evaluated["i_3"][2].empty
    _, table, intervals = evaluated["ii"]
    assert list(intervals) == [
        *("group", "run", "seed", "target", "concentration_low", "concentration_high"),
        *("n", "mae_g0", "mae_count_g0"),
    ]
    assert list(evaluated["i_3"][2]) == list(intervals)
    assert len(intervals) == 10
    assert intervals["n"].sum() == 60
    filled = intervals[intervals["n"] > 0].astype({"mae_g0": float, "mae_count_g0": float})
    for column in ("mae_g0", "mae_count_g0"):
        mean = np.average(filled[column], weights=filled["n"].astype(int))
        assert mean == pytest.approx(table[column].iloc[0])


def test_intervals_of_concentration_by_hand():
    concentration = np.array([0.0, 0.05, 0.1, 0.3, 1.0])
    predicted, counted = np.array([1.0, 3, 5, 7, 9]), np.zeros(5)
    table = evaluation.mae_by_concentration(concentration, np.zeros(5), predicted, counted)
    assert list(table["n"]) == [2, 1, 0, 1, 0, 0, 0, 0, 0, 1]
    assert table["mae_g0"].iloc[[0, 1, 3, 9]].tolist() == [2.0, 5.0, 7.0, 9.0]
    assert table["mae_g0"].isna().sum() == 6
    assert table["concentration_low"].iloc[3] == 0.3
    assert table["concentration_high"].iloc[9] == 1.0


def test_ensemble_average_divides_by_the_number_of_configurations(trained):
    plan = EnsemblePlan(
        "average",
        "ii",
        8,
        8,
        0,
        12,
        impurity_energies=(5.0,),
        concentration="fixed",
        concentrations=3,
        targets=(BIAS_CONDUCTANCE,),
    )
    wires = ensemble.draw(plan, root_seed=1)
    true = np.array([8.0, 8, 8, 8, 1, 2, 3, 6, 0, 0, 0, 0])
    table = pd.DataFrame({"sample": np.arange(12), BIAS_CONDUCTANCE: true})
    model = networks.load(network_path(trained / "ii", *RUNS["ii"]), "cnn")
    found = evaluation.ensemble_average(
        model, "cnn", Dataset("average", wires, table), BIAS_CONDUCTANCE, seed=2
    )
    assert list(found) == [
        *("seed", "concentration", "configurations", "mean_true_g0", "mean_predicted_g0"),
        *("std_true_g0", "std_predicted_g0"),
    ]
    assert list(found["concentration"]) == [0.0, 0.5, 1.0]
    assert list(found["mean_true_g0"]) == [8.0, 3.0, 0.0]
    assert found["std_true_g0"].iloc[1] == pytest.approx(np.sqrt((4 + 1 + 0 + 9) / 4))
    # all configurations are equal without impurities and with nothing else
    np.testing.assert_allclose(found["std_predicted_g0"].iloc[[0, 2]], 0, atol=1e-9)
    assert found["std_predicted_g0"].iloc[1] > 0


def test_baselines_of_model_i(data):
    table = baselines.baselines(data["i_3"], CONDUCTANCE, 3200, 800, ridge_train=800)
    errors = table.set_index("predictor")["mae_g0"]
    assert list(errors.index) == ["median", "linear", "quadratic", "kernel_ridge"]
    assert errors["median"] == pytest.approx(0.295, abs=0.025)
    # G(0) is even under a change of sign of all energies: a linear model learns nothing
    assert errors["linear"] == pytest.approx(errors["median"], rel=0.03)
    assert errors["quadratic"] == pytest.approx(0.164, abs=0.02)
    assert errors["kernel_ridge"] < 0.6 * errors["median"]
    assert list(table["n_train"]) == [3200, 3200, 3200, 800]


def test_baselines_of_impurities(data):
    table = baselines.baselines(data["ii"], CONDUCTANCE, 150, 60)
    assert list(table) == ["ensemble", "target", "predictor", "n_train", "n_test", "mae_g0"]
    errors = table.set_index("predictor")["mae_g0"]
    assert list(errors.index) == ["median", "count"]
    assert errors["count"] < 0.4 * errors["median"]


def test_a_dataset_refuses_what_it_lacks(data, tmp_path):
    with pytest.raises(ValueError, match="i_3: 3500 training and 800 test samples"):
        data["i_3"].split(3500, 800)
    with pytest.raises(ValueError, match="no column bias_conductance_g0, only sample, conduct"):
        data["i_3"].targets(BIAS_CONDUCTANCE, slice(0, 1))
    ensemble.save(tmp_path / "ensemble.npz", data["ii"].ensemble)
    files.write_table(tmp_path / "short.parquet", data["ii"].conductance.iloc[:100])
    with pytest.raises(files.DamagedFile, match="100 labels, expected one for each of the 210"):
        dataset.load("ii", tmp_path / "ensemble.npz", tmp_path / "short.parquet")
    files.write_table(tmp_path / "all.parquet", data["ii"].conductance)
    again = dataset.load("ii", tmp_path / "ensemble.npz", tmp_path / "all.parquet")
    assert np.array_equal(again.ensemble.onsite, data["ii"].ensemble.onsite)


def test_timing_states_its_hardware_and_consistent_ratios(data, trained):
    found = timing.timing(
        network_path(trained / "ii", *RUNS["ii"]),
        "cnn",
        data["ii"].ensemble,
        [-0.1, 0.0, 0.1],
        configurations=10,
        kwant_solves=4,
        threads=1,
    )
    assert found["hardware"]["cpu"]
    assert (found["configurations"], found["energies"], found["kwant_solves"]) == (10, 3, 4)
    assert found["size"] == [8, 8]
    assert found["ratio_kwant_network"] == pytest.approx(
        found["ratio_kwant_solver"] * found["ratio_solver_network"]
    )
    assert found["kwant_seconds"] > 0


def test_a_network_learns_a_small_wire(data):
    """A dense network must beat the median by a wide margin at 3x3, whatever the scale."""
    model = networks.dnn(9, 20, 3)
    i_3 = data["i_3"]
    train, test = i_3.split(3200, 800)
    training.fit(
        model,
        networks.model_inputs("dnn", i_3.ensemble[train].onsite),
        i_3.targets(CONDUCTANCE, train),
        seed=0,
        batch=32,
        max_epochs=15,
        learning_rate=0.003,
        stopping=training.Stopping.named("train_plateau"),
    )
    found = training.predict(model, networks.model_inputs("dnn", i_3.ensemble[test].onsite))
    error = metrics.mae(found, i_3.targets(CONDUCTANCE, test))
    assert error < 0.75 * baselines.median_error(i_3, CONDUCTANCE, 3200, 800)
