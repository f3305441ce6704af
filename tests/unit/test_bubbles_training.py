"""Data sets of flakes, and the training of the networks of a job, on flakes solved here."""

import json

import numpy as np
import pandas as pd
import pytest
from bubbles_laws import law

from hamlearn import dataset, files
from hamlearn.bubbles import ensemble, evaluation, labels, networks, targets, training
from hamlearn.learning import jobs
from hamlearn.learning import training as loop
from hamlearn.study import Run
from hamlearn.transport import brickwall

SIDE, TRAIN, TEST = 20.0, 32, 12
PLAN = law(SIDE, TEST, train=TRAIN)
SETTINGS = {
    "pixels": 16,
    "hopping_decay": 3.37,
    "energy_window": [0.0, 0.631764],
    "networks": {
        "channels": [4, 4, 8, 8, 4],
        "dense": [32, 16],
        "branch": [4],
        "dropout": 0.0,
        "momentum": 0.9,
    },
    "own": {"channels": [4, 8], "dense": [8, 16], "dropout": 0.0, "held_out": 0.2},
}


def run(name: str, target: str = "total", architecture: str = "mixed_input", **changes) -> Run:
    fit = {"batch": 8, "epochs": 2, "learning_rate": 0.003, "factor": 1.0}
    return Run(
        **{"name": name, "family": "test", "target": target, "architecture": architecture},
        **{"trained_on": "train", "n_train": TRAIN, "n_test": TEST},
        fit=fit | changes,
    )


def write(folder, drawn, solved) -> tuple[str, str]:
    paths = str(folder / "ensemble.npz"), str(folder / "labels.parquet")
    ensemble.save(paths[0], drawn)
    drawn_of = np.resize(dataset.fingerprints(drawn), len(solved))
    files.write_table(paths[1], solved.assign(drawn=drawn_of))
    return paths


def train_job(some: list[Run], data, folder, **options) -> None:
    common = {"settings": SETTINGS, "root_seed": 1, "seed": 0, "threads": 1}
    jobs.train_job("bubbles", some, data, folder, **common | options)


@pytest.fixture(scope="module")
def flakes():
    drawn = ensemble.draw(PLAN, root_seed=1)
    return drawn, labels.solve(drawn, range(TRAIN + TEST), PLAN, SETTINGS)


@pytest.fixture(scope="module")
def data(flakes):
    return {"train": dataset.Dataset("train", *flakes, TRAIN)}


def test_a_data_set_is_split_and_summed(flakes, tmp_path):
    drawn, solved = flakes
    read = dataset.load("bubbles", "train", *write(tmp_path, drawn, solved), TRAIN)
    assert read.split(TRAIN, TEST) == (slice(0, TRAIN), slice(TRAIN, TRAIN + TEST))
    assert read.test == slice(TRAIN, TRAIN + TEST)
    total, diagonal, off = (targets.of_samples(read.labels, t) for t in targets.OUTPUTS)
    assert (total.shape, diagonal.shape, off.shape) == ((44, 1), (44, 2), (44, 2))
    np.testing.assert_allclose(diagonal.sum(axis=1) + off.sum(axis=1), total[:, 0], atol=1e-12)
    assert np.array_equal(diagonal[:, 1], solved["t_kp_kp"])
    assert np.array_equal(off, solved[["t_k_kp", "t_kp_k"]])
    assert (total[:, 0] <= labels.modes(read.labels) + 1e-9).all()
    with pytest.raises(ValueError, match="target = 'half': expected one of total, diagonal"):
        targets.of_samples(solved, "half")


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda t: t.iloc[:40], "40 labels, expected one for each of the 44 samples"),
        (lambda t: t.iloc[::-1], "44 labels, expected one for each of the 44 samples"),
    ],
)
def test_data_that_do_not_match_are_one_line_that_names_the_file(flakes, tmp_path, damage, words):
    drawn, solved = flakes
    paths = write(tmp_path, drawn, damage(solved))
    with pytest.raises(files.DamagedFile, match=words) as caught:
        dataset.load("bubbles", "train", *paths, TRAIN)
    assert str(caught.value).startswith(paths[1])
    assert "\n" not in str(caught.value)


@pytest.mark.backend
def test_scaled_targets_return():
    off = run("off", "off_diagonal", factor=1e6)
    values = np.array([[0.1, 2.0], [1e-9, 0.0]])
    assert targets.scaled(off, values)[0, 1] == 2e6
    np.testing.assert_allclose(targets.unscaled(off, targets.scaled(off, values)), values)


JOB = [
    run("full"),
    run("off", "off_diagonal", factor=10.0),
    run("staircase", architecture="staircase"),
]


@pytest.fixture(scope="module")
def trained(data, tmp_path_factory):
    folder = tmp_path_factory.mktemp("networks")
    train_job(JOB, data, folder / "job", eager=True)
    train_job(JOB[2:3], data, folder / "again", eager=True)
    return folder


def test_a_job_leaves_networks_histories_and_provenance(trained):
    folder = trained / "job"
    history = pd.read_csv(folder / "history.csv")
    metrics = ["mae", "val_mae"]
    assert list(history) == ["run", "epoch", "loss", "val_loss", *metrics, "seconds"]
    assert list(history["run"].unique()) == [r.name for r in JOB]
    assert (history.groupby("run")["epoch"].max() == 2).all()
    assert np.isfinite(history.drop(columns="run")).all(axis=None)
    found = json.loads((folder / "provenance.json").read_text())
    assert set(found["samples_per_second"]) == {r.name for r in JOB}
    assert {"code", "device", "backend_version", "precision", "xla"} <= set(found)
    for some in JOB:
        assert jobs.network_path(folder, some.name).is_file()


