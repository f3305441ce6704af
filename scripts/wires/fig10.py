"""Figure 10: conductance of models II to IV against impurity concentration, and its spread."""

import pandas as pd

from hamlearn import plotting
from hamlearn.files import read_small, read_table
from hamlearn.wires.ensemble import load
from hamlearn.wires.plan import CONDUCTANCE

INSET = (60.0, 100.0)
"""Range of the inset, in per cent."""
SMALLEST_SPREAD = 1e-4
"""Where the axis of (b) ends (G0): in (a) nothing is seen of what is smaller."""
DASHES = ("-", "--", "-.")


def points_of(model, ensemble, conductance, max_points):
    """Return model, sample, concentration and conductance of the first so many samples."""
    table = read_table(conductance, ["sample", CONDUCTANCE])
    table.insert(0, "model", model)
    table.insert(2, "concentration", load(ensemble).concentration[table["sample"]])
    return table[table["sample"] < max_points]


def draw_points(axes, table, number):
    """Draw a point for each wire of one model in some axes."""
    style = {"s": plotting.point_area(len(table)), "linewidths": 0, "rasterized": True}
    # the most species, whose points spread most, lie below the others
    style |= {"color": plotting.COLOURS[number], "zorder": 3 - 0.1 * number, "alpha": 0.7}
    for axis in axes:
        axis.scatter(100 * table["concentration"], table[CONDUCTANCE], **style)


def draw_spreads(axis, spreads, models):
    """Draw the spread of the conductance in bins of the concentration."""
    for number, model in enumerate(models):
        rows = spreads[spreads["source"] == model]
        percent = 50 * (rows["low"] + rows["high"])
        style = plotting.series(number, f"model {model.upper()}") | {"linestyle": DASHES[number]}
        axis.errorbar(percent, rows["value"], yerr=rows["error"], elinewidth=0.8, **style)
    axis.axvspan(*INSET, color=plotting.PALE, alpha=0.5, linewidth=0, zorder=0)
    axis.set(xlabel="$n$ (%)", ylabel=r"$\sigma_G$ ($G_0$)", xlim=(0, 100), yscale="log")
    top = 3 * spreads["value"].max()
    axis.set_ylim(SMALLEST_SPREAD, top if top > SMALLEST_SPREAD else 1)


@plotting.styled
def draw(ensembles, conductances, statistics, models, max_points, scale):
    """Draw (a) one point per sample and model, enlarged above 60 %, and (b) their spread.

    Parameters
    ----------
    ensembles, conductances : sequence of path
        Ensemble and conductances of each model in ``models`` ("ii", "iii", "iv").
    statistics : path
        Whose ``spread`` is drawn in (b): the standard deviation about a smooth function of the
        impurity count, by which the claims are judged.
    max_points : int
        The first so many samples of each model are drawn.

    Returns
    -------
    figure, frame : panel; model, sample, concentration, conductance_g0; low, high (bin of the
        concentration), spread_g0, error_g0, n
    """
    figure = plotting.figure(plotting.TWO_COLUMNS, 3.1, scale)
    axis, spread = figure.subplots(1, 2, width_ratios=[1.25, 1])
    inset = axis.inset_axes([0.36, 0.36, 0.6, 0.56])
    frames = []
    given = zip(models, ensembles, conductances, strict=True)
    for number, (model, ensemble, conductance) in enumerate(given):
        frames.append(points_of(model, ensemble, conductance, max_points).assign(panel="a"))
        draw_points((axis, inset), frames[-1], number)
    points = pd.concat(frames, ignore_index=True)
    axis.set(xlabel="$n$ (%)", ylabel="$G/G_0$", xlim=(0, 100))
    part = points.loc[100 * points["concentration"] >= INSET[0], CONDUCTANCE]
    top = part.max() if part.notna().any() else 1.0
    inset.set(xlim=INSET, ylim=(-0.03 * top, 1.05 * top))
    inset.tick_params(labelsize=plotting.SMALLEST)
    each = points.groupby("model").size().max()
    axis.set_title(f"{plotting.thousands(each)} wires of each model", loc="right", size=7)

    table = read_small(statistics)
    chosen = (table["quantity"] == "spread") & (table["target"] == CONDUCTANCE)
    spreads = table[chosen & table["source"].isin(models)].dropna(subset=["value"])
    draw_spreads(spread, spreads, models)
    entries = spread.get_legend_handles_labels()
    figure.legend(*entries, loc="outside upper center", ncols=3, handlelength=2.6)
    plotting.letter([axis, spread])
    names = {"source": "model", "value": "spread_g0", "error": "error_g0"}
    columns = ["model", "low", "high", "spread_g0", "error_g0", "n"]
    spreads = spreads.rename(columns=names)[columns].assign(panel="b")
    return figure, pd.concat([points, spreads], ignore_index=True)
