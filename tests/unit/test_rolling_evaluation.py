"""What is measured of networks on rolled images, and what they are set beside."""

import numpy as np
import pandas as pd
import pytest
from rolling_inputs import network

from hamlearn.rolling import baselines, evaluation, flatness, measures, statistics
from hamlearn.rolling.ensemble import Ensemble
from hamlearn.study import Inputs

SIDE = 8


def left_or_right(images, training=False):
    """Logits of two classes by in which half of an image its light is."""
    images = np.asarray(images)
    return np.stack(
        [images[:, :, : SIDE // 2].sum((1, 2, 3)), images[:, :, SIDE // 2 :].sum((1, 2, 3))], 1
    )


def dots(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Images of one bright pixel in column 1 (class 0) or 5 (class 1)."""
    images, classes = np.zeros((n, SIDE, SIDE, 1), "float32"), np.arange(n) % 2
    images[np.arange(n), 3, np.where(classes, 5, 1)] = 1
    return images, classes


def test_accuracy_is_the_share_of_right_classes_of_rolled_images():
    images, classes = dots(4000)
    assert evaluation.accuracy(left_or_right, images, classes, 0, passes=9) == 1
    for chi, right in ((1, 1), (2, 4 / 5), (4, 4 / 9)):  # columns that a roll takes 1 to
        found = evaluation.accuracy(left_or_right, images, classes, chi, passes=2)
        assert found == pytest.approx(right, abs=4 * np.sqrt(0.25 / 8000)), chi
    assert evaluation.accuracy(left_or_right, images, 1 - classes, 0) == 0
    one, other = (evaluation.accuracy(left_or_right, images, classes, 4, seed=s) for s in (1, 2))
    assert one != other
    assert one == evaluation.accuracy(left_or_right, images, classes[:, None], 4, seed=1)


def test_an_error_of_invariance_is_the_largest_change_over_the_largest_answer():
    images, _ = dots(2)
    assert evaluation.invariance_error(left_or_right, images, [(0, 1), (5, 2)]) == 0
    assert evaluation.invariance_error(left_or_right, images, [(0, 1), (0, 3)]) == 1
    x = np.random.default_rng(0).normal(size=(3, SIDE, SIDE, 1)).astype("float32")
    shifts = [(1, 0), (0, 1)]
    assert evaluation.invariance_error(network("std", shape=(8, 8, 1)), x, shifts) > 1e-3
    exact = network("std", shape=(8, 8, 1), downsample="none")
    assert evaluation.invariance_error(exact, x, shifts) < 1e-5


def test_statistics_of_attention():
    known = evaluation.attention(network("free", shape=(8, 8, 1)), dots(6)[0])
    assert known.mean.shape == known.sd.shape == (9,)
    found = measures.Attention(np.array([0.2, 0.0, 0.6, 0.06]), np.array([0.1, 1e-6, 1e-6, 1e-5]))
    assert found.centre == pytest.approx((2 * 0.6 + 3 * 0.06) / 0.86)
    assert found.spread == pytest.approx(0.6 / (0.86 / 4))
    assert found.frozen() == 1
    assert found.frozen(floor=0.055) == 2
    with pytest.raises(ValueError, match="has no attention"):
        evaluation.attention(network("std", shape=(8, 8, 1)), dots(2)[0])


def test_flatness_by_hand():
    chi, accuracy, se = [0, 2, 4, 6, 16, 20], [0.9, 0.8, 0.2, 0.3, 0.7, 0.6], [0.01] * 6
    found = evaluation.flatness(chi, accuracy, se, side=32)
    assert found.difference == pytest.approx(0.65 - 0.85)
    assert found.se == pytest.approx(0.01)
    assert not found.invariant
    slope, cov = np.polyfit(chi, accuracy, 1, w=[100] * 6, cov="unscaled")
    assert (found.slope, found.slope_se) == pytest.approx((slope[0], np.sqrt(cov[0, 0])))
    assert evaluation.flatness([0, 16], [0.9, 0.886], [0.001] * 2, 32).invariant
    assert evaluation.flatness([0, 16], [0.9, 0.85], [0.03] * 2, 32).invariant
    assert np.isnan(evaluation.flatness([0, 3], [0.9, 0.9], [0.1] * 2, 32).difference)
    assert evaluation.flatness(
        [0, 3, 4], [0.9, 0.7, 0.5], [0.1] * 3, 8
    ).difference == pytest.approx(-0.3)


def test_rolls_have_the_law_of_their_residues():
    np.testing.assert_allclose(baselines.residues(1, 4), [1 / 3, 1 / 3, 0, 1 / 3])
    np.testing.assert_allclose(baselines.residues(2, 4), [1 / 5, 1 / 5, 2 / 5, 1 / 5])
    for chi in (0, 3, 14, 31):
        counts = np.bincount([w % 28 for w in range(-chi, chi + 1)], minlength=28)
        np.testing.assert_allclose(baselines.residues(chi, 28), counts / (2 * chi + 1))
    distance = [0.5 * abs(baselines.residues(chi, 32) - 1 / 32).sum() for chi in (16, 31)]
    np.testing.assert_allclose(distance, [0.029, 0.015], atol=5e-4)


def test_the_mean_of_rolls_is_that_of_all_rolled_images():
    x = np.random.default_rng(1).normal(size=(2, 4, 5, 3))
    every = [np.roll(x, (a, b), (1, 2)) for a in range(-2, 3) for b in range(-2, 3)]
    np.testing.assert_allclose(baselines.mean_of_rolls(x, 2), np.mean(every, axis=0), rtol=1e-12)
    np.testing.assert_array_equal(baselines.mean_of_rolls(x, 0), x)


def test_nearest_means_and_chance():
    images, classes = dots(10)
    nearest = baselines.ClassMeans.fitted(images, classes + 3)
    np.testing.assert_array_equal(nearest.predict(images), classes + 3)
    rolled = baselines.ClassMeans.fitted(images, classes, chi=1)
    moved = np.roll(images, 1, axis=2)  # to columns 2 and 6, no nearer to either mean
    np.testing.assert_array_equal(rolled.predict(moved), classes)
    assert baselines.chance(np.array([1, 1, 2]), np.array([1, 2, 3, 1])) == 0.5


def test_predictors_without_a_network():
    images, classes = dots(60)
    drawn = Ensemble((images * 16).astype(np.uint8), 16, "digits", classes.astype(np.uint8))
    section = {"source": "digits", "side": 8, "train": 40, "test": 20}
    settings = {"baselines": {"train": 30, "chi": [0, 4]}, "plain": section, "pipeline": section}
    table = baselines.summarise(Inputs(drawn={"digits_8": drawn}), settings)
    assert list(table) == list(baselines.COLUMNS)
    assert set(table["n_train"]) == {30}
    assert set(table["n"]) == {20}
    found = table.set_index(["predictor", "chi_trained", "chi"])["accuracy"]
    assert found["chance", 0, 0] == 0.5
    assert found["class_mean", 0, 0] == found["logistic", 0, 0] == 1
    assert found["logistic", 0, 4] < 0.9
    assert ("logistic", 4, 4) in found


def test_curves_are_means_over_repetitions():
    runs = [f"std_{k}" for k in range(3)]
    described = {name: "x" for name in statistics.NETWORK} | {
        "target": "class",
        "ensemble": "digits_8",
    }
    metrics = pd.DataFrame(
        [{**described, "run": r, "chi": 4, "repeat": k} for k, r in enumerate(runs)]
    )
    rows = []
    for k, r in enumerate(runs):
        for chi, accuracy in ((0, 0.9), (4, 0.5 + 0.1 * k)):
            row = {
                "run": r,
                "seed": 0,
                "ensemble": "digits_8",
                "group": "chi",
                "chi": chi,
                "n": 100,
            }
            row |= {"accuracy": accuracy, "accuracy_se": 0.01, "cross_entropy": 10.0**k}
            row |= dict.fromkeys(("error", "error_trivial"), 1 - accuracy)
            rows.append({**row, "accuracy_chance": 0.1, "accuracy_class_mean": 0.2})
    rows.append({**rows[-1], "group": "read_out", "accuracy": np.nan})
    tables = {"metrics": metrics, "by_group": pd.DataFrame(rows)}
    curves = statistics.summarise(Inputs(tables=tables), {}).set_index("chi")
    assert list(curves["repeats"]) == [3, 3]
    assert curves.loc[4, "accuracy"] == pytest.approx(0.6)
    assert curves.loc[4, "accuracy_sd"] == pytest.approx(0.1)
    assert curves.loc[4, "accuracy_max"] == pytest.approx(0.7)
    assert curves.loc[4, "accuracy_se"] == pytest.approx(0.1 / np.sqrt(3))
    assert curves.loc[0, "accuracy_se"] == pytest.approx(0.01)
    assert curves.loc[4, "log10_cost"] == pytest.approx(1)
    sides = {section: {"source": "digits", "side": 8} for section in ("plain", "pipeline")}
    flat = flatness.summarise(Inputs(tables={"statistics": curves.reset_index()}), sides)
    assert flat["trained_at"].tolist() == ["4"]  # alone, chi = 4 says nothing
    assert flat["difference"][0] == pytest.approx(-0.3)
    assert not flat["invariant"][0]
