"""Errors by hand, trivial predictors, and the tables of the networks of a job."""

import dataclasses

import numpy as np
import pytest

from hamlearn.bubbles import ensemble, evaluation, labels, training
from hamlearn.bubbles.dataset import Dataset
from hamlearn.bubbles.evaluation import Answers, Trivial
from hamlearn.bubbles.plan import EnsemblePlan
from hamlearn.bubbles.runs import Run
from hamlearn.learning import metrics

SIDE = 20.0
LAW = {
    **{"kind": "gaussian", "side": SIDE, "count": (1, 10), "amplitude": (0.0, 1.0)},
    **{"width": (0.5, 2.0), "centre": (-6.0, 6.0), "energy": (0.05, 0.63)},
}
PLANS = {
    "train": EnsemblePlan("train", samples=40, train=30, **LAW),
    "more_gaussians": EnsemblePlan("more_gaussians", samples=9, counts=(1, 8, 13), groups=3, **LAW),
    "deformed": EnsemblePlan(
        "deformed", samples=8, groups=4, largest_g=20.0, **LAW | {"kind": "quartic"}
    ),
}
SETTINGS = {
    **{"pixels": 16, "hopping_decay": 3.37, "energy_window": [0.0, 0.631764]},
    "networks": {
        **{"channels": [4, 4, 4, 4, 4], "dense": [8, 8], "branch": [4]},
        **{"dropout": 0.0, "momentum": 0.9},
    },
    "own": {"channels": [4, 4], "dense": [4, 8], "dropout": 0.0, "held_out": 0.2},
}
EVERYWHERE = tuple(PLANS)
JOB = [
    Run("off", "test", "off_diagonal", "mixed_input", 8, 1, 0.001, 10.0, {}, ("train",)),
    Run("own", "test", "total", "own", 8, 1, 0.001, 1.0, {}, EVERYWHERE),
]


@pytest.fixture(scope="module")
def data():
    drawn = {name: ensemble.draw(plan, root_seed=1) for name, plan in PLANS.items()}
    return {
        name: Dataset(name, flakes, labels.solve(flakes, 0), PLANS[name].train)
        for name, flakes in drawn.items()
    }


@pytest.fixture(scope="module")
def tables(data, tmp_path_factory):
    folder = tmp_path_factory.mktemp("job")
    training.train_job(
        JOB, data["train"], folder, settings=SETTINGS, root_seed=1, seed=0, threads=1
    )
    found = evaluation.evaluate_job(
        JOB, folder, data, seed=4, deformed=PLANS["deformed"], largest_g=0.2
    )
    return dict(zip(("predictions", "metrics", "by_group"), found, strict=True))


@pytest.mark.parametrize(
    ("predicted", "true", "eq6", "eq15"),
    [(4.0, 2.0, 0.5, 0.5), (2.0, 4.0, 1.0, 0.5), (-1.0, 1.0, 2.0, 2.0), (3.0, 0.0, 1.0, 1.0)],
)
def test_relative_errors_by_hand(predicted, true, eq6, eq15):
    pair = np.array([predicted]), np.array([true])
    assert metrics.errors_relative_to_prediction(*pair)[0] == pytest.approx(eq6)
    assert metrics.errors_relative_to_larger(*pair)[0] == pytest.approx(eq15)


def test_a_prediction_of_exactly_zero_is_off_by_all():
    pair = np.array([0.0, 0.0, 1e-3]), np.array([5.0, 0.0, 1.0])
    found = metrics.errors_relative_to_prediction(*pair)
    np.testing.assert_allclose(found, [1.0, 0.0, 999.0])
    np.testing.assert_allclose(metrics.errors_relative_to_larger(*pair), [1.0, 0.0, 0.999])


def test_coverage_counts_the_limits():
    low, high, true = (
        np.array(v, dtype=float) for v in ([0, 0, 0, 0], [1, 1, 1, 1], [0, 1, 2, -1])
    )
    assert metrics.coverage(low, high, true) == 0.5


def test_conditional_mean_follows_a_curve_through_noise():
    random = np.random.default_rng(0)
    energy = random.uniform(0, 1, 4000)
    curve = np.sin(6 * energy) + 4 * energy
    predict = metrics.conditional_mean_predictor(energy, curve + random.normal(size=4000))
    asked = np.linspace(0.01, 0.99, 200)
    error = predict(asked) - (np.sin(6 * asked) + 4 * asked)
    assert np.abs(error).mean() < 0.1
    line = metrics.conditional_mean_predictor(energy[:50], 2 - 3 * energy[:50])
    inside = np.linspace(energy[:50].min(), energy[:50].max(), 20)
    np.testing.assert_allclose(line(inside), 2 - 3 * inside, atol=1e-4)


def test_conditional_mean_of_few_or_repeated_values():
    two = metrics.conditional_mean_predictor(np.array([0.1, 0.3]), np.array([1.0, 3.0]))
    assert np.isfinite(two(np.array([0.0, 0.2, 1.0]))).all()
    same = metrics.conditional_mean_predictor(np.full(90, 0.5), np.arange(90.0))
    assert 0 <= same(np.array([0.5]))[0] <= 89
    with pytest.raises(ValueError, match="1 training sample, expected at least 2"):
        metrics.conditional_mean_predictor(np.ones(1), np.ones(1))


