"""Results of the study `bubbles` as the paper states them, for every run of the plan."""

import numpy as np
import pandas as pd

from hamlearn.bubbles import linear_map, targets
from hamlearn.bubbles import runs as trained
from hamlearn.bubbles.evidence import Tables
from hamlearn.bubbles.evidence.beyond import GRAPHS
from hamlearn.bubbles.plan import DEFORMED, LORENTZIANS, MORE, READS, SCAN, TRAIN, WEAK_SCAN
from hamlearn.study import selected

MAE = {  # by run, or by run and target
    "full": 0.61,
    "smooth": 0.65,
    "no_a": 0.87,
    "no_a_zero": 0.85,
    "no_b": 0.98,
    "valley_diag t_k_k": 0.37,
    "valley_diag t_kp_kp": 0.36,
    "valley_off t_k_kp": 0.094,
    "valley_off t_kp_k": 0.095,
}
MEANS = {"total": 41.01, "t_k_k": 19.79, "t_k_kp": 0.28, "t_kp_k": 0.28, "t_kp_kp": 20.66}
TRIVIAL = {"total": 5.5, "t_k_k": 2.8, "t_k_kp": 0.27, "t_kp_k": 0.28, "t_kp_kp": 3.3}
SWEEPS = (SCAN, WEAK_SCAN)
WINDOW = 0.631764
SEEDS = (0, 1, 2)


def mae(run, target):
    """The MAE that the paper states, or one that agrees with what it says."""
    other = 0.15 if run == "valley_off_unscaled" else 0.9
    return MAE.get(run, MAE.get(f"{run} {target}", other))


def metrics(settings):
    rows = [
        metrics_row(run, seed, ensemble, target)
        for run in trained.runs(settings)
        for ensemble in run.applied_to
        for target in targets.OUTPUTS[run.target]
        for seed in SEEDS
    ]
    return pd.DataFrame(rows)


def metrics_row(run, seed, ensemble, target):
    printed = ensemble == LORENTZIANS[0]
    return {
        **{"run": run.name, "family": run.family, "job": run.name, "seed": seed},
        **{"architecture": run.architecture, "ensemble": ensemble, "target": target},
        **{key: run.fit[key] for key in ("batch", "epochs", "factor")},
        **{"n_train": run.n_train, "n_test": run.n_test},
        "mae": mae(run.name, target) * (1 + 0.01 * (seed - 1)),
        "mae_trivial": TRIVIAL[target],
        "eq6_percent": 2.0 if printed else 4.3,
        "eq6_median_percent": 1.5,
        "eq15_percent": 4.0,
        "eq6_modes_percent": 3e-5 if printed else 23.5,
    }


def by_group(settings):
    rows = []
    counts = settings["data"]["more_gaussians"]["counts"]
    bins = (np.arange(20) + 0.5) / 100
    for seed in SEEDS:
        common = {"run": "full", "seed": seed, "eq6_modes_percent": 45.0}
        for count in counts:
            error = 6.5 + 2.5 * (count - 11) / 4 if count >= 10 else 4.0
            row = {"ensemble": MORE, "group": count, "n": 1000, "eq6_percent": error}
            row |= {"eq6_median_percent": 0.4 * error, "eq15_percent": 0.9 * error}
            rows.append({**common, **row})
        for g in bins:
            row = {"ensemble": DEFORMED, "group": g, "n": 6001, "eq6_percent": 9.0}
            rows.append({**common, **row, "eq15_percent": 4 + 20 * g})
    return pd.DataFrame(rows)


def histories():
    """Errors that fall and level off, those of small batches with some noise and one spike."""
    rows = []
    levels = {"full": 1, "smooth": 1, "no_a": 1.4, "no_a_zero": 1.2, "no_b": 1.6}
    levels |= dict.fromkeys(
        ("relu", "no_bn", "no_dropout", "batch_large", "lr_low", "lr_high"), 1.2
    )
    levels |= {"valley_off": 1, "valley_diag": 1}
    for run, level in levels.items():
        for seed in SEEDS:
            noise = 0.001 if run == "batch_large" else 0.01
            random = np.random.default_rng(seed)
            error = 0.6 + np.exp(-np.arange(100) / 10) + noise * random.standard_normal(100)
            error *= level
            if run == "full" and seed == 0:
                error[70] *= 4
            rows += [
                {"job": run, "seed": seed, "run": run, "epoch": k + 1, "val_mae": value}
                for k, value in enumerate(error)
            ]
    return pd.DataFrame(rows)


