"""Lattice, k grids, images and ensembles of p6 unit cells."""

import numpy as np
import pytest
from bands_inputs import GAMMA, K_PRIME, TURN, K, M, Plan, fields, plane_waves, square
from PIL import Image

from hamlearn import files
from hamlearn.bands import brillouin, ensemble, image

LAW = ensemble.RandomField()


def test_reciprocal_vectors_are_dual_to_the_lattice():
    lattice = np.array([[1, 0], [0.5, np.sqrt(3) / 2]])
    reciprocal = brillouin.cartesian(np.eye(2))
    assert np.allclose(lattice @ reciprocal.T, 2 * np.pi * np.eye(2), atol=1e-14)
    # |K|²/256, |M|²/256, |b|²/256
    free = brillouin.KINETIC * brillouin.square(np.array([K, M, (1, 0)]))
    assert free == pytest.approx([0.068539, 0.051404, 0.205617], abs=1e-6)
    assert brillouin.square(K) * 48 * np.pi**2 / 9 == pytest.approx((4 * np.pi / 3) ** 2)


def test_rotations_by_60_degrees_are_rotations():
    q = np.random.default_rng(0).normal(size=(5, 2))
    c, s = np.cos(np.pi / 3), np.sin(np.pi / 3)
    turned = brillouin.cartesian(q) @ np.array([[c, s], [-s, c]])
    assert np.allclose(brillouin.cartesian(brillouin.rotated(q)), turned)
    assert np.allclose(brillouin.rotated(q), q @ TURN)
    assert np.allclose(brillouin.rotated(q, -1), brillouin.rotated(q, 5))


@pytest.mark.parametrize(("divisions", "points"), [(3, 11), (5, 22), (9, 56), (11, 79), (39, 821)])
def test_grids_hold_the_papers_points_once(divisions, points):
    k = brillouin.grid(divisions)
    assert len(np.unique(k.round(9), axis=0)) == len(k) == points
    for point in (GAMMA, K, K_PRIME, M):
        assert np.abs(k - point).max(axis=1).min() < 1e-12


def test_equivalent_points_of_a_grid_are_solved_once():
    k, number = brillouin.distinct(brillouin.grid(11))
    assert len(k) == 63
    assert sorted(set(number)) == list(range(63))


@pytest.mark.parametrize("divisions", [3, 4, 11])
def test_mirrored_grids_are_the_grid_with_fractions_exchanged(divisions):
    k = brillouin.grid(divisions)
    assert np.allclose(k[brillouin.mirrored(divisions)], k[:, ::-1])


def test_folded_wave_vectors_are_equivalent_and_inside():
    k = np.vstack([np.random.default_rng(1).uniform(-3, 3, (20, 2)), [K_PRIME, (-1 / 3, 1 / 3)]])
    inside = brillouin.folded(k)
    weights = np.stack([2 * inside[:, 0] - inside[:, 1], 2 * inside[:, 1] - inside[:, 0]])
    assert weights.min() > -1e-9
    assert weights.sum(axis=0).max() < 1 + 1e-9
    for before, after in zip(k, inside, strict=True):
        shells = [np.sort(square(plane_waves(q, 3) + q)) for q in (before, after)]
        assert np.allclose(*shells)
    assert np.allclose(inside[-2:], K)


@pytest.mark.parametrize("wrong", [np.zeros(2), np.zeros((3, 3)), np.full((1, 2), np.nan)])
def test_other_arrays_are_no_wave_vectors(wrong):
    with pytest.raises(ValueError, match=r"expected \(m, 2\)"):
        brillouin.folded(wrong)


def test_paths_measure_length():
    k, distance = brillouin.path([GAMMA, K, M, GAMMA], 10)
    assert len(k) == 31
    assert np.allclose(k[[0, 10, 20, 30]], [GAMMA, K, M, GAMMA])
    assert distance[10] == pytest.approx(4 * np.pi / 3)
    assert distance[-1] - distance[20] == pytest.approx(2 * np.pi / np.sqrt(3))


def test_fields_are_exactly_symmetric_under_rotations_about_the_origin():
    i, j = np.indices((100, 100))
    for v in fields(6):
        assert np.array_equal(v, v[-j % 100, (i + j) % 100])
        assert np.array_equal(v, image.rotated(v, 2))


