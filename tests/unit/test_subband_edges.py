"""Wires at energies on, and next to, the edge of a subband of their leads."""

import numpy as np
import pytest

from hamlearn.crosscheck import crosscheck
from hamlearn.transport.square import lead_modes, open_modes
from hamlearn.wires import ensemble, labels
from hamlearn.wires.plan import BIAS_CONDUCTANCE, CONDUCTANCE, TARGETS, EnsemblePlan
from hamlearn.wires.solver import conductance, conductance_kwant, solve, solve_by_kwant

WIDTHS = (1, 2, 3, 4, 5, 8, 13)


def edges(width: int) -> list[tuple[float, int]]:
    """Every edge in |E| < 4 and the number of modes that have a velocity there."""
    levels = [-2 * np.cos(np.pi * n / (width + 1)) for n in range(1, width + 1)]
    tops = [(level + 2, width - n) for n, level in enumerate(levels, 1)]
    bottoms = [(level - 2, n - 1) for n, level in enumerate(levels, 1)]
    return tops + bottoms


def next_to(energy: float) -> list[float]:
    return [energy + ulps * np.spacing(energy) for ulps in (-5, -1, 0, 1, 5)]


def disordered(n: int, length: int, width: int) -> np.ndarray:
    return np.random.default_rng(length + width).uniform(-2, 2, (n, length, width))


@pytest.mark.parametrize("width", [*WIDTHS, 40])
def test_a_mode_without_velocity_is_not_open(width):
    for edge, number in edges(width):
        assert set(open_modes(width, next_to(edge))) == {number}
        beside = open_modes(width, [edge - 1e-12, edge + 1e-12])
        assert sorted(beside) == [number, number + 1]


def test_edges_as_users_write_them():
    assert open_modes(2, [1, -1, 3, -3]).tolist() == [1, 1, 0, 0]
    assert open_modes(5, [2 - np.sqrt(3), np.sqrt(3) - 2, 1, -1, 3.0]).tolist() == [4, 4, 3, 3, 1]
    assert open_modes(40, 4 * np.sin(np.pi / 82) ** 2).tolist() == [39]


@pytest.mark.parametrize("width", WIDTHS)
def test_as_many_modes_are_open_at_either_sign(width):
    tolerance = np.linspace(-4e-14, 4e-14, 41)  # where the tolerance itself ends, too
    energies = np.concatenate([edge + tolerance for edge, _ in edges(width)])
    assert np.array_equal(open_modes(width, energies), open_modes(width, -energies))


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("length", [1, 7])
def test_a_clean_wire_transmits_the_modes_with_a_velocity(length, width):
    for edge, number in edges(width):
        found = solve(np.zeros((1, length, width)), next_to(edge))
        np.testing.assert_allclose(found.conductance, number, rtol=0, atol=1e-12)
        assert found.unitarity.max() < 1e-12


@pytest.mark.parametrize("width", [1, 2, 5])
@pytest.mark.parametrize("length", [1, 6])
def test_a_clean_wire_by_kwant(length, width):
    for edge, number in edges(width):
        energies = [*next_to(edge), edge - 1e-10, edge + 1e-10, edge - 1e-6, edge + 1e-6]
        found = conductance_kwant(np.zeros((1, length, width)), energies)[0]
        np.testing.assert_allclose(found[:5], number, rtol=0, atol=1e-10)
        np.testing.assert_allclose(found, open_modes(width, energies), rtol=0, atol=1e-8)


def test_a_sweep_through_the_whole_band_ends():
    energies = np.linspace(-3.9, 3.9, 79)  # of width 2: edges at -3, -1, 1 and 3
    found = conductance(np.zeros((1, 4, 2)), energies)[0]
    inside = np.abs(energies)
    expected = np.where(inside < 1 - 1e-9, 2, np.where((inside < 3 - 1e-9), 1, 0))
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12)
    few = energies[::3]
    by_kwant = conductance_kwant(np.zeros((1, 4, 2)), few)[0]
    np.testing.assert_allclose(by_kwant, expected[::3], rtol=0, atol=1e-10)


