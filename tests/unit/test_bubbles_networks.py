"""Height maps on the device, the paper's network, and networks of our own: shapes and physics."""

import numpy as np
import pytest

from hamlearn import bubbles
from hamlearn.bubbles import ensemble, solver
from hamlearn.bubbles.ensemble import Ensemble
from hamlearn.bubbles.plan import EnsemblePlan
from hamlearn.bubbles.surface import KINDS, pixel_centres

keras = pytest.importorskip("keras")
inputs = pytest.importorskip("hamlearn.bubbles.inputs")
linear_map = pytest.importorskip("hamlearn.bubbles.linear_map")
networks = pytest.importorskip("hamlearn.bubbles.networks")
own = pytest.importorskip("hamlearn.bubbles.own")
own_layers = pytest.importorskip("hamlearn.bubbles.own_layers")


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
OWN = {
    "side": 20.0,
    "window": 0.63,
    "thresholds": (0.19, 0.32, 0.44, 0.55),
    "channels": (4, 6, 6),
    "dense": (8, 8),
    "dropout": 0.0,
}


def flakes(kind: str = "gaussian", samples: int = 6, side: float = 20.0) -> Ensemble:
    scale = side / 200
    lengths = {
        "amplitude": (0.0, 10 * scale),
        "width": (5 * scale, 20 * scale),
        "centre": (-60 * scale, 60 * scale),
    }
    quartic = {"groups": samples, "largest_g": 0.2} if kind.startswith("quartic") else {}
    plan = EnsemblePlan(
        kind, kind, side, samples, (1, 10), energy=(0.05, 0.63), **lengths, **quartic
    )
    return ensemble.draw(plan, root_seed=3)


def arrays(samples: int, pixels: int, seed: int = 0) -> dict[str, np.ndarray]:
    random = np.random.default_rng(seed)
    return {
        "heights": random.normal(size=(samples, pixels, pixels)).astype(np.float32),
        "energy": random.uniform(0.05, 0.63, (samples, 1)).astype(np.float32),
        "modes": (2 * random.integers(0, 5, (samples, 1)) + 1).astype(np.float32),
    }


def outputs(model, given) -> np.ndarray:
    return np.asarray(model(inputs.wanted(model, given)))


def features(model, layer: str, given) -> np.ndarray:
    part = keras.Model(model.input, model.get_layer(layer).output)
    return outputs(part, given)


def randomise(model, seed: int = 0) -> None:
    """Give every weight a value, so that no zero or unit start hides a dependence."""
    random = np.random.default_rng(seed)
    model.set_weights([w + random.uniform(0.02, 0.1, w.shape) for w in model.get_weights()])


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


def test_bonds_weaken_as_the_hopping_of_a_plane():
    side, pixels = 20.0, 10
    x = pixel_centres(side, pixels)[:, None]
    y = pixel_centres(side, pixels)[None, :]
    plane = (0.3 * x - 0.7 * y)[None].astype(np.float32)
    found = np.asarray(own_layers.BondWeakening(side)(plane))
    rises = linear_map.DIRECTIONS @ [0.3, -0.7] * linear_map.BOND
    assert found.shape == (1, pixels - 1, pixels - 1, 3)
    expected = np.broadcast_to(1 - solver.hopping(rises), found.shape)
    np.testing.assert_allclose(found, expected, atol=1e-5)
    assert np.array_equal(own_layers.BondWeakening(side)(0 * plane + 3), np.zeros_like(found))


def test_mirrors_turn_maps_only_while_training():
    keras.utils.set_random_seed(0)
    maps = np.repeat(np.random.default_rng(0).normal(size=(1, 5, 5)), 64, axis=0).astype("f4")
    layer = own_layers.Mirrors()
    assert np.array_equal(layer(maps), maps)
    seen = {found.tobytes() for found in np.asarray(layer(maps, training=True))}
    turned = (maps[0], maps[0, ::-1], maps[0, :, ::-1], maps[0, ::-1, ::-1])
    assert seen == {np.ascontiguousarray(m).tobytes() for m in turned}


@pytest.mark.parametrize("steps", ["modes", "smeared"])
def test_our_networks_are_bounded_by_the_modes(steps):
    model, given = own.own(12, **OWN, steps=steps), arrays(40, 12)
    randomise(model)
    found = outputs(model, given)
    assert found.shape == (40, 3)
    median, low, high, most = outputs(own.one_orientation(model), given).T
    assert (low >= 0).all() and (low < median).all() and (median <= high).all()
    assert (high <= most).all()
    if steps == "modes":
        assert np.array_equal(most, given["modes"][:, 0])
    assert set(model.input) == {"heights", "energy", *(["modes"] if steps == "modes" else [])}
    flatter = {**given, "heights": given["heights"] + 7}
    np.testing.assert_allclose(outputs(model, flatter), found, rtol=1e-4)  # only slopes count


