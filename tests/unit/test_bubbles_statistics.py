"""Statistics and timing of solved and predicted transmissions of deformed flakes."""

import json
import math

import numpy as np
import pandas as pd
import pytest

from hamlearn.bubbles import ensemble, labels, plan, solver, statistics, timing
from hamlearn.learning import training
from hamlearn.study import Inputs, Study

SIDE, WINDOW, TRAIN = 12, (0.0, 0.631764), 12
DECAY = {"hopping_decay": solver.DECAY}
RUNS = ("calculated", "full", "valley_off")


@pytest.fixture(scope="module")
def flakes(settings):
    """Ensembles of a small flake and their solutions."""
    part = {**settings("smoke")["bubbles"], "side": SIDE}
    part["data"] = {**part["data"], "train": TRAIN, "test": 12, "scan": 30}
    plans = plan.ensembles(part)
    drawn = {name: ensemble.draw(plans[name], 7) for name in ("train", *plan.SWEEPS)}
    solved = {
        name: labels.solve(flake, range(len(flake)), plans[name], DECAY)
        for name, flake in drawn.items()
    }
    return drawn, solved


def predictions(solved, run, target, error=0.0, seed=3):
    """What a network says that is right but for a constant error."""
    parts = []
    for name, table in solved.items():
        table = table[TRAIN:] if name == "train" else table
        true = statistics.values_of(table, target)
        frame = pd.DataFrame({"sample": table["sample"], "true": true, "predicted": true + error})
        parts.append(frame.assign(run=run, seed=seed, ensemble=name, target=target))
    return pd.concat(parts).sample(frac=1, random_state=0)  # in any order


def summarise(flakes, *frames):
    drawn, solved = flakes
    columns = ["run", "seed", "ensemble", "target"]
    predicted = pd.concat(frames) if frames else pd.DataFrame(columns=columns)
    given = Inputs(drawn=drawn, solved=solved, predicted=predicted)
    settings = {"data": {"train": TRAIN}, "energy_window": WINDOW, **DECAY}
    return statistics.summarise(given, settings)


def one(table, quantity, **where):
    rows = table[table["quantity"] == quantity]
    for key, value in where.items():
        rows = rows[rows[key] == value]
    assert len(rows) == 1, rows
    return rows.iloc[0]


def test_calculated_quantities_are_those_of_the_solved_tables(flakes):
    table, solved = summarise(flakes), flakes[1]["train"]
    total = solved[list(labels.TARGETS)].sum(axis=1)
    assert one(table, "mean", target="total")["value"] == pytest.approx(total.mean())
    assert one(table, "mean", target="t_kp_kp")["value"] == pytest.approx(solved["t_kp_kp"].mean())
    by_subband = [total[solved["modes"] == modes].mean() for modes in set(solved["modes"])]
    found = one(table, "mean_of_subbands", target="total")["value"]
    assert found == pytest.approx(np.mean(by_subband)) != pytest.approx(total.mean())
    loss = one(table, "mean_loss")
    assert loss["value"] == pytest.approx((solved["modes"] - total)[TRAIN:].mean())
    assert loss["n"] == len(solved) - TRAIN
    near = one(table, "share_below_1e-3", target="t_k_kp")["value"]
    assert near == pytest.approx((solved["t_k_kp"] < 1e-3).mean())
    assert one(table, "valley_sum_error")["value"] < 1e-6
    thirds = table[(table["quantity"] == "std") & (table["target"] == "t_kp_k")]
    assert thirds["n"].sum() == len(solved)
    assert thirds["high"].max() == pytest.approx(WINDOW[1])
    lowest = solved[solved["energy_t"] <= WINDOW[1] / 3]["t_kp_k"]
    assert thirds.sort_values("low")["value"].iloc[0] == pytest.approx(lowest.std(ddof=0))
    assert set(table["run"]) == {"calculated"}


