"""Ensembles of images and flakes: from the parts of a set, in an order of the seed."""

import numpy as np
import pytest

from hamlearn.rolling import ensemble, labels, sources
from hamlearn.rolling.plan import CIFAR10, DIGITS, FLAKES, MNIST, EnsemblePlan


def plan(source=MNIST, train=20, test=10, side=28, **law) -> EnsemblePlan:
    return EnsemblePlan(name="own", source=source, train=train, test=test, side=side, **law)


@pytest.fixture
def numbered(monkeypatch):
    """A set of 50 images to train on and 30 to test on, each with its number as its pixels."""
    images = np.arange(80, dtype=np.uint8).reshape(-1, 1, 1, 1).repeat(28, 1).repeat(28, 2)
    asked = []

    def load(source, given=()):
        asked.append(tuple(given))
        return sources.Pool(images, images[:, 0, 0, 0] % 10, 50)

    monkeypatch.setattr(sources, "load", load)
    return asked


def test_samples_are_of_the_part_that_they_are_for(numbered):
    drawn = ensemble.draw(plan(train=50, test=30), 1)
    found = drawn.images[:, 0, 0, 0].tolist()
    assert sorted(found[:50]) == list(range(50))
    assert sorted(found[50:]) == list(range(50, 80))
    assert found != list(range(80))
    np.testing.assert_array_equal(drawn.classes, np.array(found) % 10)
    assert ensemble.draw(plan(given=("a",)), 1).white == 255
    ensemble.draw(plan(given=("a",)), 1, given=["b"])
    assert numbered == [(), ("a",), ("b",)]


def test_smaller_ensembles_are_the_first_samples_of_larger_ones(numbered):
    large, small = (ensemble.draw(plan(train=n, test=m), 1) for n, m in ((40, 20), (10, 5)))
    np.testing.assert_array_equal(small.images[:10], large.images[:10])
    np.testing.assert_array_equal(small.images[10:], large.images[40:45])


def test_more_images_than_there_are_are_refused(numbered):
    with pytest.raises(ValueError, match="ensemble own: 51 images asked for of a part that has 50"):
        ensemble.draw(plan(train=51), 1)
    with pytest.raises(ValueError, match="31 images .* has 30; lower train or test of rolling"):
        ensemble.draw(plan(test=31), 1)


def test_digits_to_train_and_to_test_on_are_different_ones():
    drawn = ensemble.draw(plan(DIGITS, train=1000, test=797, side=8), 1)
    rows = {row.tobytes() for row in drawn.images.reshape(1797, -1)}
    assert len(rows) == len({row.tobytes() for row in sources.load(DIGITS).images})
    half = ensemble.draw(plan(DIGITS, train=10, test=5, side=8), 1)
    np.testing.assert_array_equal(half.images[:10], drawn.images[:10])
    np.testing.assert_array_equal(half.images[10:], drawn.images[-5:])


def test_networks_take_pixels_from_0_to_1_or_standardised_ones():
    digits = ensemble.draw(plan(DIGITS, train=1000, test=100, side=4), 1)
    assert digits.white == 64
    assert digits.inputs.dtype == np.float32
    assert digits.inputs.min() == 0
    assert digits.inputs.max() <= 1
    full = ensemble.draw(plan(DIGITS, train=1000, test=100, side=8), 1).inputs
    blocks = full.reshape(-1, 4, 2, 4, 2, 1).mean(axis=(2, 4))
    np.testing.assert_allclose(digits.inputs, blocks, atol=1e-6)
    mean, spread = (np.array(values) for values in ensemble.SCALING[CIFAR10])
    pixels = np.stack([mean - spread, mean, mean + 2 * spread])[:, None, None] * 255
    coloured = ensemble.Ensemble(np.round(pixels).astype(np.uint8), 255, CIFAR10)
    np.testing.assert_allclose(coloured.inputs[:, 0, 0].T, [[-1, 0, 2]] * 3, atol=0.02)


FLAKE = {"impurity_energy": 5.0, "energy": 0.0, "width": 0.3}


def flakes(side=8, impurities=20, samples=200):
    law = plan(FLAKES, train=samples, test=1, side=side, impurities=impurities)
    return law, ensemble.draw(law, 3)[:samples]


def solved(drawn, law, **method):
    numbers = range(len(drawn))
    return labels.solve(drawn, numbers, law, {"flakes": FLAKE}, **method)


def test_flakes_have_their_impurities_anywhere():
    _, drawn = flakes()
    assert drawn.classes is None
    assert (drawn.images.sum(axis=(1, 2, 3)) == 20).all()
    share = drawn.images.mean(axis=0)
    assert abs(share - 20 / 64).max() < 5 * np.sqrt(20 / 64 * 44 / 64 / 200)


def test_no_roll_changes_a_density_of_states_and_a_permutation_does():
    law, drawn = flakes(samples=6)
    before = solved(drawn, law)["dos"]
    for shift in ((1, 0), (3, -2)):
        rolled = ensemble.Ensemble(np.roll(drawn.images, shift, (1, 2)), 1, FLAKES)
        np.testing.assert_allclose(solved(rolled, law)["dos"], before, rtol=1e-12)
    mixed = np.random.default_rng(0).permuted(drawn.images.reshape(6, -1), axis=1)
    other = ensemble.Ensemble(mixed.reshape(drawn.images.shape), 1, FLAKES)
    assert (abs(solved(other, law)["dos"] - before) > 1e-5).all()


def test_a_density_of_states_without_impurities_is_that_of_plane_waves():
    law, _ = flakes()
    empty = ensemble.Ensemble(np.zeros((1, 8, 8, 1), np.uint8), 1, FLAKES)
    k = 2 * np.pi * np.arange(8) / 8
    levels = -2 * (np.cos(k)[:, None] + np.cos(k))
    expected = (0.3 / np.pi / (levels**2 + 0.09)).mean()
    for method in (labels.METHOD, labels.REFERENCE):
        assert solved(empty, law, method=method)["dos"][0] == pytest.approx(expected, rel=1e-12)
