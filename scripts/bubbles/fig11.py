"""Figure 11: first, second and third neighbours on the honeycomb lattice, drawn as a brick wall."""

import pandas as pd
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D

from hamlearn import plotting
from hamlearn.bubbles import graphs

COLUMNS, ROWS = 12, 5
CENTRES = ((3, 2), (8, 2))  # an odd and an even node, too far apart to share neighbours
COLOURS = (plotting.ORANGE, plotting.BLUE)
ORDERS = ("first", "second", "third")


def table():
    """Return one row per neighbour: order, m and n of the point, u and v of the neighbour."""
    rows = []
    for order, _ in enumerate(ORDERS, 1):
        graph = graphs.neighbour_graph(COLUMNS, ROWS, order)
        rows += [(order, *centre, *node) for centre in CENTRES for node in sorted(graph[centre])]
    return pd.DataFrame(rows, columns=["order", "m", "n", "u", "v"])


@plotting.styled
def draw(scale):
    """Draw the neighbours of one point of each sublattice, one panel per order.

    Neighbours are found by their distance in the ribbon.

    Returns
    -------
    figure, frame : one row per neighbour: order, m and n of the point, u and v of the neighbour
    """
    frame = table()
    wall = graphs.brick_wall(COLUMNS, ROWS)
    figure = plotting.figure(plotting.ONE_COLUMN, 4.6, scale)
    axes = figure.subplots(len(ORDERS), 1)
    for axis, (_, near), word in zip(axes, frame.groupby("order"), ORDERS, strict=True):
        axis.add_collection(LineCollection(wall.edges, colors="#9A9A9A", linewidths=0.8, zorder=1))
        axis.scatter(*zip(*wall, strict=True), s=7, color="#9A9A9A", linewidths=0, zorder=2)
        for centre, colour in zip(CENTRES, COLOURS, strict=True):
            own = near[(near["m"] == centre[0]) & (near["n"] == centre[1])]
            ends = own[["u", "v"]].to_numpy()
            lines = [(centre, end) for end in ends]
            style = {"colors": colour, "linewidths": 1.6, "zorder": 3, "alpha": 0.9}
            axis.add_collection(LineCollection(lines, **style))
            ring = {"s": 34, "color": "white", "edgecolors": colour, "linewidths": 1.5}
            axis.scatter(*ends.T, zorder=4, **ring)
            axis.scatter(*centre, s=42, color=colour, edgecolors="k", linewidths=0.6, zorder=5)
        axis.set(xlim=(-0.5, COLUMNS - 0.5), ylim=(-0.4, ROWS - 0.6), aspect="equal")
        axis.set_axis_off()
        axis.set_title(f"{word} neighbours")
    dot = {"linestyle": "", "marker": "o", "markersize": 5.5}
    parity = ("$m+n$ even", "$m+n$ odd")
    handles = [
        Line2D([], [], color=colour, markeredgecolor="k", label=parity[sum(centre) % 2], **dot)
        for centre, colour in zip(CENTRES, COLOURS, strict=True)
    ]
    ring = {"color": "white", "markeredgecolor": "k", "markeredgewidth": 1.2}
    handles.append(Line2D([], [], label="neighbours", **ring, **dot))
    axes[-1].legend(handles=handles, loc="upper center", bbox_to_anchor=(0.5, 0.0), ncols=3)
    plotting.letter(axes)
    return figure, frame