def test_a_perfect_network_repeats_what_is_calculated(flakes):
    drawn, solved = flakes
    frames = [predictions(solved, "full", "total"), predictions(solved, "valley_off", "t_k_kp")]
    table = summarise(flakes, *frames)
    for name in plan.SWEEPS:
        exact, ours = (one(table, "step_measure", ensemble=name, run=r) for r in RUNS[:2])
        assert ours["value"] == pytest.approx(exact["value"])
        assert ours["seed"] == 3
        assert one(table, "sweep_mae", ensemble=name, run="full")["value"] == 0
        assert one(table, "sweep_correlation", ensemble=name, run="full")["value"] == (
            pytest.approx(1)
        )
        where = {"ensemble": name, "target": "t_k_kp"}
        exact, ours = (one(table, "onset", run=r, **where)["value"] for r in RUNS[::2])
        assert ours == exact or (math.isnan(ours) and math.isnan(exact))
    quarters = table[table["quantity"] == "mae_by_severity"]
    assert quarters["n"].tolist() == [3, 3, 3, 3]
    assert quarters["value"].max() == 0
    above = (solved["train"]["t_k_kp"][TRAIN:] > 0.1).sum()
    if 0 < above < len(drawn["train"]) - TRAIN:
        assert one(table, "onset_auc")["value"] == 1


def test_a_constant_error_is_found_in_every_quarter_and_sweep(flakes):
    table = summarise(flakes, predictions(flakes[1], "smooth", "total", error=0.5))
    assert table[table["quantity"] == "mae_by_severity"]["value"].tolist() == (
        pytest.approx([0.5] * 4)
    )
    assert one(table, "sweep_mae", ensemble="scan", run="smooth")["value"] == pytest.approx(0.5)


def test_each_seed_of_a_network_has_its_own_rows(flakes):
    frames = [predictions(flakes[1], "full", "total", 0.1 * seed, seed) for seed in (0, 1)]
    table = summarise(flakes, *frames)
    assert set(table["seed"]) == {-1, 0, 1}
    for seed, frame in enumerate(frames):
        rows = table[table["seed"].isin([-1, seed])].reset_index(drop=True)
        pd.testing.assert_frame_equal(rows, summarise(flakes, frame))


def test_the_plan_names_what_the_statistics_read(settings):
    study = Study("bubbles", settings("smoke")["bubbles"])
    reads = study.reads("statistics.csv")
    runs = study.chosen_runs(reads.predicted)
    assert runs == ["full", "smooth", "valley_diag", "valley_off", "own", "staircase"]
    assert set(study.chosen_ensembles(reads.drawn)) == set(reads.solved)
    assert set(study.settings_of("statistics.csv")) == {"data", "energy_window", "hopping_decay"}


def test_severity_is_the_mean_weakening_of_the_bonds(flakes):
    flake = flakes[0]["train"]
    found = statistics.severities(flake)
    assert np.all((found > 0) & (found < 1))
    flat = ensemble.Ensemble(flake.bubbles * [0, 1, 1, 1, 1], flake.energy, flake.kind, SIDE)
    assert statistics.severities(flat) == pytest.approx(np.zeros(len(flake)), abs=1e-12)
    x, y = solver.brickwall.positions(*solver.brickwall.shape(SIDE, SIDE))
    z = solver.heights(flake.sample(0), x, y, flake.kind)
    bonds = np.concatenate([part.ravel() for part in solver.hoppings(z)])
    assert found[0] == pytest.approx(np.mean(1 - bonds[bonds > 0]))


def test_strong_sweeps_are_more_severe_than_weak_ones(flakes):
    table = summarise(flakes)
    weak, strong = (
        one(table, "severity", ensemble=name)["value"] for name in ("scan_weak", "scan")
    )
    assert 0 < weak < strong


def test_the_flat_flake_is_quantised():
    for row in statistics.clean(SIDE, WINDOW):
        assert row["value"] < 1e-9
        assert row["n"] == 50


def test_the_check_of_the_flat_flake_can_fail(monkeypatch):
    def leaky(*arguments, **options):
        found = solver.transmission(*arguments, **options)
        return solver.Transmission(
            found.modes, found.total - 0.01, found.valley[:, ::-1], found.unitarity, found.resolved
        )

    monkeypatch.setattr(statistics, "transmission", leaky)
    errors = {row["quantity"]: row["value"] for row in statistics.clean(SIDE, WINDOW)}
    assert errors["clean_error"] == pytest.approx(0.01)
    assert errors["clean_valley_error"] >= 1


def test_step_measure_on_hand_numbers():
    modes = np.array([1, 1, 1, 3, 3, 3])
    assert statistics.step_measure(modes, np.array([0, 1, 2, 8, 9, 10.0])) == pytest.approx(6)
    assert statistics.step_measure(modes, np.arange(6.0)) == pytest.approx(1)
    assert statistics.step_measure(modes, modes.astype(float)) == math.inf
    assert math.isnan(statistics.step_measure(modes[:3], np.arange(3.0)))
    assert math.isnan(statistics.step_measure(modes, np.ones(6)))


