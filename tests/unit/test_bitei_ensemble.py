"""Crystals and noise of bitei: laws, what networks see of them, and dimension."""

import numpy as np
import pytest
import yaml
from support import ROOT

from hamlearn import files
from hamlearn.bitei import (
    confusion,
    ensemble,
    hoppings,
    inputs,
    labels,
    manifold,
    path,
    predictors,
    solver,
)
from hamlearn.bitei.noise import noise
from hamlearn.bitei.plan import EnsemblePlan

ENDS = hoppings.load()
SEED = yaml.safe_load((ROOT / "config.yaml").read_text())["seed"]


def drawn(delta, samples=3, **law):
    plan = EnsemblePlan(name="some", train=samples, test=1, delta=delta, **law)
    return ensemble.draw(plan, 1, 0, samples)


@pytest.mark.parametrize("kind", ["recipe", "general"])
@pytest.mark.parametrize("norm", ["mean", "rms"])
def test_noise_obeys_its_laws_and_has_the_size_that_is_asked_for(kind, norm):
    found = noise(np.random.default_rng(0), ENDS.vectors, kind=kind, norm=norm, size=0.02)
    assert hoppings.hermiticity(found, ENDS.vectors) < 1e-14
    assert hoppings.time_reversal(found) < 1e-14
    modulus = np.abs(found)
    size = modulus.mean() if norm == "mean" else np.sqrt((modulus**2).mean())
    assert size == pytest.approx(0.02, rel=1e-12)
    other = noise(np.random.default_rng(1), ENDS.vectors, kind=kind, norm=norm, size=0.02)
    assert np.abs(other - found).max() > 1e-3


def test_the_printed_sign_has_another_symmetry():
    found = noise(np.random.default_rng(0), ENDS.vectors, sign="plus")
    swap = [i ^ 1 for i in range(18)]
    assert np.abs(found - found.conj()[:, swap][:, :, swap]).max() < 1e-14
    assert hoppings.time_reversal(found) > 0.1
    assert hoppings.hermiticity(found, ENDS.vectors) < 1e-14


def test_the_recipe_makes_the_mixed_block_of_both_directions_equal_and_antisymmetric():
    found = noise(np.random.default_rng(0), ENDS.vectors)
    mixed = found[:, ::2, 1::2]
    assert np.allclose(mixed, mixed[hoppings.opposite(ENDS.vectors)], atol=1e-14)
    assert np.allclose(mixed, -np.swapaxes(mixed, 1, 2), atol=1e-14)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"kind": "white"}, "kind = 'white': expected one of recipe, general"),
        ({"sign": "-"}, "sign = '-': expected one of minus, plus"),
        ({"norm": "max"}, "norm = 'max'"),
    ],
)
def test_unknown_noise_is_refused(options, words):
    with pytest.raises(ValueError, match=words):
        noise(np.random.default_rng(0), ENDS.vectors, **options)


def test_the_path_ends_where_it_says_and_a_clean_crystal_has_no_noise():
    for end, alpha in ((ENDS.trivial, 0), (ENDS.topological, 1)):
        assert np.array_equal(hoppings.interpolate(ENDS.trivial, ENDS.topological, alpha), end)
    clean = drawn(0.0)
    crystals = list(clean.crystals())
    expected = hoppings.interpolate(ENDS.trivial, ENDS.topological, clean.alpha)
    assert np.array_equal(np.stack(crystals), expected)


def test_phases_on_the_path_are_those_that_are_solved_one_by_one():
    kept = files.read_table(ROOT / "data/bitei.parquet")
    kept = kept[kept["ensemble"] == "clean"].head(1000)
    plan = EnsemblePlan(name="clean", train=len(kept), test=0, delta=0.0)
    found = ensemble.draw(plan, SEED)
    assert np.array_equal(found.u, kept["u"])
    again = labels.solve(found, kept["sample"], plan, {})
    assert np.array_equal(again["phase"], kept["phase"])
    assert set(again["phase"]) == {0, 1, 2}
    assert again["kramers"].max() < 1e-9
    some = kept.groupby("phase")["sample"].head(8)  # eight of each phase
    assert len(some) == 24
    one_by_one = [
        solver.phase(crystal, found.vectors, path.OCCUPIED, region="a").label
        for crystal in found[some.to_numpy()].crystals()
    ]
    assert one_by_one == kept.loc[some.index, "phase"].tolist()


def test_warped_mixtures_have_the_shares_of_the_thesis():
    u = np.linspace(0, 1, 100_001)
    alpha = path.warped(u, (0.2, 0.25))
    shares = [(alpha < 0.2).mean(), (alpha > 0.25).mean()]
    assert shares == pytest.approx([0.7885, 0.2005], abs=1e-3)
    assert (np.diff(alpha) > 0).all()


