"""Local hoppings of a deformed sheet, and the linear map from features to them."""

import numpy as np
import pandas as pd
import pytest
from bubbles_laws import law

from hamlearn.bubbles import ensemble, linear_map, solver
from hamlearn.bubbles.ensemble import Ensemble
from hamlearn.bubbles.surface import heights
from hamlearn.dataset import Dataset
from hamlearn.transport import brickwall

SIDE, PIXELS, SAMPLES = 40.0, 16, 6
PLAN = law(SIDE, SAMPLES, train=2 * SAMPLES)


@pytest.fixture(scope="module")
def data():
    drawn = ensemble.draw(PLAN, root_seed=2)
    solved = pd.DataFrame({"modes": np.full(len(drawn), 5)})
    return Dataset("train", drawn, solved, PLAN.train)


@pytest.fixture(scope="module")
def network():
    keras = pytest.importorskip("keras")
    from hamlearn.bubbles import networks

    keras.utils.set_random_seed(0)
    sizes = {"channels": (16, 4, 4, 4, 4), "dense": (8, 8), "branch": (4,)}
    return networks.mixed_input(PIXELS, **sizes, dropout=0.0, momentum=0.9)


@pytest.fixture(scope="module")
def compared(network, data):
    return linear_map.compare(network, data, SAMPLES, seed=3, weights_seed=7)


def test_hoppings_around_a_pixel_are_those_of_the_lattice():
    flakes = ensemble.draw(PLAN, root_seed=2)[:1]
    columns, rows = brickwall.shape(SIDE, SIDE)
    x, y = brickwall.positions(columns, rows)
    along, across = solver.hoppings(heights(flakes.sample(0), x, y))
    bonds = {  # middle and hopping of the bonds of each direction, seen from the even sublattice
        "x": ((x[:-1] + x[1:]) / 2, (y[:-1] + y[1:]) / 2, along),
        "y": ((x[:, :-1] + x[:, 1:]) / 2, (y[:, :-1] + y[:, 1:]) / 2, across),
    }
    step_x, step_y = np.diff(x, axis=0), np.diff(y, axis=0)
    slanted = step_x * step_y  # a = (√3/2, -1/2) falls to the right, b rises
    for k, (name, chosen) in enumerate(
        [("x", slanted < 0), ("x", slanted > 0), ("y", brickwall.has_rung(columns, rows))]
    ):
        mid_x, mid_y, hopping = (values[chosen] for values in bonds[name])
        step = linear_map.BOND / 2 * linear_map.DIRECTIONS[k]
        ends = [
            heights(flakes.sample(0), mid_x + s * step[0], mid_y + s * step[1]) for s in (1, -1)
        ]
        np.testing.assert_allclose(solver.hopping(ends[0] - ends[1]), hopping, atol=1e-9)


def test_hoppings_of_a_plane_and_of_a_flat_sheet():
    bump = np.array([[[1e6, 1e6, 1e6, 2e5, -1e5]]])  # so wide that the flake is a plane
    found = linear_map.local_hoppings(Ensemble(bump, np.array([0.1]), "gaussian", 20.0), 8)
    z = 1e6 * np.exp(-(0.2**2 + 0.1**2) / 2)
    slope = z * np.array([2e5, -1e5]) / 1e12
    expected = -solver.hopping(linear_map.BOND * linear_map.DIRECTIONS @ slope)
    for k in range(3):
        np.testing.assert_allclose(found[0, k], expected[k], atol=1e-4)
    assert expected.min() < -0.2
    flat = Ensemble(0 * bump + [0, 1, 1, 0, 0], np.array([0.1]), "gaussian", 20.0)
    assert (linear_map.local_hoppings(flat, 8) == -1).all()


def test_a_slope_of_one_along_a_bond():
    assert -solver.hopping(linear_map.BOND) == pytest.approx(-0.2476, abs=1e-4)


def test_every_map_and_control_is_there(compared):
    table, _ = compared
    assert list(table) == list(linear_map.COLUMNS)
    assert len(table) == 23
    assert not table.duplicated(["features", "fit", "intercept", "slices"]).any()
    assert (table["seed"] == 3).all() and (table["n_test"] == SAMPLES).all()
    assert set(table.loc[table["fit"] == "per_sample", "n_fit"]) == {1}
    assert set(table.loc[table["fit"] == "global", "n_fit"]) == {SAMPLES}


