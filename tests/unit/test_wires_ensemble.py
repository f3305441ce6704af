"""Ensembles of wires: the stated distributions, seeding sample by sample, and the file format."""

import dataclasses

import numpy as np
import pytest
from scipy import stats

from hamlearn import dataset, files
from hamlearn.wires import ensemble, plan

SAMPLES = {"train": 3000, "test": 1000}
MODEL_I = plan.EnsemblePlan(name="i_4", model="i", length=4, width=3, disorder=4.0, **SAMPLES)
MODEL_IV = plan.EnsemblePlan(
    name="iv",
    model="iv",
    length=8,
    width=8,
    impurity_energies=(5 / 3, 10 / 3, 5.0),
    concentration="uniform",
    **SAMPLES,
)


def test_model_i_energies_are_uniform_on_the_stated_interval():
    onsite = ensemble.draw(MODEL_I, 1).onsite
    assert onsite.shape == (4000, 4, 3)
    assert onsite.dtype == np.float32
    assert np.abs(onsite).max() <= 2
    assert stats.kstest(onsite.ravel(), stats.uniform(-2, 4).cdf).pvalue > 1e-3


def test_impurity_count_is_uniform_when_the_concentration_is():
    # n uniform and sites independent: each count 0..L*W is equally likely
    drawn = ensemble.draw(dataclasses.replace(MODEL_IV, train=60000, length=4, width=4), 1)
    observed = np.bincount(drawn.count, minlength=17)
    assert stats.chisquare(observed).pvalue > 1e-3


def test_species_are_equally_likely_and_have_the_stated_energies():
    drawn = ensemble.draw(MODEL_IV, 1)
    shares = drawn.counts.sum(axis=0) / drawn.counts.sum()
    assert np.allclose(shares, 1 / 3, atol=4 * np.sqrt(2 / 9 / drawn.counts.sum()))
    assert set(np.unique(drawn.exact_onsite)) == {0.0, 5 / 3, 10 / 3, 5.0}
    assert np.array_equal(drawn.counts.sum(axis=1), drawn.count)


def test_sites_are_impurities_with_the_nominal_probability():
    drawn = ensemble.draw(MODEL_IV, 2)
    expected, spread = drawn.concentration * 64, np.sqrt(drawn.concentration * 64)
    assert abs(((drawn.count - expected) / spread).mean()) < 4 / np.sqrt(len(drawn))


def test_percent_grid_draws_whole_per_cents():
    grid = dataclasses.replace(MODEL_IV, concentration="percent_grid")
    percent = ensemble.draw(grid, 1).concentration * 100
    assert np.allclose(percent, np.round(percent))
    assert {0, 100} <= set(np.round(percent).astype(int))


def test_fixed_concentrations_run_from_zero_to_one():
    fixed = plan.EnsemblePlan(
        name="average", model="ii", length=8, width=8, test=50,
        impurity_energies=(5.0,), concentration="fixed", concentrations=5,
    )  # fmt: skip
    drawn = ensemble.draw(fixed, 1)
    assert np.array_equal(drawn.concentration, np.repeat([0, 0.25, 0.5, 0.75, 1], 10))
    assert (drawn.count[:10] == 0).all()
    assert (drawn.count[-10:] == 64).all()


def test_low_concentrations_run_in_steps_of_a_quarter_per_cent(settings):
    low = plan.ensembles(settings("paper")["wires"])[plan.AVERAGE_LOW]
    assert low.family == plan.AVERAGE
    ends = [ensemble.draw(low, 1, k * 1000, k * 1000 + 1).concentration.item() for k in range(25)]
    assert ends == pytest.approx(np.arange(25) * 0.0025)


@pytest.mark.parametrize("model", [MODEL_I, MODEL_IV], ids=["i", "iv"])
def test_slices_are_bit_identical_to_the_whole(model, monkeypatch):
    whole = ensemble.draw(model, 7)
    monkeypatch.setattr(ensemble, "DRAWS_PER_CHUNK", 1000)
    parts = [ensemble.draw(model, 7, k, k + 800) for k in range(0, 4000, 800)]
    assert np.array_equal(whole.onsite, np.concatenate([part.onsite for part in parts]))


def test_larger_training_sets_contain_the_smaller_ones():
    larger = dataclasses.replace(MODEL_I, train=5000)
    assert np.array_equal(ensemble.draw(larger, 1).onsite[:4000], ensemble.draw(MODEL_I, 1).onsite)


@pytest.mark.parametrize("model", [MODEL_I, MODEL_IV], ids=["i", "iv"])
def test_round_trip(tmp_path, model):
    drawn = ensemble.draw(model, 1, 0, 20)
    ensemble.save(tmp_path / "e.npz", drawn)
    loaded = ensemble.load(tmp_path / "e.npz")
    assert np.array_equal(loaded.exact_onsite, drawn.exact_onsite)
    assert (loaded.disorder, drawn.disorder) == (model.disorder, model.disorder)
    assert np.array_equal(loaded[3:5].onsite, drawn.onsite[3:5])


def test_rows_hold_each_site_and_the_concentration():
    drawn = ensemble.draw(MODEL_IV, 1, 0, 20)
    assert drawn.rows.shape == (20, 8 + 64)
    assert np.array_equal(drawn.rows[:, 8:].reshape(20, 8, 8), drawn.species)
    assert np.array_equal(drawn.rows[:, :8].copy().view("<f8")[:, 0], drawn.concentration)
    first = dataset.fingerprints(drawn)
    one_site = drawn.species.copy()
    one_site[3, 7, 7] += 1
    changed = dataclasses.replace(drawn, species=one_site)
    assert np.flatnonzero(dataset.fingerprints(changed) != first).tolist() == [3]
    slightly = drawn.concentration * (1 + 1e-15 * (np.arange(20) == 5))
    changed = dataclasses.replace(drawn, concentration=slightly)
    assert np.flatnonzero(dataset.fingerprints(changed) != first).tolist() == [5]
    assert ensemble.draw(MODEL_I, 1, 0, 20).rows.shape == (20, 4, 3)


def test_a_foreign_file_is_refused(tmp_path):
    files.write_arrays(tmp_path / "e.npz", heights=np.zeros(3))
    with pytest.raises(files.DamagedFile, match="expected an ensemble of wires"):
        ensemble.load(tmp_path / "e.npz")


def test_an_empty_range_is_refused():
    with pytest.raises(ValueError, match="no samples"):
        ensemble.draw(MODEL_I, 1, 5, 5)
