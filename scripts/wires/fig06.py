"""Figure 6: conductance of model II predicted by convolutional networks; learning curves."""

import textwrap

import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator

from hamlearn import plotting
from hamlearn.files import read_small, read_table
from hamlearn.wires import ending
from hamlearn.wires.plan import BIAS_CONDUCTANCE, CONDUCTANCE
from hamlearn.wires.selection import largest, model_ii, model_ii_by_the_papers_rule

SERIES = (
    (CONDUCTANCE, "G", "wires.model_ii.mae_g"),
    (BIAS_CONDUCTANCE, r"\bar{G}", "wires.model_ii.mae_gbar"),
)
HISTOGRAMS = {
    "histogram_true": (r"$P_\mathrm{True}$", {"linestyle": "-", "color": plotting.RED}),
    "histogram_predicted": (r"$P_\mathrm{NN}$", {"linestyle": "--", "color": plotting.BLUE}),
}
FIG6, PAPERS_RULE = "CNN", "CNN by the paper's rule"
"""Names of the series of networks among the drawn values."""
LINE = 30
"""Characters of a line of a legend."""


def of_largest(table, metrics, target):
    """Return the rows of a table that belong to the network with the most training samples."""
    return table[table["run"].isin(largest(model_ii(metrics, target))["run"])]


def draw_parity(axis, table, symbol, upper):
    """Draw predicted against true conductance coloured by error, and return what is drawn.

    The colour bar ends where one error in a thousand is larger, so that rare outliers do not
    take all its range.
    """
    table = table.dropna(subset=["true", "predicted"])
    difference = (table["predicted"] - table["true"]).abs()
    order = np.argsort(difference.to_numpy())
    points = plotting.parity(
        axis,
        table["true"].to_numpy()[order],
        table["predicted"].to_numpy()[order],
        upper,
        c=difference.to_numpy()[order],
        cmap="cividis_r",
        vmin=0,
        vmax=difference.quantile(0.999) if len(table) else None,
        s=2.5 * plotting.point_area(len(table)),
        line_above=False,
    )
    bar = axis.figure.colorbar(points, ax=axis, aspect=25, pad=0.02, extend="max")
    names = (rf"{symbol}_\mathrm{{NN}}", rf"{symbol}_\mathrm{{True}}")
    bar.set_label(rf"$|{names[0]} - {names[1]}|/G_0$")
    axis.set(xlabel=f"${names[1]}/G_0$", ylabel=f"${names[0]}/G_0$")
    return table[["sample", "true", "predicted"]].assign(series="parity")


def draw_histograms(axis, shares, symbol, upper):
    """Draw the distributions of true and predicted conductance, as the claims are judged by."""
    inset = axis.inset_axes([0.56, 0.13, 0.41, 0.34])
    first = shares[shares["seed"] == shares["seed"].min()]
    for quantity, (name, style) in HISTOGRAMS.items():
        rows = first[first["quantity"] == quantity]
        centre = (rows["low"] + rows["high"]) / 2
        inset.plot(centre, rows["value"], linewidth=0.8, label=name, **style)
    inset.set(yscale="log", xlim=(-0.02 * upper, upper))
    inset.tick_params(labelsize=plotting.SMALLEST, pad=1, length=1.5, which="both")
    inset.set_title(f"$P({symbol})$", size=7, pad=1)
    inset.legend(fontsize=plotting.SMALLEST, borderaxespad=0.1, handlelength=1.2, borderpad=0.1)
    columns = {"value": "share", "quantity": "series"}
    return first[["quantity", "low", "high", "value"]].rename(columns=columns)


def draw_learning(axis, metrics, target, paper, claim):
    """Draw MAE against training samples with the count predictor, and the paper's end points."""
    trained, flat = model_ii(metrics, target), model_ii_by_the_papers_rule(metrics, target)
    rows = plotting.over_seeds(trained, ["n_train"], ["mae", "mae_count"])
    thousands = rows["n_train"] / 1000
    style = {"color": plotting.BLUE, "marker": "o", "label": in_words(trained)}
    plotting.errorbar(axis, thousands, rows["mae"], rows["mae_sd"], **style)
    if len(flat):
        style = {"color": plotting.ORANGE, "marker": "s", "label": in_words(flat)}
        flat = plotting.over_seeds(flat, ["n_train"], ["mae", "mae_count"])
        plotting.errorbar(axis, flat["n_train"] / 1000, flat["mae"], flat["mae_sd"], **style)
    draw_count(axis, thousands, rows["mae_count"])
    ends = {"30k": rows["n_train"].min(), "80k": rows["n_train"].max()}
    stated = [(end, paper[f"{claim}.{end}"]) for end in ends if f"{claim}.{end}" in paper]
    for number, (_, value) in enumerate(stated):
        text = "paper: " + " to ".join(f"{value:g}" for _, value in stated)
        label = text if number == 0 else None
        axis.axhline(value, color=plotting.RED, linewidth=0.8, linestyle=":", label=label)
    axis.set(xlabel=r"$N_\mathrm{train}$ (thousands)", ylabel="MAE ($G_0$)")
    if 0 < len(rows) < 7:
        axis.set_xticks(thousands, [f"{value:g}" for value in thousands])
    axis.yaxis.set_major_locator(MaxNLocator(5))
    axis.margins(x=0.08)
    words = plotting.seeds_in_words(rows["seeds"])
    axis.legend(title=words, loc="center left", bbox_to_anchor=(1.0, 0.5))
    paper_rows = pd.DataFrame(
        [(ends[end], value, "paper") for end, value in stated],
        columns=["n_train", "mae", "series"],
    )
    ours = [rows.assign(series=FIG6), flat.assign(series=PAPERS_RULE)]
    return pd.concat([*ours, paper_rows], ignore_index=True)


