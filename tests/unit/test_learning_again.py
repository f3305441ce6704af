"""A compiled network that is trained again from other weights, without a new trace."""

import gc
import weakref

import numpy as np
import pytest

from hamlearn.learning import training

pytestmark = pytest.mark.backend
X = np.random.default_rng(0).normal(size=(40, 3)).astype("float32")
Y = X @ np.array([[1.0], [-2.0], [0.5]])


def network():
    import keras

    layers = [keras.Input((3,)), keras.layers.Dense(8, activation="tanh"), keras.layers.Dense(1)]
    return keras.Sequential(layers)


def fitted(model, seed, again=False, **options):
    from hamlearn.learning.shuffled import Shuffled

    options = {"epochs": 3, "optimizer": training.adam(0.01, "cosine"), **options}
    data = Shuffled(X, Y, batch=8, seed=seed)
    history = training.fit(model, data, seed=seed, again=again, **options)
    return history.drop(columns="seconds"), model.get_weights()


@pytest.mark.parametrize("schedule", ["constant", "cosine"])
def test_a_network_learns_the_same_alone_and_after_another(schedule):
    options = {"optimizer": training.adam(0.01, schedule)}
    training.fresh(1)
    model = network()
    start = model.get_weights()
    history, alone = fitted(model, 5, **options)
    training.fresh(2)
    shared = network()
    other, _ = fitted(shared, 6, **options)
    assert (other["loss"] != history["loss"]).all()
    function = shared.train_function
    shared.set_weights(start)
    again, after = fitted(shared, 5, again=True, **options)
    assert shared.train_function is function
    np.testing.assert_array_equal(again, history)
    for one, another in zip(after, alone, strict=True):
        np.testing.assert_array_equal(one, another)


def test_without_it_the_optimizer_goes_on():
    training.fresh(1)
    model = network()
    start = model.get_weights()
    history, _ = fitted(model, 5)
    optimizer = model.optimizer
    model.set_weights(start)
    kept, _ = fitted(model, 5, optimizer=optimizer)
    assert (kept["loss"] != history["loss"]).any()
    model.set_weights(start)
    again, _ = fitted(model, 5, again=True)
    np.testing.assert_array_equal(again, history)


def test_networks_are_forgotten_and_libraries_not_looked_through():
    training.configure(threads=1, seed=0)
    assert gc.get_freeze_count() > 100_000
    model = network()
    fitted(model, 1)
    gone = weakref.ref(model)
    del model
    training.fresh(1)
    assert gone() is None
    assert len(gc.get_objects()) < gc.get_freeze_count()


def test_orders_follow_from_seed_and_epoch():
    from hamlearn.learning.shuffled import Shuffled

    data = Shuffled(X, Y[:, 0], batch=16, seed=1)
    first = [data[i] for i in range(data.num_batches)]
    assert [x.shape for x, _ in first] == [(16, 3), (16, 3), (8, 3)]
    assert {y.shape[1] for _, y in first} == {1}
    seen = np.concatenate([x for x, _ in first])
    np.testing.assert_array_equal(np.sort(seen, axis=0), np.sort(X, axis=0))
    data.begin_epoch(2)
    assert (data[0][0] != first[0][0]).any()
    data.begin_epoch(1)
    np.testing.assert_array_equal(data[0][0], first[0][0])


def test_arrays_are_refused_for_another_training():
    model = network()
    fitted(model, 1)
    with pytest.raises(ValueError, match="expected a PyDataset"):
        training.fit(model, (X, Y), seed=1, batch=8, epochs=1, again=True)


@pytest.mark.parametrize("outputs", [1, 2])
def test_a_step_is_traced_once(outputs):
    import keras

    if keras.config.backend() != "tensorflow":
        pytest.skip("Keras builds metrics and losses before JAX compiles a step")
    traced = []

    class Counted(keras.Model):
        def train_step(self, data):
            traced.append(self)
            return super().train_step(data)

    training.configure(threads=1, seed=0)
    given = keras.Input((3,))
    names = ("first", "second")[:outputs]
    found = {name: keras.layers.Dense(1, name=name)(given) for name in names}
    targets = dict.fromkeys(names, Y)
    if outputs == 1:
        found, targets = found["first"], Y
    model = Counted(given, found)
    metrics = ("mae",) if outputs == 1 else dict.fromkeys(names, ("mae",))
    loss = "mse" if outputs == 1 else dict.fromkeys(names, "mse")
    training.fit(
        model,
        (X, targets),
        seed=1,
        epochs=2,
        batch=8,
        loss=loss,
        metrics=metrics,
        validation=(X, targets),
    )
    assert len(traced) == 1
