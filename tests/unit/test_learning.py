"""Metrics by hand, trivial predictors, and the training loop."""

import os
import subprocess
import sys

import numpy as np
import pytest

from hamlearn.learning import batches, metrics, training
from hamlearn.learning.stopping import Watch

pytestmark = pytest.mark.backend

TRUE = np.array([1.0, 2.0, 3.0, 4.0])
PREDICTED = np.array([1.0, 2.5, 2.0, 4.5])


def test_errors_by_hand():
    assert metrics.mae(PREDICTED, TRUE) == pytest.approx((0 + 0.5 + 1 + 0.5) / 4)
    assert metrics.mse(PREDICTED, TRUE) == pytest.approx((0 + 0.25 + 1 + 0.25) / 4)
    assert metrics.r2(PREDICTED, TRUE) == pytest.approx(1 - 0.375 / 1.25)
    assert metrics.r2(np.full(4, 2.5), TRUE) == 0
    assert metrics.fraction_above(PREDICTED, TRUE, 0.4) == 0.75
    assert metrics.fraction_above(PREDICTED, TRUE, 0.5) == 0.25
    assert metrics.relative(0.1, 0.4) == pytest.approx(0.25)
    assert metrics.skill(0.5, 0.4) == pytest.approx(-0.25)


@pytest.mark.parametrize(
    ("predicted", "true", "words"),
    [
        (TRUE[:, None], TRUE, r"predicted: shape \(4, 1\)"),
        (TRUE[:3], TRUE, "predicted has 3 samples, true has 4"),
        ([np.nan, 1.0], [1.0, 1.0], "1 of 2 values are NaN"),
        ([], [], "some samples"),
    ],
)
def test_errors_refuse_bad_input(predicted, true, words):
    with pytest.raises(ValueError, match=words):
        metrics.mae(predicted, true)


def test_no_relative_error_of_a_constant():
    with pytest.raises(ValueError, match="trivial MAE is 0"):
        metrics.relative(0.1, 0.0)
    with pytest.raises(ValueError, match="all 4 true values equal 2"):
        metrics.r2(TRUE, np.full(4, 2.0))


def test_median_predictor_has_the_smallest_mae_of_all_constants():
    targets = np.random.default_rng(0).exponential(size=501)
    best = metrics.median_predictor(targets)
    assert metrics.median_predictor(np.array([5.0, 1.0, 2.0])) == 2.0

    def error(constant):
        return metrics.mae(np.full(501, constant), targets)

    assert all(error(best) <= error(best + d) for d in (-0.1, -0.01, 0.01, 0.1))


def test_count_predictor_finds_the_conditional_median_and_not_the_mean():
    random = np.random.default_rng(1)
    counts = random.integers(0, 577, 6000)
    median = 20 * np.exp(-counts / 60)
    skewed = np.exp(random.normal(size=6000))  # median 1, mean 1.65
    predict = metrics.count_predictor(counts, median * skewed)
    asked = np.arange(0, 200, 4)
    ratio = predict(asked) / (20 * np.exp(-asked / 60))
    assert abs(np.log(ratio).mean()) < 0.1  # the mean would give 0.5
    assert np.log(ratio).std() < 0.1


def test_count_predictor_uses_each_species():
    random = np.random.default_rng(2)
    counts = random.integers(0, 60, (5000, 3))
    median = (40 - counts @ [0.05, 0.2, 0.4]) / 10
    noise = random.normal(scale=0.1, size=5000)
    predict = metrics.count_predictor(counts[:4000], (median + noise)[:4000])
    found = predict(counts[4000:])
    assert metrics.mae(found, median[4000:]) < 0.02
    total = metrics.count_predictor(counts[:4000].sum(axis=1), (median + noise)[:4000])
    assert metrics.mae(total(counts[4000:].sum(axis=1)), median[4000:]) > 0.2


