"""Networks on images on a torus: parameters, nesting, attention, files, and what is refused."""

import keras
import numpy as np
import pytest
from rolling_inputs import SHAPE, SMALL, double_precision, found, network, random

from hamlearn.learning import heads, training
from hamlearn.rolling import networks, pipelines
from hamlearn.rolling.slopes import gradient

KINDS = ("conv", "torfcn", "torsum")
COUNTS = {
    **{"fc_small": 15_910, "fc_medium": 535_818, "fc_large": 1_798_135},
    **{"full": 266_410, "pool": 266_410, "std": 315_594, "res": 315_594, "tuned": 407_050},
    **{"free": 438_073, "hbfree": 524_377, "hybrid": 524_377},
}
OPERATIONS = {"full": 5, "pool": 7, "std": 14}


@pytest.fixture(autouse=True)
def double():
    keras.utils.set_random_seed(0)
    with double_precision():
        yield


def trainable(model):
    return sum(int(np.prod(weight.shape)) for weight in model.trainable_weights)


@pytest.mark.parametrize("family", pipelines.FAMILIES)
def test_parameters_of_the_thesis(family):
    shape = (32, 32, 3) if family in pipelines.CIFAR else (28, 28, 1)
    model = networks.build(family, None if family in pipelines.DENSE else "torsum", shape=shape)
    assert trainable(model) == COUNTS[family]
    assert model.output_shape == (None, 10)


@pytest.mark.parametrize(("channels", "parameters"), [(16, 20_368), (8, 5_320)])
def test_parameters_of_the_pipeline(channels, parameters):
    model = networks.build("std", "torsum", shape=(32, 32, 3), channels=channels)
    assert trainable(model) - (10 * channels + 10) == parameters
    shapes = [layer.output.shape[1:] for layer in model.layers if "activation" in layer.name]
    assert [shape[0] for shape in shapes] == [32, 32, 16, 16, 8, 8, 4, 4, 2, 2]


@pytest.mark.parametrize("family", ["full", "std", "hybrid"])
def test_three_kinds_have_the_same_parameters(family):
    given = {"shape": SMALL, "channels": 2}
    shapes = [
        [weight.shape for weight in networks.build(family, kind, **given).weights] for kind in KINDS
    ]
    assert shapes[0] == shapes[1] == shapes[2]


@pytest.mark.parametrize("family", ["full", "pool", "std"])
def test_last_convolutions_cover_what_is_left(family):
    shape = (28, 28, 1) if family in pipelines.MNIST else (32, 32, 3)
    lists = [pipelines.operations(family, kind, shape=shape) for kind in KINDS]
    assert {len(one) for one in lists} == {OPERATIONS[family]}
    assert [one[-1].periodic for one in lists] == [False, False, True]
    assert [one[0].periodic for one in lists] == [False, True, True]
    assert {one[-1].size for one in lists} == {(7, 7) if family in pipelines.MNIST else (2, 2)}
    sums = [networks.build(family, kind, shape=shape, channels=2).layers[-2] for kind in KINDS[1:]]
    assert [layer.name for layer in sums] == ["whole", "sum"]
    assert sums[0].input.shape[1:3] == (1, 1)
    assert sums[1].input.shape[1:3] == lists[2][-1].size


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
        family, "torsum", shape=SMALL, channels=2, attention=attention, floor=floor
    )
    weights = networks.attention(model)
    assert weights.output_shape == (None, 6)
    np.testing.assert_allclose(found(weights, random(2, *SMALL)), value)


def test_a_read_out_without_weights_is_one_that_is_not_there():
    model, x = network("tuned"), random(1, *SHAPE)
    read_outs = [model.get_layer(f"read_out_{r}").output for r in range(9)]
    features = heads.tuned(read_outs[:-1], **networks.VALUES)
    shorter = keras.Model(model.input, keras.layers.Dense(10, name="logits")(features))
    image, maps, bias = model.get_layer("values").get_weights()
    maps[-1], bias[-1] = 0, 0
    model.get_layer("values").set_weights([image, maps, bias])
    shorter.get_layer("values").set_weights([image, maps[:-1], bias[:-1]])
    kernel, bias = model.get_layer("features").get_weights()
    shorter.get_layer("features").set_weights([kernel[: 8 * 32], bias])
    shorter.get_layer("logits").set_weights(model.get_layer("logits").get_weights())
    assert np.ptp(found(model, x)) > 0.1
    np.testing.assert_allclose(found(shorter, x), found(model, x), atol=1e-12)


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
        ("res", "torfcn", {"norm": "layer_channel"}),
        ("hybrid", "torsum", {"downsample": "polyphase", "attention": "softmax", "floor": 0.1}),
    ],
)
def test_a_network_is_read_as_it_was_written(tmp_path, family, kind, options):
    model = network(family, kind, **options)
    training.save(model, tmp_path / "network.keras")
    loaded = networks.load(tmp_path / "network.keras")
    np.testing.assert_array_equal(found(loaded, random(1, *SHAPE)), found(model, random(1, *SHAPE)))
    with pytest.raises(ValueError, match="missing.keras: expected a Keras network"):
        networks.load(tmp_path / "missing.keras")


def test_logits_keep_their_precision(half_precision):
    model = networks.build("free", "torsum", shape=(4, 4, 1), channels=2)
    assert model.output.dtype == "float32"
    assert model.get_layer("convolution_1").compute_dtype == "bfloat16"


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
    (("full", "conv"), {"shape": (28,)}, r"shape = \(28,\): expected 1 to 3 lengths"),
    (("full", "conv"), {"channels": 7}, "channels = 7: full expects an even number"),
    (("std", "conv"), {"channels": 0}, "channels = 0: expected 1 or more"),
    (("std", "conv"), {"classes": 0}, "classes = 0: expected 1 or more"),
]


@pytest.mark.parametrize(("names", "options", "message"), REFUSED)
def test_networks_that_there_are_not_are_refused_in_one_line(names, options, message):
    with pytest.raises(ValueError, match=message) as caught:
        networks.build(*names, **{"shape": SHAPE, **options})
    assert "\n" not in str(caught.value)


def test_a_network_without_attention_says_so():
    model = networks.build("tuned", "torsum", shape=(4, 4, 1), channels=2)
    with pytest.raises(ValueError, match="tuned_torsum has no attention: expected one of free"):
        networks.attention(model)
