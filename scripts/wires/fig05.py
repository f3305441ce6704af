"""Figure 5: conductance of model I predicted by dense networks, and their error by system size."""

import textwrap

import numpy as np
import pandas as pd

from hamlearn import plotting
from hamlearn.files import read_small, read_table
from hamlearn.wires import ending
from hamlearn.wires.selection import of_family

RULES = {"train_plateau": (plotting.BLUE, "o"), "validation": (plotting.GREEN, "s")}
LINE = 24
"""Characters of a line of the legend."""


def networks(metrics):
    """Return the metrics of the networks of model I with the largest training set of each size."""
    return plotting.largest_training_set(of_family(read_small(metrics), "model_i"))


def error_by_size(table):
    """Return MAE of the model I networks and of the median by length and stopping rule."""
    values = ["mae", "mae_median", "relative_mae"]
    return plotting.over_seeds(table, ["length", "stopping", "run"], values)


@plotting.styled
def draw(predictions, metrics, claims, sizes, stopping, scale):
    """Draw one parity plot per size, and MAE against size with the median predictor.

    Parameters
    ----------
    predictions : sequence of path
        Predictions of the networks for all ``sizes`` (one seed), in any number of files.
    metrics, claims : path
        Metrics of all trainings; claims of the paper (its MAE are drawn beside ours).
    stopping : sequence of str
        Stopping rules; predictions of the networks trained by the first are drawn.

    Returns
    -------
    figure, frame : panel, length, series, true, predicted (parity plots, in G0); mae, mae_sd,
        seeds (last panel)
    """
    trained = networks(metrics)
    errors, paper = error_by_size(trained), plotting.paper_values(claims)
    ended = {rule: ending.in_words(part) for rule, part in trained.groupby("stopping")}
    figure = plotting.figure(plotting.TWO_COLUMNS, 4.4 if len(sizes) > 2 else 2.6, scale)
    left, right = figure.subfigures(1, 2, width_ratios=[1.75, 1])
    rows = -(-len(sizes) // 2)
    panels = left.subplots(rows, 2, sharex=True, sharey=True, squeeze=False).ravel()
    for axis in panels[len(sizes) :]:
        axis.remove()
    panels = panels[: len(sizes)]
    shown = errors[errors["stopping"] == stopping[0]].drop_duplicates("length")
    shown = shown.set_index("length").reindex(sizes)
    predicted = pd.concat([read_table(path) for path in predictions])
    tables = [
        predicted.loc[predicted["run"] == run, ["sample", "true", "predicted"]]
        for run in shown["run"]
    ]
    largest = max((table["true"].max() for table in tables if len(table)), default=3.0)
    upper = max(3.0, np.ceil(2 * largest) / 2)
    frames = []
    for mark, axis, size, table in zip("abcdefgh", panels, sizes, tables, strict=False):
        plotting.parity(
            axis,
            table["true"],
            table["predicted"],
            upper,
            s=1,
            color=plotting.BLUE,
            alpha=0.4,
        )
        text, row = f"{size}×{size}", shown.loc[size]
        if pd.notna(row.mae):
            text += f"\nMAE {row.mae:.3f} $G_0$\nmedian {row.mae_median:.3f} $G_0$"
            text += f"\nratio {row.relative_mae:.2f}"
        box = {"facecolor": "w", "edgecolor": "none", "alpha": 0.7, "pad": 1}
        axis.text(0.04, 0.96, text, transform=axis.transAxes, va="top", size=6.5, bbox=box)
        axis.set(xticks=np.arange(0, upper + 0.1), yticks=np.arange(0, upper + 0.1))
        frames.append(table.assign(panel=mark, length=size, series="parity"))

    for axis in panels[-2:]:
        axis.set_xlabel(r"$G_\mathrm{True}/G_0$")
        axis.tick_params(labelbottom=True)
    for axis in panels[::2]:
        axis.set_ylabel(r"$G_\mathrm{NN}/G_0$")
    summary = draw_errors(right.subplots(), errors, paper, sizes, ended)
    summary.insert(0, "panel", "abcdefghi"[len(sizes)])
    plotting.letter([*panels, *right.axes])
    return figure, pd.concat([*frames, summary], ignore_index=True)


def draw_errors(axis, errors, paper, sizes, ended):
    """Draw MAE against size: both stopping rules, the median predictor, and the paper's values.

    `ended` says, by stopping rule, what ended the trainings.
    """
    drawn = []
    positions = {size: number for number, size in enumerate(sizes)}
    errors = errors[errors["length"].isin(sizes)]
    for number, (rule, (colour, marker)) in enumerate(RULES.items()):
        rows = errors[errors["stopping"] == rule]
        if rows.empty:
            continue
        x = rows["length"].map(positions) + 0.08 * (number - 0.5)
        label = textwrap.fill(ended[rule], LINE)
        style = {"color": colour, "marker": marker, "label": label}
        plotting.errorbar(axis, x, rows["mae"], rows["mae_sd"], **style)
        drawn.append(rows.assign(series=rule)[["length", "series", "mae", "mae_sd", "seeds"]])
    trivial = errors.groupby("length", as_index=False)["mae_median"].mean()
    trivial = trivial.rename(columns={"mae_median": "mae"}).assign(series="median predictor")
    stated = [(size, paper.get(f"wires.model_i.mae.{size}x{size}")) for size in sizes]
    stated = pd.DataFrame([row for row in stated if row[1]], columns=["length", "mae"])
    stated["series"] = "paper"
    plotting.marks(axis, trivial["length"].map(positions), trivial["mae"], "median predictor")
    plotting.stated(axis, stated["length"].map(positions), stated["mae"])
    axis.set(xlabel="system size", ylabel="MAE ($G_0$)", xlim=(-0.5, len(sizes) - 0.5))
    axis.set_xticks(range(len(sizes)), [f"{size}×{size}" for size in sizes])
    axis.set_ylim(0, 1.05 * axis.get_ylim()[1])
    axis.legend(title=f"DNN: {plotting.seeds_in_words(errors['seeds'])}", loc="lower right")
    return pd.concat([*drawn, trivial, stated], ignore_index=True)
