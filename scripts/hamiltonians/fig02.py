"""Figure 2: the local coordinates of one pair, and what the text-CNN reads."""

import numpy as np
import pandas as pd

from hamlearn import plotting
from hamlearn.files import read_small

WINDOWS = ((2, 0, plotting.BLUE), (3, 1, plotting.ORANGE), (4, 2, plotting.GREEN))


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
    for direction, label in (((1, 0), "x'"), ((0, 1), "z'")):
        arrow = {"arrowstyle": "-|>", "color": plotting.BLACK, "linewidth": 1.2}
        left.annotate("", direction, (0, 0), arrowprops=arrow, zorder=4)
        left.text(
            direction[0] * 0.8, direction[1] * 1.2 - 0.15 * direction[0], f"${label}$", va="center"
        )
    left.set(xlabel="along $x'$ (Å)", ylabel="along $z'$ (Å)", aspect="equal")
    left.margins(0.15)
    matrix = np.array(pair["neighbours"])
    limit = np.abs(matrix).max()
    right.imshow(matrix, cmap="RdBu_r", vmin=-limit, vmax=limit, aspect="auto")
    for size, start, colour in WINDOWS:
        box = {"fill": False, "edgecolor": colour, "linewidth": 1.6}
        corner = (-0.4 + 0.25 * start, start - 0.45)
        right.add_patch(_rectangle(corner, 24.8 - 0.5 * start, size - 0.1, box))
        label = f"window of {size}"
        right.plot([], [], color=colour, label=label, linewidth=1.6)
    right.set(xlabel="$Y_{lm}$ of 25 functions", ylabel="neighbour of $i$, by distance")
    right.legend(loc="lower right", frameon=True)
    plotting.letter([left, right])
    return figure, pd.DataFrame(rows)


def _rectangle(corner, width, height, style):
    from matplotlib.patches import Rectangle

    return Rectangle(corner, width, height, **style)


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