def in_words(rows):
    """Return what some convolutional networks are, in a few lines."""
    return textwrap.fill(f"CNN, {ending.in_words(rows)}", LINE)


def draw_count(axis, x, mae):
    """Draw the error of the regression on the impurity count."""
    style = {"color": plotting.GREY, "marker": "_", "label": "impurity count"}
    axis.plot(x, mae, "--", **style)


def draw_by_concentration(axis, rows, metrics, target):
    """Draw the MAE in intervals of the impurity concentration, network and count predictor."""
    best = largest(model_ii(metrics, target))
    by = ["concentration_low", "concentration_high"]
    rows = plotting.over_seeds(rows, by, ["mae", "mae_count"])
    middle = 50 * (rows["concentration_low"] + rows["concentration_high"])
    count = plotting.thousands(best["n_train"].max()) if len(best) else "no"
    style = {"color": plotting.BLUE, "marker": "o", "label": f"CNN, {count} wires"}
    plotting.errorbar(axis, middle, rows["mae"], rows["mae_sd"], **style)
    draw_count(axis, middle, rows["mae_count"])
    axis.set(xlabel="$n$ (%)", ylabel="MAE ($G_0$)", xlim=(0, 100))
    if (rows["mae"] > 0).any():
        axis.set_yscale("log")
        # the count predictor is exact to machine precision where nothing is transmitted
        axis.set_ylim(bottom=max(axis.get_ylim()[0], 1e-4))
    return rows.assign(series="MAE by concentration")


@plotting.styled
def draw(predictions, metrics, by_concentration, statistics, claims, scale):
    """Draw parity (a, c), learning curve (b, d) and MAE by concentration (e, f), for G and Gbar.

    Parameters
    ----------
    predictions : sequence of path
        Predictions for both targets (one seed), in any number of files; the run with the most
        training samples is drawn.
    metrics, by_concentration, statistics, claims : path
        Metrics of all trainings, their MAE in intervals of concentration, the histograms of the
        insets, claims of the paper.

    Returns
    -------
    figure, frame : panel, series and the columns of each series
    """
    tables = [read_small(path) for path in (metrics, by_concentration, statistics)]
    metrics, by_n, shares = tables
    paper = plotting.paper_values(claims)
    predicted = pd.concat([read_table(path) for path in predictions])
    predicted = predicted[predicted["ensemble"] == "ii"]
    chosen = [of_largest(predicted, metrics, target) for target, _, _ in SERIES]
    upper = 4 * np.ceil(np.nanmax([table["true"].max() for table in chosen]) / 4 - 1e-6)
    figure = plotting.figure(plotting.TWO_COLUMNS, 6.6, scale)
    above, below = figure.subfigures(2, 1, height_ratios=[2.2, 1])
    grid = above.subplots(2, 2, sharex="col", width_ratios=[1, 0.85])
    last = below.subplots(1, 2, sharex=True, sharey=True)
    drawn = {}
    for k, (table, (target, symbol, claim)) in enumerate(zip(chosen, SERIES, strict=True)):
        parity, curve = grid[k]
        points = draw_parity(parity, table, symbol, upper)
        histograms = draw_histograms(parity, of_largest(shares, metrics, target), symbol, upper)
        drawn["ac"[k]] = pd.concat([points, histograms])
        drawn["bd"[k]] = draw_learning(curve, metrics, target, paper, claim)
        rows = of_largest(by_n, metrics, target)
        drawn["ef"[k]] = draw_by_concentration(last[k], rows, metrics, target)
        last[k].set_title(f"${symbol}$")
    grid[0, 0].tick_params(labelbottom=True)  # of another quantity than those below
    grid[0, 1].set_xlabel("")
    last[0].legend()
    last[1].set_ylabel("")
    plotting.letter([*grid.ravel(), *last])
    frames = [drawn[mark].assign(panel=mark) for mark in sorted(drawn)]
    return figure, pd.concat(frames, ignore_index=True)
