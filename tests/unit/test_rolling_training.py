"""Training of `rolling`: rolls on the device, one compiled network for many runs, attention."""

from dataclasses import replace

import keras
import numpy as np
import pandas as pd
import pytest
from rolling_inputs import found, network

from hamlearn import seeds
from hamlearn.dataset import Dataset
from hamlearn.learning import again
from hamlearn.learning import training as loop
from hamlearn.rolling import (
    device,
    ensemble,
    evaluation,
    labels,
    measures,
    rolls,
    targets,
    training,
)
from hamlearn.rolling.plan import DIGITS, FLAKES, EnsemblePlan
from hamlearn.study import Run

pytestmark = pytest.mark.filterwarnings("ignore:Even though the `tf.config")  # not data
N_TRAIN, N_TEST, CHI = 40, 12, 2
FIT = {"batch": 16, "epochs": 2, "learning_rate": 0.01, "schedule": "cosine"}
FIT |= {"chi": CHI, "repeat": 0, "samples_per_epoch": N_TRAIN, "watched": False}
SETTINGS = {
    "attention": {"samples": 8},
    "evaluation": {"chi": [0, CHI], "passes": 2, "images": 4},
}
FLAKE = {"flakes": {"impurity_energy": 5.0, "energy": 0.0, "width": 0.3}}


def run(name="own", architecture="std", fit=None, **values) -> Run:
    options = {"kind": "torsum", "channels": 2}
    given = {"trained_on": DIGITS, "n_train": N_TRAIN, "n_test": N_TEST, "target": "class"}
    given |= {"architecture": architecture, "options": options, "fit": {**FIT, **(fit or {})}}
    return Run(name=name, family="own", **{**given, **values})


@pytest.fixture
def data() -> dict[str, Dataset]:
    """Digits of 4 x 4 pixels, and flakes with their densities of states."""
    found = {}
    for source, impurities in ((DIGITS, 0), (FLAKES, 5)):
        law = {"source": source, "side": 4, "impurities": impurities}
        plan = EnsemblePlan(name=source, train=N_TRAIN, test=N_TEST, **law)
        drawn = ensemble.draw(plan, 1)
        solved = labels.solve(drawn, range(len(drawn)), plan, FLAKE) if plan.solved else None
        found[source] = Dataset(source, drawn, solved, N_TRAIN)
    return found


def trained(chosen: Run, data, seed=3):
    loop.fresh(seed)
    model, history = training.train(chosen, data, SETTINGS, seed)
    return model.get_weights(), history.drop(columns="seconds")


@pytest.mark.backend
def test_what_a_run_learns_does_not_depend_on_the_runs_before_it(data):
    weights, history = trained(run(), data)
    after = {
        name: Dataset(one.name, one.ensemble, one.labels, one.train) for name, one in data.items()
    }
    other = trained(run("before", fit={"chi": 1}), after, seed=4)
    assert (other[1]["loss"] != history["loss"]).all()
    repeated = trained(run(), after)
    assert sum(isinstance(value, device.Shared) for value in after[DIGITS].memory.values()) == 1
    pd.testing.assert_frame_equal(repeated[1], history, check_exact=True)
    for one, another in zip(repeated[0], weights, strict=True):
        np.testing.assert_array_equal(one, another)


def test_images_are_rolled_by_the_chi_of_the_run(data, eagerly):
    losses = {chi: trained(run(fit={"chi": chi}), data)[1]["loss"] for chi in (0, CHI)}
    assert (losses[0] != losses[CHI]).all()
    exact = {"kind": "torsum", "channels": 2, "downsample": "dilated"}
    losses = [trained(run(fit={"chi": chi}, options=exact), data)[1]["loss"] for chi in (0, CHI)]
    np.testing.assert_allclose(*losses, rtol=1e-4)  # which an invariant network does not see


@pytest.mark.backend
def test_the_layer_rolls_each_image_anew_in_each_batch_and_the_same_from_a_seed_on():
    x = np.arange(6 * 16, dtype="float32").reshape(6, 4, 4, 1)
    layer = device.Roll()
    layer.build(x.shape)
    layer.begin(CHI, 5)
    first, second = (found(layer, x) for _ in range(2))
    assert (first != second).any()
    for images in (first, second):
        np.testing.assert_array_equal(np.sort(images.reshape(6, -1)), x.reshape(6, -1))
    layer.begin(CHI, 5)
    np.testing.assert_array_equal(found(layer, x), first)
    layer.begin(0, 5)
    np.testing.assert_array_equal(found(layer, x), x)


