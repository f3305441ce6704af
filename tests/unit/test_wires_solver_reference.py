"""Conductance against Kwant, the complex recursion and known statistics; batches and bad input."""

import re

import numpy as np
import pytest

from hamlearn.transport import square
from hamlearn.transport.kwant_square import kwant_transmission
from hamlearn.transport.square import transmission_recursive
from hamlearn.wires import solver
from hamlearn.wires.solver import conductance, conductance_kwant, solve

BIAS = np.linspace(-0.18, 0.18, 10)


def model_i(n, size, strength=4.0, seed=0):
    rng = np.random.default_rng(seed)
    return rng.uniform(-strength / 2, strength / 2, (n, size, size))


def impurities(n, length, width, concentration, species=1, seed=0):
    rng = np.random.default_rng(seed)
    occupied = rng.random((n, length, width)) < concentration
    return occupied * rng.integers(1, species + 1, (n, length, width)) * (5.0 / species)


# Other solvers


@pytest.mark.parametrize("seed", range(24))
def test_kwant_on_random_shapes_and_energies(seed):
    rng = np.random.default_rng(seed)
    length, width = (int(v) for v in rng.integers(1, 14, 2))
    e = np.concatenate([rng.uniform(-2, 2, (1, length, width)), impurities(2, length, width, 0.3)])
    energies = [0.0, *rng.uniform(-1.5, 1.5, 2)]
    assert np.abs(conductance(e, energies) - conductance_kwant(e, energies)).max() < 1e-9


@pytest.mark.parametrize("concentration", [0.02, 0.3])
def test_kwant_at_the_paper_size(concentration):
    e = impurities(1, 40, 40, concentration)
    energies = [0.0, -0.06, 0.18]
    assert np.abs(conductance(e, energies) - conductance_kwant(e, energies)).max() < 1e-9


def test_kwant_near_the_band_edge():
    e = impurities(3, 6, 5, 0.2)
    energies = [3.5, -3.6]
    assert np.abs(conductance(e, energies) - conductance_kwant(e, energies)).max() < 1e-9


@pytest.mark.parametrize(("size", "n"), [(2, 2000), (3, 2000), (5, 1000), (10, 400), (20, 80)])
@pytest.mark.parametrize("species", [0, 1, 2, 3])
def test_complex_recursion(size, n, species):
    rng = np.random.default_rng(size)
    spread = rng.random((n, 1, 1))
    e = impurities(n, size, size, spread, species) if species else model_i(n, size)
    for energy in (0.0, 0.1):
        exact, reflection = transmission_recursive(e, energy)
        assert np.abs(exact + reflection - square.open_modes(size, energy)[0]).max() < 1e-10
        assert np.abs(conductance(e, [energy])[:, 0] - exact).max() < 1e-9


@pytest.mark.parametrize(("length", "width", "energy"), [(20, 1, 0.1), (6, 2, 2.5), (10, 3, 3.2)])
def test_single_open_mode(length, width, energy):
    assert square.open_modes(width, energy)[0] == 1
    e = np.random.default_rng(3).uniform(-2, 2, (5000, length, width))
    result = solve(e, [energy])
    assert np.abs(result.conductance[:, 0] - transmission_recursive(e, energy)[0]).max() < 1e-11
    assert result.unitarity.max() < 1e-10
    assert not result.resolved.any()


def test_tiny_transmission_keeps_its_relative_accuracy():
    e = impurities(20, 20, 20, 0.9)
    exact = transmission_recursive(e, 0.1)[0]
    assert exact.max() < 1e-6
    assert np.allclose(conductance(e, [0.1])[:, 0], exact, rtol=1e-6, atol=0)


def test_kwant_reference_on_one_site():
    t, r = kwant_transmission(np.array([[1.0]]), 0.0)
    assert t == pytest.approx(4 / 5, abs=1e-12)
    assert r == pytest.approx(1 / 5, abs=1e-12)


# Statistics of model I at E = 0: mean, standard deviation, error of the median, samples behind them

