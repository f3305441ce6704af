"""Table: every error of every network, beside the paper's and that of the trivial predictors."""

import pandas as pd

from hamlearn import plotting, tables
from hamlearn.files import read_small

STATED = {  # (run, target): claims of the MAE and of the error by eq. (6), on the test set
    ("full", "total"): ("total.mae", "total.relative_error"),
    ("no_a", "total"): ("redundancy.mae_without_a", None),
    ("no_b", "total"): ("redundancy.mae_without_b", None),
    ("valley_diag", "t_k_k"): ("valley.mae.kk", None),
    ("valley_diag", "t_kp_kp"): ("valley.mae.kpkp", None),
    ("valley_off", "t_k_kp"): ("valley.mae.kkp", None),
    ("valley_off", "t_kp_k"): ("valley.mae.kpk", None),
    ("valley_off_unscaled", "t_k_kp"): ("valley.offdiag_mae_unscaled", None),
    ("valley_off_unscaled", "t_kp_k"): ("valley.offdiag_mae_unscaled", None),
}
SYMBOLS = {
    "total": "T",
    "t_k_k": "T_KK",
    "t_kp_kp": "T_K'K'",
    "t_k_kp": "T_KK'",
    "t_kp_k": "T_K'K",
}
SAMPLES = {
    "train": "test",
    "fresh": "fresh test",
    "more_gaussians": "more Gaussians",
    "deformed": "deformed Gaussians",
    "lorentzian_printed": "Lorentzians, eq. (16)",
    "lorentzian": "Lorentzians with amplitude",
    "scan": "sweep, strong",
    "scan_weak": "sweep, weak",
    "scan_wide": "sweep, wide",
}
KEYS = ["run", "ensemble", "target"]
VALUES = ["mae", "mae_trivial", "relative_mae", "rmse", "r2", "eq6_percent", "eq6_median_percent"]
VALUES += ["eq15_percent", "share_below_half", "mean_true", "coverage", "interval_width"]
COUNTS = ["parameters", "n_train", "n_test", "epochs"]
COLUMNS = {
    "run": "network",
    "data": "samples",
    "symbol": "target",
    "paper_mae": "MAE, paper",
    "shown_mae": "MAE, ours",
    "mae_trivial": "trivial",
    "relative_mae": "ours / trivial",
    "r2": "R²",
    "paper_eq6_percent": "eq. (6) (%), paper",
    "eq6_percent": "eq. (6) (%), ours",
    "eq6_median_percent": "median of (6) (%)",
    "eq15_percent": "eq. (15) (%)",
    "coverage": "coverage",
    "seeds": "seeds",
}


def table(metrics, claims):
    """Return one row per network, ensemble and target, in the order in which they were evaluated.

    Returns
    -------
    pandas.DataFrame
        run, ensemble, target, parameters, n_train, n_test, epochs, paper_mae, paper_eq6_percent
        (test set only), means over seeds of the metrics with _sd of mae, seeds
    """
    results = read_small(metrics)
    means = plotting.over_seeds(results, KEYS, VALUES)
    counts = results.groupby(KEYS, as_index=False, sort=False)[COUNTS].first()
    frame = counts.merge(means, on=KEYS)
    paper = plotting.paper_values(claims)
    columns = (("paper_mae", 0), ("paper_eq6_percent", 1))
    for place, (column, number) in enumerate(columns, start=len(KEYS) + len(COUNTS)):
        cells = zip(frame["run"], frame["ensemble"], frame["target"], strict=True)
        values = [stated(paper, *cell, number) for cell in cells]
        frame.insert(place, column, pd.Series(values, dtype=float))
    spreads = [f"{value}_sd" for value in VALUES if value != "mae"]
    return frame.drop(columns=spreads)


def stated(paper, run, ensemble, target, number):
    """Return the MAE (0) or the error by eq. (6) (1) that the paper states, or None."""
    claims = STATED.get((run, target), (None, None)) if ensemble == "train" else (None, None)
    return paper.get(f"bubbles.{claims[number]}")


def markdown(frame, scale):
    """Return the table as Markdown."""
    shown = frame.assign(
        data=frame["ensemble"].replace(SAMPLES),
        symbol=frame["target"].map(SYMBOLS),
        shown_mae=tables.spreads(frame, "mae"),
    )
    note = (
        f"Errors in 2e²/h of the networks after their last epoch; scale: {scale}. Ours: mean ± "
        "standard deviation over seeds. Test: the "
        "samples that are watched while training, as in the paper; fresh test: never looked at. "
        "Trivial: the best of a constant, the mean at the energy, and T = 2n + 1. Eq. (6) divides "
        "by the prediction, so that one of nearly nothing can be all of its mean, but not of its "
        "median; eq. (15) divides by the larger of both. Coverage: share of the calculated "
        "values in the predicted 90 % interval. The paper's flake has a side of 200 a."
    )
    return tables.markdown("Errors of the study bubbles", note, shown, COLUMNS)


def draw(metrics, claims, scale):
    """Return the page in Markdown and the table."""
    frame = table(metrics, claims)
    return markdown(frame, scale), frame