def test_fields_are_positive_where_the_image_is_one():
    amplitudes = ensemble.draw(Plan(LAW, 2), 3).rows
    x, y = 17, 41
    value = 0
    for amplitude, wave in zip(amplitudes[1], ensemble.ORBITS, strict=True):
        for _ in range(6):
            value += amplitude * np.cos(2 * np.pi * (wave @ (x, y)) / 100)
            wave = wave @ TURN
    assert ensemble.images(amplitudes)[1, x, y] == (value > 0)
    assert ensemble.field(amplitudes, 100)[1, image.orbits(100)[1][x, y]] == pytest.approx(value)


def test_the_21_orbits_are_the_hexagon_of_127_wave_vectors():
    turned = {tuple(brillouin.rotated(o, t)) for o in ensemble.ORBITS for t in range(6)}
    assert len(turned) == 126
    assert max(max(abs(a), abs(b), abs(a - b)) for a, b in turned) == 6


@pytest.mark.parametrize("exponent", [0.5, 1.0])
def test_coefficients_have_the_variance_of_the_law(exponent):
    drawn = ensemble.draw(Plan(ensemble.RandomField(exponent=exponent), 4000), 1).rows
    lengths = np.linalg.norm(brillouin.cartesian(ensemble.ORBITS), axis=1)
    assert np.allclose(drawn.var(axis=0) * lengths**exponent / 2, 1, atol=5 * np.sqrt(2 / 4000))
    assert np.abs(drawn.mean(axis=0) / drawn.std(axis=0)).max() < 4.5 / np.sqrt(4000)


def test_half_of_the_cell_is_filled_on_average():
    filling = ensemble.draw(Plan(LAW, 500), 2).filling
    assert filling.mean() == pytest.approx(0.5, abs=0.01)
    assert filling.std() == pytest.approx(0.040, abs=0.006)


def test_slices_of_an_ensemble_are_bit_identical_to_the_whole():
    whole = ensemble.draw(Plan(LAW, 40), 1)
    part = ensemble.draw(Plan(LAW, 40), 1, 11, 23)
    assert np.array_equal(whole.rows[11:23], part.rows)
    assert np.array_equal(whole[11:23].images, part.images)
    assert not np.array_equal(whole.rows, ensemble.draw(Plan(LAW, 40, "other"), 1).rows)
    with pytest.raises(ValueError, match="no samples between 5 and 5"):
        ensemble.draw(Plan(LAW, 40), 1, 5, 5)


GREY = ensemble.Grey(field=LAW, betas=(1, 100))


@pytest.mark.parametrize(
    "law", [LAW, ensemble.Holes(fixed=(0.3,), between=(0.2, 0.4), length=30), GREY]
)
def test_ensembles_survive_a_file(law, tmp_path):
    drawn = ensemble.draw(Plan(law, 2), 1)
    ensemble.save(tmp_path / "e.npz", drawn)
    again = ensemble.load(tmp_path / "e.npz")
    assert np.array_equal(again.images, drawn.images)
    assert len(again) == 2
    files.write_arrays(tmp_path / "other.npz", length=np.array(3))
    with pytest.raises(files.DamagedFile, match="no rows, radius, grey in it"):
        ensemble.load(tmp_path / "other.npz")


def test_steep_sigmoids_leave_no_grey():
    amplitudes = ensemble.draw(Plan(LAW, 5), 1).rows
    shares = []
    for beta in (1, 10, 100, 1000):
        grey = ensemble.grey_images(amplitudes, beta)
        shares.append(((grey > 0.01) & (grey < 0.99)).mean())
    assert shares == sorted(shares, reverse=True)
    assert shares[0] > 0.8
    assert shares[-1] < 0.005
    assert np.array_equal(grey > 0.5, ensemble.images(amplitudes) == 1)


def test_grey_cells_have_each_steepness_in_turn():
    whole = ensemble.draw(Plan(GREY, 6), 1)
    fields_of = ensemble.draw(Plan(LAW, 6), 1).rows
    assert GREY.of_samples(6).tolist() == [1, 1, 1, 100, 100, 100]
    assert np.allclose(whole.images[:3], ensemble.grey_images(fields_of[:3], 1))
    assert np.allclose(whole.images[3:], ensemble.grey_images(fields_of[3:], 100))
    part = ensemble.draw(Plan(GREY, 6), 1, 2, 5)
    assert np.array_equal(part.images, whole.images[2:5])
    image.checked(whole.images)


