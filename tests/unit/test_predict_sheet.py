"""A height map placed on a flake: physics of the exact route, and what is added or cut off."""

import numpy as np
import pytest

from hamlearn import bubbles, maps
from hamlearn.bubbles import sheet, solver
from hamlearn.bubbles.surface import pixel_centres

SIDE = 20.0
ENERGIES = [0.13, 0.33, 0.6]
LENGTHS = maps.Lengths(2.46)
TWO = np.array([[1.0, 1.2, 1.5, -2.0, 1.0], [0.8, 1.5, 1.0, 3.0, -2.0]])


def some(seed: int = 0, number: int = 5) -> np.ndarray:
    """Bubbles by Table II, scaled from a flake of 200 a to the one of these tests."""
    low, high = np.array([[0, 5, 5, -60, -60], [10, 20, 20, 60, 60]]) * SIDE / 200
    return np.random.default_rng(seed).uniform(low, high, (number, 5))


def sampled(flake: np.ndarray, rows: int, columns: int, spacing: tuple[float, float]):
    """Heights of bubbles on a centred grid."""
    steps = zip((rows, columns), spacing, strict=True)
    x, y = (pixel_centres(number * step, number) for number, step in steps)
    return bubbles.heights(flake, x[:, None], y)


def placed(z, spacing, **options):
    spacing = (spacing, spacing) if np.isscalar(spacing) else spacing
    return sheet.place(z, spacing, SIDE, LENGTHS, **options)


def exact(z, spacing, **options) -> np.ndarray:
    heights = placed(z, spacing, **options)[0].heights
    return solver.transmission_of_surface(heights, ENERGIES, SIDE, SIDE).total


@pytest.mark.parametrize("level", [0.0, 3.7])
@pytest.mark.parametrize("shape", [(40, 40), (8, 40), (60, 10)])
def test_a_flat_map_transmits_every_mode(shape, level):
    found = solver.transmission_of_surface(
        placed(np.full(shape, level), 0.5)[0].heights, ENERGIES, SIDE, SIDE
    )
    np.testing.assert_allclose(found.total, found.modes, atol=1e-8)
    assert (found.modes % 2 == 1).all()


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("number", "tolerance"), [(40, 0.02), (200, 2e-5)])
def test_bubbles_and_their_map_transmit_the_same(seed, number, tolerance):
    # 40 heights along a side: one for each half width of the narrowest bubble there can be
    flake, step = some(seed), SIDE / number
    expected = solver.transmission(flake, ENERGIES, SIDE, SIDE).total
    found = exact(sampled(flake, number, number, (step, step)), step)
    np.testing.assert_allclose(found, expected, atol=tolerance)


def test_bubbles_and_their_map_are_the_same_to_a_network():
    flake = some(1)
    found = placed(sampled(flake, 100, 100, (0.2, 0.2)), 0.2)[0].pixels(16)
    expected = bubbles.height_map(flake, SIDE, SIDE, 16)
    offset = found[0, 0] - expected[0, 0]  # the level of the rim, which has no slope
    np.testing.assert_allclose(found - offset, expected, atol=1e-4)


def test_spacing_and_numbers_of_rows_and_columns_may_differ():
    flake = some(2)
    found = exact(sampled(flake, 160, 50, (0.125, 0.4)), (0.125, 0.4))
    expected = solver.transmission(flake, ENERGIES, SIDE, SIDE).total
    np.testing.assert_allclose(found, expected, atol=0.01)


def test_a_map_has_x_along_its_rows():
    one = np.array([[1.0, 1.0, 1.0, 6.0, -3.0]])
    z = placed(sampled(one, 80, 80, (0.25, 0.25)), 0.25)[0].pixels(40)
    i, j = np.unravel_index(z.argmax(), z.shape)
    centres = pixel_centres(SIDE, 40)
    assert (centres[i], centres[j]) == pytest.approx((6.0, -3.0), abs=0.3)


def test_mirrored_maps_transmit_the_same():
    z = sampled(some(3), 80, 80, (0.25, 0.25))
    expected = exact(z, 0.25)
    np.testing.assert_allclose(exact(z[::-1, ::-1], 0.25), expected, atol=1e-8)
    # each mirror by itself ends the rows in the other sublattice: nearly the same
    for mirrored in (z[::-1], z[:, ::-1]):
        np.testing.assert_allclose(exact(mirrored, 0.25), expected, atol=0.1)