def test_onset_is_where_the_running_mean_exceeds_a_tenth():
    energy = np.linspace(0, 0.6, 601)
    step = np.where(energy > 0.3, 0.2, 0.0)
    assert statistics.onset(energy, step) == pytest.approx(0.3, abs=0.0021)
    spike = np.where(np.abs(energy - 0.1) < 0.0005, 1.0, 0.0)  # averages out
    assert statistics.onset(energy, spike + step) == pytest.approx(0.3, abs=0.0021)
    assert math.isnan(statistics.onset(energy, step / 4))


def test_fluctuations_count_windows_with_a_factor_of_two():
    energy = np.arange(20) * 0.0025 + 1e-9  # two energies in each window
    pairs = np.array([[0.1, 0.2], [0.1, 0.19], [0.001, 0.5], [0.5, 0.02], [0.3, 0.3]] * 2)
    share, windows = statistics.fluctuation(energy, pairs.ravel())
    assert (share, windows) == (pytest.approx(0.5), 8)  # values below 0.01 do not count
    share, windows = statistics.fluctuation(energy, np.zeros(20))
    assert math.isnan(share)
    assert windows == 0


def test_percent_errors_on_hand_numbers():
    rows = statistics.percent_errors(np.array([2.0, 4.0, 1.0]), np.array([4.0, 2.0, 0.001]))
    found = {row["quantity"]: row["value"] for row in rows}
    assert found["largest_eq6_percent"] == pytest.approx(99900)
    assert found["largest_eq15_percent"] == pytest.approx(99.9)
    assert found["share_eq6_above_100"] == pytest.approx(1 / 3)  # an error of 100 % is not above


def test_correlation_of_a_constant_is_zero():
    assert statistics.correlation(np.arange(3.0), np.ones(3)) == 0
    assert statistics.correlation(np.arange(3.0), -np.arange(3.0)) == pytest.approx(-1)


# Timing


def test_the_plain_hopping_is_that_of_the_solver(flakes):
    bubbles = flakes[0]["train"].sample(0)
    r_1, r_2 = np.array([0.3, -0.2]), np.array([0.8, 0.1])
    z_1, z_2 = (float(solver.heights(bubbles, *r)) for r in (r_1, r_2))
    expected = -solver.hopping(z_1 - z_2)
    assert timing.plain_hopping(bubbles)(r_1, r_2) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("sparse", [None, "kwant.solvers.sparse"])
def test_plain_kwant_agrees_with_the_exact_solver(flakes, sparse):
    module = pytest.importorskip(sparse) if sparse else None
    flake = flakes[0]["train"]
    problem = (flake.sample(2), float(flake.energy[2]), SIDE)
    build, solve, valley = timing.plain_kwant(*problem, sparse=module)
    seconds, ours = timing.exact(*problem)
    assert valley == pytest.approx(ours, abs=1e-7)
    assert min(build, solve, seconds) > 0


def test_timing_of_a_network(flakes, tmp_path, monkeypatch):
    from hamlearn.bubbles import networks

    monkeypatch.setattr(training, "configure", lambda *arguments, **options: None)
    network = networks.mixed_input(
        16, channels=(2, 2, 2, 2, 2), dense=(4, 2), branch=(2,), dropout=0.0, momentum=0.9
    )
    path = tmp_path / "full.keras"
    training.save(network, path)
    drawn, solved = flakes
    given = Inputs(drawn=drawn, solved=solved, trained={("full", 0): path})
    found = timing.summarise(given, {"timing": {"kwant_solves": 2, "predictions": 20}, **DECAY})
    assert found["ratio_kwant"] == found["kwant_seconds"] / found["prediction_seconds"]
    assert found["ratio_solver"] == found["solver_seconds"] / found["prediction_seconds"]
    assert 0 < found["kwant_solve_seconds"] < found["kwant_seconds"]
    assert found["kwant_sparse_solve_seconds"] > 0
    assert found["map_seconds"] > 0
    assert found["largest_difference"] < 1e-7
    assert found["parameters"] == network.count_params()
    assert found["sites"] == 24 * 13
    assert (found["solves"], found["predictions"]) == (2, 20)
    json.dumps(found, allow_nan=False)


def test_indices_are_spread_over_all_samples():
    assert timing._spread(10, 3).tolist() == [0, 4, 9]
    assert timing._spread(3, 10).tolist() == [0, 1, 2]
