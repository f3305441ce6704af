"""Figure 1: a cell, its bands and irreps by network and exact, gaps over the zone."""

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from hamlearn import plotting
from hamlearn.bands import brillouin, drawing, ensemble
from hamlearn.bands.plan import FRESH
from hamlearn.files import read_small

POINTS = {"gamma": "Γ", "k": "K", "m": "M"}
LARGEST = 0.15
"""Of the colour scale of gaps, in V_max, as in the paper."""
ZERO = 0.004
"""Smallest gaps on the grid that are marked as zeros, in V_max."""


def draw_irreps(axes, groups):
    lowest = min(0.94, groups["irreps"].min() - 0.02)
    for axis, (point, name) in zip(axes, POINTS.items(), strict=True):
        rows = groups[groups["point"] == point]
        axis.bar(rows["band"], 100 * rows["irreps"], color=plotting.BLUE, width=0.7)
        axis.axhline(99, color=plotting.RED, linewidth=0.8, linestyle="--")
        axis.set(ylim=(100 * max(0, lowest), 100.5), xticks=range(1, 7), xlabel=f"band at {name}")
        axis.tick_params(top=False)
    axes[0].set_ylabel("right irreps (%)")
    for axis in axes[1:]:
        axis.tick_params(labelleft=False)


def draw_zeros(axis, rows, kind):
    """Mark where a gap is smallest among the points around, and next to nothing."""
    points = rows[["q1", "q2"]].to_numpy()
    everywhere = np.concatenate([brillouin.rotated(points, turn) for turn in range(6)])
    gaps = np.tile(rows[kind].to_numpy(), 6)
    tree = cKDTree(brillouin.cartesian(everywhere))
    near = 1.1 * np.linalg.norm(brillouin.cartesian(points[1:2] - points[:1]))
    around = tree.query_ball_point(brillouin.cartesian(points), near)
    least = np.array([gaps[others].min() for others in around])
    zeros = points[(rows[kind].to_numpy() <= least) & (least < ZERO)]
    turned = np.concatenate([brillouin.rotated(zeros, turn) for turn in range(6)])
    style = {"color": "w", "s": 4, "linewidths": 0.3, "edgecolors": "k"}
    axis.scatter(*brillouin.cartesian(turned).T, **style)


def draw_gaps(figure, maps):
    """Draw a row for each cell, and for each gap a pair of maps, exact and of the network.

    White dots in the last row are zeros, as in the paper.
    """
    cells = maps[["ensemble", "sample"]].drop_duplicates().to_numpy().tolist()
    bands = sorted(maps["band"].unique())
    axes = figure.subplots(len(cells), 2 * len(bands), squeeze=False)
    for row, (name, sample) in enumerate(cells):
        own = maps[(maps["ensemble"] == name) & (maps["sample"] == sample)]
        for column, band in enumerate(bands):
            rows = own[own["band"] == band]
            for kind, axis in zip(("exact", "network"), axes[row, 2 * column :], strict=False):
                image = drawing.zone(axis, rows["q1"], rows["q2"], rows[kind], LARGEST)
                if row == len(cells) - 1:
                    draw_zeros(axis, rows, kind)
                if row == 0:
                    title = f"{band + 1}-{band}\n{kind}" if kind == "exact" else f"\n{kind}"
                    axis.set_title(title, size=6)
    figure.colorbar(
        image, ax=axes, shrink=0.6, extend="max", label=r"gap ($V_\mathrm{max}$)", pad=0.01
    )
    return axes


@plotting.styled
def draw(showcase, by_group, ensemble_file, run, scale):
    """Return the figure and the drawn values."""
    frame = read_small(showcase)
    groups = read_small(by_group)
    chosen = (groups["run"] == run) & (groups["ensemble"] == FRESH) & (groups["seed"] == 0)
    groups = groups[chosen]
    line = frame[(frame["kind"] == "path") & (frame["ensemble"] == FRESH)]
    maps = frame[frame["kind"] == "gap"]
    rows = len(maps[["ensemble", "sample"]].drop_duplicates())
    figure = plotting.figure(plotting.TWO_COLUMNS, 2.4 + 0.72 * rows, scale)
    upper, lower = figure.subfigures(2, 1, height_ratios=[2.2, 0.2 + 0.72 * rows])
    axes = upper.subplots(1, 5, width_ratios=[1.2, 1.7, 1, 1, 1])
    sample = int(line["sample"].iloc[0])
    drawing.cell(axes[0], ensemble.load(ensemble_file)[sample : sample + 1].images[0])
    named = frame[(frame["kind"] == "irrep") & (frame["ensemble"] == FRESH)]
    drawing.path(axes[1], line, named)
    style = {"borderaxespad": 0, "handlelength": 1.2, "columnspacing": 1}
    handles = {"handles": drawing.BANDS, "ncols": 2}
    axes[1].legend(**handles, loc="lower right", bbox_to_anchor=(1, 1.02), **style)
    draw_irreps(axes[2:], groups)
    maps_axes = draw_gaps(lower, maps)
    plotting.letter([axes[0], axes[1], axes[2]])
    text = {"xycoords": "axes fraction", "textcoords": "offset points", "weight": "bold"}
    maps_axes[0, 0].annotate("(d)", (0, 1), xytext=(-6, 11), **text)
    kinds = {"kind": "irreps", "ensemble": FRESH, "sample": np.nan, "x": np.nan}
    bars = groups.assign(**kinds)[[*kinds, "point", "band", "irreps"]]
    return figure, pd.concat([line, named, bars, maps], ignore_index=True)
