"""Height maps on the device and the paper's network: shapes and physics."""

import keras
import numpy as np
import pytest
from bubbles_inputs import arrays, outputs, randomise
from bubbles_laws import law

from hamlearn import bubbles
from hamlearn.bubbles import ensemble, inputs, networks, solver
from hamlearn.bubbles.ensemble import Ensemble
from hamlearn.bubbles.surface import KINDS


@pytest.fixture(autouse=True)
def same_initial_weights():
    keras.utils.set_random_seed(0)


PAPER = {
    "channels": (16, 32, 64, 64, 32),
    "dense": (2048, 256),
    "branch": (16, 16),
    "dropout": 0.5,
    "momentum": 0.99,
}
SMALL = {**PAPER, "channels": (4, 4, 6, 6, 4), "dense": (16, 8), "branch": (4,), "dropout": 0.0}
COUNTS = [
    ({}, 19_592_305),
    ({"outputs": 2}, 19_592_562),
    ({"branch_inputs": ("energy",)}, 19_592_289),
    ({"energy_array": "zeros"}, 19_592_305),
    ({"energy_array": "none"}, 10_076_641),
    ({"branch_inputs": ()}, 19_559_217),
]


def flakes(kind: str = "gaussian", samples: int = 6, side: float = 20.0) -> Ensemble:
    quartic = {"groups": samples, "largest_g": 0.2} if kind.startswith("quartic") else {}
    return ensemble.draw(law(side, samples, kind=kind, **quartic), root_seed=3)


def features(model, layer: str, given) -> np.ndarray:
    part = keras.Model(model.input, model.get_layer(layer).output)
    return outputs(part, given)


@pytest.mark.parametrize("kind", KINDS)
def test_height_maps_are_those_of_the_definition(kind):
    some = flakes(kind)
    expected = [bubbles.height_map(some.sample(i), 20, 20, 12, kind) for i in range(len(some))]
    found = inputs.height_maps(some, 12)
    assert found.dtype == np.float32
    assert found.max() > 0.01
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-6)
    layer = inputs.HeightMap(20, 12, kind)(inputs.padded(some.bubbles))
    np.testing.assert_allclose(layer, expected, rtol=1e-4, atol=1e-6)


def test_maps_are_computed_in_batches_of_any_size(monkeypatch):
    some = flakes(samples=7)
    whole = inputs.height_maps(some, 8)
    monkeypatch.setattr(inputs, "BATCH", 3)
    np.testing.assert_allclose(inputs.height_maps(some, 8), whole, atol=1e-6)


def test_a_network_of_bubbles_is_the_network_of_their_maps():
    some, modes = flakes(), np.array([1, 3, 5, 7, 9, 11])
    model = networks.mixed_input(12, **SMALL)
    given = inputs.of_samples(some, modes)
    on_device = inputs.from_bubbles(model, some)
    maps = outputs(model, {**given, "heights": inputs.height_maps(some, 12)})
    np.testing.assert_allclose(outputs(on_device, given), maps, atol=1e-4)
    assert on_device.count_params() == model.count_params()


def test_bad_bubbles_are_refused():
    with pytest.raises(ValueError, match=r"bubbles: shape \(3, 5\), expected \(n, most, 5\)"):
        inputs.padded(np.zeros((3, 5)))
    with pytest.raises(ValueError, match="kind = 'cone': expected one of gaussian"):
        inputs.HeightMap(20, 12, "cone")


def test_rotation_by_180_degrees_leaves_the_targets_as_they_are():
    some, side = flakes(samples=2), 20
    turned = some.bubbles * [1, 1, 1, -1, -1]
    maps = inputs.height_maps(Ensemble(turned, some.energy, "gaussian", 20.0), 12)
    np.testing.assert_allclose(maps, inputs.height_maps(some, 12)[:, ::-1, ::-1], atol=1e-6)
    for i in range(2):
        number = some.count[i]
        before, after = (
            solver.transmission(b[i, :number], [some.energy[i]], side, side)
            for b in (some.bubbles, turned)
        )
        assert before.total[0] < before.modes[0] - 1e-3
        np.testing.assert_allclose(after.total, before.total, atol=1e-8)
        np.testing.assert_allclose(after.valley[0], before.valley[0].T, atol=1e-8)


@pytest.mark.parametrize(("changes", "parameters"), COUNTS)
def test_parameters_of_the_paper(changes, parameters):
    model = networks.mixed_input(100, **PAPER, **changes)
    assert model.count_params() == parameters
    assert sum(int(np.prod(w.shape)) for w in model.non_trainable_weights) == 416


def test_layers_of_the_papers_network():
    model = networks.mixed_input(100, **PAPER)
    shapes = {layer.name: layer.output.shape[1:] for layer in model.layers}
    assert shapes[networks.LAYER_C] == (100, 100, 2, 16)
    assert [shapes[f"pooling_{k}"] for k in (1, 2, 5)] == [
        (50, 50, 2, 16),
        (25, 25, 2, 32),
        (12, 12, 2, 32),
    ]
    assert shapes["flatten"] == (9216,)
    assert shapes["join"] == (9232,)
    first = model.get_layer("convolution_1")
    assert first.kernel.shape == (3, 3, 2, 1, 16)
    order = [layer.name for layer in model.layers]
    blocks = ("convolution_1", "activation_1", "normalisation_1", "pooling_1", "convolution_2")
    assert [order.index(name) for name in blocks] == sorted(order.index(name) for name in blocks)
    assert [model.get_layer(f"dropout_{k}").rate for k in (1, 2)] == [0.5, 0.5]


