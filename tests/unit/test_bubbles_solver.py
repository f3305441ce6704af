"""Physics of the exact solver for deformed graphene flakes, and its agreement with Kwant."""

import numpy as np
import pytest

from hamlearn import bubbles
from hamlearn.bubbles import solver
from hamlearn.transport import batched, brickwall

SIDE = 20
ENERGIES = [0.13, 0.33, 0.6]


def random_bubbles(seed: int, number: int = 5, side: float = SIDE) -> np.ndarray:
    """Bubbles by Table II, scaled from a flake of 200 a to one of `side`."""
    random = np.random.default_rng(seed)
    low, high = np.array([[0, 5, 5, -60, -60], [10, 20, 20, 60, 60]]) * side / 200
    return random.uniform(low, high, (number, 5))


def flat(side: float = SIDE) -> np.ndarray:
    return np.array([[0.0, side, side, 0.0, 0.0]])


def only_kwant(monkeypatch) -> None:
    def fails(*_):
        raise np.linalg.LinAlgError("no symmetric response")

    monkeypatch.setattr(brickwall, "scatter", fails)
    monkeypatch.setattr(batched, "scatter_many", fails)


@pytest.mark.parametrize(("energy", "modes"), [(0.11, 15), (0.33, 49), (0.6, 95)])
def test_modes_of_the_papers_ribbon(energy, modes):
    assert brickwall.open_modes(231, energy)[0] == modes


def test_thresholds_of_the_papers_ribbon():
    found = brickwall.thresholds(231)
    expected = {0: 0.019844, 1: 0.033570, 2: 0.047184, 47: 0.610541, 48: 0.621210, 49: 0.631764}
    for place, energy in expected.items():
        assert found[place] == pytest.approx(energy, abs=1e-5)
    for place in (0, 10, 49):  # two more modes beyond each
        below, above = brickwall.open_modes(231, found[place] + np.array([-1e-5, 1e-5]))
        assert (below, above) == (2 * place + 1, 2 * place + 3)


def test_geometry_is_a_honeycomb_flake():
    columns, rows = brickwall.shape(200, 200)
    assert (columns, rows) == (400, 231)
    x, y = brickwall.positions(40, 23)
    along = np.hypot(np.diff(x, axis=0), np.diff(y, axis=0))
    across = np.hypot(np.diff(x, axis=1), np.diff(y, axis=1))[brickwall.has_rung(40, 23)]
    np.testing.assert_allclose(along, 1 / np.sqrt(3), atol=1e-12)
    np.testing.assert_allclose(across, 1 / np.sqrt(3), atol=1e-12)
    points = np.stack([x.ravel(), y.ravel()], axis=1)
    distances = np.linalg.norm(points[:, None] - points, axis=2)
    near = (np.abs(distances - 1 / np.sqrt(3)) < 1e-6).sum() // 2
    assert near == along.size + across.size  # the brick wall has every bond and no other
    assert abs(x.mean()) < 1e-12
    assert y.max() == pytest.approx(-y.min())


@pytest.mark.parametrize("side", [20, 33, 60])
def test_flat_sheet_has_quantised_plateaus_and_one_edge_mode(side):
    found = solver.transmission(flat(side), [0.08, *ENERGIES], side, side)
    n = (found.modes - 1) // 2
    np.testing.assert_allclose(found.total, 2 * n + 1, atol=1e-8)
    np.testing.assert_allclose(found.valley[:, 0, 0], n, atol=1e-8)
    np.testing.assert_allclose(found.valley[:, 1, 1], n + 1, atol=1e-8)  # the edge mode is in K'
    np.testing.assert_allclose(found.valley[:, [0, 1], [1, 0]], 0, atol=1e-8)


@pytest.mark.parametrize("seed", range(4))
def test_unitarity_and_bounds(seed):
    found = solver.transmission(random_bubbles(seed), np.linspace(0.01, 0.99, 23), SIDE, SIDE)
    assert found.unitarity.max() < 1e-8
    assert (found.total > 0).all()
    assert (found.total <= found.modes + 1e-9).all()
    np.testing.assert_allclose(found.valley.sum(axis=(1, 2)), found.total, atol=1e-12)


