"""Figure 6: the honeycomb lattice as a subgraph of the graph of a 3x3 convolution."""

import pandas as pd
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D

from hamlearn import plotting
from hamlearn.bubbles import graphs

SUBLATTICES = (plotting.BLUE, plotting.ORANGE)
OTHER = "#C4C4C4"


def table(size):
    """Return one row per edge of the kernel graph: m, n, u, v and whether it is a honeycomb's."""
    wall = graphs.brick_wall(size, size)
    edges = sorted(sorted(edge) for edge in graphs.kernel_graph(size, size).edges)
    rows = [(*start, *end, wall.has_edge(start, end)) for start, end in edges]
    return pd.DataFrame(rows, columns=["m", "n", "u", "v", "honeycomb"])


@plotting.styled
def draw(size, scale):
    """Draw the brick wall in black on all edges of the kernel graph.

    Parameters
    ----------
    size : int
        Nodes along a side.

    Returns
    -------
    figure, frame : one row per edge (m, n)-(u, v), and whether it belongs to the honeycomb
    """
    frame = table(size)
    figure = plotting.figure(plotting.ONE_COLUMN, plotting.ONE_COLUMN + 0.45, scale)
    axis = figure.subplots()
    styles = {
        False: {"colors": OTHER, "linewidths": 0.7, "zorder": 1},
        True: {"colors": "k", "linewidths": 1.8, "capstyle": "round", "zorder": 2},
    }
    for honeycomb, edges in frame.groupby("honeycomb"):
        lines = edges[["m", "n", "u", "v"]].to_numpy().reshape(-1, 2, 2)
        axis.add_collection(LineCollection(lines, **styles[honeycomb]))
    for parity, colour in enumerate(SUBLATTICES):
        nodes = [node for node in graphs.brick_wall(size, size) if sum(node) % 2 == parity]
        style = {"s": 30, "color": colour, "edgecolors": "k", "linewidths": 0.6, "zorder": 3}
        axis.scatter(*zip(*nodes, strict=True), **style)
    ends = (-0.25, size - 0.75)
    axis.set(xlabel="$m$", ylabel="$n$", xlim=ends, ylim=ends, aspect="equal")
    axis.set(xticks=range(size), yticks=range(size))
    axis.tick_params(length=0)
    axis.spines[:].set_visible(False)
    dot = {"linestyle": "", "marker": "o", "markeredgecolor": "k", "markersize": 5}
    handles = [
        Line2D([], [], color="k", linewidth=1.8, label="honeycomb lattice"),
        Line2D([], [], color=OTHER, linewidth=0.9, label="other edges of the convolution"),
        Line2D([], [], color=SUBLATTICES[0], label="$m+n$ even", **dot),
        Line2D([], [], color=SUBLATTICES[1], label="$m+n$ odd", **dot),
    ]
    axis.legend(handles=handles, loc="upper center", bbox_to_anchor=(0.5, -0.1), ncols=2)
    return figure, frame