def test_initial_kernels_are_he_uniform():
    model = networks.mixed_input(16, **PAPER | {"dense": (32, 16)})
    bound = np.sqrt(6 / 18)
    kernel = np.abs(model.get_layer("convolution_1").kernel)
    assert bound == pytest.approx(0.5774, abs=1e-4)
    assert 0.9 * bound < kernel.max() <= bound
    dense = np.abs(model.get_layer("dense_2").kernel)
    assert 0.9 * np.sqrt(6 / 32) < dense.max() <= np.sqrt(6 / 32)


def test_swish_of_one():
    model = networks.mixed_input(8, **SMALL)
    found = model.get_layer("activation_1")(np.ones((1, 8, 8, 2, 4), dtype=np.float32))
    np.testing.assert_allclose(found, 0.731059, atol=1e-6)


@pytest.mark.parametrize("slices", [1, 2, 3])
@pytest.mark.parametrize("depth", [1, 2, 3])
def test_convolution_in_the_plane_is_the_one_in_space(slices, depth):
    random = np.random.default_rng(0)
    values = random.normal(size=(2, 7, 6, slices, 3)).astype(np.float32)
    ours = networks.SliceConvolution(4, (3, 3, depth), padding="same")
    theirs = keras.layers.Conv3D(4, (3, 3, depth), padding="same")
    expected = theirs(values)
    ours.build(values.shape)
    ours.set_weights([theirs.get_weights()[0], random.normal(size=4)])
    theirs.set_weights(ours.get_weights())
    np.testing.assert_allclose(ours(values), theirs(values), atol=1e-5)
    assert expected.shape == ours(values).shape


@pytest.mark.parametrize("pixels", [6, 7])
def test_pooling_in_the_plane_is_the_one_in_space(pixels):
    values = np.random.default_rng(0).normal(size=(2, pixels, pixels, 2, 3)).astype(np.float32)
    expected = keras.layers.AveragePooling3D((2, 2, 1))(values)
    np.testing.assert_allclose(networks.SlicePooling((2, 2, 1))(values), expected, atol=1e-6)


def test_the_second_slice_never_sees_a_height():
    model, given = networks.mixed_input(16, **SMALL), arrays(1, 16)
    randomise(model)
    other = {**given, "heights": arrays(1, 16, seed=1)["heights"]}
    warmer = {**given, "energy": given["energy"] + 0.1}
    for layer in ("convolution_1", networks.LAYER_C, "convolution_3", "normalisation_5"):
        before, after, hotter = (features(model, layer, g) for g in (given, other, warmer))
        assert np.array_equal(before[:, :, :, 1], after[:, :, :, 1])  # derivative exactly zero
        assert np.abs(before[:, :, :, 0] - after[:, :, :, 0]).max() > 1e-3
        assert np.abs(before - hotter)[:, :, :, 0].max() > 1e-4
        assert np.abs(before - hotter)[:, :, :, 1].max() > 1e-4
    interior = features(model, networks.LAYER_C, given)[0, 1:-1, 1:-1, 1]
    assert np.ptp(interior, axis=(0, 1)).max() < 1e-6


@pytest.mark.parametrize(
    ("changes", "used"),
    [
        ({}, {"energy", "modes"}),
        ({"energy_array": "zeros"}, {"energy", "modes"}),
        ({"energy_array": "none"}, {"energy", "modes"}),
        ({"branch_inputs": ("energy",)}, {"energy"}),
        ({"branch_inputs": ()}, {"energy"}),
        ({"branch_inputs": (), "energy_array": "none"}, set()),
    ],
)
def test_each_network_sees_what_its_name_says(changes, used):
    model, given = networks.mixed_input(9, **SMALL, **changes), arrays(1, 9)
    randomise(model)
    before = outputs(model, given)
    assert set(model.input) == {"heights", *used}
    seen = {
        name
        for name in ("heights", "energy", "modes")
        if np.abs(outputs(model, {**given, name: given[name] + 0.3}) - before).max() > 1e-7
    }
    assert seen == {"heights", *used}
    image = features(model, "descriptor", given)
    if changes.get("energy_array") == "none":
        assert image.shape == (1, 9, 9, 1, 1)
        assert model.get_layer("convolution_1").kernel.shape == (3, 3, 1, 1, 4)
    else:
        expected = 0 if changes.get("energy_array") == "zeros" else given["energy"][0, 0]
        assert (image[:, :, :, 1] == np.float32(expected)).all()


def test_choices_of_the_paper_can_be_changed_one_by_one():
    relu = networks.mixed_input(8, **SMALL, activation="relu")
    assert {layer.activation.__name__ for layer in relu.layers if "activation_" in layer.name} == {
        "relu"
    }
    bare = networks.mixed_input(8, **SMALL, batch_normalisation=False)
    assert not [layer for layer in bare.layers if "normalisation" in layer.name]
    assert not bare.non_trainable_weights


@pytest.mark.parametrize("pixels", [8, 9, 15, 18])
def test_any_number_of_pixels_from_eight(pixels):
    assert outputs(networks.mixed_input(pixels, **SMALL), arrays(3, pixels)).shape == (3, 1)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"pixels": 7}, "pixels = 7, expected at least 8"),
        ({"energy_array": "image"}, "energy_array = 'image', expected one of energy, zeros, none"),
        ({"activation": "gelu"}, "activation = 'gelu', expected one of swish, relu"),
        ({"channels": (4, 4)}, r"channels = \(4, 4\), expected 5 numbers"),
        ({"branch_inputs": ("height",)}, "expected any of energy, modes"),
        ({"dropout": 1.0}, "dropout = 1.0, expected at least 0 and below 1"),
    ],
)
def test_bad_settings_of_the_papers_network_are_one_line(changes, words):
    with pytest.raises(ValueError, match=words) as caught:
        networks.mixed_input(**{"pixels": 8, **SMALL, **changes})
    assert "\n" not in str(caught.value)
