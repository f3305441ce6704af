"""Training, evaluation, baselines and timing of wires, on small ensembles that are solved here."""

import json

import numpy as np
import pandas as pd
import pytest

from hamlearn import dataset, files
from hamlearn.dataset import Dataset
from hamlearn.learning import jobs, metrics, training
from hamlearn.learning.jobs import DESCRIPTION, network_path
from hamlearn.study import Inputs, Run
from hamlearn.wires import average, baselines, ensemble, evaluation, networks, samples, timing
from hamlearn.wires import labels as wires_labels
from hamlearn.wires.plan import AVERAGE, BIAS_CONDUCTANCE, CONDUCTANCE, EnsemblePlan

SETTINGS = {"fermi_energy": 0.0, "bias": {"voltage": 0.36, "energies": 2}}
STOPPING = {
    "training": {
        "train_plateau": {"patience": 10, "improvement": 0.01},
        "validation": {"patience": 15, "fraction": 0.1},
    }
}
IMPURITIES = {"model": "ii", "length": 8, "width": 8, "impurity_energies": (5.0,)}
MODEL_I = {"model": "i", "length": 3, "width": 3, "disorder": 4.0}
PLANS = {
    "i_3": EnsemblePlan(name="i_3", train=3200, test=800, **MODEL_I),
    "ii": EnsemblePlan(name="ii", train=150, test=60, concentration="uniform", **IMPURITIES),
    AVERAGE: EnsemblePlan(
        name=AVERAGE,
        test=12,
        concentration="fixed",
        concentrations=3,
        targets=(CONDUCTANCE,),
        **IMPURITIES,
    ),
}


def solved(plan):
    wires = ensemble.draw(plan, root_seed=1)
    table = wires_labels.solve(wires, np.arange(len(wires)), plan, SETTINGS)
    return Dataset(plan.name, wires, table, plan.train)


@pytest.fixture(scope="module")
def data():
    return {name: solved(plan) for name, plan in PLANS.items()}


def run(name, trained_on, **changes):
    fit = {"stopping": "train_plateau", "batch": 64, "epochs": 2, "learning_rate": 0.001}
    settings = {
        "family": "test",
        "applied_to": (trained_on,),
        "target": CONDUCTANCE,
        "architecture": "dnn",
        "options": {"hidden": 1, "neurons": 30} if "architecture" not in changes else {},
    }
    fit |= changes.pop("fit", {})
    return Run(name=name, trained_on=trained_on, fit=fit, **(settings | changes))


def train_job(runs, data, folder, **options):
    options = {"settings": STOPPING, "root_seed": 1, "seed": 0, "threads": 1, **options}
    jobs.train_job("wires", runs, data, folder, **options)


RUNS = {
    "i_3": [
        run("test/dnn_1000", "i_3", n_train=1000, n_test=800),
        run("test/dnn_3000", "i_3", n_train=3000, n_test=500, fit={"epochs": 3}),
        run("other/dnn_1000", "i_3", n_train=500, n_test=400, fit={"epochs": 1}),
    ],
    "ii": [
        run(
            "test/cnn",
            "ii",
            applied_to=("ii", AVERAGE),
            architecture="cnn",
            n_train=150,
            n_test=60,
            fit={"stopping": "validation"},
        )
    ],
}
RUNS["together"] = [*RUNS["ii"], *RUNS["i_3"]]


@pytest.fixture(scope="module")
def trained(data, tmp_path_factory):
    folder = tmp_path_factory.mktemp("networks")
    for name, runs in RUNS.items():
        train_job(runs, data, folder / name)
    return folder


@pytest.fixture(scope="module")
def evaluated(data, trained):
    return {
        name: jobs.evaluate_job("wires", runs, trained / name, data, settings={}, job=name, seed=0)
        for name, runs in RUNS.items()
    }


def test_a_job_leaves_networks_history_and_provenance(trained):
    job = trained / "i_3"
    names = {str(path.relative_to(job)) for path in job.rglob("[!.]*.*")}
    networks = {f"{run.name}.keras" for run in RUNS["i_3"]}
    assert names == {"history.csv", "provenance.json"} | networks
    history = pd.read_csv(job / "history.csv")
    assert list(history) == ["run", "epoch", "loss", "val_loss", "mae", "seconds"]
    epochs = history.groupby("run").size().to_dict()
    assert epochs == {"test/dnn_1000": 2, "test/dnn_3000": 3, "other/dnn_1000": 1}
    held_out = pd.read_csv(trained / "ii" / "history.csv")
    assert held_out["val_loss"].notna().all()
    assert list(held_out) == list(history)
    found = json.loads((job / "provenance.json").read_text())
    assert set(found["samples_per_second"]) == {run.name for run in RUNS["i_3"]}
    assert {"code", "device", "backend_version", "precision", "xla"} <= set(found)


