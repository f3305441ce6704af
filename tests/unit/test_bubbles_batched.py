"""Many flakes solved at once, by NumPy and by JAX: the same physics as one by one."""

import jax
import numpy as np
import pytest
from test_bubbles_solver import SIDE, flat, random_bubbles

from hamlearn.bubbles import labels, solver
from hamlearn.bubbles.ensemble import Ensemble
from hamlearn.transport import batched, brickwall

LIBRARIES = pytest.mark.parametrize("xp", [np, jax.numpy], ids=["numpy", "jax"])


@pytest.fixture(autouse=True)
def double_precision():
    """Double precision of JAX for these tests alone: it would change the networks of others."""
    before = jax.config.jax_enable_x64
    jax.config.update("jax_enable_x64", True)
    yield
    jax.config.update("jax_enable_x64", before)


def many(number: int = 6) -> tuple[list[np.ndarray], np.ndarray]:
    energies = np.random.default_rng(7).uniform(0.05, 0.9, number)
    return [random_bubbles(seed, 1 + seed % 4) for seed in range(number)], energies


@LIBRARIES
@pytest.mark.parametrize(("length", "width"), [(SIDE, SIDE), (14.5, 26)])  # even and odd columns
def test_agreement_with_one_by_one(xp, length, width):
    flakes, energies = many()
    found = list(solver.transmissions(flakes, energies, length, width, xp=xp))
    for bubbles, energy, at_once in zip(flakes, energies, found, strict=True):
        alone = solver.transmission(bubbles, energy, length, width)
        assert at_once.modes == alone.modes
        np.testing.assert_allclose(at_once.valley, alone.valley, rtol=0, atol=1e-8)
        assert not at_once.resolved


@LIBRARIES
def test_unitarity_to_rounding(xp):
    flakes, energies = many()
    for found in solver.transmissions(flakes, energies, SIDE, SIDE, xp=xp):
        assert found.unitarity < 1e-11 * found.modes


@LIBRARIES
def test_flat_sheets_transmit_every_mode(xp):
    energies = [0.05, 0.3, 0.6]
    found = list(solver.transmissions([flat()] * 3, energies, SIDE, SIDE, xp=xp))
    for one in found:
        np.testing.assert_allclose(one.total, one.modes, atol=1e-10)
    rows = brickwall.shape(SIDE, SIDE)[1]
    assert [int(one.modes[0]) for one in found] == brickwall.open_modes(rows, energies).tolist()
    np.testing.assert_allclose(found[0].valley[0], [[0, 0], [0, 1]], atol=1e-10)  # one, in K'


def test_agreement_with_kwant():
    flakes, energies = many(3)
    found = solver.transmissions(flakes, energies, SIDE, SIDE)
    for bubbles, energy, at_once in zip(flakes, energies, found, strict=True):
        kwant = solver.transmission_kwant(bubbles, energy, SIDE, SIDE)
        np.testing.assert_allclose(at_once.valley, kwant.valley, rtol=0, atol=1e-9)


def test_labels_of_an_ensemble_are_the_same(monkeypatch):
    monkeypatch.setattr(labels, "BATCH", 4)  # the last batch is not full
    flakes, energies = many(10)
    bubbles = np.full((10, 4, 5), np.nan)
    for place, flake in zip(bubbles, flakes, strict=True):
        place[: len(flake)] = flake
    ensemble = Ensemble(bubbles, energies, "gaussian", SIDE)
    asked = (ensemble, range(5, 15), None, {"hopping_decay": solver.DECAY})
    one_by_one = labels.solve(*asked)
    at_once = labels.solve(*asked, method="batched")
    assert at_once["sample"].tolist() == list(range(5, 15))
    valleys = list(labels.TARGETS)
    np.testing.assert_allclose(at_once[valleys], one_by_one[valleys], rtol=0, atol=1e-8)


def test_a_flake_that_fails_is_solved_again(monkeypatch):
    right = batched._scattering

    def wrong(z, k, in_valley_k):
        found = right(z, k, in_valley_k)
        return (
            found
            if len(in_valley_k) > 3
            else brickwall.Scattering(
                found.transmission * 1.1, found.reflection, in_valley_k, found.error
            )
        )

    monkeypatch.setattr(batched, "_scattering", wrong)
    flakes, energies = many(2)[0], [0.1, 0.6]
    few, more = solver.transmissions(flakes, energies, SIDE, SIDE)
    assert few.resolved[0]
    assert not more.resolved[0]
    alone = solver.transmission(flakes[0], 0.1, SIDE, SIDE)
    np.testing.assert_allclose(few.valley, alone.valley, atol=1e-8)


def test_a_wrong_number_of_energies_is_named_in_one_line():
    with pytest.raises(ValueError, match=r"^energies: 1 for 2 flakes, expected one each$"):
        next(solver.transmissions([flat(), flat()], 0.3, SIDE, SIDE))