def test_watched_errors_are_those_of_the_test_part_in_units_of_the_target(trained, data):
    history = pd.read_csv(trained / "job" / "history.csv").set_index(["run", "epoch"])
    for some in JOB[:2]:  # of our own, one orientation is watched
        network = networks.load(jobs.network_path(trained / "job", some.name))
        found = evaluation.predict(some, network, data["train"])[:, :, 0]
        true = targets.of_samples(data["train"].labels, some.target)
        mae = np.abs(found - true[TRAIN:]).mean()
        assert history.loc[(some.name, 2), "val_mae"] == pytest.approx(mae, rel=1e-3)
    loss, mae = history.loc[("off", 2), ["val_loss", "val_mae"]]
    assert loss >= (10 * mae) ** 2  # the loss is that of ten times the targets


def test_equal_seeds_give_equal_networks_whatever_else_the_job_trains(trained, data):
    weights = [
        networks.load(trained / job / "staircase.keras").get_weights() for job in ("job", "again")
    ]
    for one, other in zip(*weights, strict=True):
        assert np.array_equal(one, other)
    keras = pytest.importorskip("keras")
    first = []
    for seed in (5, 5, 6):
        keras.utils.set_random_seed(seed)
        network = training.build(JOB[0], SETTINGS, data["train"].ensemble)
        first.append(network.get_layer("convolution_1").get_weights()[0])
    assert np.array_equal(first[0], first[1])
    assert not np.array_equal(first[0], first[2])


def test_intervals_are_calibrated_on_samples_that_were_held_out(trained):
    layer = networks.load(trained / "job" / "staircase.keras").get_layer("calibration")
    assert float(layer.share) != 0


def test_a_job_passes_its_options_on(data, tmp_path, monkeypatch):
    class Reached(Exception):
        pass

    def stop(*given, **options):
        raise Reached(options["jit_compile"])

    asked = {}
    monkeypatch.setattr(loop, "configure", lambda *given, **options: asked.update(options))
    monkeypatch.setattr(loop, "fit", stop)
    for xla in (True, False):
        with pytest.raises(Reached, match=str(xla)):
            options = {"precision": "mixed_bfloat16", "jit_compile": xla}
            train_job(JOB[:1], data, tmp_path, **options)
        assert asked == {"deterministic": not xla, "precision": "mixed_bfloat16", "eager": False}


@pytest.mark.backend
def test_every_network_of_a_job_has_its_precision(data, tmp_path, half_precision):
    train_job(JOB[:2], data, tmp_path, precision=half_precision, eager=True)
    for some in JOB[:2]:
        network = networks.load(jobs.network_path(tmp_path, some.name))
        computed = {layer.compute_dtype for layer in network.layers if layer.weights}
        assert half_precision.removeprefix("mixed_") in computed


@pytest.mark.backend
def test_the_papers_network_overfits_32_samples(data):
    loop.configure(threads=1, seed=0)  # with graphs, which are worth it for so many steps
    long = run("full", epochs=60, learning_rate=0.005)
    loop.fresh(2)
    _, history = training.train(long, data, SETTINGS, seed=2)
    true = labels.total(data["train"].labels)[:TRAIN]
    last = history["mae"].iloc[-5:].median()
    assert last < 0.1 * np.abs(true - np.median(true)).mean()
    assert history["val_mae"].iloc[-1] > 2 * last


def test_unknown_networks_are_one_line(data):
    with pytest.raises(ValueError, match="architecture = 'cnn': expected one of mixed_input, own"):
        training.build(run("x", architecture="cnn"), SETTINGS, data["train"].ensemble)
    with pytest.raises(ValueError, match="own: target = 'diagonal', expected total"):
        training.build(run("x", "diagonal", "own"), SETTINGS, data["train"].ensemble)


def test_thresholds_are_where_modes_open():
    found = brickwall.thresholds_of_flake(SIDE)
    _, rows = brickwall.shape(SIDE, SIDE)
    assert found[0] > 0
    assert found[-1] < 1
    for number, energy in enumerate(found[:4]):
        below, above = brickwall.open_modes(rows, [energy - 1e-5, energy + 1e-5])
        assert (below, above) == (2 * number + 1, 2 * number + 3)


def test_watched_samples_change_nothing():
    keras = pytest.importorskip("keras")
    x = np.random.default_rng(0).normal(size=(40, 3))
    y = x @ [1.0, -2.0, 0.5]
    settings = {"seed": 0, "batch": 8, "epochs": 3, "optimizer": loop.adam(0.01)}

    def fit(**options):
        keras.utils.set_random_seed(0)
        model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
        history = loop.fit(model, (x[:30], y[:30]), **settings, **options)
        return model, history

    model, watched = fit(validation=(x[30:], y[30:]))
    _, alone = fit()
    columns = ["epoch", "loss", "mae"]
    pd.testing.assert_frame_equal(watched[columns], alone[columns])
    error = np.abs(loop.predict(model, x[30:]) - y[30:]).mean()
    assert watched["val_mae"].iloc[-1] == pytest.approx(error, rel=1e-5)
    assert alone["val_loss"].isna().all() and "val_mae" not in alone
