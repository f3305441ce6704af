"""Networks on images on a torus: parameters, what rolls change, nesting, and what is refused."""

import keras
import numpy as np
import pytest
from rolling_inputs import (
    DOUBLE,
    double_precision,
    every_roll,
    found,
    gradient,
    random,
    randomise,
    rolled,
)

from hamlearn.learning import heads, training
from hamlearn.rolling import networks, pipelines, rolls

SAME = 1e-10 if DOUBLE else 1e-5
SHAPE = (8, 8, 3)
KINDS = ("conv", "torfcn", "torsum")
COUNTS = {
    **{"fc_small": 15_910, "fc_medium": 535_818, "fc_large": 1_798_135},
    **{"full": 266_410, "pool": 266_410, "std": 315_594, "res": 315_594, "tuned": 407_050},
    **{"free": 438_073, "hbfree": 524_377, "hybrid": 524_377},
}
OPERATIONS = {"full": 5, "pool": 7, "cifar": 14}


@pytest.fixture(autouse=True)
def double():
    keras.utils.set_random_seed(0)
    with double_precision():
        yield


def network(family, kind="torsum", *, shape=SHAPE, channels=4, **options):
    """A small network whose weights are all random."""
    model = networks.build(family, kind, shape=shape, channels=channels, **options)
    randomise(model)
    return model


def images(*, samples=1, shape=SHAPE):
    return random(samples, *shape)


def by_roll(model, x):
    """Answers (N_1, ..., outputs) for every roll of one image."""
    rolls = every_roll(x)
    answers = found(model, np.concatenate([rolled(x, roll) for roll in rolls]))
    return answers.reshape(*x.shape[1:-1], -1)


def trainable(model):
    return sum(int(np.prod(weight.shape)) for weight in model.trainable_weights)


def convolutional():
    return [(family, kind) for family in (*pipelines.MNIST, *pipelines.CIFAR) for kind in KINDS]


@pytest.mark.parametrize(
    ("family", "kind"), [*((family, None) for family in pipelines.DENSE), *convolutional()]
)
def test_parameters_of_the_thesis(family, kind):
    shape = (32, 32, 3) if family in pipelines.CIFAR else (28, 28, 1)
    model = networks.build(family, kind, shape=shape)
    assert trainable(model) == COUNTS[family]
    assert model.output_shape == (None, 10)


@pytest.mark.parametrize(("channels", "parameters"), [(64, 314_944), (16, 20_368), (8, 5_320)])
def test_parameters_of_the_pipeline(channels, parameters):
    model = networks.build("std", "torsum", shape=(32, 32, 3), channels=channels)
    assert trainable(model) - (10 * channels + 10) == parameters
    shapes = [layer.output.shape[1:] for layer in model.layers if "activation" in layer.name]
    assert [shape[0] for shape in shapes] == [32, 32, 16, 16, 8, 8, 4, 4, 2, 2]


@pytest.mark.parametrize("family", ["full", "pool", "std"])
def test_last_convolutions_cover_what_is_left(family):
    shape = (28, 28, 1) if family in pipelines.MNIST else (32, 32, 3)
    lists = [pipelines.operations(family, kind, shape=shape) for kind in KINDS]
    assert {len(one) for one in lists} == {OPERATIONS.get(family, OPERATIONS["cifar"])}
    assert [one[-1].periodic for one in lists] == [False, False, True]
    assert [one[0].periodic for one in lists] == [False, True, True]
    assert {one[-1].size for one in lists} == {(7, 7) if family in pipelines.MNIST else (2, 2)}
    sums = [networks.build(family, kind, shape=shape, channels=2).layers[-2] for kind in KINDS]
    assert [layer.name for layer in sums] == ["whole", "whole", "sum"]
    assert sums[0].input.shape[1:3] == (1, 1)
    assert sums[2].input.shape[1] == lists[2][-1].size[0]