STATISTICS = {
    (1, 4): (0.787, 0.161, 0.142, 20000),
    (2, 4): (1.108, 0.323, 0.261, 20000),
    (3, 4): (1.230, 0.368, 0.293, 20000),
    (4, 4): (1.286, 0.389, 0.311, 20000),
    (5, 4): (1.312, 0.404, 0.324, 20000),
    (6, 4): (1.321, 0.407, 0.326, 6000),
    (8, 4): (1.312, 0.410, 0.330, 6000),
    (10, 4): (1.284, 0.410, 0.329, 6000),
    (20, 4): (1.182, 0.403, 0.322, 3000),
    (1, 2): (0.928, 0.062, 0.053, 20000),
    (2, 2): (1.653, 0.184, 0.147, 20000),
    (3, 2): (2.170, 0.272, 0.216, 20000),
    (4, 2): (2.542, 0.329, 0.262, 20000),
    (5, 2): (2.826, 0.363, 0.289, 20000),
    (6, 2): (3.040, 0.389, 0.309, 6000),
    (8, 2): (3.378, 0.420, 0.335, 6000),
    (10, 2): (3.618, 0.435, 0.346, 6000),
}


@pytest.mark.parametrize(("size", "strength"), STATISTICS)
def test_statistics_of_model_i(size, strength):
    mean, deviation, median_error, behind = STATISTICS[size, strength]
    n = {1: 20000, 2: 20000, 3: 10000}.get(size, max(500, 160000 // size**2))
    n = min(n, 6000) if size > 3 else n
    g = conductance(model_i(n, size, strength, seed=size), [0.0])[:, 0]
    allowed = 4 * deviation * np.sqrt(1 / n + 1 / behind) + 0.0005
    assert g.mean() == pytest.approx(mean, abs=allowed)
    assert g.std() == pytest.approx(deviation, abs=allowed)
    assert np.abs(g - np.median(g)).mean() == pytest.approx(median_error, abs=allowed)


@pytest.mark.parametrize(("strength", "mean"), [(4, np.pi / 4), (2, 2 * np.arctan(0.5))])
def test_mean_of_one_site(strength, mean):
    g = conductance(model_i(40000, 1, strength), [0.0])
    assert g.mean() == pytest.approx(mean, abs=4 * g.std() / 200)


def test_mean_of_two_sites_side_by_side():
    e = np.random.default_rng(2).uniform(-1, 1, (20000, 1, 2))
    g = conductance(e, [0.0])
    exact = 2 * np.sqrt(3) * np.arctan(1 / np.sqrt(3))
    assert g.mean() == pytest.approx(exact, abs=4 * g.std() / np.sqrt(20000))


@pytest.mark.parametrize(
    ("strength", "low", "high"),
    [(1e-3, 9.999, 10), (1, 6.43, 6.63), (8, 0.18, 0.30), (20, 0, 0.01)],
)
def test_limits_of_the_disorder_strength(strength, low, high):
    g = conductance(model_i(300, 10, strength), [0.0])
    assert low <= g.mean() <= high


@pytest.mark.parametrize(
    ("species", "concentration", "mean", "deviation"),
    [(1, 0.01, 29.2, 2.0), (1, 0.05, 12.8, 1.5), (1, 0.1, 5.9, 0.9), (1, 0.2, 1.58, 0.56)]
    + [(1, 0.3, 0.47, 0.35), (2, 0.1, 7.3, 0.8), (3, 0.1, 7.7, 1.0), (3, 0.2, 3.3, 0.4)]
    + [(2, 1.0, 0.32, 0.27), (3, 1.0, 0.47, 0.33)],
)
def test_impurity_models_at_the_paper_size(species, concentration, mean, deviation):
    g = conductance(impurities(60, 40, 40, concentration, species), [0.0])
    allowed = 4 * deviation * np.sqrt(1 / 60 + 1 / 40)
    assert g.mean() == pytest.approx(mean, abs=allowed)
    assert g.std() == pytest.approx(deviation, abs=allowed)


# Batches and fallbacks


@pytest.mark.parametrize(("length", "width"), [(1, 1), (3, 3), (6, 4), (10, 10), (24, 24)])
@pytest.mark.parametrize("kind", ["model I", "impurities", "mixed"])
def test_pieces_give_the_same_bits(length, width, kind):
    rng = np.random.default_rng(1)
    n = 50
    e = impurities(n, length, width, rng.random((n, 1, 1)), 2)
    if kind == "model I":
        e = rng.uniform(-2, 2, (n, length, width))
    elif kind == "mixed":
        e = e * rng.choice([0.0, 0.2, 1.0, 4.0], (n, 1, 1))
    whole = solve(e, [0.0, 0.1])
    for piece in (7, 1):
        parts = [solve(e[i : i + piece], [0.0, 0.1]) for i in range(0, n, piece)]
        for name in ("conductance", "unitarity", "resolved"):
            joined = np.concatenate([getattr(part, name) for part in parts])
            assert np.array_equal(getattr(whole, name), joined)
    assert np.array_equal(whole.conductance[:, 1:], conductance(e, [0.1]))


def test_doubtful_samples_are_solved_by_other_blocks_first(monkeypatch):
    e = impurities(30, 20, 20, 0.1)
    exact = conductance(e, [0.1])
    first = square._real(e, 0.1, 0)
    monkeypatch.setattr(square, "_real", _reject_first_attempt(square._real))
    again = solve(e, [0.1])
    assert not np.array_equal(again.conductance[:, 0], first[0])
    assert np.abs(again.conductance - exact).max() < 1e-9


def _reject_first_attempt(real):
    def solve_real(onsite, energy, attempt):
        result = real(onsite, energy, attempt)
        if attempt == 0:
            result[2] = np.nan
        return result

    return solve_real


def test_complex_recursion_replaces_what_the_real_one_cannot_solve(monkeypatch):
    e = model_i(10, 6)
    exact = solve(e, [0.0])
    assert not exact.resolved.any()
    monkeypatch.setattr(square, "ASYMMETRY", -1.0)
    replaced = solve(e, [0.0])
    assert replaced.resolved.all()
    assert np.abs(replaced.conductance - exact.conductance).max() < 1e-9
    single = np.concatenate([conductance(e[i : i + 1], [0.0]) for i in range(len(e))])
    assert np.array_equal(replaced.conductance, single)


def test_kwant_replaces_a_sample_that_is_not_unitary(monkeypatch):
    e = model_i(4, 5)
    exact = conductance(e, [0.0])

    def broken(onsite, energy):
        t, r, fallback = square.transmission(onsite, energy)
        t[1], r[2] = 0.5, np.nan
        return t, r, fallback

    monkeypatch.setattr(solver, "transmission", broken)
    replaced = solve(e, [0.0])
    assert replaced.resolved[:, 0].tolist() == [False, True, True, False]
    assert np.abs(replaced.conductance - exact).max() < 1e-9
    monkeypatch.setattr(solver, "kwant_transmission", lambda *_: (7.0, 0.0))
    with pytest.raises(RuntimeError, match="sample 1 at E = 0.0 t"):
        solve(e, [0.0])


# Input


def test_whole_numbers_single_precision_and_no_samples_are_fine():
    e = impurities(3, 4, 4, 0.4)
    g = conductance(e, [0])
    assert np.array_equal(g, conductance(e.astype(np.float32), np.float32([0])))
    assert np.array_equal(g, conductance(e.astype(np.int64), 0.0))
    assert conductance(np.zeros((0, 4, 4)), BIAS).shape == (0, 10)
    assert conductance_kwant(np.zeros((0, 4, 4)), BIAS).shape == (0, 10)
    assert conductance(e, []).shape == (3, 0)


def test_input_is_not_changed():
    e = model_i(5, 4)
    before = e.copy()
    solve(e, [0.0, 0.1])
    assert np.array_equal(e, before)


@pytest.mark.parametrize("function", [solve, conductance_kwant])
@pytest.mark.parametrize(
    ("onsite", "energies", "message"),
    [
        (np.zeros((3, 3)), [0.0], "got shape (3, 3)"),
        (np.zeros((1, 0, 3)), [0.0], "length and width must be at least 1"),
        (np.zeros((1, 3, 0)), [0.0], "length and width must be at least 1"),
        (np.full((1, 2, 2), np.nan), [0.0], "(0, 0, 0) is nan, not finite"),
        (np.array([[[0.0, np.inf]]]), [0.0], "(0, 0, 1) is inf, not finite"),
        (np.zeros((1, 2, 2), dtype=complex), [0.0], "expected real numbers, got complex128"),
        (np.zeros((1, 2, 2)), [0.0, 4.0], "energies: 4.0 t is outside the band"),
        (np.zeros((1, 2, 2)), [np.nan], "energies: nan t is outside the band"),
        (np.zeros((1, 2, 2)), [-4.0], "energies: -4.0 t is outside the band"),
        (np.zeros((1, 2, 2)), [[0.0]], "energies: expected a list of real numbers"),
        (np.zeros((1, 2, 2)), ["0"], "energies: expected a list of real numbers"),
    ],
)
def test_bad_input_is_named_in_one_line(function, onsite, energies, message):
    with pytest.raises(ValueError, match=re.escape(message)) as error:
        function(onsite, energies)
    assert "\n" not in str(error.value)
