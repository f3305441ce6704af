"""Ensembles of flakes: laws of Table II, seeding sample by sample, and labels."""

import dataclasses

import numpy as np
import pytest

from hamlearn import dataset, files, joined, shards
from hamlearn.bubbles import ensemble, labels, plan
from hamlearn.crosscheck import crosscheck
from hamlearn.transport import brickwall

SETTINGS = {"hopping_decay": 3.37}


@pytest.fixture(scope="module")
def plans(settings):
    return {s: plan.ensembles(settings(s)["bubbles"]) for s in ("smoke", "default", "paper")}


def large(plans, name, samples=4000):
    return dataclasses.replace(plans["paper"][name], train=0, test=samples)


def test_moments_and_bounds_of_table_ii(plans):
    drawn = ensemble.draw(large(plans, "train"), 2020)
    assert drawn.count.mean() == pytest.approx(5.5, abs=0.15)
    assert set(drawn.count) == set(range(1, 11))
    means = np.nanmean(drawn.bubbles, axis=(0, 1))
    np.testing.assert_allclose(means, [5, 12.5, 12.5, 0, 0], atol=1.0)
    low, high = np.nanmin(drawn.bubbles, axis=(0, 1)), np.nanmax(drawn.bubbles, axis=(0, 1))
    assert (low >= [0, 5, 5, -60, -60]).all()
    assert (high <= [10, 20, 20, 60, 60]).all()
    assert 0 < drawn.energy.min() < drawn.energy.max() <= 0.631764
    assert drawn.energy.mean() == pytest.approx(0.631764 / 2, abs=0.01)


def test_energies_by_subband_have_each_number_of_modes_as_often(plans):
    law = dataclasses.replace(large(plans, "train", 20_000), energies="by_subband")
    energy = ensemble.draw(law, 2020).energy
    n = np.searchsorted(brickwall.thresholds_of_flake(law.side), energy)  # modes 2n + 1
    share = np.bincount(n) / len(n)
    assert len(share) == 50  # the first 99 modes
    np.testing.assert_allclose(share, 0.02, atol=0.005)  # five standard deviations
    uniform = ensemble.draw(large(plans, "train", 20_000), 2020).energy
    assert energy.mean() > uniform.mean()  # the first subband is wider than the others


def test_a_sample_does_not_depend_on_the_range_it_is_drawn_in(plans):
    for name, law in plans["smoke"].items():
        whole = ensemble.draw(law, 2020)
        part = ensemble.draw(law, 2020, 3, 7)
        np.testing.assert_array_equal(part.bubbles, whole[3:7].bubbles, err_msg=name)
        np.testing.assert_array_equal(part.energy, whole[3:7].energy, err_msg=name)


@pytest.mark.parametrize("name", ["train", "more_gaussians", "deformed"])
def test_a_longer_ensemble_begins_with_the_shorter_one(plans, name):
    short, long = (ensemble.draw(large(plans, name, n), 2020) for n in (10, 20))
    np.testing.assert_array_equal(long[:10].bubbles, short.bubbles)


def test_bubbles_shrink_with_the_flake(plans):
    small, full = plans["default"]["train"], plans["paper"]["train"]
    for key in ("amplitude", "width", "centre"):
        ratio = np.array(getattr(small, key)) / np.where(getattr(full, key), getattr(full, key), 1)
        assert set(np.round(ratio, 12)) <= {0.0, 0.3}
    assert small.energy == full.energy


def test_groups_have_their_number_of_bubbles(plans):
    law = plans["default"]["more_gaussians"]
    drawn = ensemble.draw(law, 2020)
    numbers = drawn.count.reshape(-1, len(law.counts))
    assert (numbers == np.array(law.counts)).all()