TORSUM = [
    ("std", "none"),
    ("std", "polyphase"),
    ("full", "polyphase"),
    ("pool", "dilated"),
    ("tuned", "dilated"),
    ("free", "none"),
    ("hbfree", "polyphase"),
    ("hybrid", "dilated"),
]


@pytest.mark.parametrize(("family", "downsample"), TORSUM)
def test_no_roll_changes_a_sum_on_a_torus_where_nothing_is_aligned(family, downsample):
    model = network(family, downsample=downsample)
    answers = by_roll(model, images())
    assert np.ptp(answers[0, 0]) > 0.1
    np.testing.assert_allclose(answers, answers[:1, :1] + np.zeros_like(answers), atol=SAME)
    if family in pipelines.FREE:
        weights = by_roll(networks.attention(model), images())
        assert np.ptp(weights[0, 0]) > 0.1
        np.testing.assert_allclose(weights, weights[:1, :1] + np.zeros_like(weights), atol=SAME)


@pytest.mark.backend
@pytest.mark.parametrize("downsample", ["none", "polyphase"])
def test_no_roll_changes_a_hybrid_on_either_backend(downsample):
    x = images(shape=(4, 4, 2))
    answers = by_roll(network("hybrid", shape=(4, 4, 2), channels=2, downsample=downsample), x)
    assert np.ptp(answers[0, 0]) > 0.1
    np.testing.assert_allclose(answers, answers[:1, :1] + np.zeros_like(answers), atol=SAME)


@pytest.mark.parametrize("family", ["full", "pool", "std", "tuned", "free", "hbfree", "hybrid"])
def test_aligned_pools_leave_rolls_by_multiples_unseen_and_no_others(family):
    answers = by_roll(network(family), images())  # two pools, or strides: multiples of 4
    differences = np.abs(answers - answers[0, 0]).max(axis=-1)
    unseen = differences < SAME
    multiple = np.arange(8) % 4 == 0
    np.testing.assert_array_equal(unseen, np.outer(multiple, multiple))
    assert differences[1, 0] > 1e-2


@pytest.mark.parametrize(
    ("family", "kind"), [("fc_small", None), ("full", "torfcn"), ("std", "conv"), ("res", "torfcn")]
)
def test_other_networks_see_a_roll_by_one(family, kind):
    answers = by_roll(network(family, kind), images())
    assert np.abs(answers - answers[0, 0]).max(axis=-1)[[0, 1, 4], [1, 0, 4]].min() > 0.1


@pytest.mark.parametrize("family", ["full", "pool", "std", "res"])
def test_the_dilated_network_is_the_mean_of_the_aligned_one_over_its_rolls(family):
    aligned, dilated = (
        network(family),
        networks.build(family, "torsum", shape=SHAPE, channels=4, downsample="dilated"),
    )
    dilated.set_weights(aligned.get_weights())
    answers = by_roll(aligned, images())[:4, :4]
    assert answers.std(axis=(0, 1)).min() > 1e-2
    np.testing.assert_allclose(found(dilated, images())[0], answers.mean(axis=(0, 1)), atol=SAME)


@pytest.mark.parametrize("norm", ["layer_channel", "none"])
def test_other_norms_see_no_roll_either(norm):
    model = network("std", downsample="none", norm=norm)
    answers = by_roll(model, images())
    np.testing.assert_allclose(answers, answers[:1, :1] + np.zeros_like(answers), atol=SAME)
    assert trainable(model) == trainable(network("std")) - (0 if norm != "none" else 2 * 4 * 6)


@pytest.mark.parametrize("shape", [(8, 2), (8, 4, 2), (4, 4, 4, 2)])
def test_networks_in_one_to_three_dimensions(shape):
    model = network("hybrid", shape=shape, downsample="polyphase")
    answers = by_roll(model, images(shape=shape))
    answers = answers.reshape(-1, 10)
    assert np.ptp(answers[0]) > 0.1
    np.testing.assert_allclose(answers, answers[:1] + np.zeros_like(answers), atol=SAME)
    assert (
        pipelines.operations("std", "torsum", shape=shape)[-1].size
        == {**{2: (2,), 3: (4, 2), 4: (2, 2, 2)}}[len(shape)]
    )