def weights(folder, run):
    model = networks.load(network_path(folder, run.name))
    return np.concatenate([w.ravel() for w in model.get_weights()])


def test_what_a_run_learns_depends_on_its_seed_and_not_on_its_company(data, trained, tmp_path):
    run = RUNS["i_3"][1]
    for seed in (0, 1):
        train_job([run], data, tmp_path / f"{seed}", seed=seed)
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
    for xla in (True, False):
        options = {"precision": "mixed_bfloat16", "jit_compile": xla}
        with pytest.raises(Reached, match=str(xla)):
            train_job(RUNS["i_3"][:1], data, tmp_path, **options)
        assert asked == {"deterministic": not xla, "precision": "mixed_bfloat16", "eager": False}


def test_every_network_of_a_job_has_its_precision(data, tmp_path, half_precision):
    runs = RUNS["i_3"][:2]
    train_job(runs, data, tmp_path, precision=half_precision)
    for run in runs:
        model = networks.load(network_path(tmp_path, run.name))
        computed = {layer.compute_dtype for layer in model.layers if layer.weights}
        assert half_precision.removeprefix("mixed_") in computed


def test_networks_trained_together_equal_those_trained_by_group(trained, evaluated):
    groups = [name for name in RUNS if name != "together"]
    for name in groups:
        for some in RUNS[name]:
            found = weights(trained / "together", some)
            assert np.array_equal(found, weights(trained / name, some)), some.name
    differ = ["job", "train_seconds", "seconds_per_epoch", "samples_per_second"]
    for k in range(2):  # predictions and metrics
        by_group = pd.concat([evaluated[name][k] for name in groups])
        order = ["run", *(["ensemble", "sample"] if k == 0 else [])]
        tables = [
            table.drop(columns=differ, errors="ignore").sort_values(order, ignore_index=True)
            for table in (by_group, evaluated["together"][k])
        ]
        pd.testing.assert_frame_equal(*tables, check_exact=True)


def test_the_network_of_an_earlier_run_is_continued(data, tmp_path, monkeypatch):
    columns = dict.fromkeys(("epoch", "loss", "val_loss", "mae", "seconds"), [1.0])
    monkeypatch.setattr(training, "fit", lambda *_, **__: pd.DataFrame(columns))
    own = {"architecture": "scattering", "n_train": 8, "n_test": 8}
    first, other = (run(f"{name}/scattering", "i_3", **own) for name in ("first", "other"))
    continued = run("third/continued", "i_3", starts_from=first.name, **own)
    train_job([first, other, continued], data, tmp_path)
    assert np.array_equal(weights(tmp_path, continued), weights(tmp_path, first))
    assert not np.array_equal(weights(tmp_path, continued), weights(tmp_path, other))


def test_predictions_are_of_the_last_samples(data, evaluated):
    predictions, _, _ = evaluated["i_3"]
    assert list(predictions) == ["run", "seed", "ensemble", "sample", "true", "predicted"]
    part = predictions[predictions["run"] == "test/dnn_3000"]
    assert list(part["sample"]) == list(range(3500, 4000))
    assert set(part["ensemble"]) == {"i_3"}
    labels = data["i_3"].labels[CONDUCTANCE]
    assert np.array_equal(part["true"], labels.iloc[3500:4000].to_numpy())


def test_a_network_predicts_all_of_another_ensemble_and_is_judged_by_its_own(data, evaluated):
    predictions, table, _ = evaluated["ii"]
    assert len(table) == 1
    parts = predictions.groupby("ensemble")
    assert parts.size().to_dict() == {"ii": 60, AVERAGE: 12}
    other = parts.get_group(AVERAGE)
    assert list(other["sample"]) == list(range(12))
    assert np.array_equal(other["true"], data[AVERAGE].labels[CONDUCTANCE])
    own = parts.get_group("ii")
    assert table["mae"].item() == pytest.approx((own["predicted"] - own["true"]).abs().mean())


