"""Table: error of the networks on deformations unlike those of their training (Sec. VI)."""

import pandas as pd

from hamlearn import plotting, tables

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
VALUES = ["eq6_percent", "eq6_modes_percent", "mae", "mae_modes"]
COLUMNS = {
    "deformation": "deformation",
    "network": "network",
    "paper_percent": "eq. (6) (%), paper",
    "shown_percent": "eq. (6) (%), ours",
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
    """Return error by eq. (6) and MAE for each deformation and network, over seeds.

    Returns
    -------
    pandas.DataFrame
        deformation, run, network, paper_percent (of the paper's network), eq6_percent and its _sd,
        eq6_modes_percent (of T = 2n + 1), mae and its _sd, mae_modes (2e²/h), seeds
    """
    paper, frames = plotting.paper_values(claims), []
    for name, claim, rows in cases(pd.read_csv(metrics), pd.read_csv(by_group)):
        rows = rows[rows["run"].isin(list(NETWORKS))]
        frame = plotting.over_seeds(rows, ["run"], VALUES)
        frame.insert(0, "deformation", name)
        frame["paper_percent"] = paper.get(f"bubbles.{claim}", float("nan"))
        frames.append(frame.sort_values("run", key=lambda runs: runs.map(list(NETWORKS).index)))
    frame = pd.concat(frames, ignore_index=True)
    frame.insert(2, "network", frame["run"].map(NETWORKS))
    frame.loc[frame["run"] != "full", "paper_percent"] = float("nan")
    return frame.drop(columns=["eq6_modes_percent_sd", "mae_modes_sd"])


def markdown(frame, scale):
    """Return the table as Markdown."""
    shown = frame.assign(
        shown_percent=tables.spreads(frame, "eq6_percent", decimals=1),
        shown_mae=tables.spreads(frame, "mae"),
    )
    note = (
        f"Networks trained on 1 to 10 Gaussians, never on the rest; scale: {scale}. Mean relative "
        "error of the total transmission by eq. (6), |y_p − y_c| / |y_p|, and MAE in 2e²/h; ours: "
        "mean ± standard deviation over seeds. The clean flake, T = 2n + 1, is the trivial "
        "predictor. Lorentzians as printed have no amplitude and are almost flat, so that the "
        "number of modes alone predicts them."
    )
    return tables.markdown("Robustness (Sec. VI)", note, shown, COLUMNS)


def draw(metrics, by_group, claims, scale):
    """Return the page in Markdown and the table."""
    frame = table(metrics, by_group, claims)
    return markdown(frame, scale), frame