def test_count_predictor_is_exact_where_the_target_is_a_line_of_its_cube_root():
    counts = np.repeat(np.arange(64), 5)
    predict = metrics.count_predictor(counts, (1 + 0.1 * counts) ** 3)
    asked = np.array([[0], [3], [63]])
    np.testing.assert_allclose(predict(asked), (1 + 0.1 * asked[:, 0]) ** 3, rtol=1e-3)


def test_count_predictor_is_deterministic_and_keeps_order():
    random = np.random.default_rng(3)
    counts, targets = random.integers(0, 64, 300), random.random(300)
    asked = random.integers(0, 64, 50)
    first = metrics.count_predictor(counts, targets)(asked)
    assert np.array_equal(first, metrics.count_predictor(counts, targets)(asked))
    again = metrics.count_predictor(counts, targets)(asked[::-1])
    assert np.array_equal(first[::-1], again)


def test_count_predictor_refuses_bad_input():
    with pytest.raises(ValueError, match="39 training samples, expected at least 40"):
        metrics.count_predictor(np.zeros(39), np.zeros(39))
    with pytest.raises(ValueError, match="expected counts of 0 or more"):
        metrics.count_predictor(np.full(50, -1), np.zeros(50))
    with pytest.raises(ValueError, match="train_counts has 50 samples, train_targets has 51"):
        metrics.count_predictor(np.zeros(50), np.zeros(51))
    with pytest.raises(ValueError, match="2 species, expected 1"):
        metrics.count_predictor(np.arange(50), np.zeros(50))(np.zeros((3, 2)))


def test_metrics_and_training_import_no_keras():
    code = "import sys, hamlearn.learning.metrics, hamlearn.learning.training; "
    code += "sys.exit('keras' in sys.modules or 'tensorflow' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, env={**os.environ})


@pytest.fixture(scope="module")
def keras(single_threaded_keras):
    return pytest.importorskip("keras")


def network(keras, seed=0, outputs=1):
    keras.utils.set_random_seed(seed)
    layers = keras.layers
    return keras.Sequential(
        [keras.Input((3,)), layers.Dense(8, activation="relu"), layers.Dense(outputs)]
    )


DATA = np.random.default_rng(4).normal(size=(200, 3))
TARGETS = DATA @ [1.0, -2.0, 0.5] + 0.3
SETTINGS = {"batch": 32, "epochs": 5, "optimizer": training.adam(0.01)}
PLATEAU = training.Stopping.named("train_plateau")
VALIDATION = training.Stopping.named("validation")


@pytest.mark.parametrize("stopping", [PLATEAU, VALIDATION], ids=lambda s: s.rule)
def test_equal_seeds_give_equal_weights_and_others_do_not(keras, stopping):
    def weights(seed):
        model = network(keras)
        training.fit(model, (DATA, TARGETS), seed=seed, stopping=stopping, **SETTINGS)
        return np.concatenate([w.ravel() for w in model.get_weights()])

    first = weights(1)
    assert np.array_equal(first, weights(1))
    if stopping is PLATEAU:  # the order of the batches alone differs here
        assert not np.array_equal(first, weights(2))


def test_history_has_a_row_per_epoch(keras):
    history = training.fit(network(keras), (DATA, TARGETS), seed=0, stopping=VALIDATION, **SETTINGS)
    columns = ["epoch", "loss", "val_loss", "mae", "val_mae", "seconds"]
    assert list(history) == columns
    assert list(history["epoch"]) == [1, 2, 3, 4, 5]
    assert history.notna().all().all()
    history = training.fit(network(keras), (DATA, TARGETS), seed=0, stopping=PLATEAU, **SETTINGS)
    assert list(history) == [name for name in columns if name != "val_mae"]
    assert history["val_loss"].isna().all()


