"""Figure 30: networks at the strong noise beside predictors that learn next to nothing."""

import pandas as pd
from matplotlib.lines import Line2D

from bitei.looks import ASIDE, NAMES, NETWORKS, PHASES, PREDICTORS, SHAPES
from hamlearn import plotting
from hamlearn.files import read_small

RECALLS = [f"recall_{label}" for label in NAMES]
LOOKS = {
    "network": {"color": plotting.BLUE, "marker": "o", "markersize": 4},
    "predictor": {"color": plotting.GREY, "marker": "|", "markersize": 9},
}


@plotting.styled
def draw(metrics, baselines, scale):
    """Draw traces in rows, and the share of each class that is recognised.

    Returns
    -------
    figure, frame : name, network, trace, trace_sd, recalls (each with _sd), seeds
    """
    frame = gathered(read_small(metrics), read_small(baselines))
    rows = range(len(frame))
    figure = plotting.figure(plotting.TWO_COLUMNS, 0.9 + 0.24 * len(frame), scale)
    traces, recalls = figure.subplots(1, 2, sharey=True)
    for place, row in zip(rows, frame.itertuples(), strict=True):
        kind = "network" if row.network else "predictor"
        errorbar(traces, row.trace, place, row.trace_sd, **LOOKS[kind])
        for label, name in zip(NAMES, RECALLS, strict=True):
            look = {"marker": SHAPES[label], "color": PHASES[label], "clip_on": False}
            at = getattr(row, name), place + ASIDE[label]
            errorbar(recalls, *at, getattr(row, f"{name}_sd"), **look)
    best = frame.loc[~frame["network"], "trace"].max()
    dashed = {"color": plotting.GREY, "linewidth": 0.8, "linestyle": "--"}
    traces.axvline(best, zorder=1, **dashed)
    traces.set(xlabel="trace (of 300)", xlim=(95, 305))
    traces.set_yticks(list(rows), [named(row) for row in frame.itertuples()])
    traces.set_ylim(len(frame) - 0.5, -0.5)
    recalls.set(xlabel="recognised (%)", xlim=(-3, 103))
    above = {"loc": "lower right", "bbox_to_anchor": (1.01, 1), "columnspacing": 0.7}
    above |= {"handletextpad": 0.3, "handlelength": 1.4}
    entries = [Line2D([], [], label=kind, linestyle="", **look) for kind, look in LOOKS.items()]
    entries.append(Line2D([], [], label="best predictor", **dashed))
    traces.legend(handles=entries, ncols=3, **above)
    entries = [
        Line2D([], [], linestyle="", marker=SHAPES[label], color=PHASES[label], label=name)
        for label, name in NAMES.items()
    ]
    recalls.legend(handles=entries, ncols=3, **above)
    plotting.letter([traces, recalls])
    return figure, frame


def errorbar(axis, x, y, sd, **look):
    """Draw a mark with a horizontal bar of one standard deviation, if there is one."""
    axis.errorbar(x, y, xerr=sd if sd > 0 else None, elinewidth=0.8, linestyle="", **look)


def named(row):
    """Return the name of a row, with the number of its trainings if there are several."""
    return f"{row.name}, {row.seeds} trainings" if row.seeds > 1 else row.name


def gathered(metrics, baselines):
    """Return a row for each network and each predictor at the strong noise, best below."""
    chosen = metrics[(metrics["ensemble"] == "strong") & metrics["network"].isin(NETWORKS)]
    values = ["trace", *RECALLS]
    own = plotting.over_seeds(chosen, ["network"], values)
    own["name"] = own["network"].map(NETWORKS)
    others = baselines[baselines["ensemble"] == "strong"]
    others = others.assign(name=others["predictor"].map(PREDICTORS), network=False, seeds=0)
    both = pd.concat([own.assign(network=True), others]).sort_values("trace")
    spreads = [f"{value}_sd" for value in values]
    both[spreads] = both[spreads].fillna(0)
    return both[["name", "network", *sorted([*values, *spreads]), "seeds"]].reset_index(drop=True)