def row(compared, features, fit="per_sample", intercept=False, slices="first"):
    table, _ = compared
    chosen = (table["features"] == features) & (table["fit"] == fit) & (table["slices"] == slices)
    (found,) = table[chosen & (table["intercept"] == intercept)].to_dict("records")
    return found


def test_the_constant_has_the_error_of_a_sheet_that_is_taken_for_flat(compared, data):
    tested = data.ensemble[data.test][:SAMPLES]
    exact = linear_map.local_hoppings(tested, PIXELS)
    error = 100 * (np.abs(-1 - exact) / np.abs(exact)).mean()
    found = row(compared, "constant", "global")
    assert found["error_percent"] == pytest.approx(error)
    assert found["r2"] < 0.01
    assert np.isnan(found["correlation_a"])
    assert found["error_strained_percent"] > error


def test_more_freedom_fits_better(compared):
    for features in ("trained", "untrained"):
        for intercept in (False, True):
            per_sample = row(compared, features, "per_sample", intercept)
            assert per_sample["r2"] >= row(compared, features, "global", intercept)["r2"] - 1e-9
            both = row(compared, features, "per_sample", intercept, "both")
            assert both["r2"] >= per_sample["r2"] - 1e-9
        assert row(compared, features, intercept=True)["r2"] >= row(compared, features)["r2"] - 1e-9
    constant = row(compared, "constant", "per_sample", True)
    assert row(compared, "untrained", "per_sample", True)["r2"] > constant["r2"] + 0.3


def test_features_that_are_the_hoppings_are_mapped_exactly(data):
    exact = linear_map.local_hoppings(data.ensemble[:4], PIXELS)
    values = np.moveaxis(exact, 1, -1)[..., None, :] @ np.random.default_rng(0).normal(size=(3, 5))
    for fit in ("global", "per_sample"):
        case = linear_map.Case("trained", fit, False)
        mapped = linear_map._map(case, [values[:2], values[2:]], [exact[:2], exact[2:]])
        np.testing.assert_allclose(mapped, exact[2:], atol=1e-9)
    found = linear_map.errors(mapped, exact[2:])
    assert found["error_percent"] < 1e-7
    assert found["r2"] == pytest.approx(1)
    assert found["correlation_c"] == pytest.approx(1)


def test_the_example_is_a_sample_of_the_test_part(compared, data):
    _, example = compared
    i = int(example["sample"])
    assert 2 * SAMPLES <= i < 3 * SAMPLES
    exact = linear_map.local_hoppings(data.ensemble[i : i + 1], PIXELS)[0]
    np.testing.assert_allclose(example["exact"], exact)
    assert example["heights"].shape == (PIXELS, PIXELS)
    assert set(linear_map.EXAMPLES) == {"as_printed", "with_constant", "untrained"}
    error = {}
    for name in linear_map.EXAMPLES:
        assert example[name].shape == (3, PIXELS, PIXELS)
        error[name] = np.square(example[name] - exact).mean()
    assert error["with_constant"] < error["as_printed"]


def test_the_second_slice_is_a_constant_away_from_the_edges(network, data):
    """It never sees the heights: with it, a map without a constant has one."""
    given = linear_map._given(network, data, slice(0, 3))
    inner = linear_map.features(network, given)[:, 1:-1, 1:-1]
    assert np.ptp(inner[..., 1, :], axis=(1, 2)).max() < 1e-5
    assert np.ptp(inner[..., 0, :], axis=(1, 2)).max() > 0.1


def test_both_slices_without_a_constant_are_as_good_as_with_one(compared):
    for features in ("trained", "untrained"):
        plain, constant = (row(compared, features, intercept=i, slices="both") for i in (0, 1))
        assert plain["error_percent"] == pytest.approx(constant["error_percent"], rel=1e-3)


def test_untrained_features_have_no_mean_and_unit_variance(network, data):
    from hamlearn.bubbles import inputs

    some = data.ensemble[: 2 * SAMPLES]
    given = inputs.of_samples(some, np.full(len(some), 5))
    given["heights"] = inputs.height_maps(some, PIXELS)
    fresh = linear_map.untrained(network, given)
    values = linear_map.features(fresh, given)
    axes = (0, 1, 2, 3)
    np.testing.assert_allclose(values.mean(axis=axes), 0, atol=1e-3)
    deviation = values.std(axis=axes)
    assert (deviation <= 1.001).all() and deviation.max() > 0.9  # Keras adds 1e-3 to the variance
    kernels = (m.get_layer("convolution_1").get_weights()[0] for m in (network, fresh))
    assert not np.allclose(*kernels)
