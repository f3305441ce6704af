"""Figure 30 (not in the thesis): pools that see no roll beside aligned ones, at their cost."""

import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator

from hamlearn import plotting
from hamlearn.files import read_small
from rolling import looks

LEAST = 1e-9
"""Error of invariance that smaller ones are drawn at."""


def chosen(table: pd.DataFrame) -> dict[tuple, pd.DataFrame]:
    """Return the rows of standard sums on a torus by variant, those of `looks.VARIANTS`."""
    rows = table[table["family"].isin(["std", "exact"]) & (table["kind"] == "torsum")]
    rolled = rows["chi_trained"] > 0
    most = rows["chi_trained"].max()
    rows = rows[~rolled | (rows["chi_trained"] == most)].assign(rolled=rolled)
    found = {}
    for variant in looks.VARIANTS:
        kind, downsample, trained = variant
        part = rows[(rows["downsample"] == downsample) & (rows["rolled"] == trained)]
        if len(part) and kind == "torsum":
            found[variant] = part
    return found


@plotting.styled
def draw(statistics, metrics, scale):
    """Draw (a) accuracy against χ, (b) errors of invariance, (c) accuracy against training time.

    Returns
    -------
    figure, frame : panel, downsample, chi_trained, chi, accuracy and sd in per cent,
        invariance_error (largest over repetitions), train_seconds (mean)
    """
    curves = chosen(read_small(statistics))
    metrics = read_small(metrics).assign(chi_trained=lambda table: table["chi"])
    networks = chosen(metrics)
    figure = plotting.figure(plotting.TWO_COLUMNS, 3.2, scale)
    curve, error, cost = figure.subplots(1, 3, width_ratios=[1.4, 0.8, 1.1])
    drawn = []
    for place, (variant, rows) in enumerate(curves.items()):
        label, colour, marker, line = looks.VARIANTS[variant]
        style = {"color": colour, "marker": marker, "label": label}
        rows = rows.sort_values("chi").drop_duplicates("chi")
        shown = rows[["downsample", "chi_trained", "chi"]].assign(
            accuracy=100 * rows["accuracy"], sd=100 * rows["accuracy_sd"]
        )
        bars = (shown["chi"], shown["accuracy"], shown["sd"])
        plotting.errorbar(curve, *bars, linestyle=line, **style)
        last, of = shown.iloc[-1], networks[variant]
        largest = float(of["invariance_error"].max())
        seconds = float(of["train_seconds"].mean())
        error.plot(place, max(largest, LEAST), linestyle="", **style)
        point = {"yerr": np.nan_to_num(last["sd"]), "capsize": 2, "elinewidth": 0.8}
        cost.errorbar(seconds, last["accuracy"], fmt=marker, color=colour, **point)
        drawn.append(shown.assign(panel="a"))
        columns = {"invariance_error": largest, "train_seconds": seconds}
        drawn.append(pd.DataFrame([{**last, **columns, "panel": "bc"}]))
    curve.set(xlabel="degree of rolling χ of the test (pixels)", ylabel="accuracy (%)")
    curve.xaxis.set_major_locator(MaxNLocator(6, integer=True))
    error.set(yscale="log", xticks=[], xlim=(-0.7, len(curves) - 0.3))
    error.set_ylabel("change by a roll by one\n(largest logit)")
    cost.set(xlabel="training time (s)", ylabel=f"accuracy at χ = {last['chi']:.0f} (%)")
    cost.set_xlim(0, 1.15 * cost.dataLim.x1)
    plotting.letter([curve, error, cost])
    plotting.legend_below(figure, *curve.get_legend_handles_labels(), ncols=3)
    return figure, pd.concat(drawn, ignore_index=True)
