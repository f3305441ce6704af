"""Networks of our own for bubbles: their layers, symmetries, bounds and intervals."""

import keras
import numpy as np
import pytest
from bubbles_inputs import arrays, outputs, randomise

from hamlearn.bubbles import linear_map, own, own_layers, solver
from hamlearn.bubbles.surface import pixel_centres

OWN = {
    "side": 20.0,
    "window": 0.63,
    "thresholds": (0.19, 0.32, 0.44, 0.55),
    "channels": (4, 6, 6),
    "dense": (8, 8),
    "dropout": 0.0,
}


@pytest.fixture(autouse=True)
def same_initial_weights():
    keras.utils.set_random_seed(0)


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