@pytest.mark.parametrize("solver", [solve, solve_by_kwant])
@pytest.mark.parametrize("energy", [3.0, -3.0, 3.5, 4 - 1e-12])
def test_nothing_is_carried_where_no_mode_is_open(solver, energy):
    found = solver(disordered(2, 3, 2), [energy])
    assert np.array_equal(found.conductance, np.zeros((2, 1)))
    assert found.unitarity.max() == 0


@pytest.mark.parametrize("width", WIDTHS)
def test_energy_and_disorder_change_sign_together(width):
    wires = disordered(4, 6, width)
    for edge, _ in edges(width):
        found = conductance(wires, next_to(edge))
        mirrored = conductance(-wires, [-energy for energy in next_to(edge)])
        np.testing.assert_allclose(mirrored, found, rtol=0, atol=1e-10)
        np.testing.assert_allclose(found, found[:, [2] * 5], rtol=0, atol=1e-10)  # no last bits


@pytest.mark.parametrize("width", [2, 3, 8])
@pytest.mark.parametrize("side", [-1, 1])
def test_conductance_is_continuous_at_an_edge(width, side):
    """The mode's velocity, and so its share, falls with the root of the distance."""
    wires = disordered(20, 5, width)
    for edge, _ in edges(width)[1:-1]:
        on_edge = conductance(wires, [edge])
        near, far = (
            np.abs(conductance(wires, [edge + side * distance]) - on_edge).max()
            for distance in (1e-12, 1e-8)
        )
        assert near < 1e-3
        assert near <= far / 50


@pytest.mark.parametrize(("length", "width"), [(1, 5), (6, 3), (4, 8)])
def test_agreement_with_kwant_at_and_near_an_edge(length, width):
    wires = disordered(1, length, width)
    distances = np.array([0, 1e-15, 1e-13, 1e-11, 1e-9, 1e-7, 1e-5])
    for edge, _ in edges(width)[::3]:
        energies = np.concatenate([edge - distances, edge + distances])
        difference = conductance(wires, energies) - conductance_kwant(wires, energies)
        assert np.abs(difference).max() < 1e-8


@pytest.mark.parametrize(("length", "width"), [(1, 3), (7, 6)])
@pytest.mark.parametrize("strength", [0.3, -4.0, 100.0])
def test_one_impurity_is_invisible_at_the_edge_of_a_subband_that_it_couples_to(
    length, width, strength
):
    """The response of the mode on the edge is infinite and screens it (van Hove)."""
    for edge, number in edges(width)[: width - 1]:
        modes = lead_modes(width, edge)
        for row in range(width):
            wire = np.zeros((1, length, width))
            wire[0, length // 2, row] = strength
            found = conductance(wire, [edge])[0, 0]
            if abs(modes.vectors[row, modes.on_edge]) > 1e-9:
                assert found == pytest.approx(number, abs=1e-10)
            else:  # it sits on a node, and scatters
                assert found < number - 1e-3


def test_labels_with_the_fermi_energy_on_an_edge():
    plan = EnsemblePlan(name="edge", model="i", length=4, width=2, test=6, targets=TARGETS)
    wires = ensemble.Ensemble(values=disordered(6, 4, 2).astype(np.float32))
    settings = {"fermi_energy": 1.0, "bias": {"voltage": 1.0, "energies": 3}}
    table = labels.solve(wires, np.arange(6), plan, settings)
    energies = [[1.0], [0.5, 1.0, 1.5]]
    for target, window in zip((CONDUCTANCE, BIAS_CONDUCTANCE), energies, strict=True):
        expected = conductance(wires.exact_onsite, window).mean(axis=1)
        assert np.array_equal(table[target], expected)
    row = crosscheck("wires", plan, wires, table, settings, samples=6, root_seed=1)
    assert row["max_difference"].item() < labels.AGREEMENT