def test_the_loss_is_the_mean_over_all_samples_whatever_the_steps(keras):
    model = network(keras)
    before = model.get_weights()
    expected = np.square(training.predict(model, DATA) - TARGETS).mean()
    history = training.fit(
        model,
        (DATA, TARGETS),
        seed=0,
        batch=7,
        epochs=1,
        optimizer=training.adam(1e-12),
    )
    assert history["loss"].iloc[0] == pytest.approx(expected, rel=1e-5)
    for old, new in zip(before, model.get_weights(), strict=True):
        np.testing.assert_allclose(new, old, atol=1e-9)


@pytest.mark.parametrize("schedule", ["constant", "cosine"])
def test_a_linear_target_is_learned(keras, schedule):
    model = network(keras)
    training.fit(
        model,
        (DATA, TARGETS),
        seed=0,
        batch=16,
        epochs=40,
        optimizer=training.adam(0.03, schedule, clipnorm=1.0),
        stopping=PLATEAU,
    )
    assert metrics.mae(training.predict(model, DATA), TARGETS) < 0.1 * TARGETS.std()


def test_fit_refuses_bad_settings(keras):
    with pytest.raises(ValueError, match="schedule = 'linear'"):
        training.adam(0.01, "linear")
    with pytest.raises(ValueError, match=r"\[150, 200\] samples"):
        training.fit(network(keras), (DATA, TARGETS[:150]), seed=0, **SETTINGS)
    with pytest.raises(ValueError, match="too few to hold any out"):
        few = DATA[:1], TARGETS[:1]
        training.fit(network(keras), few, seed=0, stopping=VALIDATION, **SETTINGS)
    with pytest.raises(ValueError, match="stopping = 'never'"):
        training.Stopping.named("never")
    with pytest.raises(ValueError, match="patience = 0"):
        training.Stopping.named("validation", {"patience": 0})
    with pytest.raises(ValueError, match="fraction = 0.2"):
        training.Stopping.named("train_plateau", {"fraction": 0.2})


def test_a_diverged_training_is_one_line(keras):
    broken = TARGETS.copy()
    broken[17] = np.nan
    with pytest.raises(training.DivergedTraining, match="small: loss nan in epoch 1") as caught:
        training.fit(network(keras), (DATA, broken), seed=0, label="small", **SETTINGS)
    assert "\n" not in str(caught.value)


class FakeModel:
    """Stands in for a network whose single weight is the epoch."""

    name, stop_training, weight = "fake", False, 0

    def get_weights(self):
        return [self.weight]

    def set_weights(self, weights):
        self.weight = weights[0]


def follow(stopping, losses):
    """Return the epochs trained and the final weight for a sequence of watched losses."""
    model = FakeModel()
    watch = Watch(model, stopping, len(losses), None)
    key = "val_loss" if stopping == VALIDATION else "loss"
    for epoch, loss in enumerate(losses):
        model.weight = epoch + 1
        watch.begin_epoch(epoch)
        watch.end_epoch(epoch, {"loss": 1.0, key: loss, "mae": 1.0})
        if model.stop_training:
            break
    watch.restore()
    return len(watch.history), model.weight


def test_train_plateau_waits_for_one_per_cent():
    assert follow(PLATEAU, [1.0] + [0.991] * 30) == (11, 11)
    assert follow(PLATEAU, [1.0] + [0.989] * 30) == (12, 12)
    steady = list(0.98 ** np.arange(40))
    assert follow(PLATEAU, steady) == (40, 40)
    # small steps count together: 0.5 % an epoch is 1 % in three epochs
    assert follow(PLATEAU, list(0.995 ** np.arange(40))) == (40, 40)
    patient = training.Stopping.named("train_plateau", {"patience": 3, "improvement": 0.5})
    assert follow(patient, [1.0, 0.6, 0.55, 0.51, 0.4]) == (4, 4)


def test_without_a_rule_all_epochs_are_trained():
    assert follow(None, [1.0] * 30 + [2.0]) == (31, 31)