def statistics(settings):
    data = settings["data"]
    rows = []

    def add(quantity, value, n, run="calculated", seed=-1, ensemble=TRAIN, target="total", **more):
        row = {"quantity": quantity, "value": value, "n": n, "run": run, "seed": seed}
        rows.append({"low": np.nan, "high": np.nan, **row, "ensemble": ensemble, **more})
        rows[-1]["target"] = target

    n = data["train"] + data["test"]
    for target, mean in MEANS.items():
        add("mean", mean, n, target=target)
    for target in ("t_k_kp", "t_kp_k"):
        add("share_below_1e-3", 0.47, n, target=target)
        for k, spread in enumerate((0.1, 0.3, 0.6)):
            low, high = WINDOW * k / 3, WINDOW * (k + 1) / 3
            add("std", spread, n // 3 + 1, target=target, low=low, high=high)
    add("mean_loss", 9.2, data["test"])
    add("valley_sum_error", 1e-9, n)
    for quantity in ("clean_error", "clean_valley_error"):
        add(quantity, 1e-10, 50, ensemble="flat")
    for ensemble in SWEEPS:
        ends = {"ensemble": ensemble, "low": 0.0, "high": WINDOW}
        weak = ensemble == WEAK_SCAN
        add("severity", 0.001 if weak else 0.02, data["scan"], **ends)
        add("step_measure", 9.0 if weak else 2.0, data["scan"], **ends)
        for target in ("t_k_kp", "t_kp_k"):
            add("onset", np.nan if weak else 0.2, data["scan"], target=target, **ends)
            add("fluctuation", 0.4, 100, target=target, **ends)
            for seed in SEEDS:
                value = np.nan if weak else 0.21
                run = {"run": "valley_off", "seed": seed, "target": target}
                add("onset", value, data["scan"], **run, **ends)
        for seed in SEEDS:
            for run, steps in (("full", 6.0), ("smooth", 1.1)):
                common = {"run": run, "seed": seed, **ends}
                add("step_measure", steps, data["scan"], **common)
                add("sweep_mae", 0.7, data["scan"], **common)
                add("sweep_correlation", 0.999, data["scan"], **common)
            for target in ("t_k_k", "t_kp_kp"):
                common = {"run": "valley_diag", "seed": seed, "target": target, **ends}
                add("sweep_mae", 0.4, data["scan"], **common)
    for seed in SEEDS:
        for run, errors in (("full", (0.3, 0.5, 0.7, 1.0)), ("smooth", (0.5, 0.6, 0.7, 0.8))):
            for k, error in enumerate(errors):
                limits = {"low": 0.01 * k, "high": 0.01 * (k + 1)}
                add("mae_by_severity", error, data["test"] // 4, run, seed, **limits)
        for target in ("t_k_kp", "t_kp_k"):
            add("onset_auc", 0.97, data["test"], "valley_off", seed, target=target)
        for quantity, value in (
            ("largest_eq6_percent", 4000.0),
            ("largest_eq15_percent", 99.0),
            ("share_eq6_above_100", 0.002),
        ):
            add(quantity, value, 120020, "full", seed, DEFORMED)
    return pd.DataFrame(rows)


def maps():
    rows = []
    errors = {"trained": 1.0, "untrained": 1.2, "heights": 1.6, "constant": 1.67}
    for seed in SEEDS:
        for case in linear_map.cases():
            global_ = case.fit == "global"
            better = 0.5 if case.features == "trained" and case.intercept else 0.0
            correlations = {f"correlation_{d}": 0.95 for d in "abc"}
            rows.append(
                {
                    "seed": seed,
                    **vars(case),
                    "n_fit": 200 if global_ else 1,
                    "n_test": 200,
                    "error_percent": errors[case.features] - better,
                    "p95_percent": 2.0,
                    **correlations,
                }
            )
    return pd.DataFrame(rows)


def graph():
    rows = [{"claim": c, "value": "as stated", "holds": True} for c in (*GRAPHS, *GRAPHS[:2])]
    rows.append({"claim": "bubbles.graph.kernel_nodes", "value": "9", "holds": True})
    return pd.DataFrame(rows)


def tables_of_the_paper(settings):
    """Tables at scale paper in which every claim holds; `settings` are those of the study."""
    timing = {
        "kwant_seconds": 8.0,
        "solver_seconds": 1.0,
        "prediction_seconds": 8e-4,
        "map_seconds": 1e-3,
        "ratio_kwant": 1e4,
        "ratio_solver": 1250.0,
        "parameters": 19592305,
        "sites": 92400,
        "machine": {"cpu": "a processor", "threads": 1},
    }
    return Tables(
        metrics(settings),
        by_group(settings),
        statistics(settings),
        maps(),
        histories(),
        graph(),
        timing,
        selected(settings, READS["evidence"].settings),
    )
