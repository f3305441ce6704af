"""Figure 6: lists of dot products tell local structures apart; one alloy."""

import numpy as np

from hamlearn import plotting
from hamlearn.files import read_small
from hamlearn.hamiltonians import ensemble
from hamlearn.hamiltonians.local_lists import ARRANGEMENTS, in_plane

PLACES = np.array([[1, 0], [0, 1], [-1, 0], [0, -1]])


@plotting.styled
def draw(lists, sige, scale):
    """Return the figure and its frame: neighbours, trial, lists, kept."""
    lists, drawn = read_small(lists), ensemble.load(sige)
    figure = plotting.figure(plotting.TWO_COLUMNS, 2.7, scale)
    left, middle, right = figure.subfigures(1, 3, width_ratios=[1, 1.2, 1.2])
    toys = left.subplots(2, 1)
    for axis, kinds in zip(toys, ARRANGEMENTS, strict=True):
        _toy(axis, kinds)
    axis = middle.subplots()
    for place, (number, rows) in enumerate(lists.groupby("neighbours")):
        style = {"color": plotting.COLOURS[place], "linestyle": ("-", "--")[place % 2]}
        axis.plot(rows["trial"], rows["lists"], label=f"{number} neighbours", **style)
    axis.set(xlabel="random alloys", ylabel="distinct lists", xscale="log", yscale="log")
    axis.legend(loc="best")
    solid = right.add_subplot(projection="3d")
    _alloy(solid, drawn.structure(0))
    plotting.letter([toys[0], axis, solid])
    return figure, lists


def _toy(axis, kinds):
    axis.plot(0, 0, "o", color=plotting.GREY, markersize=9)
    axis.text(0, 0, "0", color="w", ha="center", va="center", size=6.5)
    for number, (kind, place) in enumerate(zip(kinds, PLACES, strict=True), start=1):
        axis.plot([0, place[0]], [0, place[1]], color=plotting.PALE, zorder=0)
        face = "w" if kind == "A" else plotting.BLACK
        axis.plot(*place, "o", markersize=8, markerfacecolor=face, markeredgecolor="k")
        colour = "k" if kind == "A" else "w"
        axis.text(*place, str(number), color=colour, ha="center", va="center", size=6)
    found = plotting.minus(", ".join(map(str, in_plane(kinds))))
    axis.text(0, -1.65, f"({found})", ha="center", size=7)
    axis.set(xlim=(-1.6, 1.6), ylim=(-1.9, 1.4), aspect="equal")
    axis.axis("off")


def _alloy(axis, structure):
    full = structure.numbers == 32
    for chosen, face, label in ((~full, "w", "Si"), (full, plotting.BLACK, "Ge")):
        x, y, z = structure.positions[chosen].T
        axis.scatter(
            x, y, z, s=14, c=face, edgecolors="k", linewidths=0.5, label=label, depthshade=False
        )
    axis.set_box_aspect((1, 1, 1), zoom=0.85)
    axis.set(xlabel="$x$ (Å)", ylabel="$y$ (Å)", zlabel="$z$ (Å)")
    for name in "xyz":
        getattr(axis, f"{name}axis").labelpad = -4
        axis.tick_params(axis=name, labelsize=6, pad=-2)
    axis.legend(loc="upper left", handletextpad=0.2)