@pytest.mark.parametrize(("length", "width"), [(20, 20), (31, 12), (12, 31), (40, 40)])
def test_agreement_with_kwant(length, width):
    sample = random_bubbles(length, side=20)
    found = solver.transmission(sample, ENERGIES, length, width)
    expected = solver.transmission_kwant(sample, ENERGIES, length, width)
    assert (found.modes == expected.modes).all()
    np.testing.assert_allclose(found.valley, expected.valley, atol=1e-8)
    np.testing.assert_allclose(found.total, expected.total, atol=1e-8)


@pytest.mark.parametrize("kind", ["quartic", "quartic_scaled", "lorentzian", "lorentzian_printed"])
def test_other_shapes_agree_with_kwant(kind):
    sample = random_bubbles(3)
    if kind.startswith("quartic"):
        sample = np.hstack([sample, np.full((5, 2), 0.1)])
    found = solver.transmission(sample, [0.3], SIDE, SIDE, kind=kind)
    expected = solver.transmission_kwant(sample, [0.3], SIDE, SIDE, kind=kind)
    np.testing.assert_allclose(found.valley, expected.valley, atol=1e-8)


def test_reference_values_at_the_papers_size():
    random = np.random.default_rng(0)
    bounds = [(0, 10), (5, 20), (5, 20), (-60, 60), (-60, 60)]
    sample = np.stack([random.uniform(*bound, 5) for bound in bounds], axis=1)
    found = solver.transmission(sample, [0.33, 0.11])
    np.testing.assert_allclose(found.total, [47.28753272, 10.806776], atol=1e-6)
    np.testing.assert_allclose(np.diag(found.valley[0]), [23.14376636, 24.14376636], atol=1e-7)


def reversed_in_x(along, across):
    """The flake seen from the right: rotated by 180 degrees, which keeps the zigzag lattice."""
    return along[::-1, ::-1], across[::-1, ::-1]


def test_transmission_from_the_right_by_time_reversal():
    sample = random_bubbles(7)
    x, y = brickwall.positions(*brickwall.shape(SIDE, SIDE))
    hoppings = solver.hoppings(bubbles.heights(sample, x, y))
    for energy in ENERGIES:
        right = brickwall.scatter(*hoppings, energy)
        left = brickwall.scatter(*reversed_in_x(*hoppings), energy)
        assert left.transmission.sum() == pytest.approx(right.transmission.sum(), abs=1e-8)
        assert left.reflection == pytest.approx(right.reflection, abs=1e-8)


def test_rotation_exchanges_the_intervalley_parts():
    sample = random_bubbles(11)
    rotated = sample * [1, 1, 1, -1, -1]
    found = solver.transmission(sample, ENERGIES, SIDE, SIDE).valley
    turned = solver.transmission(rotated, ENERGIES, SIDE, SIDE).valley
    np.testing.assert_allclose(turned, found.transpose(0, 2, 1), atol=1e-8)
    assert np.abs(found - found.transpose(0, 2, 1)).max() > 1e-4  # so that this says something


def test_mirror_in_y_holds_nearly():
    sample = random_bubbles(5, side=40)
    found = solver.transmission(sample, [0.3], 40, 40)
    mirrored = solver.transmission(sample * [1, 1, 1, 1, -1], [0.3], 40, 40)
    # the rows end in different sublattices: only the continuum has this symmetry
    assert abs(found.total - mirrored.total)[0] < 0.1


def test_a_depth_is_a_height_upside_down():
    sample = random_bubbles(2)
    found = solver.transmission(sample, ENERGIES, SIDE, SIDE)
    dented = solver.transmission(sample * [-1, 1, 1, 1, 1], ENERGIES, SIDE, SIDE)
    np.testing.assert_allclose(dented.total, found.total, atol=1e-12)


def test_bubbles_are_one_kind_of_surface(monkeypatch):
    sample = random_bubbles(4)

    def surface(x, y):
        return bubbles.heights(sample, x, y)

    expected = solver.transmission(sample, ENERGIES, SIDE, SIDE)
    found = solver.transmission_of_surface(surface, ENERGIES, SIDE, SIDE)
    assert np.array_equal(found.valley, expected.valley)
    only_kwant(monkeypatch)
    by_kwant = solver.transmission_of_surface(surface, ENERGIES[:1], SIDE, SIDE)
    assert by_kwant.resolved.all()
    np.testing.assert_allclose(by_kwant.valley, expected.valley[:1], atol=1e-8)


