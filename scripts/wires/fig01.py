"""Figure 1: the wires of models I and II, drawn from one sample of each ensemble."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import EllipseCollection, LineCollection
from matplotlib.lines import Line2D

from hamlearn import plotting
from hamlearn.wires.ensemble import load

LEAD_COLUMNS = 4
SHOWN = 10
"""Length of the wire of model I that is drawn, if there is one."""
IMPURITY, LEAD = plotting.BLUE, "#BDBDBD"


def sites(onsite: np.ndarray, panel: str) -> pd.DataFrame:
    """Return one row per site of the region and of the next lead columns (on-site energy 0)."""
    length, width = onsite.shape
    columns = np.arange(-LEAD_COLUMNS, length + LEAD_COLUMNS)
    column, row = (grid.ravel() for grid in np.meshgrid(columns, np.arange(width), indexing="ij"))
    padded = np.pad(onsite.astype(float), ((LEAD_COLUMNS, LEAD_COLUMNS), (0, 0)))
    inside = (column >= 0) & (column < length)
    return pd.DataFrame(
        {
            "panel": panel,
            "region": np.where(inside, "scattering", "lead"),
            "column": column,
            "row": row,
            "onsite_t": padded.ravel(),
        }
    )


def chosen_wire(paths: Sequence[str]) -> np.ndarray:
    """Return the first sample of the ensemble of ``SHOWN`` sites, or of the last ensemble."""
    for path in paths:
        ensemble = load(path)
        if ensemble.length == SHOWN:
            break
    return ensemble[:1].onsite[0]


def draw_wire(axis: Axes, wire: pd.DataFrame, **colours) -> EllipseCollection:
    """Draw bonds as lines, sites as discs of 0.72 lattice constants; return the region's discs."""
    first, last = wire["column"].min(), wire["column"].max()
    width = wire["row"].max() + 1
    along = [((first - 0.6, row), (last + 0.6, row)) for row in range(width)]
    across = [((column, 0), (column, width - 1)) for column in range(first, last + 1)]
    axis.add_collection(LineCollection(along + across, colors="#9A9A9A", linewidths=0.35, zorder=1))
    region = wire[wire["region"] == "scattering"]
    lead = wire[wire["region"] == "lead"]
    discs = []
    for part, style in ((lead, {"facecolors": LEAD, "edgecolors": LEAD}), (region, colours)):
        size = np.full(len(part), 0.72)
        discs.append(
            EllipseCollection(
                size,
                size,
                np.zeros(len(part)),
                units="xy",
                offsets=part[["column", "row"]].to_numpy(),
                offset_transform=axis.transData,
                linewidths=0.3,
                zorder=2,
                **style,
            )
        )
        axis.add_collection(discs[-1])
    middle, margin = (width - 1) / 2, 0.09 * (last - first)
    style = {"rotation": 90, "va": "center", "size": 7}
    axis.text(first - 0.2 * margin - 0.6, middle, "left lead", ha="right", **style)
    axis.text(last + 0.2 * margin + 0.6, middle, "right lead", ha="left", **style)
    axis.set(xlim=(first - margin - 0.6, last + margin + 0.6), ylim=(-0.8, width - 0.2))
    axis.set_aspect("equal")
    axis.set_axis_off()
    return discs[-1]


@plotting.styled
def draw(model_i, model_ii, disorder, concentration, scale):
    """Draw (a) a wire of model I and (b) one of model II.

    Parameters
    ----------
    model_i : sequence of path
        Ensembles; (a) is the first sample of the one of ``SHOWN`` sites, or of the last.
    model_ii : path
        Ensemble; (b) is its sample whose impurity concentration is nearest to ``concentration``.
    disorder : float
        Disorder strength w in t; the colour bar goes from -w/2 to w/2.

    Returns
    -------
    figure, frame : one row per drawn site (panel, region, column, row, onsite_t)
    """
    ensemble = load(model_ii)
    drawn = ensemble.concentration
    chosen = int(np.argmin(np.abs(drawn - concentration)))
    impure = ensemble[chosen : chosen + 1].onsite[0]
    wires = [sites(chosen_wire(model_i), "a"), sites(impure, "b")]

    ratios = [(wire["column"].nunique() * 1.2) / wire["row"].nunique() for wire in wires]
    figure = plotting.figure(plotting.TWO_COLUMNS, 0.8 + plotting.TWO_COLUMNS / sum(ratios), scale)
    left, right = figure.subplots(1, 2, width_ratios=ratios)
    discs = draw_wire(
        left, wires[0], cmap="RdBu_r", clim=(-disorder / 2, disorder / 2), edgecolors=plotting.GREY
    )
    discs.set_array(wires[0].loc[wires[0]["region"] == "scattering", "onsite_t"].to_numpy())
    bar = figure.colorbar(discs, ax=left, location="bottom", shrink=0.6, aspect=22, pad=0.02)
    bar.set_label(r"on-site energy $\epsilon_i$ ($t$)")
    energies = wires[1].loc[wires[1]["region"] == "scattering", "onsite_t"]
    draw_wire(
        right,
        wires[1],
        facecolors=np.where(energies != 0, IMPURITY, plotting.FAINT),
        edgecolors=np.where(energies != 0, IMPURITY, "#A9C6DC"),
    )
    handles = [
        Line2D([], [], linestyle="", marker="o", color=colour, markeredgecolor=edge, label=text)
        for colour, edge, text in (
            (IMPURITY, IMPURITY, rf"impurity, $\epsilon = {ensemble.energies.max():g}t$"),
            (plotting.FAINT, "#A9C6DC", "host"),
            (LEAD, LEAD, "lead"),
        )
    ]
    right.legend(handles=handles, loc="upper center", bbox_to_anchor=(0.5, 0.0), ncols=3)
    size = wires[0].loc[wires[0]["region"] == "scattering", ["column", "row"]].max() + 1
    left.set_title(f"model I, {size['column']}×{size['row']}, $w = {disorder:g}t$")
    right.set_title(f"model II, {impure.shape[0]}×{impure.shape[1]}, $n$ = {drawn[chosen]:.0%}")
    plotting.letter([left, right])
    return figure, pd.concat(wires, ignore_index=True)
