"""Figure 2: six holes, and how their bands are inverted when they move apart."""

import pandas as pd
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from hamlearn import plotting
from hamlearn.bands import drawing, ensemble
from hamlearn.bands.plan import HOLES
from hamlearn.files import read_small

IRREPS = {
    1: ("s", plotting.BLACK),
    2: ("p", plotting.BLUE),
    3: ("d", plotting.RED),
    4: ("f", plotting.GREEN),
}
NAMES = ("before", "at", "after")


def draw_levels(axis, levels, distances):
    for band, (name, colour) in IRREPS.items():
        rows = levels[levels["band"] == band].sort_values("x")
        axis.plot(rows["x"], rows["exact"], color=colour, linewidth=1)
        style = {"color": colour, "linestyle": "", "marker": "o", "markerfacecolor": "w"}
        axis.plot(rows["x"], rows["network"], **style)
        end = rows.iloc[-1]
        text = {"textcoords": "offset points", "color": colour, "va": "center"}
        axis.annotate(name, (end["x"], end["exact"]), xytext=(5, 0), **text)
    for distance in distances:
        axis.axvline(distance, color=plotting.GREY, linewidth=0.6, linestyle=":", zorder=0)
    axis.set(xlabel="distance $R$ of the holes ($a$)", ylabel=r"level at Γ ($V_\mathrm{max}$)")
    axis.xaxis.set_major_locator(MaxNLocator(4))
    axis.margins(x=0.09)


@plotting.styled
def draw(showcase, holes, scale):
    """Return the figure and the drawn values."""
    frame = read_small(showcase)
    frame = frame[frame["ensemble"] == HOLES]
    levels, lines = frame[frame["kind"] == "level"], frame[frame["kind"] == "path"]
    drawn = ensemble.load(holes)
    figure = plotting.figure(plotting.TWO_COLUMNS, 4.6, scale)
    axes = figure.subplots(2, 3)
    shown = sorted(lines["sample"].unique())
    drawing.cell(axes[0, 0], drawn[shown[1:2]].images[0])
    radius = drawn.rows[shown[1], 0]
    arrow = {"arrowstyle": "<->", "color": plotting.RED, "shrinkA": 0, "shrinkB": 0}
    axes[0, 0].annotate("", (radius, 0), (0, 0), arrowprops={**arrow, "mutation_scale": 7})
    style = {"color": plotting.RED, "ha": "center", "path_effects": drawing.HALO}
    axes[0, 0].text(radius / 2, 0.03, "$R$", **style)
    draw_levels(axes[0, 1], levels, drawn.rows[shown, 0])
    axes[0, 2].set_axis_off()
    for place, (sample, axis, name) in enumerate(zip(shown, axes[1], NAMES, strict=True)):
        named = frame[(frame["kind"] == "irrep") & (frame["sample"] == sample)]
        drawing.path(axis, lines[lines["sample"] == sample], named)
        axis.set_title(f"{name}: $R$ = {drawn.rows[sample, 0]:.3f} $a$", size=7, loc="right")
        inset = axes[0, 2].inset_axes([0.34 * place, 0.2, 0.32, 0.7])
        drawing.cell(inset, drawn[sample : sample + 1].images[0], times=1)
        inset.set_title(name, size=7)
    rings = {"linestyle": "", "marker": "o", "color": plotting.GREY, "markerfacecolor": "w"}
    rings = Line2D([], [], label="network, (b)", **rings)
    plotting.legend_below(figure, handles=[*drawing.BANDS, rings], ncols=3)
    plotting.letter([axes[0, 0], axes[0, 1], axes[0, 2], axes[1, 0]])
    return figure, pd.concat([levels, lines], ignore_index=True)
