"""Figure 6: conductance of model II predicted by convolutional networks; learning curves."""

import numpy as np
import pandas as pd

from hamlearn import plotting
from hamlearn.files import read_table
from hamlearn.wires.plan import BIAS_CONDUCTANCE, CONDUCTANCE
from hamlearn.wires.selection import largest, model_ii, model_ii_by_the_papers_rule

SERIES = (
    (CONDUCTANCE, "G", "wires.model_ii.mae_g"),
    (BIAS_CONDUCTANCE, r"\bar{G}", "wires.model_ii.mae_gbar"),
)


def of_largest(table, metrics, target):
    """Return the rows of a table that belong to the network with the most training samples."""
    return table[table["run"].isin(largest(model_ii(metrics, target))["run"])]


def draw_parity(figure, axis, table, symbol, half_bin, upper):
    """Draw predicted against true conductance coloured by error, with the two histograms inset.

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
    bar = figure.colorbar(points, ax=axis, aspect=25, pad=0.02, extend="max")
    names = (rf"{symbol}_\mathrm{{NN}}", rf"{symbol}_\mathrm{{True}}")
    bar.set_label(rf"$|{names[0]} - {names[1]}|/G_0$")
    axis.set(xlabel=f"${names[1]}/G_0$", ylabel=f"${names[0]}/G_0$")
    inset = axis.inset_axes([0.6, 0.13, 0.38, 0.32])
    frames = []
    for column, colour, style, name in (
        ("true", plotting.RED, "-", r"$P_\mathrm{True}$"),
        ("predicted", plotting.BLUE, "--", r"$P_\mathrm{NN}$"),
    ):
        centre, share = plotting.histogram(table[column], half_bin)
        shown = share > 0
        inset.plot(centre[shown], share[shown], style, color=colour, linewidth=0.8, label=name)
        frames.append(pd.DataFrame({"conductance_g0": centre, "share": share, "series": column}))
    inset.set_yscale("log")
    inset.set_xlim(-0.02 * upper, upper)
    inset.tick_params(labelsize=5, pad=1, length=1.5, which="both")
    inset.set_title(f"$P({symbol})$", size=6, pad=1)
    inset.legend(fontsize=5.5, borderaxespad=0.2, handlelength=1.2)
    points = table[["sample", "true", "predicted"]].assign(series="parity")
    return pd.concat([points, *frames], ignore_index=True)


def draw_learning(axis, metrics, target, paper, claim):
    """Draw MAE against training samples with the count predictor, and the paper's end points."""
    rows = model_ii(metrics, target)
    rows = plotting.over_seeds(rows, ["n_train"], ["mae", "mae_count"])
    thousands = rows["n_train"] / 1000
    style = {"color": plotting.BLUE, "marker": "o", "label": "CNN"}
    plotting.errorbar(axis, thousands, rows["mae"], rows["mae_sd"], **style)
    style = {"color": plotting.GREY, "marker": "_", "label": "impurity count"}
    axis.plot(thousands, rows["mae_count"], "--", **style)
    flat = model_ii_by_the_papers_rule(metrics, target)
    flat = plotting.over_seeds(flat, ["n_train"], ["mae", "mae_count"])
    style = {"color": plotting.ORANGE, "marker": "s", "label": "CNN, flat training loss"}
    if len(flat):
        plotting.errorbar(axis, flat["n_train"] / 1000, flat["mae"], flat["mae_sd"], **style)
    ends = {"30k": rows["n_train"].min(), "80k": rows["n_train"].max()}
    stated = [(end, paper[f"{claim}.{end}"]) for end in ends if f"{claim}.{end}" in paper]
    for number, (_, value) in enumerate(stated):
        text = "paper: " + " to ".join(f"{value:g}" for _, value in stated)
        label = text if number == 0 else None
        axis.axhline(value, color=plotting.RED, linewidth=0.8, linestyle=":", label=label)
    axis.set(xlabel=r"$N_\mathrm{train}$ (thousands)", ylabel="MAE ($G_0$)")
    if 0 < len(rows) < 7:
        axis.set_xticks(thousands, [f"{value:g}" for value in thousands])
    low, high = axis.get_ylim()
    axis.set_ylim(max(0, low - 0.1 * (high - low)), high + 0.65 * (high - low))
    axis.margins(x=0.08)
    axis.legend(loc="upper right")
    paper_rows = pd.DataFrame(
        [(ends[end], value, "paper") for end, value in stated],
        columns=["n_train", "mae", "series"],
    )
    ours = [rows.assign(series="CNN"), flat.assign(series="CNN, flat training loss")]
    return pd.concat([*ours, paper_rows], ignore_index=True)


