"""The exact solver of p6 bands against plane waves, finite differences and symmetry."""

import numpy as np
import pytest
from bands_inputs import (
    GAMMA,
    K_PRIME,
    TURN,
    UNIT,
    K,
    M,
    Plan,
    dense,
    energies,
    fields,
    measured_irreps,
    plane_waves,
    square,
)

from hamlearn import files
from hamlearn.bands import brillouin, coding, ensemble, image, records, reference, solver, waves

GENERIC = (0.21, -0.34)
POINTS = np.array([GAMMA, K, M, GENERIC])
DISC = waves.Cutoff(12.0, 12.0)
"""Without any wave that is folded into others: then all is linear algebra."""


@pytest.mark.parametrize("v", [0, 1])
def test_flat_cells_have_the_levels_of_free_waves(v):
    found = solver.bands(np.full((1, 100, 100), v), POINTS)[0]
    for k, levels in zip(POINTS, found, strict=True):
        free = np.sort(UNIT * square(plane_waves(k, 4) + k))[:7] + v
        assert np.allclose(levels, free, atol=1e-12)
    assert found[0, :2] - v == pytest.approx([0, 0.205617], abs=1e-6)
    assert found[1, :3] - v == pytest.approx([0.068539] * 3, abs=1e-6)
    assert found[2, :2] - v == pytest.approx([0.051404] * 2, abs=1e-6)


def test_without_folding_levels_at_symmetric_points_are_those_of_plane_waves():
    for v in fields(2):
        found = solver.levels(v[None], cutoff=DISC).energies[0]
        for at, k in enumerate((GAMMA, K, M)):
            assert np.allclose(found[at], energies(v, k, 12), atol=1e-12)


def test_labels_are_those_measured_on_eigenvectors():
    for v in fields(2, 0.5):
        found = solver.levels(v[None]).irreps[0]
        for at, (k, order) in enumerate(((GAMMA, 6), (K, 3), (M, 2))):
            assert np.array_equal(found[at], measured_irreps(v, k, order, 12))


def test_bands_are_within_the_stated_error_of_many_plane_waves():
    # 1,261 waves lie up to 2e-4 above the limit, and no lower
    for v in fields(2, seed=5):
        for k in (GENERIC, M):
            matrix, _ = dense(v, k, 18.6)
            difference = solver.bands(v[None], np.array([k]))[0, 0] - np.linalg.eigvalsh(matrix)[:7]
            assert difference.max() < 2e-5
            assert difference.min() > -2e-4


def test_a_finer_basis_gives_the_same_bands():
    cells = np.concatenate([fields(2), fields(2, 0.5)])
    k = np.random.default_rng(0).uniform(-1, 1, (5, 2))
    found = solver.solve(cells, k)
    finer = solver.solve(cells, k, cutoff=waves.Cutoff(9.0, 38.0))
    assert np.abs(found.bands - finer.bands).max() < 1e-4
    assert np.abs(found.levels.energies - finer.levels.energies).max() < 1e-4
    assert np.array_equal(found.levels.irreps, finer.levels.irreps)
    assert found.disagreement.max() < 9e-6
    assert not found.resolved.any()


def test_twelve_bands_are_found_as_well_as_seven():
    cells = fields(2)
    twelve = solver.bands(cells, POINTS, 12)
    assert np.abs(twelve[..., :7] - solver.bands(cells, POINTS)).max() < 5e-5
    assert np.allclose(twelve[0, 0], energies(cells[0], GAMMA, 16, 12), atol=6e-4)


def test_bands_have_the_symmetries_of_p6_and_no_mirror():
    cells = fields(5)
    k = np.array([GENERIC])
    same = [solver.bands(cells, q) for q in (k, k @ TURN, -k, k + [2, -1])]
    assert np.ptp(same, axis=0).max() < 1e-12
    mirror = np.abs(solver.bands(cells, k[:, ::-1]) - same[0]).max(axis=(1, 2))
    assert np.count_nonzero(mirror > 1e-4) >= 3
    assert np.allclose(solver.bands(image.mirrored(cells), k[:, ::-1]), same[0], atol=1e-5)
    # what folding of k into a sixth of the zone relies on
    v = cells[0]
    assert np.allclose(energies(v, GENERIC, 8), energies(v, k[0] @ TURN, 8), atol=1e-12)
    assert np.allclose(energies(v, GENERIC, 8), energies(v, -k[0], 8), atol=1e-12)
    mirrored = energies(image.mirrored(v), GENERIC[::-1], 8)
    assert np.allclose(energies(v, GENERIC, 8), mirrored, atol=1e-12)


