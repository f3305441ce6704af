"""Table: every mean absolute error of the paper beside ours and beside the trivial predictors."""

import pandas as pd

from hamlearn import plotting
from hamlearn.claims import show
from hamlearn.files import read_small
from hamlearn.wires import ending
from hamlearn.wires.plan import BIAS_CONDUCTANCE, CONDUCTANCE
from hamlearn.wires.selection import (
    fig12,
    largest,
    model_ii,
    model_ii_by_the_papers_rule,
    of_family,
)

ROMAN = {"ii": "II", "iii": "III", "iv": "IV"}
COLUMNS = {
    "system": "system",
    "network": "network",
    "n_train_paper": "N_train, paper",
    "n_train": "N_train, ours",
    "paper": "MAE, paper",
    "mae": "MAE, ours",
    "mae_median": "median predictor",
    "mae_count": "impurity count",
    "relative_mae": "ours / trivial",
    "seeds": "seeds",
}
VALUES = ["mae", "mae_median", "mae_count", "mae_trivial", "relative_mae"]


def name_network(rows):
    """Return architecture, hidden layers and end of the training of one network in words."""
    first = rows.iloc[0]
    kinds = {"dnn": f"DNN {first.hidden:.0f}×{first.neurons:.0f}", "cnn": "CNN"}
    return f"{kinds.get(first.architecture, 'scattering network')}, {ending.in_words(rows)}"


def selections(metrics):
    """Yield (claim or "", system, rows of the metrics) for each line of the table, in its order."""
    dnns = plotting.largest_training_set(of_family(metrics, "model_i"))
    own = of_family(metrics, "scattering")
    for size in sorted({*dnns["length"], *own.loc[own["model"] == "i", "length"]}):
        name, dense = f"model I, {size}×{size}", dnns[dnns["length"] == size]
        for stopping in ("train_plateau", "validation"):
            yield f"model_i.mae.{size}x{size}", name, dense[dense["stopping"] == stopping]
        yield "", name, own[(own["model"] == "i") & (own["length"] == size)]
    for target, symbol, claim in (
        (CONDUCTANCE, "G", "model_ii.mae_g"),
        (BIAS_CONDUCTANCE, "Ḡ", "model_ii.mae_gbar"),
    ):
        rows, name = model_ii(metrics, target), f"model II, {symbol}"
        if target == CONDUCTANCE:
            yield f"{claim}.30k", name, rows[rows["n_train"] == rows["n_train"].min()]
        yield f"{claim}.80k", name, largest(rows)
        yield f"{claim}.80k", name, model_ii_by_the_papers_rule(metrics, target)
    yield "", "model II, G", own[own["trained_on"] == "ii"]
    yield from appendix(metrics)


def appendix(metrics):
    """Yield the lines of the appendices, as :func:`selections` does."""
    for size in (3, 4):
        rows = of_family(metrics, "training_set", length=size)
        rows = rows[rows["hidden"] == rows["hidden"].min()]
        rows = rows[rows["neurons"] == rows["neurons"].min()]
        # the paper's number if it was trained, else the largest
        most = {3: 2**16, 4: 2**18}[size]
        chosen = most if (rows["n_train"] == most).any() else rows["n_train"].max()
        name = f"model I, {size}×{size}, w = 2"
        yield f"app_a.fig9.mae.{size}x{size}", name, rows[rows["n_train"] == chosen]
    for length, width, claim in ((1, 1, "1x1"), (1, 2, "1x2"), (2, 1, "1x2")):
        rows = largest(of_family(metrics, "one_and_two_sites", length=length, width=width))
        yield f"app_a.mae.{claim}", f"model I, {length}×{width}, w = 2", rows
    disorders = of_family(metrics, "disorder_strength")
    for disorder, rows in disorders.groupby("disorder_t"):
        yield "", f"model I, 3×3, w = {disorder:g}", rows
    for model, roman in ROMAN.items():
        rows = fig12(metrics)
        yield f"app_b.mae.{model}", f"model {roman}, G", rows[rows["model"] == model]
        rows = of_family(metrics, "species", model=model, architecture="cnn")
        yield "", f"model {roman}, G", rows


def table(metrics, claims):
    """Return one row per error: the paper's value, ours over seeds, and the trivial predictors.

    Returns
    -------
    pandas.DataFrame
        claim (id or empty), system, length, width, network, n_train_paper, n_train, n_test,
        paper, mae, mae_sd, mae_median, mae_count, mae_trivial, relative_mae
        (mae / mae_trivial), seeds. Systems that were not trained have no row.
    """
    ledger = plotting.load(claims)
    stated = {claim.id: claim for claim in ledger.results}
    lines = []
    for claim, system, rows in selections(read_small(metrics)):
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
                "network": name_network(rows),
                "n_train_paper": entry.needs.get("n_train") if entry else None,
                "n_train": first.n_train,
                "n_test": first.n_test,
                "paper": entry.value if entry else None,
                **mean,
                "mae_sd": rows["mae"].std(ddof=1),
                "seeds": int(rows["mae"].notna().sum()),
            }
        )
    frame = pd.DataFrame(lines)
    return frame.astype({"n_train_paper": "Int64"})


def markdown(frame, scale):
    """Return the table as Markdown, errors in G0, with a paragraph that explains it."""
    shown = frame.copy()
    shown["mae"] = [
        show(row.mae) + (f" ± {show(row.mae_sd)}" if row.seeds > 1 else "")
        for row in frame.itertuples()
    ]
    for column in ("mae_median", "mae_count"):
        shown[column] = [show(value) if pd.notna(value) else "" for value in frame[column]]
    shown["relative_mae"] = [show(value) for value in frame["relative_mae"]]
    shown["paper"] = [f"{value:g}" if pd.notna(value) else "" for value in frame["paper"]]
    for column in ("n_train", "n_train_paper"):
        shown[column] = [plotting.thousands(v) if pd.notna(v) else "" for v in frame[column]]
    header = "| " + " | ".join(COLUMNS.values()) + " |"
    rule = "|" + "---|" * len(COLUMNS)
    rows = ("| " + " | ".join(map(str, row)) + " |" for row in shown[list(COLUMNS)].values)
    note = (
        f"Mean absolute errors in G0 = 2e²/h on the test set; scale: {scale}. Ours: mean ± "
        "standard deviation over seeds. The trivial predictor is the median of the training "
        "targets for model I, and the impurity count for models II to IV, which the paper studies "
        "at 40×40. The paper trains until the training loss is lowest; a training that ended at "
        "our largest number of epochs is marked (cap). Where some training samples are held out, "
        "which is ours, the weights of their lowest loss are kept."
    )
    return "\n".join(["# Errors of the study wires", "", note, "", header, rule, *rows, ""])


def draw(metrics, claims, scale):
    """Return the table as Markdown, and all its numbers."""
    errors = table(metrics, claims)
    return markdown(errors, scale), errors