def draw_by_concentration(axis, rows):
    """Draw the MAE in intervals of the impurity concentration, network and count predictor."""
    by = ["concentration_low", "concentration_high"]
    rows = plotting.over_seeds(rows, by, ["mae", "mae_count"])
    middle = 50 * (rows["concentration_low"] + rows["concentration_high"])
    style = {"color": plotting.BLUE, "marker": "o", "label": "CNN"}
    plotting.errorbar(axis, middle, rows["mae"], rows["mae_sd"], **style)
    style = {"color": plotting.GREY, "marker": "_", "label": "impurity count"}
    axis.plot(middle, rows["mae_count"], "--", **style)
    axis.set(xlabel="$n$ (%)", ylabel="MAE ($G_0$)", xlim=(0, 100))
    if (rows["mae"] > 0).any():
        axis.set_yscale("log")
        # the count predictor is exact to machine precision where nothing is transmitted
        axis.set_ylim(bottom=max(axis.get_ylim()[0], 1e-4))
    axis.legend()
    return rows.assign(series="MAE by concentration")


@plotting.styled
def draw(predictions, metrics, by_concentration, claims, half_bin, scale):
    """Draw parity, learning curve and MAE by concentration for G (upper) and Gbar (lower row).

    Parameters
    ----------
    predictions : sequence of path
        Predictions for both targets (one seed), in any number of files; the run with the most
        training samples is drawn.
    metrics, by_concentration, claims : path
        Metrics of all trainings, their MAE in intervals of concentration, claims of the paper.
    half_bin : float
        Half width of the bins of the inset histograms in G0.

    Returns
    -------
    figure, frame : panel, series and the columns of each series
    """
    all_metrics, by_n = pd.read_csv(metrics), pd.read_csv(by_concentration)
    paper = plotting.paper_values(claims)
    predicted = pd.concat([read_table(path) for path in predictions])
    predicted = predicted[predicted["ensemble"] == "ii"]
    tables = [of_largest(predicted, all_metrics, target) for target, _, _ in SERIES]
    values = [table["true"].max() for table in tables]
    upper = 4 * np.ceil(np.nanmax(values) / 4 - 1e-6)
    figure = plotting.figure(plotting.TWO_COLUMNS, 4.6, scale)
    figure.get_layout_engine().set(wspace=0.04)
    axes = figure.subplots(2, 3, width_ratios=[1.5, 1, 1])
    frames = []
    for row, table, (target, symbol, claim) in zip(axes, tables, SERIES, strict=True):
        frames.append(draw_parity(figure, row[0], table, symbol, half_bin, upper))
        frames.append(draw_learning(row[1], all_metrics, target, paper, claim))
        frames.append(draw_by_concentration(row[2], of_largest(by_n, all_metrics, target)))
    order = [axes[0, 0], axes[0, 1], axes[1, 0], axes[1, 1], axes[0, 2], axes[1, 2]]
    plotting.letter(order)
    marked = zip("abecdf", frames, strict=True)
    return figure, pd.concat([part.assign(panel=mark) for mark, part in marked], ignore_index=True)