def test_metrics_have_their_columns(evaluated):
    expected = (
        "model length width disorder_t hidden neurons n_test stopping batch max_epochs starts_from "
        "mae train_mae mse r2 mae_median mae_count mae_trivial relative_mae fraction_above_03 "
        "fraction_above_1"
    )
    assert list(evaluation.METRICS) == expected.split()
    for _, table, _ in evaluated.values():
        assert set(list(table)[: len(DESCRIPTION)]) == set(DESCRIPTION)
        assert list(table)[len(DESCRIPTION) :] == expected.split()
    first = evaluated["i_3"][1].iloc[0]
    assert (first["model"], first["disorder_t"], first["parameters"]) == ("i", 4.0, 331)
    assert (first["epochs"], first["hidden"], first["neurons"]) == (2, 1, 30)
    assert np.isnan(first["mae_count"])
    assert first["mae_trivial"] == first["mae_median"]
    impurity = evaluated["ii"][1].iloc[0]
    assert (impurity["model"], impurity["length"], impurity["parameters"]) == ("ii", 8, 20_593)
    assert np.isnan(impurity["disorder_t"])
    assert (impurity["hidden"], impurity["neurons"], impurity["stopping"]) == (0, 0, "validation")
    assert impurity["mae_trivial"] == impurity["mae_count"] < impurity["mae_median"]


def test_metrics_agree_with_predictions(evaluated):
    for predictions, table, _ in evaluated.values():
        for row in table.itertuples():
            of_run = (predictions["run"] == row.run) & (predictions["ensemble"] == row.trained_on)
            part = predictions[of_run]
            error = (part["predicted"] - part["true"]).to_numpy()
            assert row.mae == pytest.approx(np.abs(error).mean())
            assert row.mse == pytest.approx((error**2).mean())
            assert row.relative_mae == pytest.approx(row.mae / row.mae_trivial)
            assert row.fraction_above_03 == pytest.approx((np.abs(error) > 0.3).mean())


def test_errors_by_concentration_add_up(evaluated):
    assert evaluated["i_3"][2].empty
    _, table, intervals = evaluated["ii"]
    assert list(intervals) == [
        *("run", "seed", "target", "concentration_low", "concentration_high"),
        *("n", "mae", "mae_count"),
    ]
    assert len(intervals) == 10
    assert intervals["n"].sum() == 60
    filled = intervals[intervals["n"] > 0].astype({"mae": float, "mae_count": float})
    for column in ("mae", "mae_count"):
        mean = np.average(filled[column], weights=filled["n"].astype(int))
        assert mean == pytest.approx(table[column].iloc[0])


def test_intervals_of_concentration_by_hand():
    concentration = np.array([0.0, 0.05, 0.1, 0.3, 1.0])
    predicted, counted = np.array([1.0, 3, 5, 7, 9]), np.zeros(5)
    table = evaluation.mae_by_concentration(concentration, np.zeros(5), predicted, counted)
    assert list(table["n"]) == [2, 1, 0, 1, 0, 0, 0, 0, 0, 1]
    assert table["mae"].iloc[[0, 1, 3, 9]].tolist() == [2.0, 5.0, 7.0, 9.0]
    assert table["mae"].isna().sum() == 6
    assert table["concentration_low"].iloc[3] == 0.3
    assert table["concentration_high"].iloc[9] == 1.0


def test_ensemble_average_divides_by_the_number_of_configurations(data, evaluated):
    true = np.array([8.0, 8, 8, 8, 1, 2, 3, 6, 0, 0, 0, 0])
    predicted = evaluated["ii"][0].copy()
    chosen = predicted["ensemble"] == AVERAGE
    predicted.loc[chosen, "true"] = true
    again = predicted.assign(seed=2)
    found = average.summarise(
        Inputs(
            drawn={AVERAGE: data[AVERAGE].ensemble},
            predicted=pd.concat([again.sample(frac=1, random_state=0), predicted]),
        ),
        {},
    )
    assert list(found) == [
        *("seed", "concentration", "configurations", "mean_true_g0", "mean_predicted_g0"),
        *("std_true_g0", "std_predicted_g0"),
    ]
    assert list(found["seed"]) == [0, 0, 0, 2, 2, 2]
    assert list(found["concentration"]) == [0.0, 0.5, 1.0] * 2
    assert list(found["configurations"]) == [4] * 6
    assert list(found["mean_true_g0"]) == [8.0, 3.0, 0.0] * 2
    assert found["std_true_g0"].iloc[1] == pytest.approx(np.sqrt((4 + 1 + 0 + 9) / 4))
    mean = predicted.loc[chosen, "predicted"].iloc[4:8].mean()
    assert found["mean_predicted_g0"].iloc[1] == pytest.approx(mean)
    # all configurations are equal without impurities and with nothing else
    np.testing.assert_allclose(found["std_predicted_g0"].iloc[[0, 2]], 0, atol=1e-9)
    assert found["std_predicted_g0"].iloc[1] > 0


