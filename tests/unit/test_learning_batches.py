"""The training loop with batches made anew, weights, several outputs and phases."""

import numpy as np
import pandas as pd
import pytest

from hamlearn.learning import batches, training

keras = pytest.importorskip("keras")
ops = keras.ops

pytestmark = pytest.mark.backend

DATA = np.random.default_rng(4).normal(size=(60, 3))
TARGETS = DATA @ [1.0, -2.0, 0.5] + 0.3
STILL = training.adam(1e-12)  # leaves the weights as they are, so that a loss can be recomputed


def linear(inputs=3, **outputs):
    """A network without hidden layers: one output, or several by name."""
    keras.utils.set_random_seed(0)
    given = keras.Input((inputs,))
    made = {name: keras.layers.Dense(n, name=name)(given) for name, n in outputs.items()}
    return keras.Model(given, made or keras.layers.Dense(1)(given))


def weights(model):
    return np.concatenate([w.ravel() for w in model.get_weights()])


class Noisy(keras.utils.PyDataset):
    """Batches of ten samples, which depend on the epoch and their number alone."""

    def __init__(self, *, number=6, factors=None, broken=None):
        super().__init__()
        self.number, self.factors, self.broken, self.epoch = number, factors, broken, 1
        self.seen, self.ended, self.ended_before = set(), 0, []

    def __len__(self):
        return self.number

    def __getitem__(self, index):
        rows = slice(10 * index, 10 * index + 10)
        noise = np.random.default_rng([self.epoch, index]).normal(size=(10, 3))
        self.seen.add((self.epoch, index, noise.sum()))
        targets = TARGETS[rows, None] + (np.nan if self.epoch == self.broken else 0)
        batch = (DATA[rows] + 0.1 * noise).astype("float32"), targets.astype("float32")
        if self.factors is None:
            return batch
        return *batch, np.full((10, 1), self.factors[self.epoch - 1], dtype="float32")

    def begin_epoch(self, epoch):
        self.epoch = epoch
        self.ended_before.append(self.ended)

    def on_epoch_end(self):
        self.ended += 1


def test_batches_are_made_anew_in_every_epoch():
    data = Noisy()
    history = training.fit(linear(), data, seed=0, epochs=3)
    assert list(history) == ["epoch", "loss", "val_loss", "mae", "seconds"]
    assert {(epoch, index) for epoch, index, _ in data.seen} == {
        (epoch, index) for epoch in (1, 2, 3) for index in range(6)
    }
    assert len({noise for _, _, noise in data.seen}) == 18


def test_equal_seeds_give_equal_weights_with_batches_made_anew():
    def trained():
        model = linear()
        training.fit(model, Noisy(), seed=1, epochs=3, optimizer=training.adam(0.05))
        return weights(model)

    assert np.array_equal(trained(), trained())


def test_weights_of_samples_change_with_the_epoch_that_the_history_names():
    data = Noisy(factors=[1.0, 0.0, 2.0])
    history = training.fit(linear(), data, seed=0, epochs=3, optimizer=STILL)
    assert history["loss"].iloc[1] == 0
    assert history["loss"].iloc[2] == pytest.approx(2 * history["loss"].iloc[0], rel=0.2)
    assert history["mae"].min() > 0.1
    assert data.ended_before == [1, 2, 3]  # a count of `on_epoch_end` is one ahead


def test_batches_made_anew_may_be_watched_or_watch():
    model, arrays = linear(), (DATA, TARGETS)
    by_arrays = training.fit(model, Noisy(), seed=0, epochs=2, validation=arrays)
    error = np.abs(training.predict(model, DATA) - TARGETS).mean()
    assert by_arrays["val_mae"].iloc[-1] == pytest.approx(error, rel=1e-5)
    watching = Noisy(factors=[1.0, 0.0])
    found = training.fit(linear(), arrays, seed=0, epochs=2, batch=10, validation=watching)
    assert found["val_loss"].iloc[0] > 0
    assert found["val_loss"].iloc[1] == 0


def test_batches_made_anew_diverge_in_one_line():
    options = {"epochs": 3, "first_epoch": 5, "label": "noisy"}
    with pytest.raises(training.DivergedTraining, match="noisy: loss nan in epoch 6,") as caught:
        training.fit(linear(), Noisy(broken=6), seed=0, **options)
    assert "\n" not in str(caught.value)


class Graphs(keras.utils.PyDataset):
    """A graph a batch: nodes (1, n, 3), and a target and a mask for each."""

    sizes = (3, 5, 4, 7, 5)

    def __len__(self):
        return len(self.sizes)

    def __getitem__(self, index):
        random = np.random.default_rng(index)
        nodes = random.normal(size=(1, self.sizes[index], 3))
        masks = np.arange(self.sizes[index]) % 2 == 0
        targets = np.stack([nodes.sum(axis=2), masks[None]], axis=2)
        return nodes.astype("float32"), targets.astype("float32")


