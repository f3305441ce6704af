"""Physics of the conductance of disordered wires: limits, closed forms and symmetries."""

import numpy as np
import pytest
from scipy.special import eval_chebyu

from hamlearn.transport.square import lead_modes, open_modes
from hamlearn.wires.solver import conductance, solve

BIAS = np.linspace(-0.18, 0.18, 10)


def disordered(n, length, width, seed=0, strength=4.0):
    rng = np.random.default_rng(seed)
    return rng.uniform(-strength / 2, strength / 2, (n, length, width))


def impurities(n, length, width, concentration, seed=0, energies=(5.0,)):
    rng = np.random.default_rng(seed)
    occupied = rng.random((n, length, width)) < concentration
    return occupied * rng.choice(energies, (n, length, width))


# Clean wires


@pytest.mark.parametrize("width", [1, 2, 3, 4, 7, 10, 21, 40])
@pytest.mark.parametrize("length", [1, 2, 6, 17])
def test_clean_wire_transmits_every_open_mode(length, width):
    energies = [0.0, 0.06, -0.18, 0.7, -1.3, 1.9]
    g = conductance(np.zeros((1, length, width)), energies)[0]
    assert np.allclose(g, open_modes(width, energies), rtol=0, atol=1e-10)


def test_all_modes_are_open_at_the_band_centre():
    assert all(open_modes(width, 0.0)[0] == width for width in range(1, 41))


def test_open_modes_of_the_widest_wire_at_the_bias_energies():
    expected = [39, 37, 36, 36, 35]
    assert open_modes(40, [0.02, 0.06, 0.10, 0.14, 0.18]).tolist() == expected
    assert open_modes(40, [-0.02, -0.06, -0.10, -0.14, -0.18]).tolist() == expected


def test_mode_opens_at_its_edge():
    edge = 2 - 2 * np.cos(np.pi / 41)
    assert edge == pytest.approx(0.0059, abs=5e-5)
    assert open_modes(40, [edge - 1e-9, edge + 1e-9]).tolist() == [40, 39]


@pytest.mark.parametrize(
    ("width", "mean"),
    [(3, 3), (5, 5), (8, 7.6), (10, 9.4), (16, 14.8), (20, 18.6), (24, 22.2), (32, 29.4)]
    + [(40, 36.6)],
)
def test_clean_average_conductance(width, mean):
    assert conductance(np.zeros((1, width, width)), BIAS).mean() == pytest.approx(mean, abs=1e-9)


# Closed forms


def test_one_site():
    eps = np.linspace(-6, 6, 49)
    g = conductance(eps.reshape(-1, 1, 1), [0.0])[:, 0]
    assert np.allclose(g, 4 / (4 + eps**2), rtol=0, atol=1e-13)


@pytest.mark.parametrize("energy", [0.0, 0.5, -1.7])
def test_one_impurity_in_a_chain_does_not_depend_on_its_place(energy):
    onsite = np.zeros((6, 6, 1))
    onsite[np.arange(6), np.arange(6), 0] = 1.7
    exact = (4 - energy**2) / (4 - energy**2 + 1.7**2)
    assert np.allclose(conductance(onsite, [energy]), exact, rtol=0, atol=1e-12)


def test_two_sites_in_a_row():
    e = disordered(200, 2, 1)
    a, b = e[:, 0, 0], e[:, 1, 0]
    exact = 4 / (4 + a**2 + b**2 + a**2 * b**2 - 2 * a * b)
    assert np.allclose(conductance(e, [0.0])[:, 0], exact, rtol=0, atol=1e-11)


def test_two_sites_side_by_side():
    e = disordered(200, 1, 2)
    exact = (3 / (3 + e**2)).sum(axis=(1, 2))
    assert np.allclose(conductance(e, [0.0])[:, 0], exact, rtol=0, atol=1e-11)


def one_impurity(width, row, strength, energy):
    """T = N - V²a²/(1+V²a²), V = ε/(1-εc); -ia + c is the clean G at the site (a: open modes)."""
    modes = lead_modes(width, energy)
    weight = modes.vectors[row] ** 2
    is_open = modes.is_open
    a = (weight[is_open] / (2 * modes.s[is_open])).sum()
    c = (weight[~is_open] / (2 * (modes.x - modes.surface.real)[~is_open])).sum()
    v = strength / (1 - strength * c)
    return is_open.sum() - (v * a) ** 2 / (1 + (v * a) ** 2)


@pytest.mark.parametrize("energy", [0.0, 0.18, -0.6, 2.5])
@pytest.mark.parametrize(("length", "width"), [(1, 3), (4, 6), (9, 2), (12, 11)])
@pytest.mark.parametrize("strength", [0.3, 5.0, 1e6])
def test_one_impurity_in_a_wire(length, width, strength, energy):
    rng = np.random.default_rng(length)
    onsite, exact = np.zeros((5, length, width)), np.empty(5)
    for sample in range(5):
        row = rng.integers(width)
        onsite[sample, rng.integers(length), row] = strength
        exact[sample] = one_impurity(width, row, strength, energy)
    assert np.allclose(conductance(onsite, [energy])[:, 0], exact, rtol=0, atol=1e-9)


