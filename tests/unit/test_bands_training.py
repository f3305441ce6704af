"""Batches, training and predictions of bands: symmetries, weights, labels of the image."""

import numpy as np
import pytest
from bands_inputs import Plan, fields

from hamlearn.bands import brillouin, corrections, ensemble, image, labels, records, solver
from hamlearn.bands import plan as plans
from hamlearn.bands.irreps import by_irrep
from hamlearn.dataset import Dataset

batches = pytest.importorskip("hamlearn.bands.batches")
networks = pytest.importorskip("hamlearn.bands.networks")
evaluation = pytest.importorskip("hamlearn.bands.evaluation")

PLAN = plans.EnsemblePlan(name="train", train=6, test=2, length=100, divisions=3)


@pytest.fixture(scope="module")
def data() -> Dataset:
    drawn = ensemble.draw(PLAN, 3)
    return Dataset("train", drawn, labels.solve(drawn, range(8), PLAN, {}), 6)


@pytest.fixture(scope="module")
def cells(data):
    return batches.targets(data, slice(0, 6), 7)


def test_labels_belong_to_the_image():
    drawn = ensemble.draw(Plan(ensemble.RandomField(), 1), 5).rows
    shifted = ensemble.field(drawn, 100) > 0.3  # another threshold, another potential
    _, number = image.orbits(100)
    found = solver.bands(np.stack([shifted[0][number], ensemble.images(drawn)[0]]), [(0, 0)], 6)
    assert np.abs(found[0] - found[1]).max() > 0.01


def test_weights_make_the_mean_of_the_levels_that_there_are(cells):
    made = batches.Cells(cells, 6, 0, shuffle=False)
    (_, targets, weights) = made[0]
    apart = np.random.default_rng(0).normal(size=targets["local"].shape[:2])
    weighed = (weights["local"] * apart**2).mean()
    present = cells.present.reshape(6, 8, 7)
    costs = [(apart.reshape(6, 8, 7)[:, i][present[:, i]] ** 2).mean() for i in range(8)]
    assert weighed == pytest.approx(0.6 * np.sum(costs))
    made.begin_epoch(201)
    assert made[0][2]["local"].max() == pytest.approx(
        weights["local"].max() * 0.122 / 0.6, rel=2e-3
    )
    assert batches.Cells(cells, 6, 0, local=False)[0][2]["local"].max() == 0


def test_mirrored_cells_have_their_bands_at_mirrored_wave_vectors(cells):
    made = batches.Cells(cells, 6, 1, mirror=True, shuffle=False)
    inputs, targets, _ = made[0]
    turned = made.state[2]
    assert 0 < turned.sum() < 6
    at = int(np.flatnonzero(turned)[0])
    v = inputs["image"][at, ..., 0]
    assert np.array_equal(v, cells.images[at].T)
    again = solver.bands(v[None], inputs["k"][at], 6)[0]
    assert np.abs(again - targets["bands"][at]).max() < 2e-4


def test_some_wave_vectors_are_used_others_in_the_next_batch(cells):
    made = batches.Cells(cells, 3, 2, at_once=4)
    (first, learned, _), (second, _, _) = made[0], made[1]
    assert first["k"].shape == (3, 4, 2)
    assert learned["bands"].shape == (3, 4, 6)
    assert not np.array_equal(first["k"][0], second["k"][0])
    assert np.array_equal(made[0][0]["k"], first["k"])


def test_every_prediction_has_c6_time_reversal_and_exact_pairs(data):
    network = networks.small(channels=(4, 4), dense=(8,))
    coefficients = evaluation.coefficients_of(network, data.ensemble[:2].images)
    k = np.array([(0.11, 0.27), (0.4, 0.05), brillouin.K, brillouin.GAMMA])
    from hamlearn.bands import tight_binding

    own = tight_binding.bands(coefficients, k)
    for other in (brillouin.rotated(k), -k):
        assert np.abs(tight_binding.bands(coefficients, other) - own).max() < 1e-12
    levels = tight_binding.levels(coefficients)
    pairs = np.diff(levels.energies[:, 1]) == 0
    assert (pairs.sum(axis=1) >= 2).all()
    assert not np.isnan(own).any()


def test_scores_of_exact_labels_are_perfect(data):
    true = records.solution(data.labels)
    found = evaluation.scores(true, true)
    assert found["rms"] == 0
    assert found["irreps"] == found["class_1"] == found["class_2"] == 1
    assert 0.03 < found["rms_trivial"] < 0.1


def test_folded_waves_have_exact_pairs_and_their_shifts_are_first_order():
    cells, k = fields(3), brillouin.grid(3)
    found = corrections.folded(cells, k)
    exact = solver.solve(cells, k, 7)
    assert np.sqrt(np.mean((found.bands - exact.bands[..., :6]) ** 2)) < 7e-4
    assert np.array_equal(found.levels.irreps, exact.levels.irreps)
    assert found.weights.sum(axis=-1) == pytest.approx(1, abs=1e-5)
    at_k = found.bands[:, np.abs(k - brillouin.K).max(axis=1) < 1e-9][:, 0]
    for bands, irreps in zip(at_k, found.levels.irreps[:, 1, :6], strict=True):
        pair = bands[irreps == 1][:2]
        assert pair[0] == pair[1]
    # a shift of all shells alike moves all bands
    moved = found.shifted(np.full((3, found.weights.shape[-1]), 1e-3))
    assert moved - found.bands == pytest.approx(1e-3, abs=1e-6)


def test_features_are_those_of_the_image_and_of_its_mirror_image_permuted():
    cells = fields(2)
    found = corrections.features(cells)
    assert found[:, 0] == pytest.approx(cells.mean(axis=(1, 2)), abs=1e-6)
    turned = corrections.features(image.mirrored(cells))
    assert np.sort(found) == pytest.approx(np.sort(turned), abs=1e-6)


def test_targets_hold_levels_of_fewer_bands(data, cells):
    few = batches.targets(data, slice(0, 6), 6)
    assert few.present.sum() < cells.present.sum()
    energies, present = by_irrep(records.solution(data.labels[:6]).levels)
    assert np.array_equal(cells.present, present.reshape(6, -1))
    assert np.allclose(cells.local[cells.present], energies.reshape(6, -1)[cells.present])
