"""What rolls of an image change in the answers of networks: nothing, or what it should."""

import keras
import numpy as np
import pytest
from rolling_inputs import (
    DOUBLE,
    SHAPE,
    SMALL,
    double_precision,
    every_roll,
    found,
    network,
    random,
    rolled,
)

from hamlearn.rolling import networks, pipelines, rolls

SAME = 1e-10 if DOUBLE else 1e-5


@pytest.fixture(autouse=True)
def double():
    keras.utils.set_random_seed(0)
    with double_precision():
        yield


def by_roll(model, x):
    """Answers (N_1, ..., outputs) for every roll of one image."""
    answers = found(model, np.concatenate([rolled(x, roll) for roll in every_roll(x)]))
    return answers.reshape(*x.shape[1:-1], -1)


def unseen(answers):
    """Which rolls change none of the answers (N_1, ..., outputs), which differ for an image."""
    first = answers[(0,) * (answers.ndim - 1)]
    assert np.ptp(first) > 0.1
    return np.abs(answers - first).max(axis=-1) < SAME


@pytest.mark.parametrize(
    ("family", "downsample", "shape"),
    [
        ("std", "none", SHAPE),
        ("full", "polyphase", SHAPE),
        ("pool", "dilated", SHAPE),
        ("tuned", "dilated", SMALL),
        ("free", "none", SMALL),
        ("hbfree", "polyphase", SHAPE),
        ("hybrid", "dilated", SMALL),
        ("hybrid", "none", SMALL),
    ],
)
def test_no_roll_changes_a_sum_on_a_torus_where_nothing_is_aligned(family, downsample, shape):
    model = network(family, downsample=downsample, shape=shape)
    assert unseen(by_roll(model, random(1, *shape))).all()
    if family in pipelines.FREE:
        assert unseen(by_roll(networks.attention(model), random(1, *shape))).all()


@pytest.mark.backend
def test_no_roll_changes_a_hybrid_on_either_backend():
    model = network("hybrid", shape=SMALL, channels=2, downsample="polyphase")
    assert unseen(by_roll(model, random(1, *SMALL))).all()


@pytest.mark.parametrize(
    ("family", "shape"),
    [
        *((family, SHAPE) for family in ("full", "pool", "std")),
        *((family, SMALL) for family in ("res", "tuned", *pipelines.FREE)),
    ],
)
def test_aligned_pools_leave_rolls_by_multiples_unseen_and_no_others(family, shape):
    model = network(family, shape=shape)
    multiple = np.arange(shape[0]) % (4 if shape == SHAPE else 2) == 0
    expected = np.outer(multiple, multiple)
    answers = by_roll(model, random(1, *shape))
    np.testing.assert_array_equal(unseen(answers), expected)
    assert np.abs(answers[1, 0] - answers[0, 0]).max() > 1e-2
    if family in pipelines.FREE:
        weights = by_roll(networks.attention(model), random(1, *shape))
        np.testing.assert_array_equal(unseen(weights), expected)


@pytest.mark.parametrize(
    ("family", "kind"), [("fc_small", None), ("full", "torfcn"), ("std", "conv"), ("res", "torfcn")]
)
def test_other_networks_see_a_roll_by_one(family, kind):
    answers = by_roll(network(family, kind), random(1, *SHAPE))
    assert np.abs(answers - answers[0, 0]).max(axis=-1)[[0, 1, 4], [1, 0, 4]].min() > 0.1


@pytest.mark.parametrize("family", ["full", "std"])
def test_the_dilated_network_is_the_mean_of_the_aligned_one_over_its_rolls(family):
    aligned, dilated = (
        network(family),
        networks.build(family, "torsum", shape=SHAPE, channels=4, downsample="dilated"),
    )
    dilated.set_weights(aligned.get_weights())
    answers = by_roll(aligned, random(1, *SHAPE))[:4, :4]
    assert answers.std(axis=(0, 1)).min() > 1e-2
    np.testing.assert_allclose(
        found(dilated, random(1, *SHAPE))[0], answers.mean(axis=(0, 1)), atol=SAME
    )


@pytest.mark.parametrize("norm", ["layer_channel", "none"])
def test_other_norms_see_no_roll_either(norm):
    model = network("std", shape=SMALL, downsample="none", norm=norm)
    assert unseen(by_roll(model, random(1, *SMALL))).all()
    affine = [name for weight in model.weights if (name := weight.name) in ("gamma", "beta")]
    assert len(affine) == (0 if norm == "none" else 8)


@pytest.mark.parametrize("shape", [(8, 2), (8, 4, 2), (4, 4, 4, 2)])
def test_networks_in_one_to_three_dimensions(shape):
    model = network("hybrid", shape=shape, downsample="polyphase")
    assert unseen(by_roll(model, random(1, *shape))).all()
    last = {1: (2,), 2: (4, 2), 3: (2, 2, 2)}[len(shape) - 1]
    assert pipelines.operations("std", "torsum", shape=shape)[-1].size == last


def test_rolls_leave_no_trace_in_a_training():
    x, labels = random(16, 4, 4, 2), np.arange(16) % 3
    model = network("res", shape=(4, 4, 2), channels=2, classes=3, downsample="none")
    model.compile(keras.optimizers.SGD(0.2), keras.losses.SparseCategoricalCrossentropy(True))
    start, losses = model.get_weights(), []
    for chi in (0, 10):
        model.set_weights(start)
        shifts = [rolls.draw(16, chi, 2, seed) for seed in range(20)]
        model.reset_metrics()
        losses.append([model.train_on_batch(rolls.apply(x, shift), labels) for shift in shifts])
    assert losses[0][-1] < 0.9 * losses[0][0]
    np.testing.assert_allclose(losses[1], losses[0], atol=1e-8)