def masked(true, predicted):
    """Mean squared error of the nodes of each graph whose mask is 1."""
    square = ops.square(predicted[..., 0] - true[..., 0])
    return ops.sum(true[..., 1] * square, axis=1) / ops.sum(true[..., 1], axis=1)


def of_nodes():
    keras.utils.set_random_seed(0)
    nodes = keras.Input((None, 3))
    return keras.Model(nodes, keras.layers.Dense(1)(nodes))


OF_NODES = {"seed": 0, "loss": masked, "metrics": ()}


def test_one_graph_a_batch_of_any_size():
    model, graphs = of_nodes(), [Graphs()[k] for k in range(5)]
    squares = [(model.predict(x, verbose=0)[0, :, 0] - y[0, :, 0]) ** 2 for x, y in graphs]
    expected = np.mean([square[::2].mean() for square in squares])
    history = training.fit(model, Graphs(), epochs=1, optimizer=STILL, **OF_NODES)
    assert history["loss"].iloc[0] == pytest.approx(expected, rel=1e-5)
    assert list(history) == ["epoch", "loss", "val_loss", "seconds"]


def test_steps_at_once_change_no_number(monkeypatch):
    def trained():
        model = of_nodes()
        training.fit(model, Graphs(), epochs=3, optimizer=training.adam(0.1), **OF_NODES)
        return weights(model)

    at_once = trained()
    monkeypatch.setattr(training, "STEPS_PER_EXECUTION", 1)
    assert np.array_equal(at_once, trained())


def pinball(true, predicted):
    error = true - predicted
    return ops.mean(ops.maximum(0.9 * error, -0.1 * error), axis=-1)


TWO = {"mean": TARGETS, "high": np.stack([TARGETS, -TARGETS], axis=1)}
OF_TWO = {
    "batch": 20,
    "loss": {"mean": "mse", "high": pinball},
    "loss_weights": {"mean": 1.0, "high": 0.5},
    "metrics": {"mean": ("mae",), "high": ("mse", "mae")},
}


def test_several_outputs_have_losses_and_metrics_of_their_own():
    data, few = (DATA, TWO), (DATA[:9], {name: values[:9] for name, values in TWO.items()})
    model = linear(mean=1, high=2)
    history = training.fit(
        model, data, seed=0, epochs=1, validation=few, optimizer=STILL, **OF_TWO
    ).iloc[-1]
    names = ["loss", "mean_loss", "high_loss", "mean_mae", "high_mse", "high_mae"]
    assert set(history.index) == {"epoch", "seconds", *names, *(f"val_{name}" for name in names)}
    found = {name: values - TWO[name].reshape(60, -1) for name, values in outputs(model).items()}
    assert history["mean_loss"] == pytest.approx(np.square(found["mean"]).mean(), rel=1e-5)
    assert history["high_mae"] == pytest.approx(np.abs(found["high"]).mean(), rel=1e-5)
    assert history["val_high_mse"] == pytest.approx(np.square(found["high"][:9]).mean(), rel=1e-5)
    total = history["mean_loss"] + 0.5 * history["high_loss"]
    assert history["loss"] == pytest.approx(total, rel=1e-5)


def outputs(model):
    return model.predict(DATA.astype("float32"), verbose=0)


def test_weights_of_samples_of_several_outputs():
    model = linear(mean=1, high=2)
    half = np.where(np.arange(60) < 30, 2.0, 0.0)
    given = {"mean": half, "high": np.ones(60)}
    history = training.fit(
        model,
        (DATA, TWO, given),
        seed=0,
        epochs=1,
        optimizer=STILL,
        weighted_metrics={"mean": ("mae",), "high": ()},
        **{**OF_TWO, "metrics": ()},
    ).iloc[0]
    error = outputs(model)["mean"][:30, 0] - TARGETS[:30]
    assert history["mean_loss"] == pytest.approx(np.square(error).mean(), rel=1e-5)
    assert history["mean_mae"] == pytest.approx(np.abs(error).mean(), rel=1e-5)


@pytest.mark.parametrize("shape", [(60,), (60, 4)])
def test_weights_of_matrices(shape):
    keras.utils.set_random_seed(0)
    given = keras.Input((3,))
    model = keras.Model(given, keras.layers.Reshape((4, 2))(keras.layers.Dense(8)(given)))
    factors = np.random.default_rng(0).random(shape)
    data = DATA, np.zeros((60, 4, 2)), factors
    history = training.fit(model, data, seed=0, epochs=1, batch=60, optimizer=STILL)
    square = np.square(outputs(model)).mean(axis=2)
    expected = np.mean(factors.reshape(60, -1) * square)
    assert history["loss"].iloc[0] == pytest.approx(expected, rel=1e-5)


