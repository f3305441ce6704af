"""Classical rays: conservation laws, circles in a pseudomagnetic field, the exact solver."""

import numpy as np
import pytest
from bubbles_laws import law

from hamlearn.bubbles import ensemble, labels, rays, surface
from hamlearn.transport import brickwall

SIDE = 200.0
TWO = np.array([[9.0, 9.0, 7.0, -12.0, 25.0], [8.0, 7.0, 12.0, 30.0, -35.0]])
FLAT = np.zeros((rays.CELLS, rays.CELLS))


def heights(bubbles=TWO) -> np.ndarray:
    return surface.height_map(bubbles, SIDE, SIDE, rays.CELLS)


def hamiltonian(field, points) -> np.ndarray:
    """H of points of phase space (n, 4), from the interpolated hoppings."""
    h, found = np.empty(9), []
    for point in points:
        rays._look_up(field, SIDE, point[0], point[1], h)
        phases = np.exp(1j * rays.BOND * rays.DIRECTIONS @ point[2:])
        found.append(abs(h[:3] @ phases))
    return np.array(found)


@pytest.mark.parametrize("energy", [0.05, 0.3, 0.63])
def test_every_ray_crosses_a_flat_flake(energy):
    assert rays.transmitted(FLAT, energy, SIDE, 64).tolist() == [1.0, 1.0]


def test_phase_space_of_the_leads_holds_the_modes():
    _, rows = brickwall.shape(SIDE, SIDE)
    energies = np.linspace(0.03, 0.63, 21)
    held = [
        sum(np.ptp(rays.right_movers(energy, centre)[1]) for centre in rays.VALLEYS)
        for energy in energies
    ]
    modes = brickwall.open_modes(rows, energies)
    assert np.abs(SIDE * np.array(held) / (2 * np.pi) - modes).max() < 2.1


def test_rays_start_with_their_energy_to_the_right():
    field = rays.hopping_field(FLAT, SIDE)
    for energy in (0.1, 0.6):
        started = rays.entering(energy, SIDE, 64).reshape(-1, 4)
        np.testing.assert_allclose(hamiltonian(field, started), energy, atol=2e-4)
        rate = np.empty(4)
        for start in started:
            rays._motion(field, SIDE, start, np.empty(9), rate)
            assert rate[0] > -1e-2


def test_the_energy_is_kept():
    field = rays.hopping_field(heights(), SIDE)
    started = rays.entering(0.4, SIDE, 128).reshape(-1, 4)
    ended, last = rays.trace(field, SIDE, started)
    change = np.abs(hamiltonian(field, last) - 0.4)
    assert 0.5 < ended.mean() < 1  # so some were bent back
    assert np.median(change) < 1e-3 and change.max() < 0.02


def uniform_field(slope: float) -> np.ndarray:
    """Hoppings h_3 = 1 + slope · y, which shift k_x by 2 slope y / √3."""
    y = surface.pixel_centres(SIDE, rays.CELLS)
    field = np.zeros((rays.CELLS, rays.CELLS, 9), dtype=np.float32)
    field[:, :, :2] = 1.0
    field[:, :, 2] = 1 + slope * y
    field[:, :, 8] = slope
    return field


def test_rays_are_circles_in_a_uniform_pseudomagnetic_field():
    """The radius is k/B = (2E/√3) / (2c/√3) = E/c; the valleys turn in opposite senses."""
    energy, slope = 0.05, 0.002
    field, turns = uniform_field(slope), []
    for centre in rays.VALLEYS:
        start = np.array([0.0, 0.0, centre, 2 * energy / np.sqrt(3)])
        places = rays.path(field, SIDE, start, step=0.002, longest=1.5)
        radius = np.ptp(places, axis=0) / 2
        np.testing.assert_allclose(radius, energy / slope, rtol=0.05)
        area = np.cross(places[:-1], np.diff(places, axis=0)).sum() / 2
        turns.append(np.sign(area))
    assert turns[0] == -turns[1]


def test_a_turned_flake_transmits_alike():
    """The product of both mirrors with time reversal keeps T of each valley."""
    one = rays.transmitted(heights(), 0.4, SIDE, 512)
    other = rays.transmitted(heights()[::-1, ::-1], 0.4, SIDE, 512)
    np.testing.assert_allclose(one, other, atol=0.03)
    assert one.max() < 0.97


def test_the_conductance_is_nearly_the_exact_one():
    plan = law(SIDE, 8, name="train", energy=(0.2, 0.6))
    flakes = ensemble.draw(plan, root_seed=1)
    found = rays.classical(flakes, 5, 256)
    exact = labels.solve(flakes, range(5, 13), plan, {"hopping_decay": 3.37})
    missing = 1 - labels.total(exact) / exact["modes"]
    difference = (found["classical"] - labels.total(exact)) / exact["modes"]
    assert found["sample"].tolist() == list(range(5, 13))
    assert missing.mean() > 0.1
    assert difference.abs().mean() < 0.03


def test_bad_input_is_one_line():
    with pytest.raises(ValueError, match=r"heights: shape \(5, 5\), expected \(200, 200\)"):
        rays.transmitted(np.zeros((5, 5)), 0.3, SIDE)
    with pytest.raises(ValueError, match="energy: 1.5 t is outside the window 0 < E < 1 t"):
        rays.transmitted(FLAT, 1.5, SIDE)