def test_noise_of_a_sample_does_not_depend_on_the_others():
    whole, part = drawn(0.2, 4), drawn(0.2, 4)[np.array([2])]
    assert np.array_equal(part.noise(0), whole.noise(2))
    assert not np.array_equal(whole.noise(1), whole.noise(2))


def test_truncated_hoppings_are_in_their_order():
    assert inputs.SIZE == 17_496
    given = inputs.truncate(ENDS.trivial, ENDS.vectors).reshape(3, 3, 3, 18, 18, 2)
    (at,) = np.flatnonzero((ENDS.vectors == (1, 0, 2)).all(axis=1))
    found = given[1, 0, 2]
    assert np.allclose(found[..., 0] + 1j * found[..., 1], ENDS.trivial[at], atol=1e-6)
    home = given[0, 0, 0]
    assert np.allclose(home[..., 1], -home[..., 1].T, atol=1e-7)


def test_imaginary_parts_cancel_in_a_full_sum_and_not_in_a_cropped_one():
    both = ENDS.trivial + np.swapaxes(ENDS.trivial[hoppings.opposite(ENDS.vectors)], 1, 2)
    assert np.abs(both.imag).max() < 1e-10
    cropped = inputs.truncate(ENDS.trivial, ENDS.vectors).reshape(27, 18, 18, 2)[..., 1].sum(axis=0)
    assert np.abs(cropped + cropped.T).max() > 1e-3


@pytest.mark.parametrize(("mesh", "n"), [("uniform", 4), ("stretched", 4), ("window", 5)])
def test_energies_of_a_mesh_are_those_of_its_points(mesh, n):
    crystal = next(drawn(0.2).crystals())
    found = inputs.energies(inputs.Crystal(crystal, ENDS.vectors), mesh, n)
    assert found.shape == inputs.shape(mesh, n)
    steps = np.stack(np.meshgrid(*inputs.axes(mesh, n), indexing="ij"), axis=-1).reshape(-1, 3)
    levels = np.linalg.eigvalsh(hoppings.bloch(crystal, ENDS.vectors, steps + [0, 0, 0.5]))
    gaps = (levels[:, 12] - levels[:, 11]).reshape(found.shape[:-1])
    assert np.allclose(found[..., -1], gaps, atol=1e-6)


def test_grids_of_the_thesis():
    assert hoppings.grid_faces(4, 1)[:, 0] == pytest.approx([-1 / 2, -1 / 6, 1 / 6, 1 / 2])
    assert hoppings.grid_uniform(4, 1)[:, 0].tolist() == [-0.5, -0.25, 0, 0.25]
    k = hoppings.grid_uniform(10)
    bloch = hoppings.bloch(ENDS.trivial, ENDS.vectors, k)
    waves = np.exp(-2j * np.pi * (ENDS.vectors @ k.T)) / len(k)
    back = np.tensordot(waves, bloch, 1)
    assert np.abs(back - ENDS.trivial).max() < 1e-12


def test_clean_crystals_have_one_dimension_and_noisy_ones_many():
    clean, noisy = (inputs.cells(drawn(delta, 12)).astype(float) for delta in (0.0, 0.2))
    values = [np.linalg.svd(x - x.mean(axis=0), compute_uv=False) for x in (clean, noisy)]
    assert values[0][1] < 1e-6 * values[0][0]
    assert values[1][10] > 1e-3 * values[1][0]
    random = np.random.default_rng(0)
    assert manifold.two_nearest(random.random((500, 1))) == pytest.approx(1, abs=0.2)
    assert manifold.two_nearest(random.random((800, 3))) == pytest.approx(3, abs=0.5)


def test_confusion_matrices_and_traces():
    true, said = np.array([0, 0, 1, 2]), np.array([0, 1, 1, 0])
    found = confusion.matrix(true, said)
    assert np.allclose(found.sum(axis=0), 100)
    assert found[:, 0].tolist() == [50, 50, 0]
    assert confusion.trace(true, said) == 150
    assert confusion.trace(true, true) == 300
    assert confusion.error(true, np.zeros(4, int)) == pytest.approx(2 / 3)


def test_predictors_find_thresholds():
    u = np.linspace(0, 1, 200)
    phases = np.where(u < 0.6, 0, np.where(u < 0.7, 2, 1))
    found = predictors.two_thresholds(u, phases)(u)
    assert confusion.trace(phases, found) > 290
    assert confusion.trace(phases, predictors.one_threshold(u, phases)(u)) <= 200
    gaps = np.where(phases == 2, 0.01, 0.1)
    assert confusion.trace(phases, predictors.gap_and_threshold(u, gaps, phases)(u, gaps)) > 295
    given = np.stack([u, gaps * 5], axis=1)
    for fitted in (predictors.nearest, predictors.logistic):
        assert confusion.trace(phases, fitted(given, phases)(given)) > 250