@pytest.mark.parametrize("length", [100, 102])
def test_holes_are_discs_at_their_distance(length):
    image.checked(ensemble.holes([0.28, 0.40], 0.12, length))  # pixels on the rim, at 100 pixels
    for distance in (0.28, 1 / 3):
        (cell,) = ensemble.holes([distance], 0.12, length)
        assert 1 - cell.mean() == pytest.approx(6 * np.pi * 0.12**2 / (np.sqrt(3) / 2), abs=8e-3)
        assert cell[0, 0] == 1
        assert cell[round(distance * length), 0] == 0


def test_holes_at_a_third_make_a_cell_three_times_smaller():
    (cell,) = ensemble.holes([1 / 3], 0.12, 102)
    assert np.array_equal(cell, np.roll(cell, (34, 34), axis=(0, 1)))
    (other,) = ensemble.holes([0.3], 0.12, 102)
    assert not np.array_equal(other, np.roll(other, (34, 34), axis=(0, 1)))


def test_mixtures_have_their_fields_at_the_corners():
    corners = ensemble.draw(Plan(LAW, 6), 1).rows[[5, 0, 2]]
    law = ensemble.Mixtures(of="tests", corners=(5, 0, 2), divisions=4, field=LAW)
    drawn = ensemble.draw(Plan(law, 15, "mixed"), 1)
    assert np.allclose(drawn.rows[[0, 14, 4]], corners)
    assert np.allclose(drawn.rows[6], np.array([2, 1, 1]) / 4 @ corners)


def test_images_without_sixfold_rotations_are_refused_by_how_much():
    broken = fields(2).copy()
    broken[1, 3, 5] ^= 1
    share = image.asymmetry(broken)
    assert share[0] == 0
    assert share[1] == pytest.approx(2e-4)  # the pixel, and where it turns to
    with pytest.raises(ValueError, match=r"image 1 is not p6: .* changes 0.02% of its pixels"):
        image.checked(broken)
    assert image.asymmetry(image.symmetrised(broken[1])) == 0


@pytest.mark.parametrize("turns", [2, 3])
def test_threefold_and_twofold_rotations_alone_are_not_enough(turns):
    grey = np.random.default_rng(0).uniform(size=(12, 12))
    cell = np.mean([image.rotated(grey, turn) for turn in range(0, 6, turns)], axis=0)
    assert np.allclose(cell, image.rotated(cell, turns))
    with pytest.raises(ValueError, match="image 0 is not p6"):
        image.checked(cell[None])


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (np.zeros((100, 100)), "expected (n, L, L)"),
        (np.zeros((1, 10, 12)), "expected (n, L, L)"),
        (np.full((1, 10, 10), 1.5), "from 0 to 1"),
        (np.full((1, 10, 10), np.nan), "from 0 to 1"),
        (np.full((1, 10, 10), "v"), "expected numbers"),
    ],
)
def test_other_arrays_are_no_images(wrong, message):
    with pytest.raises(ValueError) as error:
        image.checked(wrong)
    assert message in str(error.value)


@pytest.mark.parametrize("name", ["cell.npy", "cell.png"])
def test_images_survive_a_file(name, tmp_path):
    cell = fields(1)[0]
    image.write(tmp_path / name, cell)
    again = image.read(tmp_path / name)
    assert np.array_equal(again, cell)
    assert image.is_binary(again)
    grey = np.linspace(0, 1, 16).reshape(4, 4)
    image.write(tmp_path / name, grey)
    assert np.allclose(image.read(tmp_path / name), grey, atol=0.5 / 255)
    assert not image.is_binary(image.read(tmp_path / name))


@pytest.mark.parametrize(
    "pixels",
    [
        np.full((4, 4), 2**15, np.uint16),
        np.full((4, 4, 3), (0, 128, 255), np.uint8),
        np.full((4, 4, 4), (128, 128, 128, 255), np.uint8),
    ],
    ids=["16 bits", "colours", "opaque"],
)
def test_pictures_of_other_kinds_have_their_greys(pixels, tmp_path):
    Image.fromarray(pixels).save(tmp_path / "cell.png")
    assert image.read(tmp_path / "cell.png") == pytest.approx(np.full((4, 4), 0.5), abs=0.003)


def test_files_that_hold_no_image_are_named(tmp_path):
    for name in ("cell.txt", "cell.npy", "cell.png"):
        (tmp_path / name).write_text("nothing")
        with pytest.raises(files.DamagedFile, match=name):
            image.read(tmp_path / name)
    np.save(tmp_path / "cell.npy", np.zeros((3, 4)))
    with pytest.raises(files.DamagedFile, match=r"float64 \(3, 4\), expected numbers \(L, L\)"):
        image.read(tmp_path / "cell.npy")