def test_validation_restores_the_best_weights():
    losses = [5.0, 4.0, 3.0, 3.5] + [3.0] * 40
    assert follow(VALIDATION, losses) == (18, 3)
    assert follow(VALIDATION, [3.0, 2.0, 2.5]) == (3, 2)  # also at the last epoch
    with pytest.raises(training.DivergedTraining, match="fake: loss 1 in epoch 2"):
        follow(VALIDATION, [1.0, np.inf])


def test_the_restored_weights_are_those_of_the_lowest_loss(keras):
    model, settings = network(keras), {**SETTINGS, "optimizer": training.adam(0.05), "epochs": 30}
    noise = np.random.default_rng(0).normal(size=TARGETS.shape)  # there is nothing to learn
    history = training.fit(model, (DATA, noise), seed=0, stopping=VALIDATION, **settings)
    assert history["val_loss"].idxmin() < len(history) - 1
    _, (x, y) = batches.split((DATA, noise), VALIDATION.fraction, seed=0)
    error = np.square(training.predict(model, x) - y).mean()
    assert error == pytest.approx(history["val_loss"].min(), rel=1e-4)


def test_validation_holds_out_its_fraction():
    arrays = (np.arange(200.0)[:, None], np.arange(200.0)[:, None])
    (x, _), (held, _) = batches.split(arrays, VALIDATION.fraction, seed=3)
    assert len(held) == 20
    assert np.array_equal(np.sort(np.concatenate([x, held]), axis=0), arrays[0])
    (_, _), (other, _) = batches.split(arrays, VALIDATION.fraction, seed=4)
    assert not np.array_equal(held, other)


def test_several_inputs_and_outputs(keras):
    left, right = keras.Input((3,)), keras.Input((3,))
    out = keras.layers.Dense(2)(keras.layers.Add()([left, right]))
    model = keras.Model([left, right], out)
    targets = np.stack([TARGETS, -TARGETS], axis=1)
    history = training.fit(model, ((DATA, DATA), targets), seed=0, stopping=VALIDATION, **SETTINGS)
    assert history["loss"].iloc[-1] < history["loss"].iloc[0]


def test_a_saved_network_predicts_the_same_and_carries_no_optimizer(keras, tmp_path):
    model = network(keras)
    training.fit(model, (DATA, TARGETS), seed=0, stopping=PLATEAU, **SETTINGS)
    path = tmp_path / "network.keras"
    training.save(model, path)
    again = training.load(path)
    assert np.array_equal(training.predict(model, DATA), training.predict(again, DATA))
    assert getattr(again, "optimizer", None) is None
    path.write_bytes(path.read_bytes()[:500])
    with pytest.raises(ValueError, match="network.keras: expected a Keras network"):
        training.load(path)
    with pytest.raises(ValueError, match="absent.keras"):
        training.load(tmp_path / "absent.keras")


def test_progress_is_a_line_per_epoch_in_a_log(keras, capfd):
    training.fit(
        network(keras), (DATA, TARGETS), seed=0, stopping=PLATEAU, label="group/run", **SETTINGS
    )
    lines = [line for line in capfd.readouterr().err.splitlines() if line.startswith("group/run")]
    assert len(lines) == 5
    assert lines[0].startswith("group/run epoch 1: loss ")


def test_threads_cannot_change_once_tensorflow_runs(keras):
    if keras.config.backend() != "tensorflow":
        pytest.skip("only TensorFlow takes its threads from here")
    network(keras)
    training.configure(threads=1, seed=0)
    with pytest.raises(ValueError, match="threads = 3: TensorFlow already runs with 1"):
        training.configure(threads=3, seed=0)


def test_a_users_defaults_of_keras_do_not_count():
    import keras

    keras.config.set_image_data_format("channels_first")
    keras.config.set_floatx("float64")
    training.configure(threads=1, seed=0)
    assert keras.config.image_data_format() == "channels_last"
    assert keras.config.floatx() == "float32"
    assert keras.config.dtype_policy().name == "float32"
