"""Figure 30: networks at the strong noise beside predictors that learn next to nothing."""

import pandas as pd

from bitei.looks import NAMES, NETWORKS, PHASES, PREDICTORS, SHAPES
from hamlearn import plotting
from hamlearn.files import read_small

RECALLS = [f"recall_{label}" for label in NAMES]


@plotting.styled
def draw(metrics, baselines, scale):
    """Draw traces in rows, and the share of each class that is recognised.

    Returns
    -------
    figure, frame : name, network, trace, trace_sd, recalls (each with _sd), seeds
    """
    frame = gathered(read_small(metrics), read_small(baselines))
    rows = range(len(frame))
    figure = plotting.figure(plotting.TWO_COLUMNS, 0.9 + 0.2 * len(frame), scale)
    traces, recalls = figure.subplots(1, 2, sharey=True)
    for place, row in zip(rows, frame.itertuples(), strict=True):
        colour = plotting.BLUE if row.network else plotting.GREY
        error = row.trace_sd if row.trace_sd > 0 else None
        style = {"marker": "o" if row.network else "|", "markersize": 4 if row.network else 9}
        traces.errorbar(row.trace, place, xerr=error, color=colour, linestyle="", **style)
        for label, name in zip(NAMES, RECALLS, strict=True):
            value = getattr(row, name)
            recalls.plot(value, place, SHAPES[label], color=PHASES[label], clip_on=False)
    best = frame.loc[~frame["network"], "trace"].max()
    traces.axvline(best, color=plotting.GREY, linewidth=0.8, linestyle="--", zorder=1)
    traces.set(xlabel="trace (of 300)", xlim=(95, 305))
    traces.set_yticks(list(rows), frame["name"])
    traces.set_ylim(len(frame) - 0.5, -0.5)
    recalls.set(xlabel="recognised (%)", xlim=(-3, 103))
    handles = [
        recalls.plot([], [], SHAPES[label], color=PHASES[label], label=name)[0]
        for label, name in NAMES.items()
    ]
    recalls.legend(handles=handles, loc="lower center", bbox_to_anchor=(0.5, 1), ncols=3)
    plotting.letter([traces, recalls])
    return figure, frame


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