def test_baselines_of_model_i(data):
    table = baselines.baselines(data["i_3"], CONDUCTANCE, 3200, 800, ridge_train=800)
    errors = table.set_index("predictor")["mae"]
    assert list(errors.index) == ["median", "linear", "quadratic", "kernel_ridge"]
    assert errors["median"] == pytest.approx(0.295, abs=0.025)
    # G(0) is even under a change of sign of all energies: a linear model learns nothing
    assert errors["linear"] == pytest.approx(errors["median"], rel=0.03)
    assert errors["quadratic"] == pytest.approx(0.164, abs=0.02)
    assert errors["kernel_ridge"] < 0.6 * errors["median"]
    assert list(table["n_train"]) == [3200, 3200, 3200, 800]


def test_baselines_of_impurities(data):
    table = baselines.baselines(data["ii"], CONDUCTANCE, 150, 60)
    assert list(table) == ["ensemble", "target", "predictor", "n_train", "n_test", "mae"]
    errors = table.set_index("predictor")["mae"]
    assert list(errors.index) == ["median", "count"]
    assert errors["count"] < 0.4 * errors["median"]


def test_baselines_of_all_ensembles_and_targets(data):
    chosen = {name: data[name] for name in ("i_3", "ii")}
    drawn = {name: part.ensemble for name, part in chosen.items()}
    labels = {name: part.labels for name, part in chosen.items()}
    labels["ii"] = labels["ii"].assign(**{BIAS_CONDUCTANCE: labels["ii"][CONDUCTANCE]})
    settings = {
        "model_i": {"test": 800},
        "impurity_models": {"test": 60},
        "baselines": {"ridge_train": 100},
    }
    table = baselines.summarise(Inputs(drawn=drawn, solved=labels), settings)
    alone = baselines.baselines(data["i_3"], CONDUCTANCE, 3200, 800, ridge_train=100)
    first = table[table["ensemble"] == "i_3"]
    pd.testing.assert_frame_equal(first.reset_index(drop=True), alone, check_exact=True)
    second = table[table["ensemble"] == "ii"]
    targets = [CONDUCTANCE, CONDUCTANCE, BIAS_CONDUCTANCE, BIAS_CONDUCTANCE]
    assert list(second["target"]) == targets
    assert list(second["predictor"]) == ["median", "count"] * 2
    assert list(second["n_train"]) == [150] * 4


def test_a_dataset_refuses_what_it_lacks(data, tmp_path):
    with pytest.raises(ValueError, match="i_3: 3500 training and 800 test samples"):
        data["i_3"].split(3500, 800)
    with pytest.raises(ValueError, match="no column bias_conductance_g0, only sample, conduct"):
        samples.targets(data["i_3"], BIAS_CONDUCTANCE, slice(0, 1))
    paths = (tmp_path / "ensemble.npz", tmp_path / "labels.parquet")
    ensemble.save(paths[0], data["ii"].ensemble)
    solved = data["ii"].labels.assign(drawn=dataset.fingerprints(data["ii"].ensemble))
    files.write_table(paths[1], solved.iloc[:100])
    with pytest.raises(files.DamagedFile, match="100 labels, expected one for each of the 210"):
        dataset.load("wires", "ii", *paths, 150)
    files.write_table(paths[1], solved)
    again = dataset.load("wires", "ii", *paths, 150)
    assert np.array_equal(again.ensemble.onsite, data["ii"].ensemble.onsite)


def test_timing_states_its_hardware_and_consistent_ratios(data, trained):
    (cnn,), other = RUNS["ii"], RUNS["i_3"][0]
    path = network_path(trained / "ii", cnn.name)
    found = timing.summarise(
        Inputs(
            drawn={AVERAGE: data["ii"].ensemble},
            trained={(other.name, 0): None, (cnn.name, 1): None, (cnn.name, 0): path},
            runs={some.name: some for some in (other, cnn)},
        ),
        {**SETTINGS, "average": {"configurations": 10, "timing_kwant_solves": 4}},
    )
    assert found["hardware"]["cpu"]
    assert (found["configurations"], found["energies"], found["kwant_solves"]) == (10, 2, 4)
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
        (samples.inputs("dnn", i_3, train), samples.targets(i_3, CONDUCTANCE, train)),
        seed=0,
        batch=32,
        epochs=15,
        optimizer=training.adam(0.003),
        stopping=training.Stopping.named("train_plateau"),
    )
    found = training.predict(model, samples.inputs("dnn", i_3, test))
    error = metrics.mae(found, samples.targets(i_3, CONDUCTANCE, test))
    assert error < 0.75 * baselines.median_error(i_3, CONDUCTANCE, 3200, 800)