def test_quartic_parameters_fill_every_bin(plans):
    law = plans["default"]["deformed"]
    drawn = ensemble.draw(law, 2020)
    quartic = drawn.bubbles[:, :, 5:7]
    assert np.nanmin(quartic) >= 0
    assert np.nanmax(quartic) <= law.largest_g
    means = drawn.g.reshape(-1, law.groups).mean(axis=0)
    centres = (np.arange(law.groups) + 0.5) * law.largest_g / law.groups
    np.testing.assert_allclose(means, centres, atol=0.5 * law.largest_g / law.groups)


def test_a_sweep_has_one_flake_and_even_energies(plans):
    drawn = ensemble.draw(plans["default"]["scan"], 2020)
    assert all(np.array_equal(drawn.sample(i), drawn.sample(0)) for i in range(len(drawn)))
    np.testing.assert_allclose(np.diff(drawn.energy), 0.631764 / len(drawn))
    weak = ensemble.draw(plans["default"]["scan_weak"], 2020)
    assert weak.sample(0)[:, 0].max() <= 0.2 * 10 * 0.3


def test_rows_hold_all_that_was_drawn(plans):
    for law in plans["smoke"].values():
        drawn = ensemble.draw(law, 2020)
        columns = 7 if law.kind.startswith("quartic") else 5
        assert drawn.rows.shape == (law.samples, 1 + columns * law.most)
        assert np.array_equal(drawn.rows[:, 0], drawn.energy)
        bubbles = drawn.rows[:, 1:].reshape(law.samples, law.most, columns)
        np.testing.assert_array_equal(bubbles, drawn.bubbles)


def test_fingerprints_survive_the_file_and_change_with_each_number(plans, tmp_path):
    drawn = ensemble.draw(plans["smoke"]["more_gaussians"], 2020)
    kept = dataset.fingerprints(drawn)
    ensemble.save(tmp_path / "e.npz", drawn)
    assert np.array_equal(dataset.fingerprints(ensemble.load(tmp_path / "e.npz")), kept)
    assert len(set(kept)) == len(drawn)
    warmer = dataclasses.replace(drawn, energy=np.nextafter(drawn.energy, 1))
    wider = dataclasses.replace(drawn, bubbles=np.nextafter(drawn.bubbles, 100))
    for other in (warmer, wider):
        assert not (dataset.fingerprints(other) == kept).any()


@pytest.fixture(scope="module")
def law(plans):
    return plans["smoke"]["train"]


@pytest.fixture(scope="module")
def solved(law):
    drawn = ensemble.draw(law, 2020, 0, 12)
    return drawn, labels.solve(drawn, range(12), law, SETTINGS)


def test_shards_join_to_the_whole(solved, law, tmp_path):
    drawn, whole = solved
    for k, (start, stop) in enumerate(shards.split(12, 5)):
        part = labels.solve(drawn[start:stop], range(start, stop), law, SETTINGS)
        files.write_table(tmp_path / f"{k}", part)
    table = joined.join_shards([str(tmp_path / f"{k}") for k in range(3)], 12)
    assert table.equals(whole)
    with pytest.raises(files.DamagedFile, match="expected samples 0 to 12"):
        joined.join_shards([str(tmp_path / f"{k}") for k in range(3)], 13)


def test_labels_are_transmissions(solved):
    _, table = solved
    total = labels.total(table)
    assert (total <= table["modes"] + 1e-9).all()
    assert (table["modes"] % 2 == 1).all()
    assert table["unitarity"].max() < 1e-8
    assert not table["resolved"].any()


def test_crosscheck_passes_and_notices_a_change(solved, law):
    drawn, table = solved

    def checked(table):
        options = {"samples": 3, "root_seed": 2020}
        return crosscheck("bubbles", law, drawn, table, SETTINGS, **options)

    row = checked(table)
    assert row["n"].item() == 3
    assert row["max_unitarity"].item() == table["unitarity"].max()
    assert row["max_difference"].item() < 1e-8
    altered = table.assign(t_k_k=table["t_k_k"] + 1e-6)
    with pytest.raises(ArithmeticError, match="train: 1e-06 from kwant"):
        checked(altered)