def test_pairs_are_degenerate_exactly_and_bands_meet_levels():
    cells = fields(5)
    levels = solver.levels(cells, 8)
    found = solver.bands(cells, np.array([GAMMA, K, M, K_PRIME]), 8)
    assert np.array_equal(found[:, :3], levels.energies)
    assert np.array_equal(found[:, 3], found[:, 1])
    pairs = 0
    for point, paired in ((0, (1, 2)), (1, (1,))):
        for energy, irrep in zip(levels.energies[:, point], levels.irreps[:, point], strict=True):
            for m in paired:
                own = energy[irrep == m]
                whole = own[: len(own) // 2 * 2]
                assert np.array_equal(whole[::2], whole[1::2])
                pairs += len(whole) // 2
    assert pairs >= 15


def test_labels_belong_to_the_image():
    drawn = ensemble.draw(Plan(ensemble.RandomField(), 1), 4).rows
    values, number = ensemble.field(drawn, 100)[0], image.orbits(100)[1]
    cells = np.stack([(values > shift)[number] for shift in (0, 0.02 * values.std())])
    changed = (cells[0] != cells[1]).mean()
    assert 0 < changed < 0.02
    lower = np.subtract(*solver.bands(cells, POINTS))
    assert lower.min() > 1e-4  # less potential, lower energies
    assert lower.max() < 3 * changed


def test_weak_and_grey_cells_are_solved_as_well():
    # a weak potential makes states at Γ, K and M nearly dependent
    grey = ensemble.grey_images(ensemble.draw(Plan(ensemble.RandomField(), 2), 1).rows, 2)
    cells = np.concatenate([0.01 * fields(1), 0.2 * fields(1), grey])
    found = solver.solve(cells, POINTS)
    for v, levels in zip(cells, found.bands, strict=True):
        for k, own in zip(POINTS, levels, strict=True):
            assert np.allclose(own, energies(v, k, 12), atol=5e-4 * np.ptp(v) ** 2 + 1e-6)


@pytest.mark.parametrize("distance", [0.3303, 0.3363])
def test_p_and_d_invert_when_holes_stand_at_a_third(distance):
    levels = solver.levels(ensemble.holes([distance], 0.14, 300))
    p, d = (levels.energies[0, 0][levels.irreps[0, 0] == m][0] for m in (1, 2))
    assert (p < d) == (distance < 1 / 3)


def test_p_and_d_coincide_in_the_three_times_smaller_cell():
    found = solver.solve(ensemble.holes([1 / 3], 0.12, 102), POINTS)
    levels = found.levels
    p, d = (levels.energies[0, 0][levels.irreps[0, 0] == m][0] for m in (1, 2))
    assert p == pytest.approx(d, abs=5e-5)
    first = [levels.energies[0, 0][levels.irreps[0, 0] == m][0] for m in range(4)]
    assert first == pytest.approx([0.502, 0.612, 0.610, 0.770], abs=6e-3)  # of 240 plane waves


def test_finite_differences_have_the_dispersion_of_their_stencil():
    k, length = np.array([GENERIC, K]), 16
    found = reference.bands_lanczos(np.zeros((1, length, length)), k, 5)[0]
    for q, levels in zip(k, found, strict=True):
        angles = 2 * np.pi * (plane_waves(q, 4) + q) @ reference.HOPS.T / length
        exact = 2 / 3 * length**2 / 256 * (6 - np.cos(angles).sum(axis=1))
        assert np.allclose(levels, np.sort(exact)[:5], atol=1e-9)


def test_finite_differences_lie_a_little_below_the_exact_bands():
    v = fields(1)
    found = solver.bands_lanczos(v, np.array([GAMMA]))
    difference = (found - solver.bands(v, np.array([GAMMA])))[0, 0]
    assert -records.AGREEMENT * coding.STEP < difference.min() < difference.max() < -2.5e-4
    levels = solver.levels(v)
    for energy in levels.energies[0, 0][np.isin(levels.irreps[0, 0], (1, 2))]:
        assert np.count_nonzero(np.abs(levels.energies[0, 0] - energy) < 1e-12) == 2
    # their pairs too
    same = np.diff(levels.energies[0, 0]) == 0
    assert np.abs(np.diff(found[0, 0])[same]).max() < 1e-9


def test_trivial_predictor_is_worse_than_any_network_may_be():
    found = solver.bands(fields(20), np.array([GENERIC, (0.4, 0.2)]), 6)
    assert np.sqrt(found.var(axis=0).mean()) == pytest.approx(0.066, abs=0.016)


def test_cells_that_are_not_p6_are_refused():
    broken = fields(1).copy()
    broken[0, 1, 2] ^= 1
    for solve in (solver.levels, lambda v: solver.bands(v, POINTS)):
        with pytest.raises(ValueError, match="image 0 is not p6"):
            solve(broken)
    with pytest.raises(ValueError, match="not p6"):
        solver.bands_lanczos(broken, POINTS)


def test_few_bands_are_the_first_of_many():
    few = solver.solve(fields(2), POINTS, 1)
    assert np.allclose(few.bands[..., 0], solver.bands(fields(2), POINTS)[..., 0], atol=1e-5)
    assert few.levels.irreps.shape == (2, 3, 1)


def test_wrong_arguments_are_refused():
    with pytest.raises(ValueError, match=r"expected \(m, 2\)"):
        solver.bands(fields(1), np.zeros(2))
    with pytest.raises(ValueError, match="count = 13: expected 1 to 12 bands"):
        solver.bands(fields(1), POINTS, 13)
    with pytest.raises(ValueError, match="count = 0"):
        solver.levels(fields(1), 0)
    with pytest.raises(ValueError, match="count = 0"):
        solver.bands_lanczos(fields(1), POINTS, 0)


def test_no_images_have_no_bands():
    found = solver.solve(np.zeros((0, 100, 100)), POINTS)
    assert found.bands.shape == (0, 4, 7)
    assert found.levels.energies.shape == found.levels.irreps.shape == (0, 3, 7)


def test_a_space_that_fails_is_taken_smaller_and_then_refused(monkeypatch):
    cell = fields(1)
    right = solver.bands(cell, POINTS)
    # combinations of states of no norm are no states
    monkeypatch.setattr(solver, "DEPENDENT", (-1.0, 1e-14, 1e-5))
    again = solver.solve(ensemble.holes([1 / 3], 0.12, 102), POINTS)
    assert again.resolved.all()
    assert np.allclose(solver.bands(cell, POINTS), right, atol=1e-4)
    monkeypatch.setattr(solver, "DISAGREEMENT", 0.0)
    with pytest.raises(ArithmeticError, match="image 0: bands and levels differ by"):
        solver.solve(cell, POINTS)


@pytest.mark.parametrize("divisions", [3, 4])
def test_labels_survive_a_file(divisions, tmp_path):
    found = solver.solve(fields(3), brillouin.grid(divisions))
    table = records.solved(fields(3), divisions, [4, 5, 6])
    files.write_table(tmp_path / "labels.parquet", table, compact=True)
    table = files.read_table(tmp_path / "labels.parquet")
    assert list(table["sample"]) == [4, 5, 6]
    assert 0 < table["imaginary"].max() < 1e-15
    assert records.divisions(table) == divisions
    again = records.solution(table)
    assert np.abs(again.bands - found.bands[..., :6]).max() <= 0.5001e-4
    assert np.abs(again.levels.energies - found.levels.energies).max() <= 0.5001e-4
    assert np.array_equal(again.levels.irreps, found.levels.irreps)
    pairs = np.diff(found.levels.energies) < 1e-9
    assert pairs.any() and (np.diff(again.levels.energies)[pairs] == 0).all()
    assert not again.resolved.any()
    with pytest.raises(ValueError, match="no samples"):
        records.solution(table[:0])


def test_labels_by_the_papers_method_have_the_same_targets():
    coarse = ensemble.draw(Plan(ensemble.RandomField(length=16), 2), 1).images
    table = records.solved_by_lanczos(coarse, [7, 9])
    assert list(table) == ["sample", *records.TARGETS]
    at_points = reference.bands_lanczos(coarse, np.array([GAMMA, K, M])) / coding.STEP
    assert table["k_3"][1] == pytest.approx(at_points[1, 1, 2], abs=0.51)
    assert table["m_7"][0] == pytest.approx(at_points[0, 2, 6], abs=0.51)


def test_few_pixels_hold_smooth_cells_as_well_as_many():
    # between its pixels an image has no waves shorter than they resolve
    drawn = ensemble.draw(Plan(ensemble.RandomField(), 2), 6).rows
    few, many = (ensemble.grey_images(drawn, 0.2, length) for length in (24, 100))
    assert np.abs(solver.bands(few, POINTS) - solver.bands(many, POINTS)).max() < 2e-5
