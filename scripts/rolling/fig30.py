"""Figure 30 (not in the thesis): pools that see no roll beside aligned ones, at their cost."""

import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator

from hamlearn import plotting
from hamlearn.files import read_small
from rolling import looks
from rolling.curves import APART

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
        invariance_error (largest over repetitions), train_seconds (mean and _sd)
    """
    curves = chosen(read_small(statistics))
    metrics = read_small(metrics).assign(chi_trained=lambda table: table["chi"])
    networks = chosen(metrics)
    figure = plotting.figure(plotting.TWO_COLUMNS, 3.2, scale)
    figure.get_layout_engine().set(wspace=0.05)
    curve, error, cost = figure.subplots(1, 3, width_ratios=[1.4, 0.8, 1.1])
    drawn = []
    for place, (variant, rows) in enumerate(curves.items()):
        label, colour, marker, line = looks.VARIANTS[variant]
        style = {"color": colour, "marker": marker, "label": label}
        shown = accuracies(rows)
        apart = APART * shown["chi"].max() * (place - (len(curves) - 1) / 2)
        bars = (shown["chi"] + apart, shown["accuracy"], shown["sd"])
        plotting.errorbar(curve, *bars, linestyle=line, **style)
        last, measured = shown.iloc[-1], costs(networks[variant])
        error.plot(place, max(measured["invariance_error"], LEAST), linestyle="", **style)
        spread = np.nan_to_num([measured["train_seconds_sd"], last["sd"]])
        point = {"xerr": spread[0], "yerr": spread[1], "capsize": 2, "elinewidth": 0.8}
        at = measured["train_seconds"], last["accuracy"]
        cost.errorbar(*at, fmt=marker, color=colour, **point)
        drawn.append(shown.assign(panel="a"))
        drawn.append(pd.DataFrame([{**last, **measured, "panel": "bc"}]))
    curve.set(xlabel="degree of rolling χ of the test (pixels)", ylabel="accuracy (%)")
    curve.xaxis.set_major_locator(MaxNLocator(6, integer=True))
    error.set(yscale="log", xticks=[], xlim=(-0.7, len(curves) - 0.3))
    error.set_ylabel("largest change of a logit by a\nroll by one pixel / largest logit")
    cost.set(xlabel="training time (s)", ylabel=f"accuracy at χ = {last['chi']:.0f} (%)")
    cost.set_xlim(0, 1.1 * cost.dataLim.x1)
    plotting.letter([curve, error, cost])
    entries = curve.get_legend_handles_labels()
    title = looks.images(next(iter(networks.values())).iloc[0])
    plotting.legend_below(figure, *entries, ncols=4, title=title)
    return figure, pd.concat(drawn, ignore_index=True)


def accuracies(rows: pd.DataFrame) -> pd.DataFrame:
    """Return mean and standard deviation of the accuracy of a variant by χ, in per cent."""
    rows = rows.sort_values("chi").drop_duplicates("chi")
    values = {"accuracy": 100 * rows["accuracy"], "sd": 100 * rows["accuracy_sd"]}
    return rows[["downsample", "chi_trained", "chi"]].assign(**values)


def costs(rows: pd.DataFrame) -> dict[str, float]:
    """Return the largest error of invariance of networks, and mean and spread of their time."""
    seconds = rows["train_seconds"]
    return {
        "invariance_error": float(rows["invariance_error"].max()),
        "train_seconds": float(seconds.mean()),
        "train_seconds_sd": float(seconds.std()),
    }
