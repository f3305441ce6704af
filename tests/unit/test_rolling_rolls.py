"""Rolls of images: their law, and that they move pixels as they should."""

import keras
import numpy as np
import pytest
from keras import ops
from scipy import stats

from hamlearn.rolling import rolls

pytestmark = pytest.mark.backend


def images(*shape):
    """Arrays without two equal numbers."""
    return np.random.default_rng(0).permutation(int(np.prod(shape))).reshape(shape) / 8.0


def device(array):
    return ops.convert_to_tensor(np.asarray(array), "float32")


@pytest.mark.parametrize("lengths", [(5,), (4, 6), (2, 3, 4)])
@pytest.mark.parametrize("given", [np.asarray, device])
def test_each_image_is_rolled_by_its_own_shifts(lengths, given):
    x = images(3, *lengths, 2)
    shifts = np.random.default_rng(1).integers(-9, 10, (3, len(lengths)))
    y = np.asarray(rolls.apply(given(x), shifts if given is np.asarray else ops.array(shifts)))
    axes = tuple(range(len(lengths)))
    expected = [np.roll(one, shift, axes) for one, shift in zip(x, shifts, strict=True)]
    np.testing.assert_array_equal(y, expected)


def test_a_pixel_moves_by_its_shift():
    x = np.zeros((1, 4, 5, 1))
    x[0, 1, 1] = 1
    y = rolls.apply(x, np.array([[2, -3]]))
    assert y[0, 3, 3, 0] == y.sum() == 1


def test_rolls_are_a_group_and_keep_every_pixel():
    x = images(4, 6, 4, 2)
    a, b = (rolls.draw(4, 5, 2, seed) for seed in (1, 2))
    np.testing.assert_array_equal(rolls.apply(x, 0 * a), x)
    np.testing.assert_array_equal(rolls.apply(x, 0 * a + [6, -4]), x)
    twice = rolls.apply(rolls.apply(x, a), b)
    np.testing.assert_array_equal(twice, rolls.apply(x, a + b))
    assert not np.array_equal(twice, x)
    for one, other in zip(rolls.apply(x, a), x, strict=True):
        np.testing.assert_array_equal(np.sort(one, axis=None), np.sort(other, axis=None))


@pytest.mark.parametrize("chi", [0, 1, 14, 31])
@pytest.mark.parametrize("on_device", [False, True])
def test_shifts_are_uniform_on_all_integers_up_to_chi(chi, on_device):
    seed = keras.random.SeedGenerator(3) if on_device else 3
    shifts = np.asarray(rolls.draw(20_000, chi, 2, seed))
    assert shifts.shape == (20_000, 2)
    assert set(np.unique(shifts)) == set(range(-chi, chi + 1))
    if chi:
        for axis in (0, 1):
            counts = np.unique(shifts[:, axis], return_counts=True)[1]
            assert stats.chisquare(counts).pvalue > 1e-3
        joint = stats.contingency.crosstab(*np.sign(shifts).T).count
        assert stats.chi2_contingency(joint).pvalue > 1e-3


def test_samples_and_batches_are_rolled_differently():
    shifts = rolls.draw(50, 5, 2, 0)
    assert len(np.unique(shifts, axis=0)) > 20
    np.testing.assert_array_equal(shifts, rolls.draw(50, 5, 2, 0))
    assert (shifts != rolls.draw(50, 5, 2, 1)).any()
    generator = keras.random.SeedGenerator(0)
    first, second = (np.asarray(rolls.draw(50, 5, 2, generator)) for _ in range(2))
    assert (first != second).mean() > 0.5
    assert len(np.unique(first, axis=0)) > 20


def test_one_trace_serves_every_chi_and_batch():
    traces = []

    def function(x, chi, key):
        traces.append(1)
        return rolls.apply(x, rolls.draw(ops.shape(x)[0], chi, 2, key))

    x = images(6, 8, 8, 1)
    if keras.backend.backend() == "jax":
        import jax

        compiled = jax.jit(lambda x, chi: function(x, chi, jax.random.key_data(jax.random.key(0))))
    else:
        import tensorflow as tf

        seed = keras.random.SeedGenerator(0)
        signature = [tf.TensorSpec((None, 8, 8, 1)), tf.TensorSpec((), "int32")]
        compiled = tf.function(lambda x, chi: function(x, chi, seed), input_signature=signature)
    chis = [0, 3, 7]
    found = [np.asarray(compiled(device(x), ops.array(chi, "int32"))) for chi in chis]
    assert len(traces) == 1
    np.testing.assert_array_equal(found[0], x)
    for other in found[1:]:
        assert (other != x).any(axis=(1, 2, 3)).sum() >= 5
        np.testing.assert_array_equal(np.sort(other, axis=None), np.sort(x, axis=None))


def test_unfit_rolls_are_refused():
    with pytest.raises(ValueError, match="chi = -1: expected 0 or more"):
        rolls.draw(3, -1, 2, 0)
    for shape in ((3, 1), (2, 2), (3,)):
        with pytest.raises(ValueError, match=r"for images of \(3, 4, 4, 1\): expected one for"):
            rolls.apply(np.zeros((3, 4, 4, 1)), np.zeros(shape, int))