@pytest.mark.parametrize(
    ("family", "attention", "floor", "value"),
    [
        ("free", "sigmoid", 0, 0.5),
        ("hbfree", "sigmoid", 0.2, 0.6),
        ("hybrid", "softmax", 0, 1 / 6),
    ],
)
def test_untrained_attention_is_even(family, attention, floor, value):
    model = networks.build(
        family, "torsum", shape=(4, 4, 3), channels=2, attention=attention, floor=floor
    )
    weights = networks.attention(model)
    assert weights.output_shape == (None, 6)
    np.testing.assert_allclose(found(weights, images(samples=2, shape=(4, 4, 3))), value)


def test_a_read_out_without_weights_is_one_that_is_not_there():
    model = network("tuned")
    read_outs = [model.get_layer(f"read_out_{r}").output for r in range(9)]
    features = heads.tuned(read_outs[:-1], **networks.VALUES)
    shorter = keras.Model(model.input, keras.layers.Dense(10)(features))
    layer = model.get_layer("values")
    for weight in (layer.kernels[-1], layer.bias):
        value = np.array(weight)
        value[-1] = 0
        weight.assign(value)
    kernel, bias, *others = (np.asarray(w) for w in layer.weights)
    first, second, shift = kernel, bias, others[0]
    shorter.get_layer("values").set_weights([first, second[:-1], shift[:-1]])
    weights = model.get_layer("features").get_weights()
    shorter.get_layer("features").set_weights([weights[0][: 8 * 32], weights[1]])
    shorter.layers[-1].set_weights(model.layers[-1].get_weights())
    np.testing.assert_allclose(found(shorter, images()), found(model, images()), atol=1e-12)


def test_a_block_that_does_nothing_is_bypassed():
    model = network("res")
    for part in ("gamma", "beta"):
        getattr(model.get_layer("norm_5"), part).assign(np.zeros(4))
    before, after = (model.get_layer(name).output for name in ("bypass_4", "bypass_5"))
    block = keras.Model(before, after)
    x = random(1, 4, 4, 4)
    np.testing.assert_allclose(found(block, x), x, atol=1e-12)
    for entry in (0, 17, 63):
        slope = gradient(lambda v, k=entry: keras.ops.ravel(block(v))[k], x)
        np.testing.assert_allclose(slope.ravel(), np.eye(64)[entry], atol=1e-12)


def test_bypasses_are_where_shapes_agree():
    def bypassed(family):
        steps = pipelines.operations(family, "torsum", shape=(32, 32, 3))
        return [number for number, step in enumerate(steps, start=1) if step.bypass]

    assert bypassed("res") == bypassed("hybrid") == [2, 4, 5, 7, 8, 10, 11, 13]
    assert bypassed("std") == bypassed("hbfree") == []


def test_read_outs_are_a_direct_sum():
    model = networks.build("hbfree", "torsum", shape=(32, 32, 3), channels=2)
    assert model.get_layer("features_sum").output.shape == (None, 15 * 32)
    assert model.get_layer("scores").output.shape == (None, 15, 16)
    assert model.get_layer("read_out_0").output.shape == (None, 9)
    assert model.get_layer("read_out_14").output.shape == (None, 6)


@pytest.mark.parametrize(
    ("family", "kind", "options"),
    [
        ("fc_small", None, {}),
        ("pool", "conv", {}),
        ("res", "torfcn", {"norm": "layer_channel"}),
        ("hybrid", "torsum", {"downsample": "polyphase", "attention": "softmax", "floor": 0.1}),
    ],
)
def test_a_network_is_read_as_it_was_written(tmp_path, family, kind, options):
    model = network(family, kind, **options)
    training.save(model, tmp_path / "network.keras")
    loaded = networks.load(tmp_path / "network.keras")
    np.testing.assert_array_equal(found(loaded, images()), found(model, images()))
    with pytest.raises(ValueError, match="missing.keras: expected a Keras network"):
        networks.load(tmp_path / "missing.keras")


