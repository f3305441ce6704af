"""Figure 3: error of the networks after every epoch, on training and validation data."""

import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator

from hamlearn import claims as ledgers
from hamlearn import plotting
from hamlearn.bubbles.evidence.training import late_errors, late_part, running_median
from hamlearn.files import read_small

PANELS = {  # run: title, claims of its error
    "full": ("total", ["total.mae"]),
    "valley_off": ("off-diagonal", ["valley.mae.kkp", "valley.mae.kpk"]),
    "valley_diag": ("diagonal", ["valley.mae.kk", "valley.mae.kpkp"]),
}
CURVES = {  # column: name, colour, line
    "mae": ("training", plotting.BLUE, "--"),
    "val_mae": ("validation", plotting.ORANGE, "-"),
}
SPIKES = "bubbles.train.spikes_recover"
NARROW = 3
"""Epochs of the running median of trainings too short for the ledger to look for spikes."""


def window_of(ledger, epochs):
    """Return the epochs of the running median: those by which the ledger tells a spike."""
    (claim,) = (claim for claim in ledger.results if claim.id == SPIKES)
    return claim.tolerance["window"] if epochs >= claim.tolerance["window"] else NARROW


def with_medians(history, window):
    """Return epoch, seed and both errors with their running medians, <column>_median."""
    history = history.sort_values(["seed", "epoch"])
    for column in CURVES:
        by_seed = history.groupby("seed")[column]
        medians = by_seed.transform(lambda values: running_median(values, window))
        history = history.assign(**{f"{column}_median": medians})
    return history


def draw_learning(axis, history):
    """Draw the mean over seeds of the running medians of each curve, and the single seeds thin."""
    mean = history.groupby("epoch")[[f"{column}_median" for column in CURVES]].mean()
    for column, (label, colour, line) in CURVES.items():
        for _, seed in history.groupby("seed"):
            axis.plot(seed["epoch"], seed[column], color=colour, linewidth=0.5, alpha=0.7)
        median = mean[f"{column}_median"]
        axis.plot(mean.index, median, color=colour, linestyle=line, label=label, linewidth=1.8)


def draw_levels(axis, history, paper, run):
    """Draw the late mean over the epochs that it is a mean of, and the error that is stated."""
    (means,), used = late_errors(history, run)
    epochs = late_part(range(1, used["epochs"] + 1))
    style = {"color": plotting.BLACK, "linestyle": ":", "linewidth": 1.4}
    axis.axvspan(epochs[0] - 0.5, epochs[-1] + 0.5, color=plotting.FAINT, zorder=0)
    ends = [epochs[0] - 0.5, epochs[-1] + 0.5]
    axis.plot(ends, [means.mean()] * 2, label="validation, late mean", **style)
    stated = [paper[f"bubbles.{name}"] for name in PANELS[run][1] if f"bubbles.{name}" in paper]
    if stated:
        style = {"color": plotting.RED, "linestyle": (0, (6, 2)), "linewidth": 0.9, "zorder": 1}
        axis.axhline(np.mean(stated), label="paper", **style)
        text = " and ".join(f"{value:g}" for value in stated)
        beside = {"xytext": (3, 2), "textcoords": "offset points", "size": 7}
        axis.annotate(text, (0, np.mean(stated)), color=plotting.RED, **beside)


@plotting.styled
def draw(histories, claims, scale):
    """Draw MAE against epoch for (a) T, (b) T_KK' and T_K'K, (c) T_KK and T_K'K'.

    Thin lines are the seeds, thick ones running medians, by which the ledger tells spikes. Over
    the last quarter of the epochs, shaded, lies the late mean by which networks are compared.
    The training error is the mean over the batches of an epoch, with dropout at work; therefore it
    can lie above the validation error. The paper's errors are drawn at its own scale only, because
    they go with the size of the flake.

    Returns
    -------
    figure, frame : run, seed, epoch, mae, val_mae and their running medians (2e²/h)
    """
    table, ledger = read_small(histories), ledgers.load(claims)
    frames, handles = [], {}
    figure = plotting.figure(plotting.TWO_COLUMNS, 2.9, scale)
    axes = figure.subplots(1, len(PANELS))
    for axis, (run, (title, _)) in zip(axes, PANELS.items(), strict=True):
        history = table[table["run"] == run]
        window = window_of(ledger, history["epoch"].max())
        frames.append(with_medians(history, window))
        axis.set(xlabel="epoch", ylabel="MAE ($2e^2/h$)")
        if history.empty:
            axis.set_title(title)
            plotting.note_empty(axis)
            continue
        seeds = plotting.count(frames[-1]["seed"].nunique(), "seed")
        axis.set_title(f"{title}, {seeds}", loc="right", size=7)
        place = {"transform": axis.transAxes, "ha": "right", "va": "top", "size": 7}
        axis.text(0.97, 0.96, f"median over {window} epochs", **place)
        draw_learning(axis, frames[-1])
        draw_levels(axis, frames[-1], ledger.values if scale.startswith("paper") else {}, run)
        axis.set_xlim(0, frames[-1]["epoch"].max() + 0.5)
        axis.xaxis.set_major_locator(MaxNLocator(6, integer=True))
        plotting.log_axis(axis.yaxis)
        handles |= {line.get_label(): line for line in axis.lines if line.get_label()[0] != "_"}
    figure.legend(handles=handles.values(), loc="outside upper center", ncols=4)
    plotting.letter(axes)
    frame = pd.concat(frames, ignore_index=True)
    medians = [f"{column}_median" for column in CURVES]
    return figure, frame[["run", "seed", "epoch", *CURVES, *medians]]