def test_first_impurity_costs_0_97_conductance_quanta():
    loss = [40 - one_impurity(40, row, 5.0, 0.0) for row in range(40)]
    assert np.mean(loss) == pytest.approx(0.97, abs=0.005)


def test_wall_of_strong_impurities_blocks_the_wire():
    onsite = np.zeros((1, 5, 7))
    onsite[0, 2] = 1e5
    assert conductance(onsite, [0.0, 0.3]).max() < 1e-7


def chain(length, potential, energy):
    """T of a chain of `length` sites at `potential`: 4 sin²k / |U_L - 2g U_{L-1} + g² U_{L-2}|²."""
    x = (energy - potential) / 2
    g = energy / 2 - 1j * np.sqrt(1 - energy**2 / 4)
    u = [eval_chebyu(k, x) if k >= 0 else 0.0 for k in (length, length - 1, length - 2)]
    return (4 - energy**2) / abs(u[0] - 2 * g * u[1] + g * g * u[2]) ** 2


@pytest.mark.parametrize(("length", "width"), [(5, 7), (1, 4), (8, 1), (10, 10)])
@pytest.mark.parametrize("potential", [1.3, -2.4, 5.0])
@pytest.mark.parametrize("energy", [0.0, 0.13, -0.9])
def test_uniform_potential_separates(length, width, potential, energy):
    levels = -2 * np.cos(np.pi * np.arange(1, width + 1) / (width + 1))
    exact = sum(chain(length, potential, energy - e) for e in levels if abs(energy - e) < 2)
    g = conductance(np.full((1, length, width), potential), [energy])
    assert g[0, 0] == pytest.approx(exact, rel=1e-8)


def test_wire_full_of_impurities():
    g = conductance(np.full((1, 40, 40), 5.0), [0.0, 0.18])[0]
    assert g[0] == pytest.approx(8.52e-36, rel=0.01)
    assert g[1] == pytest.approx(4.20e-36, rel=0.01)


# Symmetries

ENERGIES = [0.0, 0.02, -0.18, 0.9]


@pytest.mark.parametrize(("length", "width"), [(1, 5), (5, 1), (6, 6), (9, 4), (12, 15)])
@pytest.mark.parametrize("kind", ["model I", "model II"])
def test_mirrors_reciprocity_and_particle_hole(length, width, kind):
    model = disordered if kind == "model I" else lambda *shape: impurities(*shape, 0.3)
    e = model(20, length, width)
    g = conductance(e, ENERGIES)
    same = {"rtol": 0, "atol": 1e-9}
    assert np.allclose(g, conductance(e[:, ::-1], ENERGIES), **same)
    assert np.allclose(g, conductance(e[:, :, ::-1], ENERGIES), **same)
    assert np.allclose(g, conductance(-e, [-energy for energy in ENERGIES]), **same)
    assert np.median(np.abs(g - conductance(e[:, ::-1], ENERGIES))) < 1e-12


def test_average_over_the_bias_is_even_in_the_on_site_energies():
    e = disordered(10, 6, 6)
    even = conductance(e, BIAS).mean(axis=1) - conductance(-e, BIAS).mean(axis=1)
    assert np.abs(even).max() < 1e-10


def test_transposition_changes_the_conductance():
    e = disordered(100, 6, 6)
    g, transposed = conductance(e, [0.0]), conductance(e.swapaxes(1, 2), [0.0])
    assert np.abs(g - transposed).mean() > 0.2


def test_axis_one_is_the_direction_of_transport():
    wall = np.zeros((1, 4, 6))
    wall[0, 1, :] = 1e3
    stripe = np.zeros((1, 4, 6))
    stripe[0, :, 1] = 1e3
    assert conductance(wall, [0.0])[0, 0] < 1e-3
    assert conductance(stripe, [0.0])[0, 0] > 2


# Conservation


@pytest.mark.parametrize(("length", "width"), [(1, 1), (3, 3), (10, 10), (7, 16), (24, 24)])
def test_unitarity_and_bounds(length, width):
    e = np.concatenate(
        [disordered(20, length, width), impurities(20, length, width, 0.2, energies=(2.5, 5.0))]
    )
    result = solve(e, ENERGIES)
    assert result.unitarity.max() < 1e-9
    assert (result.conductance >= 0).all()
    assert (result.conductance <= open_modes(width, ENERGIES) + 1e-9).all()
    assert result.conductance.dtype == np.float64
    assert result.conductance.shape == result.unitarity.shape == result.resolved.shape == (40, 4)
