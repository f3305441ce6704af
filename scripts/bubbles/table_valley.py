"""Table: means and errors of the valley-resolved transmission, scaled and unscaled (Sec. IV C)."""

import pandas as pd

from hamlearn import plotting, tables
from hamlearn.files import read_small

COMPONENTS = {  # target: symbol, network, network without the factor, name in the claims
    "t_k_k": ("T_KK", "valley_diag", None, "kk"),
    "t_k_kp": ("T_KK'", "valley_off", "valley_off_unscaled", "kkp"),
    "t_kp_k": ("T_K'K", "valley_off", "valley_off_unscaled", "kpk"),
    "t_kp_kp": ("T_K'K'", "valley_diag", None, "kpkp"),
}
COLUMNS = {
    "component": "component",
    "paper_mean": "mean, paper",
    "mean": "mean, ours",
    "mean_of_subbands": "mean, ours, by subband",
    "paper_mae": "MAE, paper",
    "shown_mae": "MAE, ours",
    "relative_mae": "ours / trivial",
    "paper_mae_unscaled": "MAE unscaled, paper",
    "shown_mae_unscaled": "MAE unscaled, ours",
    "seeds": "seeds",
}
MEANS = ("paper_mean", "mean", "mean_of_subbands")


def of_run(means, run, target):
    """Return the row of a network and target, or one without numbers."""
    key = (run, target)
    return means.loc[key] if key in means.index else pd.Series(index=means.columns, dtype=float)


def table(metrics, statistics, claims):
    """Return mean, over all samples, and MAE, on the test set, of the components T_αβ.

    Returns
    -------
    pandas.DataFrame
        target, component, paper_mean, mean, mean_of_subbands, paper_mae, mae, mae_sd, mae_trivial,
        relative_mae, paper_mae_unscaled, mae_unscaled, mae_unscaled_sd (2e²/h), factor, seeds; the
        paper states one unscaled MAE for both off-diagonal components.
    """
    results = read_small(metrics)
    results = results[results["ensemble"] == "train"]
    values = ["mae", "mae_trivial", "relative_mae", "factor"]
    means = plotting.over_seeds(results, ["run", "target"], values).set_index(["run", "target"])
    calculated = read_small(statistics).pivot_table("value", "target", "quantity")
    paper = plotting.paper_values(claims)
    rows = []
    for target, (component, run, plain, name) in COMPONENTS.items():
        ours, unscaled = of_run(means, run, target), of_run(means, plain, target)
        stated = paper.get("bubbles.valley.offdiag_mae_unscaled") if plain else None
        rows.append(
            {
                "target": target,
                "component": component,
                "paper_mean": paper.get(f"bubbles.valley.mean.{name}"),
                **calculated.loc[target, ["mean", "mean_of_subbands"]],
                "paper_mae": paper.get(f"bubbles.valley.mae.{name}"),
                **ours[["mae", "mae_sd", "mae_trivial", "relative_mae"]],
                "paper_mae_unscaled": stated,
                "mae_unscaled": unscaled["mae"],
                "mae_unscaled_sd": unscaled["mae_sd"],
                "factor": ours["factor"],
                "seeds": ours["seeds"],
            }
        )
    return pd.DataFrame(rows).astype({"seeds": "Int64"})


def markdown(frame, scale):
    """Return the table as Markdown."""
    shown = frame.assign(
        **{key: [tables.number(mean, 4) for mean in frame[key]] for key in MEANS},
        shown_mae=tables.spreads(frame, "mae"),
        shown_mae_unscaled=tables.spreads(frame, "mae_unscaled"),
    )
    factor = tables.number(frame["factor"].max())
    note = (
        "Transmission from valley to valley (first index: outgoing) in 2e²/h: means over all "
        "samples, by subband with the same weight for each number of modes; errors on the test "
        f"set, mean ± standard deviation over seeds; scale: {scale}. Off-diagonal targets are "
        f"multiplied by {factor} for training, except in the columns named unscaled. Trivial: the "
        "best of a constant and the mean at the energy. The paper's flake has a side of 200 a."
    )
    return tables.markdown("Valley-resolved transmission (Sec. IV C)", note, shown, COLUMNS)


def draw(metrics, statistics, claims, scale):
    """Return the page in Markdown and the table."""
    frame = table(metrics, statistics, claims)
    return markdown(frame, scale), frame
