"""Figure 2: the local coordinates of one pair, and what the text-CNN reads."""

import numpy as np
import pandas as pd
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from hamlearn import plotting
from hamlearn.files import read_small

WINDOWS = (
    (2, 0, plotting.BLUE, "-"),
    (3, 1, plotting.ORANGE, "--"),
    (4, 2, plotting.GREEN, ":"),
)
HARMONICS = {1: "s", 2: "p", 5: "d", 10: "f", 17: "g"}
"""The first function of each l among the 25."""


@plotting.styled
def draw(example, scale):
    """Return the figure and its frame: atoms in the frame of the pair, in Å."""
    pair = read_small(example)["pair"]
    figure = plotting.figure(plotting.TWO_COLUMNS, 3.0, scale)
    left, right = figure.subplots(1, 2, width_ratios=[1.2, 1])
    axes, rows = np.array(pair["axes"]), []
    for end, (name, colour, first) in enumerate((("i", plotting.BLUE, 1), ("j", plotting.RED, 5))):
        places = np.array(pair["around"][end]) @ axes.T
        rows += [
            {
                "end": name,
                "atom": name if n == 0 else first + n - 1,
                **dict(zip("xyz", p, strict=True)),
            }
            for n, p in enumerate(places)
        ]
        _atoms(left, places, name, first, colour)
    for direction, label, shift in (((1, 0), "x'", (0, -10)), ((0, 1), "z'", (-10, 0))):
        arrow = {"arrowstyle": "-|>", "color": plotting.BLACK, "linewidth": 1.2}
        left.annotate("", direction, (0, 0), arrowprops=arrow, zorder=4)
        text = {"xytext": shift, "textcoords": "offset points", "ha": "center", "va": "center"}
        left.annotate(f"${label}$", np.multiply(direction, 0.75), **text)
    left.set(xlabel="along $x'$ (Å)", ylabel="along $z'$ (Å)", aspect="equal")
    left.margins(0.15)
    draw_harmonics(right, np.array(pair["neighbours"]))
    for size, start, colour, line in WINDOWS:
        box = {"fill": False, "edgecolor": colour, "linewidth": 1.6, "linestyle": line}
        corner = (0.6 + 0.25 * start, start + 0.55)
        right.add_patch(Rectangle(corner, 24.8 - 0.5 * start, size - 0.1, **box))
        style = {"color": colour, "linestyle": line, "linewidth": 1.6}
        right.plot([], [], label=f"window of {size}", **style)
    right.set_ylabel("neighbour of $i$, by distance")
    plotting.legend_below(figure, *right.get_legend_handles_labels(), ncols=3)
    plotting.letter([left, right])
    return figure, pd.DataFrame(rows)


def draw_harmonics(axis, rows):
    """Draw the orientational vectors of an atom, a row for each of its neighbours from 1 on."""
    limit, (number, functions) = np.abs(rows).max(), rows.shape
    extent = (0.5, functions + 0.5, number + 0.5, 0.5)
    style = {"cmap": "RdBu_r", "vmin": -limit, "vmax": limit, "aspect": "auto", "extent": extent}
    image = axis.imshow(rows, **style)
    axis.set(xlabel="$Y_{lm}$, $l = 0 \\ldots 4$", ylabel="neighbour, by distance")
    axis.set_xticks(list(HARMONICS), list(HARMONICS.values()))
    axis.yaxis.set_major_locator(MaxNLocator(integer=True))
    axis.figure.colorbar(image, ax=axis, label=r"$Y_{lm}\,/\,(1 + r)$")


def _atoms(axis, places, name, first, colour):
    centre, others = places[0], places[1:]
    for number, place in enumerate(others):
        axis.plot([centre[0], place[0]], [centre[2], place[2]], color=plotting.PALE, zorder=1)
        axis.plot(place[0], place[2], "o", color=colour, markersize=7, alpha=0.45, zorder=2)
        shift = (4, 5) if name == "i" else (4, -9)
        text = {"xytext": shift, "textcoords": "offset points", "size": 6.5, "color": colour}
        axis.annotate(str(first + number), (place[0], place[2]), **text)
    axis.plot(centre[0], centre[2], "o", color=colour, markersize=9, zorder=3)
    axis.text(centre[0], centre[2], f"${name}$", color="w", ha="center", va="center", zorder=5)
