"""Errors by hand, trivial predictors, and the tables of the networks of a job."""

import dataclasses

import numpy as np
import pytest
from bubbles_laws import law

from hamlearn.bubbles import ensemble, evaluation, labels, networks, plan
from hamlearn.bubbles.evaluation import Answers, Trivial
from hamlearn.dataset import Dataset
from hamlearn.learning import jobs, metrics
from hamlearn.study import Run, Study

SIDE = 20.0
PLANS = {
    "train": law(SIDE, 10, train=30),
    "more_gaussians": law(SIDE, 9, name="more_gaussians", counts=(1, 8, 13), groups=3),
    "deformed": law(SIDE, 8, kind="quartic", name="deformed", groups=4, largest_g=20.0),
}
SETTINGS = {
    **{"pixels": 16, "hopping_decay": 3.37, "energy_window": [0.0, 0.631764]},
    "networks": {
        **{"channels": [4, 4, 4, 4, 4], "dense": [8, 8], "branch": [4]},
        **{"dropout": 0.0, "momentum": 0.9},
    },
    "own": {"channels": [4, 4], "dense": [4, 8], "dropout": 0.0, "held_out": 0.2},
    "data": {"deformed": {"bins": 4, "largest_g": 0.2}},
}
FIT = {"batch": 8, "epochs": 1, "learning_rate": 0.001, "factor": 1.0}
COMMON = {"family": "test", "trained_on": "train", "n_train": 30, "n_test": 10}
JOB = [
    Run(
        **{"name": "off", "target": "off_diagonal", "architecture": "mixed_input", **COMMON},
        applied_to=("train",),
        fit=FIT | {"factor": 10.0},
    ),
    Run(
        **{"name": "own", "target": "total", "architecture": "own", **COMMON},
        applied_to=tuple(PLANS),
        fit=FIT,
    ),
]


@pytest.fixture(scope="module")
def data():
    found = {}
    for name, made in PLANS.items():
        flakes = ensemble.draw(made, root_seed=1)
        solved = labels.solve(flakes, range(len(flakes)), made, SETTINGS)
        found[name] = Dataset(name, flakes, solved, made.train)
    return found


@pytest.fixture(scope="module")
def folder(data, tmp_path_factory):
    folder = tmp_path_factory.mktemp("job")
    options = {"settings": SETTINGS, "root_seed": 1, "seed": 0, "threads": 1, "eager": True}
    jobs.train_job("bubbles", JOB, data, folder, **options)
    return folder


@pytest.fixture(scope="module")
def tables(data, folder):
    options = {"settings": SETTINGS, "job": "some", "seed": 4}
    found = jobs.evaluate_job("bubbles", JOB, folder, data, **options)
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
    true, modes = labels.total(tested.labels), labels.modes(tested.labels)
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
    assert found["mae_modes"] == pytest.approx((modes - true).mean())
    eq6 = (modes - true) / modes
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
    own_columns = [name for name in evaluation.METRICS if name not in jobs.DESCRIPTION]
    assert list(found) == [*jobs.DESCRIPTION, *own_columns]
    assert list(zip(found["run"], found["ensemble"], found["target"], strict=True)) == [
        ("off", "train", "t_k_kp"),
        ("off", "train", "t_kp_k"),
        *(("own", name, "total") for name in PLANS),
    ]
    assert list(found["n_test"]) == [10, 10, 10, 9, 8]
    assert (found["n_train"] == 30).all() and (found["seed"] == 4).all()
    off, own = found[found["run"] == "off"], found[found["run"] == "own"]
    assert off[["mae_modes", "eq6_modes_percent", "coverage"]].isna().all(axis=None)
    assert (off["factor"] == 10).all() and (found["batch"] == 8).all()
    assert (found["family"] == "test").all() and (found["job"] == "some").all()
    assert own.notna().all(axis=None)
    speed = found["n_train"] * found["epochs"] / found["train_seconds"]
    np.testing.assert_allclose(found["samples_per_second"], speed)


def test_metrics_follow_from_the_predictions(tables, data):
    predictions = tables["predictions"]
    assert list(predictions) == ["run", "seed", *evaluation.PREDICTIONS]
    assert (predictions["seed"] == 4).all()
    chosen = predictions[(predictions["run"] == "own") & (predictions["ensemble"] == "train")]
    assert list(chosen["sample"]) == list(range(30, 40))
    np.testing.assert_allclose(chosen["true"], labels.total(data["train"].labels)[30:])
    row = tables["metrics"].query("run == 'own' and ensemble == 'train'").iloc[0]
    assert row["mae"] == pytest.approx((chosen["predicted"] - chosen["true"]).abs().mean())
    inside = (chosen["low"] <= chosen["true"]) & (chosen["true"] <= chosen["high"])
    assert row["coverage"] == pytest.approx(inside.mean())
    off = predictions[predictions["run"] == "off"]
    assert off[["low", "high"]].isna().all(axis=None)
    assert off["predicted"].abs().max() < 20  # the factor of the targets is divided out


