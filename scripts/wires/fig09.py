"""Figure 9: error of dense networks on model I (w = 2) against the number of training samples."""

import pandas as pd

from hamlearn import plotting
from hamlearn.files import read_small
from hamlearn.wires import ending
from hamlearn.wires.selection import of_family

STATED = {3: "wires.app_a.fig9.mae.3x3", 4: "wires.app_a.fig9.mae.4x4"}


def panels(frame):
    """Return, for (a) width and (b) depth, the curves and the column that tells two networks apart.

    (a) has the networks of the least depth, (b) those of the least width.
    """
    shallow = frame[frame["hidden"] == frame["hidden"].min()]
    narrow = frame[frame["neurons"] == frame["neurons"].min()]
    return (
        (shallow, "neurons", r"N_\mathrm{neuron}", r"N_\mathrm{hidden}", "hidden"),
        (narrow, "hidden", r"N_\mathrm{hidden}", r"N_\mathrm{neuron}", "neurons"),
    )


def draw_curves(axis, curves, column, symbol, looks):
    """Draw a curve of each size and network: sizes differ by colour and marker, so also in grey.

    The smaller network has a full line and full markers, the larger one dashes and open markers.
    """
    values = sorted(curves[column].unique())
    for (length, value), curve in curves.groupby(["length", column]):
        larger = values.index(value) > 0
        style = {
            **looks[length],
            "linestyle": "--" if larger else "-",
            "markerfacecolor": "w" if larger else looks[length]["color"],
            "label": rf"{length:.0f}×{length:.0f}, ${symbol} = {value:.0f}$",
        }
        plotting.errorbar(axis, curve["n_train"], curve["mae"], curve["mae_sd"], **style)


def draw_limits(axis, curves, looks, paper):
    """Draw the median predictor of each size, and the limits that the paper states, with names."""
    name = {"size": plotting.SMALLEST, "transform": axis.get_yaxis_transform(), "zorder": 5}
    for length, value in curves.groupby("length")["mae_median"].mean().items():
        axis.axhline(value, color=looks[length]["color"], lw=0.8, alpha=0.6, zorder=1)
        text = f"median {length:.0f}×{length:.0f}"
        axis.text(0.99, value, text, ha="right", va="bottom", **name)
    for length, value in paper.items():
        axis.axhline(value, color=looks[length]["color"], ls=":", lw=1.1, zorder=1)
        text = f"paper {length}×{length}: {value:g}"
        axis.text(0.01, value, text, ha="left", va="bottom", **name)


@plotting.styled
def draw(metrics, claims, scale):
    """Draw MAE against training samples for each size: (a) two widths, (b) two depths.

    Dotted lines are the limits that the paper states for one hidden layer of 30 neurons.

    Returns
    -------
    figure, frame : panel, length, hidden, neurons, n_train, mae, mae_sd, mae_median,
        mae_median_sd, seeds
    """
    table = of_family(read_small(metrics), "training_set")
    by = ["length", "hidden", "neurons", "n_train"]
    frame = plotting.over_seeds(table, by, ["mae", "mae_median"])
    stated = plotting.paper_values(claims)
    lengths = sorted(frame["length"].unique())
    looks = {
        length: {"color": plotting.COLOURS[k], "marker": plotting.MARKERS[k]}
        for k, length in enumerate(lengths)
    }
    paper = {n: stated[key] for n, key in STATED.items() if n in lengths and key in stated}
    figure = plotting.figure(plotting.TWO_COLUMNS, 3.4, scale)
    axes = figure.subplots(1, 2, sharex=True, sharey=True)
    drawn = []
    for mark, axis, (curves, column, symbol, fixed, other) in zip(
        "ab", axes, panels(frame), strict=True
    ):
        draw_curves(axis, curves, column, symbol, looks)
        draw_limits(axis, curves, looks, paper if mark == "a" else {})
        if len(curves):
            axis.set_title(rf"${fixed} = {curves[other].iloc[0]:.0f}$")
        axis.set_xlabel(r"$N_\mathrm{train}$")
        drawn.append(curves.assign(panel=mark))
    axes[0].set_ylabel("MAE ($G_0$)")
    if len(frame):
        axes[0].set_xscale("log", base=2)
        axes[0].set_ylim(0, None)
        for axis in axes:
            style = {"ncols": 2, "handlelength": 2.8}
            axis.legend(loc="upper center", bbox_to_anchor=(0.5, -0.2), **style)
        words = f"{plotting.seeds_in_words(frame['seeds'])}; {ending.in_words(table)}"
        figure.suptitle(words, size=7)
    plotting.letter(axes)
    return figure, pd.concat(drawn, ignore_index=True)