def test_dents_are_bubbles_upside_down():
    z = sampled(TWO, 80, 80, (0.25, 0.25))
    np.testing.assert_allclose(exact(-z, 0.25), exact(z, 0.25), atol=1e-10)


def test_a_tilted_scan_is_levelled():
    z = sampled(TWO, 80, 80, (0.25, 0.25))
    row, column = np.indices(z.shape)
    tilted = sheet.levelled(z + 0.02 * row - 0.05 * column + 3)
    np.testing.assert_allclose(np.diff(tilted, axis=0), np.diff(z, axis=0), atol=1e-5)
    np.testing.assert_allclose(exact(tilted, 0.25), exact(z, 0.25), atol=1e-4)


@pytest.mark.parametrize("shape", [(60, 60), (60, 80), (80, 60), (120, 120), (60, 120)])
def test_flat_surroundings_do_not_matter(shape):
    expected = exact(sampled(TWO, 80, 80, (0.25, 0.25)), 0.25)
    found, notes = placed(sampled(TWO, *shape, (0.25, 0.25)) + 5, 0.25)
    total = solver.transmission_of_surface(found.heights, ENERGIES, SIDE, SIDE).total
    np.testing.assert_allclose(total, expected, atol=1e-3)
    size = " x ".join(f"{0.25 * 0.246 * n:.3g}" for n in shape) + " nm"
    added = [axis for axis, n in zip("xy", shape, strict=True) if n < 80]
    cut = [axis for axis, n in zip("xy", shape, strict=True) if n > 80]
    expected = [("flat sheet is added", added), ("the map is cut", cut)]
    assert notes == [
        f"the map covers {size}, the flake 4.92 x 4.92 nm: {done} along {' and '.join(axes)}"
        for done, axes in expected
        if axes
    ]


@pytest.mark.parametrize("number", [79, 80, 81])
def test_a_map_of_the_size_of_the_flake_is_taken_as_it_is(number):
    wide = np.array([[1.0, 8.0, 8.0, 0.0, 0.0]])  # its rim is not flat
    found, notes = placed(sampled(wide, number, number, (0.25, 0.25)), 0.25)
    assert not notes
    z = found.pixels(16)
    expected = bubbles.height_map(wide, SIDE, SIDE, 16)
    np.testing.assert_allclose(np.diff(z, axis=0), np.diff(expected, axis=0), atol=1e-3)


def test_beyond_the_outermost_heights_the_sheet_goes_on_flat():
    found = placed(sampled(some(4), 20, 20, (1.0, 1.0)), 1.0)[0]
    assert found.heights(9.5, 1.0) == pytest.approx(found.heights(9.99, 1.0), abs=1e-12)


def test_noise_below_5_pm_is_flat():
    z = np.random.default_rng(0).uniform(-0.004, 0.004, (40, 40))
    assert len(placed(z, 0.25)[1]) == 1


CLIFF = np.array([[1.0, 2.0, 2.0, 4.0, 0.0]])


def test_a_small_map_without_a_flat_rim_is_refused():
    with pytest.raises(ValueError, match="smaller than the flake, and its rim is not") as caught:
        placed(sampled(CLIFF, 40, 40, (0.25, 0.25)), 0.25)
    assert "at x = 1.2 nm, y = -0.0307 nm, at most" in str(caught.value)
    assert "--level" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_large_map_is_not_cut_through_a_bubble_unless_asked_to():
    far = np.array([[1.0, 2.0, 2.0, 0.0, 10.0]])
    z = sampled(np.concatenate([TWO, far]), 160, 160, (0.25, 0.25))
    with pytest.raises(ValueError, match="larger than the flake, and not flat outside") as caught:
        placed(z, 0.25)
    assert "--crop" in str(caught.value)
    found, notes = placed(z, 0.25, crop=True)
    assert len(notes) == 1
    expected = bubbles.height_map(np.concatenate([TWO, far]), SIDE, SIDE, 16)
    z = found.pixels(16)
    np.testing.assert_allclose(z - z[0, 0], expected - expected[0, 0], atol=1e-3)


@pytest.mark.parametrize(("shape", "spacing"), [((3, 40), 0.5), ((40, 1), 0.5), ((9, 9), 10.0)])
def test_too_few_heights_are_refused(shape, spacing):
    with pytest.raises(ValueError, match=r"map: \d+ x \d+ heights on .* at least 4 along each"):
        placed(np.zeros(shape), spacing)