def test_all_networks_are_tested_on_the_same_rolled_images():
    x = np.random.default_rng(0).normal(size=(10, 4, 4, 1)).astype("float32")
    seen = []

    def network(images, training):
        seen.append(np.asarray(images))
        return images

    one, other = (device.rolled(network, x, CHI, 7, batch=4) for _ in range(2))
    np.testing.assert_array_equal(one, other)
    np.testing.assert_array_equal(np.concatenate(seen[:3]), one)
    assert [len(part) for part in seen[:3]] == [4, 4, 2]
    assert (device.rolled(network, x, CHI, 8, batch=4) != one).any()
    stream = keras.random.SeedGenerator(7)
    shifts = [np.asarray(rolls.draw(n, CHI, 2, stream)) for n in (4, 4, 2)]
    expected = [np.roll(a, s, (0, 1)) for a, s in zip(x, np.concatenate(shifts), strict=True)]
    np.testing.assert_array_equal(one, expected)


def test_a_smaller_training_set_is_gone_through_several_times(data, eagerly):
    few = run(n_train=10)
    _, history = trained(few, data)
    assert len(history) == FIT["epochs"]
    (shared,) = (v for v in data[DIGITS].memory.values() if isinstance(v, device.Shared))
    steps = int(np.asarray(shared.model.optimizer.iterations))
    assert steps == FIT["epochs"] * -(-N_TRAIN // FIT["batch"])


def test_attention_is_logged_epoch_by_epoch(data, eagerly):
    chosen = run(architecture="hbfree", fit={"watched": True})
    loop.fresh(3)
    model, history = training.train(chosen, data, SETTINGS, 3)
    names = [name for name in history if name.startswith("attention_") and "sd" not in name]
    assert names == [f"attention_{r}" for r in range(6)]
    watched = data[DIGITS].ensemble.inputs[N_TRAIN:][:8]
    last = evaluation.attention(model, watched, CHI, seed=seeds.seed(3, "watched"))
    np.testing.assert_allclose(history[names].iloc[-1], last.mean, rtol=1e-4)
    assert (history[names].iloc[0] != history[names].iloc[-1]).all()
    _, plain = trained(run(architecture="hbfree"), data)
    np.testing.assert_array_equal(plain["loss"], history["loss"])  # looking changes nothing


@pytest.mark.backend
def test_flakes_are_learned_in_units_of_their_spread(data, eagerly):
    chosen = run(target="dos", trained_on=FLAKES)
    model, history = trained(chosen, data)
    assert "mae" in history
    assert history["loss"].iloc[0] < 10
    mean, spread = targets.scale(chosen, data[FLAKES])
    known = data[FLAKES].labels["dos"][:N_TRAIN]
    assert (mean, spread) == (pytest.approx(known.mean()), pytest.approx(known.std(ddof=0)))
    fresh = training.build(chosen, data[FLAKES])
    fresh.set_weights(model)
    said, errors, groups = evaluation.evaluate(chosen, fresh, data, SETTINGS)
    (shown,) = measures.logits(fresh, data[FLAKES].ensemble.inputs[N_TRAIN:], CHI, passes=1)
    np.testing.assert_allclose(said["predicted"], mean + spread * shown[:, 0], rtol=1e-4)
    assert errors["error"][0] == groups.loc[groups["chi"] == CHI, "error"].iloc[0]
    trivial = np.abs(data[FLAKES].labels["dos"][N_TRAIN:] - known.median()).mean()
    assert errors["error_trivial"][0] == pytest.approx(trivial)
    assert np.isnan(errors["accuracy"][0])


def test_networks_of_other_options_share_nothing():
    def key(chosen):
        return again.key(chosen, training.COMPILED_WITH)

    one, other = run(), run(options={"kind": "torfcn", "channels": 2})
    keys = {key(chosen) for chosen in (one, other, run(fit={"epochs": 3}), run(n_train=9))}
    assert len(keys) == 3  # the number of images is none of them
    assert key(one) == key(replace(one, name="b", fit={**one.fit, "chi": 0}))
    assert network("std").count_params() > 0