def test_hopping_of_eq_2():
    assert solver.hopping(0.0) == 1.0
    bond = 1 / np.sqrt(3)
    assert solver.hopping(bond) == pytest.approx(np.exp(-3.37 * (np.sqrt(2) - 1)))  # slope 1
    assert (np.diff(solver.hopping(np.linspace(0, 3, 50))) < 0).all()


def test_lorentzians_as_printed_hardly_deform():
    random = np.random.default_rng(1)
    low, high = [1, 4, 4, -60, -60], [1, 16, 16, 60, 60]
    sample = random.uniform(low, high, (5, 5))
    peak = bubbles.height_map(sample, kind="lorentzian_printed").max()
    assert 0 < peak < 5 / (2 * np.pi)


def test_heights_are_sums_of_bubbles():
    sample = random_bubbles(0, number=3)
    x = np.linspace(-10, 10, 7)
    together = bubbles.heights(sample, x, 0.5)
    apart = sum(bubbles.heights(sample[[n]], x, 0.5) for n in range(3))
    np.testing.assert_allclose(together, apart, atol=1e-13)
    one = np.array([[2.0, 3.0, 4.0, 1.0, -1.0]])
    assert bubbles.heights(one, 1, -1) == pytest.approx(2)
    assert bubbles.heights(one, 4, -1) == pytest.approx(2 * np.exp(-0.5))
    assert bubbles.heights(one, 1, 3) == pytest.approx(2 * np.exp(-0.5))


def test_height_map_is_indexed_by_x_then_y():
    one = np.array([[2.0, 5.0, 5.0, 40.0, -60.0]])
    z = bubbles.height_map(one)
    assert z.shape == (100, 100)
    i, j = np.unravel_index(z.argmax(), z.shape)
    assert (i, j) in {(69, 19), (70, 19), (69, 20), (70, 20)}  # cell centres -99, -97, ...


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda b: b[:0], "at least one"),
        (lambda b: b[:, :4], "shape"),
        (lambda b: np.where(b == b[0, 0], np.nan, b), "amplitude_a of bubble 0 is nan"),
        (lambda b: b * [1, 0, 1, 1, 1], "sigma_x_a of bubble 0 is 0.0"),
        (lambda b: b * [1, 1, -1, 1, 1], "sigma_y_a of bubble 0"),
        (lambda b: b.astype(complex), "real numbers"),
    ],
)
def test_wrong_bubbles_are_named_in_one_line(change, words):
    with pytest.raises(ValueError, match=words) as caught:
        solver.transmission(change(random_bubbles(0)), [0.3], SIDE, SIDE)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("energies", [[], [0.0], [-0.2], [1.2], [np.nan], ["a"], [[0.1]]])
def test_wrong_energies_are_named_in_one_line(energies):
    with pytest.raises(ValueError, match="energies: ") as caught:
        solver.transmission(random_bubbles(0), energies, SIDE, SIDE)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("length", "width"), [(0, 20), (20, 1), (0.4, 20)])
def test_wrong_flakes_are_named_in_one_line(length, width):
    with pytest.raises(ValueError, match="flake of"):
        solver.transmission(random_bubbles(0), [0.3], length, width)


def test_infinite_heights_are_refused():
    with pytest.raises(ValueError, match="not finite"):
        solver.hoppings(np.full((4, 3), np.inf))


@pytest.mark.parametrize("number", [1, 2])
def test_a_failing_solver_hands_over_to_the_next(monkeypatch, number):
    expected = solver.transmission(random_bubbles(0), [0.3], SIDE, SIDE)
    assert not expected.resolved.any()
    called = []
    monkeypatch.setattr(brickwall, "LARGEST_ERROR", -1.0)
    if number == 2:
        only_kwant(monkeypatch)
    by_kwant = solver._kwant
    monkeypatch.setattr(solver, "_kwant", lambda *given: called.append(0) or by_kwant(*given))
    found = solver.transmission(random_bubbles(0), [0.3], SIDE, SIDE)
    assert found.resolved.all()
    assert len(called) == number - 1
    np.testing.assert_allclose(found.valley, expected.valley, atol=1e-8)
