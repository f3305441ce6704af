"""Keras layers of the tight-binding model: values, derivatives, symmetries, files."""

import keras
import numpy as np
import pytest
from bands_inputs import GAMMA, K_PRIME, TURN, K, M
from keras import ops
from rolling_inputs import DOUBLE, double_precision, found

from hamlearn.bands import brillouin, fitting, irreps, tight_binding
from hamlearn.bands.layers import Bands, LevelsByIrrep, lowest
from hamlearn.rolling.slopes import gradient

pytestmark = pytest.mark.backend

EXACT = 1e-12 if DOUBLE else 1e-5
RNG = np.random.default_rng(1)
F = RNG.normal(size=(3, 245)) * np.where(np.arange(245) < 14, 1, 0.2)
GRID = brillouin.grid(3)
POINTS = np.array([GAMMA, K, M, (0.1, 0.23)])
TARGET = np.full((4, 6), 0.5)
"""Alike for a degenerate pair: then the sum over it is the same in any basis."""


@pytest.fixture(autouse=True)
def double():
    with double_precision():
        yield


def test_bands_are_those_of_the_model():
    layer = Bands(GRID, 6)
    values = found(layer, F)
    assert values.shape == (3, 11, 6)
    assert np.abs(values - tight_binding.bands(F, GRID, 6)).max() < EXACT
    assert not layer.weights


def test_each_sample_may_have_its_own_wave_vectors():
    k = RNG.normal(size=(3, 5, 2))
    values = found(Bands(count=4), F, k)
    own = [tight_binding.bands(f[None], q, 4)[0] for f, q in zip(F, k, strict=True)]
    assert np.abs(values - own).max() < 5 * EXACT


def test_levels_are_those_of_the_blocks_of_each_irrep():
    values = found(compiled(LevelsByIrrep()), F)
    assert values.shape == (3, 8, 7)
    own = tight_binding.sector_levels(F)
    for irrep, size in enumerate(np.minimum(tight_binding.SIZES, 7)):
        assert np.abs(values[:, irrep, :size] - own[irrep][:, :size]).max() < EXACT
        assert (values[:, irrep, size:] == 0).all()
    listed = [values[:, i, :size] for i, size in enumerate(np.minimum(tight_binding.SIZES, 7))]
    merged, levels = irreps.merged(listed, 7), tight_binding.levels(F, 7)
    assert np.array_equal(merged.irreps, levels.irreps)
    assert np.abs(merged.energies - levels.energies).max() < EXACT


def test_every_prediction_has_c6_and_time_reversal_and_exact_pairs():
    k = RNG.normal(size=(4, 2))
    bands = compiled(Bands(count=6))
    equivalent = (k, k @ TURN, -k, k + [1, 2])
    same = [found(bands, F, np.broadcast_to(q, (3, 4, 2))) for q in equivalent]
    assert np.ptp(same, axis=0).max() < 5 * EXACT
    at_points = found(Bands([GAMMA, K, M, K_PRIME], 21), F)
    levels = tight_binding.levels(F, 21)
    pairs = np.abs(np.diff(levels.energies[:, :2], axis=-1)) == 0
    assert pairs.sum() >= 3 * (7 + 7)
    assert np.abs(np.diff(at_points[:, :2], axis=-1))[pairs].max() < EXACT
    assert np.abs(at_points[:, 1] - at_points[:, 3]).max() < EXACT


def compiled(function):
    """The same function, compiled as a whole on JAX: quicker than one operation after another."""
    if keras.backend.backend() != "jax":
        return function
    import jax

    return jax.jit(function)


def cost_of(layer):
    return compiled(lambda f: ops.mean(ops.square(layer(f) - 0.5)))


OTHER = irreps.by_irrep(tight_binding.levels(F[1:2]))
"""Energies and presence of the levels of another model."""
WEIGHTS = OTHER[1] / np.maximum(OTHER[1].sum(axis=-1, keepdims=True), 1)
LEVEL_COST = compiled(lambda f: ops.sum(WEIGHTS * ops.square(LevelsByIrrep()(f) - OTHER[0])))


def test_gradients_are_those_of_hellmann_and_feynman():
    slope = gradient(cost_of(Bands(POINTS, 6)), F[:1])[0]
    own = fitting.band_cost(F[0], tight_binding.waves(POINTS), TARGET)[1]
    assert np.abs(slope - own).max() < 5 * EXACT


def test_gradients_are_differences_where_pairs_are_degenerate_at_every_k():
    def cost(f):
        return fitting.band_cost(f, tight_binding.waves(POINTS), TARGET)[0]

    coefficients = np.concatenate([np.linspace(0.2, 1.5, 14), np.zeros(231)])
    slope = gradient(cost_of(Bands(POINTS, 6)), coefficients[None])[0]
    hopping = np.random.default_rng(2).normal(size=245) * (np.arange(245) >= 14)
    for direction in (hopping, np.eye(245)[5]):
        ahead, behind = (cost(coefficients + step * direction) for step in (1e-4, -1e-4))
        assert slope @ direction == pytest.approx((ahead - behind) / 2e-4, rel=1e-3, abs=1e-5)


def test_gradients_are_finite_where_all_levels_are_one():
    coefficients = np.concatenate([np.full(14, 0.7), np.zeros(231)])[None]
    bands = gradient(cost_of(Bands(POINTS, 6)), coefficients)
    assert np.isfinite(bands).all()
    assert bands[0, :14].sum() == pytest.approx(2 * 0.2, abs=1e-5)  # all bands move as one
    levels = gradient(LEVEL_COST, coefficients)
    assert np.isfinite(levels).all()


def test_gradients_of_levels_are_those_of_half_the_trace_over_pairs():
    slope = gradient(LEVEL_COST, F[:1])[0]
    own = fitting.level_cost(F[0], *(one[0] for one in OTHER))[1]
    assert np.abs(slope - own).max() < 20 * EXACT


def test_lowest_has_no_derivative_of_eigenvectors():
    matrix = np.diag([1.0, 1.0, 2.0])[None]
    slope = gradient(lambda h: ops.sum(lowest(h, 2)), matrix)[0]
    assert np.allclose(slope, np.diag([1, 1, 0]), atol=1e-6)
    on_cpu = gradient(lambda h: ops.sum(lowest(h, 2, "cpu:0")), matrix)[0]
    assert np.allclose(on_cpu, slope, atol=1e-6)


def test_networks_with_these_layers_survive_a_file(tmp_path):
    given = keras.Input((245,))
    outputs = {"bands": Bands(GRID, 6)(given), "levels": LevelsByIrrep()(given)}
    network = keras.Model(given, outputs)
    assert outputs["bands"].shape == (None, 11, 6)
    assert outputs["levels"].shape == (None, 8, 7)
    network.save(tmp_path / "network.keras")
    again = keras.models.load_model(tmp_path / "network.keras")
    for name, values in network.predict(F, verbose=0).items():
        assert np.array_equal(again.predict(F, verbose=0)[name], values)
    with pytest.raises(ValueError, match=r"expected \(n, 245\)"):
        LevelsByIrrep()(keras.Input((244,)))
