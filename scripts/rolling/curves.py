"""Accuracy, or cost, of networks against the degree of rolling: Figs. 15 to 20 and 29."""

import numpy as np
import pandas as pd
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from hamlearn import plotting
from hamlearn.files import read_small
from rolling import looks

ACCURACY, COST = "accuracy", "log10_cost"
LABELS = {ACCURACY: "accuracy (%)", COST: "log$_{10}$ of the cost"}
PREDICTORS = {  # and whether they are trained on images rolled as those of the test
    ("logistic", True): ("logistic regression, rolled", "-"),
    ("logistic", False): ("logistic regression, χ = 0", "-."),
    ("class_mean", True): ("nearest class mean, rolled", "--"),
    ("chance", True): ("most frequent class", ":"),
}
APART = 0.018
"""Of the width of a panel, by which error bars of neighbouring curves are moved apart."""
JOINED = 3
"""Points of a curve, at least: a line between two would look like a law."""
DOTTED = {"linestyle": ":", "linewidth": 0.9, "markersize": 2.4, "markeredgewidth": 0.6}
"""Look of networks that are trained at χ = 0."""
COLUMNS = ["family", "kind", "chi_trained", "chi", "mean", "sd", "most"]


def networks(statistics: pd.DataFrame, families: list, kinds: list) -> list[tuple]:
    """Return family, kind and rows of each network of the thesis among these."""
    found = []
    for family in families:
        for kind in [""] if family.startswith("fc_") else kinds:
            named = statistics["family"].isin([family, "dense"])
            rows = statistics[named & (statistics["architecture"] == family)]
            rows = rows[rows["kind"].fillna("") == kind]
            if len(rows):
                found.append((family, kind, rows))
    return found


def values(rows: pd.DataFrame, quantity: str) -> pd.DataFrame:
    """Return mean, standard deviation and best of the repetitions; accuracies in per cent."""
    scale = 100 if quantity == ACCURACY else 1
    most = rows["accuracy_max"] if quantity == ACCURACY else np.nan
    found = rows[["chi_trained", "chi"]].assign(
        mean=scale * rows[quantity], sd=scale * rows[f"{quantity}_sd"], most=scale * most
    )
    return found.sort_values("chi")


def draw_networks(axis, found: list[tuple], quantity: str, by: str) -> pd.DataFrame:
    """Draw networks tested as they are trained, the best repetition, and those trained at χ = 0."""
    drawn, span = [], max(rows["chi"].max() for *_, rows in found)
    for place, (family, kind, rows) in enumerate(found):
        style, table = looks.network(family, kind, by), values(rows, quantity)
        own = table[table["chi"] == table["chi_trained"]]
        x = own["chi"] + APART * span * (place - (len(found) - 1) / 2)
        style |= {} if len(own) >= JOINED else {"linestyle": ""}
        plotting.errorbar(axis, x, own["mean"], own["sd"], **style)
        thin = {"color": style["color"], "linestyle": ""}
        axis.plot(x, own["most"], marker="_", markersize=7, markeredgewidth=0.9, **thin)
        unrolled = table[table["chi_trained"] == 0]
        if by != "both" and quantity == ACCURACY and len(unrolled) > 1:
            line = {**DOTTED, "color": style["color"], "marker": style["marker"]}
            axis.plot(unrolled["chi"], unrolled["mean"], markerfacecolor="w", **line)
        drawn.append(table.assign(family=family, kind=kind)[COLUMNS])
    return pd.concat(drawn)


def draw_predictors(axis, baselines: pd.DataFrame, ensemble: str, most: int) -> pd.DataFrame:
    """Draw predictors without a network in grey."""
    drawn = []
    rows = baselines[(baselines["ensemble"] == ensemble) & (baselines["chi"] <= most)]
    for (predictor, rolled), (_, line) in PREDICTORS.items():
        part = rows[rows["predictor"] == predictor]
        part = part[part["chi_trained"] == (part["chi"] if rolled else 0)].sort_values("chi")
        style = {"color": plotting.GREY, "linestyle": line, "linewidth": 0.9, "zorder": 1.5}
        axis.plot(part["chi"], 100 * part["accuracy"], **style)
        shown = part[["chi_trained", "chi"]].assign(mean=100 * part["accuracy"])
        if len(shown):
            drawn.append(shown.assign(family=predictor, kind=""))
    return pd.concat(drawn) if drawn else pd.DataFrame(columns=COLUMNS)


def handles(axes) -> list:
    """Return the entries of the legend: networks, then what is drawn of them, then predictors."""
    found = {}
    for axis in axes:
        for handle, label in zip(*axis.get_legend_handles_labels(), strict=True):
            found.setdefault(label, handle)
    grey = {"color": plotting.GREY}
    more = [Line2D([], [], linestyle="", marker="_", markersize=7, label="best repetition", **grey)]
    words = {"marker": "o", "markerfacecolor": "w", "label": "trained at χ = 0"}
    trained = Line2D([], [], color="k", **DOTTED, **words)
    lines = [
        Line2D([], [], linestyle=line, linewidth=0.9, label=label, **grey)
        for label, line in PREDICTORS.values()
    ]
    dotted = any(line.get_linestyle() == ":" and line.get_color() != plotting.GREY
                 for axis in axes for line in axis.lines)  # fmt: skip
    return [*found.values(), *more, *([trained] * dotted), *lines]


@plotting.styled
def draw(statistics, baselines, panels, by, scale):
    """Draw networks against χ, each tested on images rolled as in its training, in panels.

    Parameters
    ----------
    statistics, baselines : path
    panels : list of mappings
        title, families, kinds, and quantity (accuracy if it is not given).
    by : {"kind", "family", "both"}
        What the networks of a panel differ by.

    Returns
    -------
    figure, frame : panel and the columns `COLUMNS`, accuracies in per cent; of predictors without
        a network, family is their name and mean their accuracy
    """
    statistics, baselines = read_small(statistics), read_small(baselines)
    figure = plotting.figure(plotting.TWO_COLUMNS, 3.3, scale)
    same = all(panel.get("quantity", ACCURACY) == ACCURACY for panel in panels)
    figure.get_layout_engine().set(wspace=0.05)
    axes = np.atleast_1d(figure.subplots(1, len(panels), sharey=same))
    drawn = []
    for number, (axis, panel) in enumerate(zip(axes, panels, strict=True)):
        quantity = panel.get("quantity", ACCURACY)
        found = networks(statistics, panel["families"], panel.get("kinds", [""]))
        ensemble = found[0][2]["ensemble"].iloc[0]
        rows = [draw_networks(axis, found, quantity, by)]
        if quantity == ACCURACY:
            most = rows[0]["chi"].max()
            rows.append(draw_predictors(axis, baselines, ensemble, most))
        axis.set(xlabel="degree of rolling χ (pixels)")
        axis.set_ylabel(LABELS[quantity] if number == 0 or not same else "")
        axis.xaxis.set_major_locator(MaxNLocator(6, integer=True))
        axis.set_title(panel.get("title", ""), loc="right")
        named = {"panel": "abcdef"[number], "quantity": quantity}
        drawn += [part.assign(**named) for part in rows if len(part)]
    plotting.letter(axes)
    trained = looks.images(found[0][2].iloc[0])
    plotting.legend_below(figure, handles=handles(axes), ncols=4, title=trained)
    frame = pd.concat(drawn, ignore_index=True)
    return figure, frame[["panel", "quantity", *COLUMNS]]