def test_errors_beside_those_of_the_trivial_predictors(data):
    tested = data["more_gaussians"]
    true = tested.targets("total")[:, 0]
    nothing = np.full(9, np.nan)
    trivial = Trivial(2.0, lambda energy: 10 * energy)
    answers = Answers("total", true, true + 0.5, nothing, nothing)
    found = evaluation._errors(answers, tested, trivial)
    assert found["mae"] == pytest.approx(0.5)
    assert found["rmse"] == pytest.approx(0.5)
    assert found["mae_constant"] == pytest.approx(np.abs(true - 2).mean())
    assert found["mae_conditional"] == pytest.approx(
        np.abs(true - 10 * tested.ensemble.energy).mean()
    )
    assert found["mae_modes"] == pytest.approx((tested.modes - true).mean())
    eq6 = (tested.modes - true) / tested.modes
    assert found["eq6_modes_percent"] == pytest.approx(100 * eq6.mean())
    best = min(found[f"mae_{name}"] for name in ("constant", "conditional", "modes"))
    assert found["mae_trivial"] == best
    assert found["relative_mae"] == pytest.approx(0.5 / best)
    assert np.isnan(found["coverage"]) and np.isnan(found["interval_width"])
    sure = dataclasses.replace(answers, low=true - 0.1, high=true + (np.arange(9) - 4))
    found = evaluation._errors(sure, tested, trivial)
    assert found["coverage"] == pytest.approx(5 / 9)
    assert found["interval_width"] == pytest.approx(0.1)


def test_metrics_have_a_row_for_each_network_ensemble_and_target(tables):
    found = tables["metrics"]
    assert list(found) == list(evaluation.METRICS)
    assert list(zip(found["run"], found["ensemble"], found["target"], strict=True)) == [
        ("off", "train", "t_k_kp"),
        ("off", "train", "t_kp_k"),
        *(("own", name, "total") for name in EVERYWHERE),
    ]
    assert list(found["n_test"]) == [10, 10, 10, 9, 8]
    assert (found["n_train"] == 30).all() and (found["seed"] == 4).all()
    off, own = found[found["run"] == "off"], found[found["run"] == "own"]
    assert off[["mae_modes", "eq6_modes_percent", "coverage"]].isna().all(axis=None)
    assert (off["factor"] == 10).all()
    assert own.notna().all(axis=None)
    speed = found["n_train"] * found["epochs"] / found["train_seconds"]
    np.testing.assert_allclose(found["samples_per_second"], speed)


def test_metrics_follow_from_the_predictions(tables, data):
    predictions = tables["predictions"]
    assert list(predictions) == list(evaluation.PREDICTIONS)
    chosen = predictions[(predictions["run"] == "own") & (predictions["ensemble"] == "train")]
    assert list(chosen["sample"]) == list(range(30, 40))
    np.testing.assert_allclose(chosen["true"], data["train"].targets("total")[30:, 0])
    row = tables["metrics"].query("run == 'own' and ensemble == 'train'").iloc[0]
    assert row["mae"] == pytest.approx((chosen["predicted"] - chosen["true"]).abs().mean())
    inside = (chosen["low"] <= chosen["true"]) & (chosen["true"] <= chosen["high"])
    assert row["coverage"] == pytest.approx(inside.mean())
    off = predictions[predictions["run"] == "off"]
    assert off[["low", "high"]].isna().all(axis=None)
    assert off["predicted"].abs().max() < 20  # the factor of the targets is divided out


def test_errors_by_group_cover_every_sample(tables, data):
    found = tables["by_group"]
    assert list(found) == list(evaluation.GROUPS)
    counts = found[found["ensemble"] == "more_gaussians"]
    assert list(counts["group"]) == [1, 8, 13]
    assert list(counts["n"]) == [3, 3, 3]
    bins = found[found["ensemble"] == "deformed"]
    assert bins["n"].sum() == 8
    assert set(bins["group"].round(9)) <= {0.025, 0.075, 0.125, 0.175}
    g = data["deformed"].ensemble.g * 0.2 / 20
    expected = np.histogram(g, bins=np.linspace(0, 0.2, 5))[0]
    assert list(bins["n"]) == list(expected[expected > 0])
    metrics_row = tables["metrics"].query("run == 'own' and ensemble == 'deformed'").iloc[0]
    for column in ("mae", "mae_modes", "mae_conditional", "eq6_percent", "eq15_percent"):
        if column in metrics_row:
            mean = (bins[column] * bins["n"]).sum() / 8
            assert mean == pytest.approx(metrics_row[column])


def test_a_missing_network_is_one_line(data, tmp_path):
    with pytest.raises(ValueError, match="off.keras: expected a Keras network"):
        evaluation.load(training.network_path(tmp_path, JOB[0]))
