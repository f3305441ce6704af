"""Flakes near the Dirac point, and the number of modes that their leads really have."""

import dataclasses

import numpy as np
import pytest
from test_bubbles_solver import SIDE, flat, only_kwant, random_bubbles

from hamlearn.bubbles import ensemble, plan, prediction, solver
from hamlearn.transport import brickwall

SMALLEST = brickwall.SMALLEST_ENERGY
ROWS = brickwall.shape(SIDE, SIDE)[1]
BELOW = [SMALLEST / 2, 1e-12, 5e-324]
REFUSED = r"^energies: \S+ t is too close to the Dirac point, .* the smallest is 1e-07 t$"


def all_reflected(modes: int):
    """A solver that is unitary, whatever the number of modes that it makes up."""
    valleys = [np.arange(modes) % 2 == 1] * 2
    return lambda *_: (np.zeros((modes, modes)), float(modes), *valleys)


@pytest.mark.parametrize("side", [4, 10, SIDE])
def test_the_exact_number_of_modes(side):
    """Against the modes that the solver finds, which thresholds know nothing of."""
    rows = brickwall.shape(side, side)[1]
    energies = np.linspace(SMALLEST, 0.999, 97)
    for energy, found in zip(energies, brickwall.open_modes(rows, energies), strict=True):
        assert brickwall.allowed_numbers(rows, energy) == {found}


def test_the_exact_number_of_modes_of_the_papers_ribbon():
    assert [brickwall.allowed_numbers(231, e) for e in (SMALLEST, 0.11, 0.33)] == [{1}, {15}, {49}]


def test_two_numbers_at_a_threshold_and_one_beside_it():
    for place, energy in enumerate(brickwall.thresholds(ROWS, 5)):
        few, many = 2 * place + 1, 2 * place + 3
        assert brickwall.allowed_numbers(ROWS, energy) == {few, many}
        assert brickwall.allowed_numbers(ROWS, energy - 1e-8) == {few}
        assert brickwall.allowed_numbers(ROWS, energy + 1e-8) == {many}


@pytest.mark.parametrize("side", [10, SIDE])
def test_agreement_with_kwant_down_to_its_smallest_energy(side):
    sample, energies = random_bubbles(1, side=side), [brickwall.SMALLEST_BY_KWANT, 1e-4]
    found = solver.transmission(sample, energies, side, side)
    by_kwant = solver.transmission_kwant(sample, energies, side, side)
    assert (found.modes == 1).all()
    np.testing.assert_allclose(found.valley, by_kwant.valley, rtol=0, atol=1e-8)


@pytest.mark.parametrize(
    ("side", "energy", "expected"),
    [
        (10, 1e-6, 0.858661738521547),
        (10, SMALLEST, 0.978981478778167),
        (20, 1e-6, 0.964809471987766),
        (20, SMALLEST, 0.952487833525827),
    ],
)
def test_transmission_at_the_smallest_energy(side, energy, expected):
    """Against the complex recursion and the modes of the leads with fifty digits."""
    low, high = [1, 1, 1, -3, -3], [3, 2, 2, 3, 3]
    sample = np.random.default_rng(0).uniform(low, high, (5, 5))
    found = solver.transmission(sample, [energy], side, side)
    assert found.total == pytest.approx(expected, abs=1e-10)
    assert found.valley[0, 1, 1] == found.total  # the edge mode, in K'
    (at_once,) = solver.transmissions([sample], [energy], side, side)
    assert at_once.total == pytest.approx(expected, abs=1e-10)


def test_a_wide_flat_flake_transmits_its_edge_mode_at_the_smallest_energy():
    found = solver.transmission(flat(60), [SMALLEST, 1e-6, 1e-5], 60, 60)
    np.testing.assert_allclose(found.valley[:, 1, 1], 1, rtol=0, atol=1e-9)
    assert (found.modes == 1).all()


def test_kwant_is_not_believed_below_its_smallest_energy(monkeypatch):
    sample, energy = random_bubbles(0), brickwall.SMALLEST_BY_KWANT / 2
    words = r"^E = 5e-06 t: .* the last: modes by Kwant are reliable from 1e-05 t on$"
    with pytest.raises(RuntimeError, match=words):
        solver.transmission_kwant(sample, [energy], SIDE, SIDE)
    only_kwant(monkeypatch)
    with pytest.raises(RuntimeError, match=words):
        solver.transmission(sample, [energy], SIDE, SIDE)


@pytest.mark.parametrize("energy", BELOW)
def test_smaller_energies_are_refused_in_one_line(energy):
    sample, size = random_bubbles(0), (SIDE, SIDE)
    for solve in (solver.transmission, solver.transmission_kwant):
        with pytest.raises(ValueError, match=REFUSED):
            solve(sample, [0.3, energy], *size)
    with pytest.raises(ValueError, match=REFUSED):
        next(solver.transmissions([sample], [energy], *size))


def test_own_sheets_are_refused_before_any_energy_is_solved(monkeypatch):
    monkeypatch.setattr(solver, "transmission_of_surface", None)
    flake = prediction.Flake(side=SIDE, pixels=10, decay=solver.DECAY, window=0.6)
    with pytest.raises(ValueError, match=REFUSED):
        prediction.exact(None, flake, np.array([0.3, 1e-9]))


def test_no_sample_is_drawn_below_the_smallest_energy(settings):
    law = plan.ensembles(settings("smoke")["bubbles"])[plan.TRAIN]
    low = dataclasses.replace(law, energy=(0, 2 * SMALLEST))
    drawn = ensemble.draw(low, 2020, 0, 50).energy
    assert drawn.min() == SMALLEST
    assert drawn.max() > 1.5 * SMALLEST


@pytest.mark.parametrize("modes", [0, 9])
def test_another_number_of_modes_is_not_believed(monkeypatch, modes):
    sample, size = random_bubbles(0), (SIDE, SIDE)
    expected = solver.transmission(sample, [1e-5], *size)
    monkeypatch.setattr(solver, "_parts", all_reflected(modes))
    for again in (
        solver.transmission(sample, [1e-5], *size),
        next(solver.transmissions([sample], [1e-5], *size)),
    ):
        assert again.resolved.all()
        assert again.modes == [1]
        np.testing.assert_allclose(again.valley, expected.valley, rtol=0, atol=1e-7)
    monkeypatch.setattr(solver, "_kwant", all_reflected(modes))
    words = rf"the last: {modes} open modes, but 1 of the leads$"
    for solve in (solver.transmission, solver.transmission_kwant):
        with pytest.raises(RuntimeError, match=words):
            solve(sample, [1e-5], *size)
