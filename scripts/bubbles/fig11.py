"""Figure 11: first, second and third neighbours on the honeycomb lattice, drawn as a brick wall."""

import pandas as pd
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

from hamlearn import plotting
from hamlearn.bubbles import graphs

COLUMNS, ROWS = 12, 5
CENTRES = ((3, 2), (8, 2))  # an odd and an even node, too far apart to share neighbours
COLOURS = (plotting.ORANGE, plotting.BLUE)
ORDERS = ("first", "second", "third")
KERNEL = "#E4E4E4"


def table():
    """Return order, m and n of the point, u and v of the neighbour, in_kernel; a row for each."""
    rows = []
    for order, _ in enumerate(ORDERS, 1):
        graph = graphs.neighbour_graph(COLUMNS, ROWS, order)
        rows += [
            (order, *centre, *node, node in graphs.kernel(*centre))
            for centre in CENTRES
            for node in sorted(graph[centre])
        ]
    return pd.DataFrame(rows, columns=["order", "m", "n", "u", "v", "in_kernel"])


def draw_kernel(axis, centre):
    """Shade the nodes that a 3x3 kernel centred at one of them holds."""
    nodes = graphs.kernel(*centre)
    (m, n), (u, v) = min(nodes), max(nodes)
    box = {"facecolor": KERNEL, "edgecolor": "none", "zorder": 0.5}
    axis.add_patch(Rectangle((m - 0.5, n - 0.5), u - m + 1, v - n + 1, **box))


@plotting.styled
def draw(scale):
    """Draw the neighbours of one point of each sublattice, one panel per order.

    Neighbours are found by their distance in the ribbon. Shaded: the nodes within a 3x3 kernel.

    Returns
    -------
    figure, frame : one row per neighbour: order, m and n of the point, u and v of the neighbour,
        in_kernel
    """
    frame = table()
    wall = graphs.brick_wall(COLUMNS, ROWS)
    figure = plotting.figure(plotting.ONE_COLUMN, 4.6, scale)
    axes = figure.subplots(len(ORDERS), 1)
    for axis, (_, near), word in zip(axes, frame.groupby("order"), ORDERS, strict=True):
        axis.add_collection(LineCollection(wall.edges, colors="#9A9A9A", linewidths=0.8, zorder=1))
        axis.scatter(*zip(*wall, strict=True), s=7, color="#9A9A9A", linewidths=0, zorder=2)
        for centre, colour in zip(CENTRES, COLOURS, strict=True):
            draw_kernel(axis, centre)
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
        held = f"{own['in_kernel'].sum()} of {len(own)}"  # alike on both sublattices
        axis.set_title(f"{word} neighbours: {held} in the kernel", loc="right")
    dot = {"linestyle": "", "marker": "o", "markersize": 5.5}
    parity = ("$m+n$ even", "$m+n$ odd")
    handles = [
        Line2D([], [], color=colour, markeredgecolor="k", label=parity[sum(centre) % 2], **dot)
        for centre, colour in zip(CENTRES, COLOURS, strict=True)
    ]
    ring = {"color": "white", "markeredgecolor": "k", "markeredgewidth": 1.2}
    handles.append(Line2D([], [], label="neighbours", **ring, **dot))
    handles.append(Patch(facecolor=KERNEL, edgecolor="none", label="3×3 kernel"))
    axes[-1].legend(handles=handles, loc="upper center", bbox_to_anchor=(0.5, 0.0), ncols=2)
    plotting.letter(axes)
    return figure, frame