def test_our_networks_answer_alike_for_a_flake_and_its_mirror_images():
    model, given = own.own(12, **OWN), arrays(8, 12)
    randomise(model)
    model.get_layer("calibration").share.assign(0.0)
    found, single = outputs(model, given), own.one_orientation(model)
    alone = []
    for axes in own.ORIENTATIONS:
        mirrored = {**given, "heights": np.flip(given["heights"], axes)}
        np.testing.assert_allclose(outputs(model, mirrored), found, rtol=1e-5)
        alone.append(outputs(single, mirrored)[:, :3])
    assert np.ptp(alone, axis=0).max() > 1e-3
    np.testing.assert_allclose(np.mean(alone, axis=0), found, rtol=1e-5)


@pytest.mark.parametrize("steps", ["modes", "smeared"])
def test_a_flat_flake_transmits_every_mode_with_certainty(steps):
    model, given = own.own(12, **OWN, steps=steps), arrays(20, 12)
    randomise(model)
    flat = {**given, "heights": 0 * given["heights"]}
    opened = (given["energy"] > OWN["thresholds"]).sum(axis=1, keepdims=True)
    most = 1 + 2 * opened if steps == "smeared" else given["modes"]
    np.testing.assert_allclose(outputs(model, flat), np.repeat(most, 3, axis=1), rtol=1e-3)
    lost = []
    for amplitude in (0.03, 0.03 / np.sqrt(2)):
        faint = {**given, "heights": np.float32(amplitude) * given["heights"]}
        median, *_, most = outputs(own.one_orientation(model), faint).T
        lost.append(1 - median / most)
    assert (lost[1] > 1e-4).all()
    np.testing.assert_allclose(lost[0] / lost[1], 2, rtol=0.1)  # as the weakening of the bonds


def test_narrow_steps_are_those_of_the_ribbon():
    layer = own_layers.Steps(OWN["thresholds"])
    energy = np.array([[0.1], [0.25], [0.4], [0.5], [0.6]], dtype=np.float32)
    narrow, wide = (layer(energy, np.full_like(energy, sharpness)) for sharpness in (30.0, -3.0))
    np.testing.assert_allclose(narrow[:, 0], [1, 3, 5, 7, 9], atol=1e-6)
    assert np.diff(wide[:, 0]).min() > 0.1
    assert np.ptp(np.diff(wide[:, 0]) / np.diff(energy[:, 0])) < 2


def test_modulation_multiplies_and_shifts():
    layer = own_layers.Modulation()
    maps, condition = np.ones((2, 3, 3, 2), "f4"), np.array([[0.0], [1.0]], "f4")
    assert np.array_equal(layer([maps, condition]), maps)
    layer.kernel.assign([[1.0, 2.0, 10.0, 20.0]])
    found = np.asarray(layer([maps, condition]))
    assert np.array_equal(found[0], maps[0])
    assert found[1, 0, 0].tolist() == [12.0, 23.0]


def test_pinball_loss_by_hand():
    true, quantiles = np.array([[2.0]], "f4"), np.array([[1.0, 1.0, 4.0]], "f4")
    assert float(own.pinball(true, quantiles)[0]) == pytest.approx(0.5 + 0.05 + 0.05 * 2, abs=1e-6)
    assert float(own.mae(true, quantiles)[0]) == pytest.approx(1.0)


def test_calibrated_intervals_hold_nine_of_ten():
    random = np.random.default_rng(5)
    model = own.own(8, **OWN)

    def draw(samples):
        middle = random.uniform(5, 10, samples)
        said = np.stack([middle, middle - 0.2, middle + 0.3], axis=1)  # far too narrow
        return said, middle + random.normal(size=samples)

    share = own.calibrate(model, *draw(2000))
    layer = model.get_layer("calibration")
    said, true = draw(4000)
    given = np.concatenate([said, np.full((len(said), 1), 99.0)], axis=1)
    median, low, high = np.asarray(layer(given.astype(np.float32))).T
    covered = ((low <= true) & (true <= high)).mean()
    assert share > 1
    assert covered == pytest.approx(0.9, abs=0.025)
    assert np.array_equal(median, said[:, 0].astype(np.float32))


def test_held_out_samples_are_a_fraction_and_no_others():
    fitted, kept = own.held_out(50, 0.1, seed=1)
    assert len(kept) == 5
    assert np.array_equal(np.sort(np.concatenate([fitted, kept])), np.arange(50))
    assert not np.array_equal(kept, own.held_out(50, 0.1, seed=2)[1])
    with pytest.raises(ValueError, match="own: 0.1 of 3 training samples for the intervals"):
        own.held_out(3, 0.1, seed=1)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"steps": "none"}, "own: steps = 'none', expected modes or smeared"),
        ({"pixels": 4}, "own: pixels = 4, expected at least 8"),
        ({"thresholds": (0.1,)}, r"own: thresholds = \(0.1,\), expected at least two"),
        ({"dropout": -0.1}, "own: dropout = -0.1"),
    ],
)
def test_bad_settings_of_our_networks_are_one_line(changes, words):
    with pytest.raises(ValueError, match=words):
        own.own(**{"pixels": 8, **OWN, **changes})
