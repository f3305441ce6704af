"""Table: every mean absolute error of the paper beside ours and beside the trivial predictors."""

import pandas as pd

from hamlearn import files, jobs, plotting

MODEL_I = r"(?:model|scattering)_i_(\d+)"
PAPER_DEPTH = 3
ROMAN = {"ii": "II", "iii": "III", "iv": "IV"}
COLUMNS = {
    "system": "system",
    "network": "network",
    "n_train_paper": "N_train, paper",
    "n_train": "N_train, ours",
    "paper_g0": "MAE, paper",
    "mae": "MAE, ours",
    "mae_median_g0": "median predictor",
    "mae_count_g0": "impurity count",
    "relative_mae": "ours / trivial",
    "seeds": "seeds",
}
VALUES = ["mae_g0", "mae_median_g0", "mae_count_g0", "mae_trivial_g0", "relative_mae"]


def name_network(row):
    """Return architecture, hidden layers and stopping rule of a network in words."""
    rule = {"train_plateau": "flat training loss"}.get(row.stopping, row.stopping)
    if row.architecture == "dnn":
        return f"DNN {row.hidden:.0f}×{row.neurons:.0f}, {rule}"
    return f"CNN, {rule}" if row.architecture == "cnn" else "scattering network"


def selections(metrics):
    """Yield (claim or "", system, rows of the metrics) for each line of the table, in its order."""
    sizes = metrics["group"].str.extract(f"^{MODEL_I}$")[0].dropna().astype(int).unique()
    for size in sorted(sizes):
        name = f"model I, {size}×{size}"
        dense = plotting.largest_training_set(metrics[metrics["group"] == f"model_i_{size}"])
        for stopping in ("train_plateau", "validation"):
            yield f"model_i.mae.{size}x{size}", name, dense[dense["stopping"] == stopping]
        yield "", name, metrics[metrics["group"] == f"scattering_i_{size}"]
    for target, symbol in (("conductance", "G"), ("bias", "Ḡ")):
        rows = metrics[metrics["group"] == f"model_ii_{target}"]
        claim = {"conductance": "model_ii.mae_g", "bias": "model_ii.mae_gbar"}[target]
        if target == "conductance":
            few = rows[rows["n_train"] == rows["n_train"].min()]
            yield f"{claim}.30k", f"model II, {symbol}", few
        many = rows[rows["n_train"] == rows["n_train"].max()]
        yield f"{claim}.80k", f"model II, {symbol}", many
        flat = metrics[metrics["group"] == f"plateau_ii_{target}"]
        yield f"{claim}.80k", f"model II, {symbol}", flat
    yield "", "model II, G", metrics[metrics["group"] == "scattering_ii"]
    yield from appendix(metrics)


def appendix(metrics):
    """Yield the lines of the appendices, as :func:`selections` does."""
    for size in (3, 4):
        rows = metrics[metrics["group"] == f"fig09_{size}"]
        rows = rows[rows["hidden"] == rows["hidden"].min()]
        rows = rows[rows["neurons"] == rows["neurons"].min()]
        # the paper's number if it was trained, else the largest
        most = {3: 2**16, 4: 2**18}[size]
        chosen = most if (rows["n_train"] == most).any() else rows["n_train"].max()
        name = f"model I, {size}×{size}, w = 2"
        yield f"app_a.fig9.mae.{size}x{size}", name, rows[rows["n_train"] == chosen]
    for shape, claim in (("1x1", "1x1"), ("1x2", "1x2"), ("2x1", "1x2")):
        rows = plotting.largest_training_set(metrics[metrics["group"] == f"small_{shape}"])
        yield f"app_a.mae.{claim}", f"model I, {shape.replace('x', '×')}, w = 2", rows
    disorders = metrics[metrics["group"].str.startswith("disorder_")]
    for disorder, rows in disorders.groupby("disorder_t"):
        yield "", f"model I, 3×3, w = {disorder:g}", rows
    for model, roman in ROMAN.items():
        rows = metrics[metrics["group"] == f"species_dnn_{model}"]
        depth = rows.loc[rows["hidden"] <= PAPER_DEPTH, "hidden"].max()
        rows = rows[rows["hidden"] == depth]
        rows = rows[rows["neurons"] == rows["neurons"].max()]
        yield f"app_b.mae.{model}", f"model {roman}, G", rows
        yield "", f"model {roman}, G", metrics[metrics["group"] == f"species_cnn_{model}"]