def test_errors_by_group_cover_every_sample(tables, data):
    found = tables["by_group"]
    assert list(found) == ["run", "seed", *evaluation.GROUPS]
    assert set(found["run"]) == {"own"}
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


def test_one_prediction_of_nearly_nothing_moves_a_mean_and_no_median():
    true = np.full(100, 10.0)
    predicted = 10 + np.linspace(-2, 2, 100)
    found = evaluation._percent(predicted, true, "_x")
    eq6 = 100 * np.abs(predicted - 10) / predicted
    assert found["eq6_x_percent"] == pytest.approx(eq6.mean())
    assert found["eq6_se_x_percent"] == pytest.approx(eq6.std(ddof=1) / 10)
    assert found["eq6_median_x_percent"] == pytest.approx(np.median(eq6))
    many = np.random.default_rng(0).choice(eq6, (2000, 100))  # bootstrap
    spread = np.median(many, axis=1).std()
    assert found["eq6_median_se_x_percent"] == pytest.approx(spread, rel=0.3)
    predicted[0] = 1e-9
    spoilt = evaluation._percent(predicted, true, "_x")
    assert spoilt["eq6_x_percent"] > 1e9
    assert spoilt["eq6_median_x_percent"] == pytest.approx(found["eq6_median_x_percent"], rel=0.05)
    assert spoilt["eq15_x_percent"] < found["eq15_x_percent"] + 1
    assert np.isnan(evaluation._percent(predicted[:1], true[:1])["eq15_se_percent"])


def test_bins_of_g_are_those_that_the_flakes_were_drawn_in(settings):
    for scale in ("smoke", "paper"):
        bubbles = settings(scale)["bubbles"]
        made, stated = plan.ensembles(bubbles)[plan.DEFORMED], bubbles["data"]["deformed"]
        flakes = ensemble.draw(made, 2020, 0, 40)
        solved = Dataset(plan.DEFORMED, flakes)
        found = evaluation._groups(solved, stated["bins"], stated["largest_g"])
        edges = np.linspace(0, made.largest_g, made.groups + 1)
        centres = (edges[1:] + edges[:-1]) / 2 * stated["largest_g"] / made.largest_g
        number = np.searchsorted(edges, flakes.g, side="right") - 1
        np.testing.assert_allclose(found, centres[number])
    scaled = plan.largest_g(0.2, 60, "quartic_scaled")
    assert scaled == 0.2 < plan.largest_g(0.2, 60, "quartic")


def test_a_run_without_grouped_ensembles_has_no_groups(data, folder):
    network = networks.load(jobs.network_path(folder, "off"))
    _, _, groups = evaluation.evaluate(JOB[0], network, data, SETTINGS)
    assert groups is None


def test_trivial_predictors_are_fitted_once_for_runs_that_share_a_target(data, monkeypatch):
    known = dataclasses.replace(data["train"], memory={})
    fitted = []
    fit = Trivial.fitted
    monkeypatch.setattr(Trivial, "fitted", lambda *given: fitted.append(given) or fit(*given))
    twice = [evaluation._trivial(JOB[1], known, "total") for _ in range(2)]
    other = evaluation._trivial(JOB[0], known, "t_kp_k")
    assert len(fitted) == 2
    assert twice[0] is twice[1] is not other
    assert other.constant == np.median(known.labels["t_kp_k"][:30])
    assert twice[0].constant == np.median(labels.total(known.labels)[:30])


def test_what_is_read_of_the_settings_is_enough(data, folder, settings):
    study = Study("bubbles", settings("smoke")["bubbles"])
    network = networks.load(jobs.network_path(folder, "own"))
    found = evaluation.evaluate(JOB[1], network, data, study.settings_of("evaluate"))
    assert set(found[2]["ensemble"]) == {"more_gaussians", "deformed"}


def test_a_missing_network_is_one_line(tmp_path):
    with pytest.raises(ValueError, match="off.keras: expected a Keras network"):
        networks.load(jobs.network_path(tmp_path, "off"))
