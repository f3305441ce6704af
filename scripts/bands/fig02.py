"""Figure 2: six holes, and how their bands are inverted when they move apart."""

import pandas as pd

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
        axis.plot(rows["x"], rows["exact"], color=colour, linewidth=1, label=name)
        style = {"color": colour, "linestyle": "", "marker": "o", "markerfacecolor": "w"}
        axis.plot(rows["x"], rows["network"], **style)
    for distance in distances:
        axis.axvline(distance, color=plotting.GREY, linewidth=0.6, linestyle=":", zorder=0)
    axis.plot([], [], "o", color=plotting.GREY, markerfacecolor="w", label="network")
    axis.set(xlabel="distance $R$ of the holes ($a$)", ylabel=r"level at Γ ($V_\mathrm{max}$)")
    axis.set_ylim(top=axis.get_ylim()[1] + 0.12)
    axis.legend(loc="upper left", ncols=3)


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
    axes[0, 0].annotate(
        "", (1 / 3, 0), (0, 0), arrowprops={"arrowstyle": "<->", "color": plotting.RED}
    )
    axes[0, 0].text(1 / 6, 0.03, "$R$", color=plotting.RED, ha="center")
    draw_levels(axes[0, 1], levels, drawn.rows[shown, 0])
    axes[0, 2].set_axis_off()
    for place, (sample, axis, name) in enumerate(zip(shown, axes[1], NAMES, strict=True)):
        named = frame[(frame["kind"] == "irrep") & (frame["sample"] == sample)]
        drawing.path(axis, lines[lines["sample"] == sample], named)
        axis.set_title(f"{name}: $R$ = {drawn.rows[sample, 0]:.3f} $a$", size=7, loc="right")
        inset = axes[0, 2].inset_axes([0.34 * place, 0.2, 0.32, 0.7])
        drawing.cell(inset, drawn[sample : sample + 1].images[0], times=1)
        inset.set_title(name, size=7)
    axes[1, 0].legend(loc="best", frameon=True, framealpha=0.9)
    plotting.letter([axes[0, 0], axes[0, 1], axes[1, 0]])
    return figure, pd.concat([levels, lines], ignore_index=True)