def table(metrics, claims):
    """Return one row per error: the paper's value, ours over seeds, and the trivial predictors.

    Returns
    -------
    pandas.DataFrame
        claim (id or empty), system, length, width, network, n_train_paper, n_train, n_test,
        paper_g0, mae_g0, mae_g0_sd, mae_median_g0, mae_count_g0, mae_trivial_g0, relative_mae
        (mae_g0 / mae_trivial_g0), seeds. Systems that were not trained have no row.
    """
    ledger = plotting.load(claims)
    stated = {claim.id: claim for claim in ledger.results}
    lines = []
    for claim, system, rows in selections(pd.read_csv(metrics)):
        if rows.empty:
            continue
        first, mean = rows.iloc[0], rows[VALUES].mean()
        entry = stated.get(f"wires.{claim}")
        size = f", {first.length}×{first.width}" if first.model != "i" else ""
        lines.append(
            {
                "claim": entry.id if entry else "",
                "system": system + size,
                "length": first.length,
                "width": first.width,
                "network": name_network(first),
                "n_train_paper": entry.needs.get("n_train") if entry else None,
                "n_train": first.n_train,
                "n_test": first.n_test,
                "paper_g0": entry.value if entry else None,
                **mean,
                "mae_g0_sd": rows["mae_g0"].std(ddof=1),
                "seeds": int(rows["mae_g0"].notna().sum()),
            }
        )
    frame = pd.DataFrame(lines)
    return frame.astype({"n_train_paper": "Int64"})


def markdown(frame, scale):
    """Return the table as Markdown, errors in G0, with a paragraph that explains it."""
    shown = frame.copy()
    shown["mae"] = [
        f"{row.mae_g0:.3f}" + (f" ± {row.mae_g0_sd:.3f}" if row.seeds > 1 else "")
        for row in frame.itertuples()
    ]
    for column in ("mae_median_g0", "mae_count_g0"):
        shown[column] = [f"{value:.3f}" if pd.notna(value) else "" for value in frame[column]]
    shown["relative_mae"] = [f"{value:.2f}" for value in frame["relative_mae"]]
    shown["paper_g0"] = [f"{value:g}" if pd.notna(value) else "" for value in frame["paper_g0"]]
    for column in ("n_train", "n_train_paper"):
        shown[column] = [f"{value:,}" if pd.notna(value) else "" for value in frame[column]]
    header = "| " + " | ".join(COLUMNS.values()) + " |"
    rule = "|" + "---|" * len(COLUMNS)
    rows = ("| " + " | ".join(map(str, row)) + " |" for row in shown[list(COLUMNS)].values)
    note = (
        f"Mean absolute errors in G0 = 2e²/h on the test set; scale: {scale}. Ours: mean ± "
        "standard deviation over seeds. The trivial predictor is the median of the training "
        "targets for model I, and the impurity count for models II to IV, which the paper studies "
        'at 40×40. "Flat training loss" is the paper\'s stopping rule, "validation" ours.'
    )
    return "\n".join(["# Errors of the study wires", "", note, "", header, rule, *rows, ""])


if "snakemake" in globals():
    with jobs.logged(snakemake.log[0]):
        errors = table(snakemake.input.metrics, snakemake.input.claims)
        files.write_csv(snakemake.output.csv, errors)
        files.write_text(snakemake.output.markdown, markdown(errors, snakemake.params.scale))
