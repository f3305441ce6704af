"""Table: error of the networks on deformations unlike those of their training (Sec. VI)."""

import pandas as pd

from hamlearn import plotting, tables
from hamlearn.files import read_small

NETWORKS = {
    "full": "paper's network",
    "smooth": "without mode number",
    "own": "ours",
    "staircase": "ours, staircase",
}
GAUSSIANS = ("Gaussians as in training", "total.relative_error")
LORENTZIANS = {  # ensemble: name, claim
    "lorentzian_printed": ("Lorentzians as printed, eq. (16)", "robust.lorentz_error"),
    "lorentzian": ("Lorentzians with amplitude", None),
}
COUNTS = {11: "robust.gauss11", 15: "robust.gauss15"}
PERCENT = ["eq6_percent", "eq6_median_percent", "eq15_percent", "eq6_modes_percent"]
ERRORS = ["eq6_se_percent", "eq15_se_percent"]
VALUES = [*PERCENT, *ERRORS, "mae", "mae_modes"]
COLUMNS = {
    "deformation": "deformation",
    "network": "network",
    "paper_percent": "eq. (6) (%), paper",
    "shown_eq6": "eq. (6) (%), ours",
    "eq6_median_percent": "median of (6) (%)",
    "shown_eq15": "eq. (15) (%)",
    "eq6_modes_percent": "eq. (6) (%), T = 2n + 1",
    "shown_mae": "MAE",
    "mae_modes": "MAE, T = 2n + 1",
    "seeds": "seeds",
}


def cases(metrics, by_group):
    """Yield (deformation, claim, rows with run and seed) for each case of the table."""
    total = metrics[metrics["target"] == "total"]
    more = by_group[by_group["ensemble"] == "more_gaussians"]
    yield *GAUSSIANS, total[total["ensemble"] == "train"]
    for count, claim in COUNTS.items():
        yield f"{count} Gaussians", claim, more[more["group"] == count]
    for ensemble, (name, claim) in LORENTZIANS.items():
        yield name, claim, total[total["ensemble"] == ensemble]


def table(metrics, by_group, claims):
    """Return errors by eqs. (6) and (15) and MAE for each deformation and network, over seeds.

    Returns
    -------
    pandas.DataFrame
        deformation, run, network, paper_percent (eq. 6, of the paper's network), eq6_percent,
        eq6_median_percent, eq15_percent, eq6_modes_percent (of T = 2n + 1), the standard errors
        over flakes eq6_se_percent and eq15_se_percent, mae and mae_sd (over seeds), mae_modes
        (2e²/h), seeds
    """
    paper, frames = plotting.paper_values(claims), []
    for name, claim, rows in cases(read_small(metrics), read_small(by_group)):
        rows = rows[rows["run"].isin(list(NETWORKS))]
        frame = plotting.over_seeds(rows, ["run"], VALUES)
        frame.insert(0, "deformation", name)
        frame["paper_percent"] = paper.get(f"bubbles.{claim}", float("nan"))
        frames.append(frame.sort_values("run", key=lambda runs: runs.map(list(NETWORKS).index)))
    frame = pd.concat(frames, ignore_index=True)
    frame.insert(2, "network", frame["run"].map(NETWORKS))
    frame.loc[frame["run"] != "full", "paper_percent"] = float("nan")
    return frame.drop(columns=[f"{value}_sd" for value in VALUES if value != "mae"])


def with_errors(frame, error):
    """Return a mean with its standard error over flakes, as text, where that was computed."""
    pairs = zip(frame[f"{error}_percent"], frame[f"{error}_se_percent"], strict=True)
    texts = ((tables.number(mean), tables.number(spread, 2)) for mean, spread in pairs)
    return [" ± ".join(filter(None, text)) for text in texts]


def markdown(frame, scale):
    """Return the table as Markdown."""
    shown = frame.assign(
        shown_eq6=with_errors(frame, "eq6"),
        shown_eq15=with_errors(frame, "eq15"),
        shown_mae=tables.spreads(frame, "mae"),
    )
    note = (
        f"Networks trained on 1 to 10 Gaussians, never on the rest, after their last epoch; scale: "
        f"{scale}. Relative errors of the total transmission: mean ± standard error over flakes, "
        "and median, of eq. (6), |y_p − y_c| / |y_p|; mean of eq. (15), |y_p − y_c| / max(|y_p|, "
        "|y_c|). One prediction of nearly nothing makes the mean of eq. (6) as large as it likes, "
        "and does nothing to the median and to eq. (15). MAE in 2e²/h: mean ± standard deviation "
        "over seeds. The clean flake, T = 2n + 1, is the trivial predictor. Lorentzians as printed "
        "have no amplitude and are almost flat, so that the number of modes alone predicts them."
    )
    return tables.markdown("Robustness (Sec. VI)", note, shown, COLUMNS)


def draw(metrics, by_group, claims, scale):
    """Return the page in Markdown and the table."""
    frame = table(metrics, by_group, claims)
    return markdown(frame, scale), frame
