"""Table: what the energy given twice, and the number of modes, are worth (Sec. III C)."""

import pandas as pd

from hamlearn import plotting, tables
from hamlearn.bubbles.evidence.training import late_ranges, reduction_percent
from hamlearn.files import read_small

NETWORKS = {  # run: what differs, claim of the MAE, claim of the reduction
    "full": ("energy image (A), second branch (B)", "total.mae", None),
    "no_a": ("without A", "redundancy.mae_without_a", "redundancy.reduction_a"),
    "no_a_zero": ("zeros for A", None, None),
    "no_b": ("without B", "redundancy.mae_without_b", "redundancy.reduction_b"),
    "smooth": ("without the number of modes in B", None, None),
}
COLUMNS = {
    "network": "network",
    "parameters": "parameters",
    "paper_mae": "MAE, paper",
    "shown_mae": "MAE, ours",
    "shown_late": "late MAE (range)",
    "relative_mae": "ours / trivial",
    "paper_reduction_percent": "reduction (%), paper",
    "reduction_percent": "reduction (%), ours",
    "epochs": "epochs",
    "compared_epochs": "compared after",
    "seeds": "seeds",
}


def table(metrics, histories, claims):
    """Return the MAE of each network, and how much smaller that of the full network is.

    Returns
    -------
    pandas.DataFrame
        run, network, parameters, epochs, paper_mae, mae, mae_sd, mae_trivial, relative_mae (2e²/h,
        test set, last epoch), late_mae, late_least, late_most (the same over the last quarter of
        the epochs), paper_reduction_percent, reduction_percent = (1 - late MAE of the full
        network / late MAE), in percent, after `compared_epochs` that both have, and its standard
        deviation over seeds, seeds. Networks that were not trained have no row.
    """
    results, histories = read_small(metrics), read_small(histories)
    results = results[(results["ensemble"] == "train") & (results["target"] == "total")]
    values = ["mae", "mae_trivial", "relative_mae"]
    late = late_ranges(histories, results, list(NETWORKS))
    late = late[["late_mae", "late_least", "late_most"]]
    means = plotting.over_seeds(results, ["run", "parameters", "epochs"], values).set_index("run")
    paper = plotting.paper_values(claims)
    rows = []
    for run, (network, mae, reduction) in NETWORKS.items():
        if run not in means.index:
            continue
        ours = means.loc[run]
        rows.append(
            {
                "run": run,
                "network": network,
                **ours[["parameters", "epochs"]].astype(int),
                "paper_mae": paper.get(f"bubbles.{mae}"),
                **ours[["mae", "mae_sd", "mae_trivial", "relative_mae"]],
                **late.loc[run],
                "paper_reduction_percent": paper.get(f"bubbles.{reduction}"),
                **reduced(histories, run),
                "seeds": int(ours["seeds"]),
            }
        )
    return pd.DataFrame(rows)


def reduced(histories, run):
    """Return the reduction of the error that a network is compared for, none for the full one."""
    names = ("reduction_percent", "reduction_percent_sd", "compared_epochs")
    if run == "full":
        return dict.fromkeys(names, float("nan"))
    found, used = reduction_percent(histories, run)
    return dict(zip(names, (found.mean(), found.std(), used["epochs"]), strict=True))


def markdown(frame, scale):
    """Return the table as Markdown."""
    shown = frame.assign(
        shown_mae=tables.spreads(frame, "mae"),
        shown_late=[
            f"{row.late_mae:.3f} ({row.late_least:.3f} to {row.late_most:.3f})"
            for row in frame.itertuples()
        ],
        reduction_percent=tables.spreads(frame, "reduction_percent", decimals=1),
    )
    note = (
        f"Error of the total transmission in 2e²/h on the test set; scale: {scale}. Ours: mean ± "
        "standard deviation over seeds, after the last epoch. Late MAE: mean over the last quarter "
        "of the epochs, and range in all seeds. Reduction: by how much that of the full network is "
        "below that of this one, in the epochs that both have (compared after). Without A the "
        "flattened features are half as many; zeros for A keep the number of parameters. Trivial: "
        "the best of a constant, the mean at the energy, and T = 2n + 1. The paper's flake has a "
        "side of 200 a."
    )
    return tables.markdown("Redundant inputs (Sec. III C)", note, shown, COLUMNS)


def draw(metrics, histories, claims, scale):
    """Return the page in Markdown and the table."""
    frame = table(metrics, histories, claims)
    return markdown(frame, scale), frame