class Pairs(Noisy):
    """Two outputs, of which one alone has weights."""

    def __getitem__(self, index):
        x, y = super().__getitem__(index)
        return x, {"mean": y, "high": np.tile(y, 2)}, {"high": np.ones((10, 1), "float32")}


@pytest.mark.parametrize("data", [(DATA, TWO, {"high": np.ones(60)}), Pairs()], ids=type)
def test_an_output_without_weights_is_refused_in_one_line(data):
    options = {**OF_TWO, "batch": 20 if isinstance(data, tuple) else None}
    with pytest.raises(ValueError, match="data: no sample weights for the output mean") as caught:
        training.fit(linear(mean=1, high=2), data, seed=0, epochs=1, **options)
    assert "\n" not in str(caught.value)


def test_phases_make_one_history():
    model, data = linear(), Noisy(factors=[1.0, 1.0, 0.0, 1.0])
    adam = training.adam(0.05)
    first = training.fit(model, data, seed=0, epochs=2, optimizer=adam)
    between = weights(model)
    second = training.fit(
        model, data, seed=1, epochs=2, first_epoch=3, loss="mae", metrics=(), label="phases"
    )
    history = pd.concat([first, second], ignore_index=True)
    assert list(history["epoch"]) == [1, 2, 3, 4]
    assert history["loss"].iloc[2] == 0  # so the data knew the epoch
    assert list(history["mae"].isna()) == [False, False, True, True]
    assert not np.array_equal(between, weights(model))


def test_an_optimizer_goes_on_in_the_next_phase():
    def trained(*phases):
        model, momentum = linear(), keras.optimizers.SGD(0.01, momentum=0.9)
        for epochs in phases:
            options = {"batch": 60, "optimizer": momentum}
            training.fit(model, (DATA, TARGETS), seed=0, epochs=epochs, **options)
        return weights(model)

    np.testing.assert_allclose(trained(3, 3), trained(6), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(("data", "batch"), [((DATA, TARGETS), 16), (Noisy(number=4), None)])
def test_an_optimizer_is_made_for_all_steps(data, batch):
    class Asked(Exception):
        pass

    def refuse(steps):
        raise Asked(steps)

    with pytest.raises(Asked, match="^12$"):
        training.fit(linear(), data, seed=0, epochs=3, batch=batch, optimizer=refuse)


def test_a_learning_rate_reduced_on_a_plateau_is_in_the_history():
    reduce = keras.callbacks.ReduceLROnPlateau(
        monitor="loss", factor=0.5, patience=1, min_delta=1e9
    )
    history = training.fit(
        linear(), Noisy(), seed=0, epochs=4, optimizer=training.adam(0.1), callbacks=[reduce]
    )
    assert list(history) == ["epoch", "loss", "val_loss", "mae", "learning_rate", "seconds"]
    np.testing.assert_allclose(history["learning_rate"], [0.1, 0.1, 0.05, 0.025], rtol=1e-6)


def test_batches_made_anew_stop_on_a_plateau_or_by_a_callback():
    plateau = training.Stopping("train_plateau", patience=2, improvement=0.9)
    found = training.fit(linear(), Noisy(), seed=0, epochs=9, optimizer=STILL, stopping=plateau)
    assert len(found) == 3
    early = keras.callbacks.EarlyStopping("loss", patience=1, min_delta=1e9)
    assert len(training.fit(linear(), Noisy(), seed=0, epochs=9, callbacks=[early])) == 2


HOLD_OUT = training.Stopping.named("validation")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"data": Noisy(), "batch": 10}, "batch = 10: expected none, a PyDataset"),
        ({"batch": None}, "batch = None: expected 1 or more samples"),
        ({"data": Noisy(), "batch": None, "stopping": HOLD_OUT}, "holds out samples of arrays"),
        ({"stopping": HOLD_OUT, "validation": (DATA, TARGETS)}, "validation: expected none with"),
        ({"data": Noisy(number=0), "batch": None}, "a PyDataset of 0 batches"),
        ({"data": DATA}, r"data: expected \(inputs, targets\)"),
        ({"validation": [DATA, TARGETS]}, r"validation: expected \(inputs, targets\)"),
        ({"data": (DATA, TARGETS, np.ones(59))}, r"training data: \[59, 60\] samples"),
        ({"optimizer": "adam"}, "optimizer = 'adam': expected a Keras optimizer"),
        ({"epochs": 0}, "epochs = 0, first_epoch = 1: expected 1 or more"),
    ],
)
def test_options_that_exclude_each_other_are_one_line(options, words):
    given = {"data": (DATA, TARGETS), "batch": 10, "epochs": 1, "seed": 0, **options}
    with pytest.raises(ValueError, match=words) as caught:
        training.fit(linear(), **given)
    assert "\n" not in str(caught.value)


def test_steps_of_an_epoch():
    assert batches.steps({"x": DATA, "y": TARGETS}, 16) == 4
    assert batches.steps({"x": Noisy()}, None) == 6
