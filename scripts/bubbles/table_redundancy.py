"""Table: what the energy given twice, and the number of modes, are worth (Sec. III C)."""

import pandas as pd

from hamlearn import files, jobs, plotting, tables

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
    "relative_mae": "ours / trivial",
    "paper_reduction_percent": "reduction (%), paper",
    "reduction_percent": "reduction (%), ours",
    "seeds": "seeds",
}


def table(metrics, claims):
    """Return the MAE of each network, and how much smaller that of the full network is.

    Returns
    -------
    pandas.DataFrame
        run, network, parameters, paper_mae, mae, mae_sd, mae_trivial, relative_mae (2e²/h, test
        set), paper_reduction_percent, reduction_percent = (1 - MAE of the full network / MAE), in
        percent, and its standard deviation over seeds, seeds. Networks that were not trained have
        no row.
    """
    results = pd.read_csv(metrics)
    results = results[(results["ensemble"] == "train") & (results["target"] == "total")]
    full = results[results["run"] == "full"].set_index("seed")["mae"]
    results = results.assign(reduction=100 * (1 - results["seed"].map(full) / results["mae"]))
    values = ["mae", "mae_trivial", "relative_mae", "reduction"]
    means = plotting.over_seeds(results, ["run", "parameters"], values).set_index("run")
    paper = plotting.paper_values(claims)
    rows = []
    for run, (network, mae, reduction) in NETWORKS.items():
        if run not in means.index:
            continue
        ours = means.loc[run]
        of_full = means["mae"].get("full", float("nan"))
        rows.append(
            {
                "run": run,
                "network": network,
                "parameters": int(ours["parameters"]),
                "paper_mae": paper.get(f"bubbles.{mae}"),
                **ours[["mae", "mae_sd", "mae_trivial", "relative_mae"]],
                "paper_reduction_percent": paper.get(f"bubbles.{reduction}"),
                "reduction_percent": 100 * (1 - of_full / ours["mae"]),
                "reduction_percent_sd": ours["reduction_sd"],
                "seeds": int(ours["seeds"]),
            }
        )
    return pd.DataFrame(rows)


def markdown(frame, scale):
    """Return the table as Markdown."""
    shown = frame.assign(
        shown_mae=tables.spreads(frame, "mae"),
        reduction_percent=tables.spreads(frame, "reduction_percent", decimals=1),
    )
    shown.loc[shown["run"] == "full", "reduction_percent"] = ""
    note = (
        f"Error of the total transmission in 2e²/h on the test set; scale: {scale}. Ours: mean ± "
        "standard deviation over seeds. Reduction: by how much the MAE of the full network is "
        "below that of this one. Without A the flattened features are half as many; zeros for A "
        "keep the number of parameters. Trivial: the best of a constant, the mean at the energy, "
        "and T = 2n + 1. The paper's flake has a side of 200 a."
    )
    return tables.markdown("Redundant inputs (Sec. III C)", note, shown, COLUMNS)


if "snakemake" in globals():
    with jobs.logged(snakemake.log[0]):
        errors = table(snakemake.input.metrics, snakemake.input.claims)
        files.write_csv(snakemake.output.csv, errors)
        files.write_text(snakemake.output.markdown, markdown(errors, snakemake.params.scale))