def test_logits_keep_their_precision(half_precision):
    model = networks.build("free", "torsum", shape=(4, 4, 1), channels=2)
    assert model.output.dtype == "float32"
    assert model.get_layer("convolution_1").compute_dtype == "bfloat16"


def test_rolls_leave_no_trace_in_a_training():
    x, labels = images(samples=16, shape=(4, 4, 2)), np.arange(16) % 3
    model = network("hybrid", shape=(4, 4, 2), channels=2, classes=3, downsample="none")
    model.compile(keras.optimizers.SGD(0.05), keras.losses.SparseCategoricalCrossentropy(True))
    start, losses = model.get_weights(), []
    for chi in (0, 10):
        model.set_weights(start)
        shifts = [rolls.draw(16, chi, 2, seed) for seed in range(20)]
        model.reset_metrics()
        losses.append([model.train_on_batch(rolls.apply(x, shift), labels) for shift in shifts])
    assert losses[0][-1] < 0.9 * losses[0][0]
    np.testing.assert_allclose(losses[1], losses[0], atol=1e-8)


REFUSED = [
    (("vgg", "conv"), {}, "family = 'vgg': expected one of fc_small, fc_medium"),
    (("std",), {}, "kind of std = None: expected one of conv, torfcn, torsum"),
    (("std", "torus"), {}, "kind of std = 'torus': expected one of conv"),
    (("fc_small", "conv"), {}, "kind of fc_small = 'conv': expected None"),
    (("std", "torfcn"), {"downsample": "dilated"}, "of std torfcn = 'dilated': expected aligned"),
    (("fc_small",), {"downsample": "none"}, "downsample of fc_small None = 'none': expected ali"),
    (("std", "torsum"), {"downsample": "random"}, "'random': expected one of aligned, dilated"),
    (("std", "torsum"), {"norm": "group"}, "norm of std = 'group': expected one of batch"),
    (("free", "torsum"), {"attention": "tanh"}, "activation = 'tanh': expected sigmoid or softm"),
    (("free", "torsum"), {"floor": 1.5}, "floor = 1.5: expected at least 0 and below 1"),
    (("std", "conv"), {"shape": (30, 30, 3)}, r"shape = \(30, 30, 3\): std expects 2, 4, 8, ..."),
    (("std", "conv"), {"shape": (8, 6, 3)}, r"shape = \(8, 6, 3\): std expects"),
    (("pool", "conv"), {"shape": (30, 28, 1)}, r"\(30, 28, 1\): pool expects multiples of 4"),
    (("full", "conv"), {"shape": (28, 1)}, None),
    (("full", "conv"), {"shape": (28,)}, r"shape = \(28,\): expected 1 to 3 lengths"),
    (("full", "conv"), {"channels": 7}, "channels = 7: full expects an even number"),
    (("std", "conv"), {"channels": 0}, "channels = 0: expected 1 or more"),
    (("std", "conv"), {"classes": 0}, "classes = 0: expected 1 or more"),
]


@pytest.mark.parametrize(("names", "options", "message"), REFUSED)
def test_networks_that_there_are_not_are_refused_in_one_line(names, options, message):
    options = {"shape": SHAPE, **options}
    if message is None:
        assert networks.build(*names, **options).output_shape == (None, 10)
        return
    with pytest.raises(ValueError, match=message) as caught:
        networks.build(*names, **options)
    assert "\n" not in str(caught.value)


def test_a_network_without_attention_says_so():
    model = networks.build("tuned", "torsum", shape=(4, 4, 1), channels=2)
    with pytest.raises(ValueError, match="tuned_torsum has no attention: expected one of free"):
        networks.attention(model)
