"""Layers on a torus: three definitions of the convolution, rolls, gradients, attention."""

import itertools

import keras
import numpy as np
import pytest
from keras import ops
from numpy.lib.stride_tricks import sliding_window_view
from rolling_inputs import (
    EXACT,
    double_precision,
    every_roll,
    found,
    random,
    randomise,
    rolled,
)

from hamlearn.learning.layers import (
    Attention,
    GlobalPool,
    Polyphase,
    ReadOuts,
    ToroidalConv,
    ToroidalPool,
    Weigh,
)
from hamlearn.rolling.slopes import gradient

backend = pytest.mark.backend
CLOSE = {"rtol": EXACT, "atol": EXACT}


@pytest.fixture(autouse=True)
def double():
    with double_precision():
        yield


def convolution(x, filters=3, size=3, **options):
    """A layer with random weights, built for arrays like x."""
    layer = ToroidalConv(filters, size, **options)
    layer.build(x.shape)
    randomise(layer)
    return layer


def by_rolls(x, kernel, dilation=1):
    """Sum over the entries of a kernel of rolled copies of x times them."""
    sizes = kernel.shape[:-2]
    total = 0
    for place in itertools.product(*map(range, sizes)):
        shift = [dilation * ((k - 1) // 2 - j) for j, k in zip(place, sizes, strict=True)]
        total = total + rolled(x, shift) @ kernel[place]
    return total


def by_tiles(x, kernel):
    """Many copies of x side by side, cut to N + k - 1, and a convolution without padding."""
    axes = range(1, x.ndim - 1)
    for axis, size in zip(axes, kernel.shape, strict=False):
        length, before = x.shape[axis], size  # copies before, of which some are cut away
        x = np.concatenate([x] * (2 * before + 1), axis=axis)
        start = before * length - (size - 1) // 2
        x = np.take(x, range(start, start + length + size - 1), axis=axis)
    windows = sliding_window_view(x, kernel.shape[:-2], axis=tuple(axes))
    rank = len(axes)
    summed = [*range(rank + 2, 2 * rank + 2), rank + 1]
    return np.tensordot(windows, kernel, axes=(summed, range(rank + 1)))


def by_indices(x, kernel):
    """x at (i + j - p) mod N, for every i and j."""
    rank = x.ndim - 2
    for axis in range(rank, 0, -1):
        length, size = x.shape[axis], kernel.shape[axis - 1]
        where = np.arange(length)[:, None] + np.arange(size) - (size - 1) // 2
        x = np.take(x, where % length, axis=axis)
    summed = [*range(2, 2 * rank + 1, 2), 2 * rank + 1]
    return np.tensordot(x, kernel, axes=(summed, range(rank + 1)))


@pytest.mark.parametrize(
    ("lengths", "size"),
    [
        *[((9,), 7), ((5, 6), 2), ((5, 6), 3), ((6, 5), (5, 4)), ((2, 2), 3), ((1, 2), 3)],
        *(pytest.param(*case, marks=backend) for case in (((2, 3), 7), ((4, 3, 2), 3))),
    ],
)
def test_a_toroidal_convolution_is_all_three_definitions_and_commutes_with_every_roll(
    lengths, size
):
    x = random(2, *lengths, 2)
    layer = convolution(x, size=size)
    kernel, bias = (np.asarray(w, dtype=float) for w in (layer.kernel, layer.bias))
    y = found(layer, x)
    assert y.shape == layer.compute_output_shape(x.shape) == (2, *lengths, 3)
    for definition in (by_rolls, by_tiles, by_indices):
        np.testing.assert_allclose(y, definition(x, kernel) + bias, **CLOSE)
    rolls = every_roll(x)
    of_rolled = found(layer, np.concatenate([rolled(x, roll) for roll in rolls]))
    np.testing.assert_allclose(of_rolled, np.concatenate([rolled(y, r) for r in rolls]), **CLOSE)


def test_a_convolution_padded_with_zeros_commutes_in_the_middle_alone():
    x = random(1, 12, 12, 2)
    flat = [convolution(x, 2, periodic=False), convolution(x, 2, periodic=False)]
    torus = [convolution(x, 2), convolution(x, 2)]
    y, exact = (found(layers[1], found(layers[0], x)) for layers in (flat, torus))
    shifted = found(flat[1], found(flat[0], rolled(x, (1, 1))))
    assert np.abs(shifted - rolled(y, (1, 1))).max() > 0.5
    middle = (slice(None), slice(2, -2), slice(2, -2))  # a pixel of edge for each layer
    np.testing.assert_allclose(y[middle], exact[middle], **CLOSE)
    for edge in (1, -2):
        assert np.abs(y[:, edge] - exact[:, edge]).max() > 0.1
    inside = (slice(None), slice(3, -2), slice(3, -2))
    np.testing.assert_allclose(shifted[inside], rolled(y, (1, 1))[inside], **CLOSE)


@backend
@pytest.mark.parametrize("padding", ["same", "valid"])
def test_some_axes_are_periodic_and_others_flat(padding):
    x = random(2, 6, 5, 2)
    layer = convolution(x, size=(3, 4), periodic=(True, False), padding=padding)
    kernel, bias = (np.asarray(w, dtype=float) for w in (layer.kernel, layer.bias))
    padded = np.pad(x, [(0, 0), (1, 1), (0, 0), (0, 0)], mode="wrap")
    if padding == "same":
        padded = np.pad(padded, [(0, 0), (0, 0), (1, 2), (0, 0)])
    windows = sliding_window_view(padded, (3, 4), axis=(1, 2))
    expected = np.tensordot(windows, kernel, axes=([4, 5, 3], [0, 1, 2])) + bias
    np.testing.assert_allclose(found(layer, x), expected, **CLOSE)
    assert layer.compute_output_shape((None, 6, None, 2)) == (None, 6, None, 3)
    assert layer.compute_output_shape(x.shape) == expected.shape


def test_strides_commute_with_rolls_by_their_multiples_alone():
    x = random(1, 8, 4, 2)
    layer = convolution(x, strides=(4, 2))
    y = found(layer, x)
    every = convolution(x)
    every.set_weights(layer.get_weights())
    np.testing.assert_allclose(y, found(every, x)[:, ::4, ::2], **CLOSE)
    for a, b in itertools.product(range(8), range(4)):
        difference = np.abs(found(layer, rolled(x, (a, b))) - rolled(y, (a // 4, b // 2))).max()
        if a % 4 == b % 2 == 0:
            assert difference < 10 * EXACT
        else:
            assert difference > 0.1


@backend
@pytest.mark.parametrize(("dilation", "strides"), [(2, 1), (4, 1), (8, 1), (2, 2)])
def test_dilated_kernels_skip_entries(dilation, strides):
    x = random(2, 8, 8, 2)
    layer = convolution(x, size=3, dilation_rate=dilation, strides=strides)
    kernel, bias = (np.asarray(w, dtype=float) for w in (layer.kernel, layer.bias))
    expected = (by_rolls(x, kernel, dilation) + bias)[:, ::strides, ::strides]
    np.testing.assert_allclose(found(layer, x), expected, **CLOSE)
    assert layer.compute_output_shape(x.shape) == expected.shape


def test_a_convolution_without_bias():
    x = random(1, 4, 1)
    layer = convolution(x, use_bias=False)
    assert layer.bias is None
    np.testing.assert_allclose(found(layer, 0 * x), 0)
    assert layer.count_params() == 9


MODES = {"max": np.max, "mean": np.mean, "min": np.min}


@backend
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("lengths", "size", "options"),
    [
        ((6,), 2, {}),
        ((4, 6), (2, 3), {}),
        ((4, 6), 2, {"strides": 1}),
        ((8, 4), 2, {"strides": 1, "dilation_rate": (4, 2)}),
        ((4, 6), 3, {"strides": 2}),
        ((4, 2, 6), 2, {}),
    ],
)
def test_pools_take_windows_of_a_torus(mode, lengths, size, options):
    x = random(2, *lengths, 3)
    layer = ToroidalPool(size, mode=mode, **options)
    rank = len(lengths)
    sizes, strides, dilation = (
        np.broadcast_to(value, rank)
        for value in (size, options.get("strides", size), options.get("dilation_rate", 1))
    )
    copies = [
        rolled(x, [-d * j for d, j in zip(dilation, place, strict=True)])
        for place in itertools.product(*map(range, sizes))
    ]
    begin = (slice(None), *(slice(None, None, s) for s in strides))
    expected = MODES[mode](copies, axis=0)[begin]
    np.testing.assert_allclose(found(layer, x), expected, **CLOSE)
    assert layer.compute_output_shape(x.shape) == expected.shape


@backend
def test_a_pool_ends_where_a_flat_axis_ends():
    x = random(1, 7, 4, 2)
    y = found(ToroidalPool(2, periodic=(False, True)), x)
    np.testing.assert_allclose(y, x[:, :6].reshape(1, 3, 2, 2, 2, 2).max(axis=(2, 4)), **CLOSE)
    y = found(ToroidalPool((3, 1), strides=1, dilation_rate=2, periodic=False), x)
    np.testing.assert_allclose(y, np.max([x[:, i : i + 3] for i in (0, 2, 4)], axis=0), **CLOSE)


@backend
def test_global_pools_are_functions_of_the_sorted_values():
    x = random(2, 3, 4, 2)
    pools = found(GlobalPool(("mean", "max", "min")), x)
    y = found(GlobalPool(("sort",)), x).reshape(2, 12, 2)
    np.testing.assert_allclose(y, np.sort(x.reshape(2, 12, 2), axis=1), **CLOSE)
    expected = np.concatenate([y.mean(axis=1), y[:, -1], y[:, 0]], axis=1)
    np.testing.assert_allclose(pools, expected, **CLOSE)
    for roll in every_roll(x):
        np.testing.assert_array_equal(
            found(GlobalPool(("sort",)), rolled(x, roll)).reshape(2, 12, 2), y
        )
    assert GlobalPool(("sort", "mean")).compute_output_shape((None, 3, 4, 2)) == (None, 26)


@backend
@pytest.mark.parametrize(("lengths", "strides"), [((6,), 3), ((8, 4), (4, 2)), ((4, 2, 2), 2)])
def test_polyphase_selection_follows_every_roll(lengths, strides):
    x = random(2, *lengths, 2)
    layer = Polyphase(strides)
    y = found(layer, x)
    steps = np.broadcast_to(strides, len(lengths))
    parts = [
        x[(slice(None), *(slice(b, None, s) for b, s in zip(begin, steps, strict=True)))]
        for begin in itertools.product(*map(range, steps))
    ]
    axes = tuple(range(1, x.ndim))
    largest = np.argmax([np.sum(part**2, axis=axes) for part in parts], axis=0)
    expected = np.stack([parts[place][n] for n, place in enumerate(largest)])
    np.testing.assert_allclose(y, expected, **CLOSE)
    assert layer.compute_output_shape(x.shape) == expected.shape
    for roll in every_roll(x):
        shifted = found(layer, rolled(x, roll))
        for one, other in zip(shifted, y, strict=True):
            ways = [rolled(other[None], r)[0] for r in every_roll(other[None])]
            assert min(np.abs(one - way).max() for way in ways) < EXACT


@backend
def test_a_mean_over_the_map_spreads_gradients_evenly_and_extremes_do_not():
    x = random(1, 6, 5, 2)
    first, second = convolution(x), convolution(random(1, 6, 5, 3))
    mean, weights = GlobalPool(), random(3, seed=1)
    linear = gradient(lambda v: ops.sum(mean(second(first(v))) * weights), x)
    np.testing.assert_allclose(linear, linear[:, :1, :1] * np.ones_like(x), **CLOSE)
    assert np.abs(linear).min() > 1e-4
    leaky = keras.layers.LeakyReLU(negative_slope=0.01)
    broken = gradient(lambda v: ops.sum(mean(second(leaky(first(v)))) * weights), x)
    assert broken.std(axis=(1, 2)).min() > 1e-4
    pools, weights = GlobalPool(("mean", "max", "min")), np.array([1, 2, 3, 4, 5, 6.0])
    found = gradient(lambda v: ops.sum(pools(v) * weights), x)[0].reshape(30, 2)
    expected = np.tile(weights[:2] / 30, (30, 1))
    for channel in (0, 1):
        values = x[..., channel].ravel()
        expected[values.argmax(), channel] += weights[2 + channel]
        expected[values.argmin(), channel] += weights[4 + channel]
    np.testing.assert_allclose(found, expected, **CLOSE)


PROFILES = {  # of the derivative of the sum of outputs, and of the output of a constant image
    "none": ({"periodic": False, "padding": "valid"}, [1, 2, 3, 3, 3, 2, 1], [3] * 5),
    "zeros": ({"periodic": False}, [2, 3, 3, 3, 3, 3, 2], [2, 3, 3, 3, 3, 3, 2]),
    "torus": ({}, [3] * 7, [3] * 7),
}


@pytest.mark.parametrize("name", PROFILES)
def test_profiles_of_a_row_of_ones(name):
    options, derivative, profile = PROFILES[name]
    layer = ToroidalConv(1, 3, kernel_initializer="ones", **options)
    slope = gradient(lambda v: ops.sum(layer(v)), np.ones((1, 7, 1)))
    np.testing.assert_allclose(slope.ravel(), derivative, **CLOSE)
    np.testing.assert_allclose(found(layer, np.ones((1, 7, 1))).ravel(), profile, **CLOSE)


def test_as_many_zeros_as_a_kernel_reaches_let_every_input_count_alike():
    layer = ToroidalConv(1, 3, kernel_initializer="ones", periodic=False, padding="valid")
    full = [(0, 0), (2, 2), (0, 0)]
    slope = gradient(lambda v: ops.sum(layer(ops.pad(v, full))), np.ones((1, 7, 1)))
    np.testing.assert_allclose(slope.ravel(), [3] * 7, **CLOSE)


@backend
def test_each_read_out_has_a_dense_layer_of_its_own():
    given = [random(4, length, seed=length) for length in (3, 5, 5, 2, 3)]
    layer = ReadOuts(6)
    assert tuple(layer([ops.convert_to_tensor(x) for x in given]).shape) == (4, 5, 6)
    assert layer.count_params() == sum(x.shape[1] * 6 + 6 for x in given)
    randomise(layer)
    three, five, two = (np.asarray(kernel, dtype=float) for kernel in layer.kernels)
    kernels = [three[0], five[0], five[1], two[0], three[1]]
    expected = np.stack([x @ kernel for x, kernel in zip(given, kernels, strict=True)], axis=1)
    tensors = [ops.convert_to_tensor(x, keras.config.floatx()) for x in given]
    np.testing.assert_allclose(layer(tensors), expected + np.asarray(layer.bias), **CLOSE)


def test_kernels_of_read_outs_begin_as_those_of_dense_layers():
    layer = ReadOuts(50)
    layer.build([(None, 100)] * 8)
    limit = np.sqrt(6 / 150)
    assert 0.99 * limit < np.abs(np.asarray(layer.kernels[0])).max() < limit
    assert not np.asarray(layer.bias).any()


@backend
def test_attention_keeps_its_bounds():
    logits = 5 * random(20, 4)
    values = {
        (name, floor): found(Attention(name, floor), logits)
        for name in ("sigmoid", "softmax")
        for floor in (0, 0.2)
    }
    sigmoid = 1 / (1 + np.exp(-logits))
    np.testing.assert_allclose(values["sigmoid", 0], sigmoid, **CLOSE)
    np.testing.assert_allclose(values["sigmoid", 0.2], 0.2 + 0.8 * sigmoid, **CLOSE)
    np.testing.assert_allclose(values["softmax", 0].sum(axis=1), 1, **CLOSE)
    np.testing.assert_allclose(values["softmax", 0.2], 0.2 + 0.8 * values["softmax", 0], **CLOSE)
    assert values["softmax", 0.2].min() >= 0.2


@pytest.mark.parametrize("floor", [0, 0.1])
def test_a_floor_leaves_the_signal_of_a_saturated_gate_and_no_gradient(floor):
    layer, logits = Attention("sigmoid", floor), np.full((1, 3), -50.0)
    np.testing.assert_allclose(found(layer, logits), floor, atol=1e-20)
    slope = gradient(lambda v: ops.sum(layer(v)), logits)
    assert 0 < slope.max() < 1e-20


@backend
def test_weights_multiply_whole_read_outs():
    values, attention = random(2, 3, 4), random(2, 3)
    expected = values * attention[..., None]
    np.testing.assert_allclose(found(Weigh(), values, attention), expected, **CLOSE)


def every_layer():
    """A network with each of the layers, and options other than the defaults."""
    image = keras.Input((8, 4, 2))
    x = ToroidalConv(
        3,
        (3, 2),
        strides=(1, 2),
        dilation_rate=(2, 1),
        periodic=[True, False],
        kernel_initializer="he_normal",
        bias_initializer="ones",
    )(image)
    y = Polyphase((2, 1))(ToroidalPool(2, strides=1, dilation_rate=(2, 1), mode="mean")(x))
    read_outs = [GlobalPool(("max", "min"))(v) for v in (image, x, y)]
    values = ReadOuts(5)(read_outs)
    scores = keras.layers.Dense(3)(keras.layers.Flatten()(ReadOuts(2)(read_outs)))
    return keras.Model(image, Weigh()(values, Attention("softmax", 0.1)(scores)))


@backend
def test_a_saved_network_of_these_layers_is_the_same(tmp_path):
    model = every_layer()
    randomise(model)
    x = random(3, 8, 4, 2)
    model.save(tmp_path / "network.keras")
    loaded = keras.saving.load_model(tmp_path / "network.keras")
    assert found(model, x).std() > 0.1
    np.testing.assert_array_equal(found(loaded, x), found(model, x))


SHAPE = (None, 6, 4, 2)
REFUSED = [
    (lambda: ToroidalConv(2, 3, strides=4), SHAPE, "strides = 4: expected a divisor of the len"),
    (lambda: ToroidalPool(4), SHAPE, "strides = 4: expected a divisor of the length 6"),
    (lambda: Polyphase((2, 3)), SHAPE, "strides = 3: expected a divisor of the length 4"),
    (lambda: ToroidalConv(2, 3), (None, None, 4, 2), "divisor of the length None of a periodic"),
    (lambda: ToroidalConv(2, (3, 3, 3)), SHAPE, r"size = \(3, 3, 3\): expected one value, or one"),
    (lambda: ToroidalPool(2, periodic=(True,)), SHAPE, r"periodic = \(True,\): expected one val"),
    (lambda: ToroidalConv(2, (3, 0)), SHAPE, r"size = \(3, 0\): expected 1 or more"),
    (lambda: ToroidalConv(2, 3), (None, 2), r"shape \(None, 2\): expected samples, 1 to 3 axes"),
    (lambda: ToroidalConv(2, 3, padding="zero"), SHAPE, "padding = 'zero': expected one of same"),
    (lambda: ToroidalConv(0, 3), SHAPE, "filters = 0: expected 1 or more"),
    (lambda: ToroidalPool(mode="sum"), SHAPE, "mode = 'sum': expected one of max, mean, min"),
    (lambda: GlobalPool(("median",)), SHAPE, r"pools = \('median',\): expected some of mean"),
    (lambda: GlobalPool(()), SHAPE, r"pools = \(\): expected some of mean"),
    (lambda: ReadOuts(0), SHAPE, "width = 0: expected 1 or more"),
    (lambda: Attention("tanh"), SHAPE, "activation = 'tanh': expected sigmoid or softmax"),
    (lambda: Attention(floor=1), SHAPE, "floor = 1: expected at least 0 and below 1"),
    (
        lambda: ToroidalConv(2, 7, periodic=False, padding="valid"),
        SHAPE,
        "kernel_size = 7: too long for a flat axis of 6",
    ),
    (lambda: ToroidalPool(7, strides=1, periodic=False), SHAPE, "pool_size = 7: too long for"),
]


@pytest.mark.parametrize(("layer", "shape", "message"), REFUSED)
def test_unfit_options_are_refused_in_one_line(layer, shape, message):
    with pytest.raises(ValueError, match=message) as caught:
        layer()(keras.Input(shape[1:]))
    assert "\n" not in str(caught.value)
