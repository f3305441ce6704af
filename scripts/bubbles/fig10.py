"""Figure 10: the kagome lattice as a subgraph of the graph of a 3x3 convolution, not drawn."""

import networkx as nx
import numpy as np
import pandas as pd
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.lines import Line2D

from hamlearn import plotting
from hamlearn.bubbles import graphs

COLOURS = (plotting.BLUE, plotting.ORANGE, plotting.GREEN)
UPWARDS, DOWNWARDS = "#CFE3F1", "#F4E3C8"
PLANE = np.array([[0.5, 0.0], [0.25, np.sqrt(3) / 4]])
"""Step of m and of n on the first subgraph, in lattice constants of the kagome lattice."""


def first(size):
    """Return the first subgraph on size x size nodes, with the sublattice of each site."""
    graph = graphs.kagome(size)  # a torus large enough to cut the grid out of
    graph = graph.subgraph(node for node in graph if max(node) < size).copy()
    nx.set_node_attributes(graph, {(m, n): m % 2 + 2 * (n % 2) for m, n in graph}, "sublattice")
    return graph


def second(size):
    """Return the second subgraph on size x size nodes, with the sublattice of each site."""
    graph = graphs.kagome_staggered(size + 1, size)
    graph = graph.subgraph(node for node in graph if max(node) < size).copy()
    kinds = {(m, n): 2 if n % 2 else (m + n // 2) % 2 for m, n in graph}
    nx.set_node_attributes(graph, kinds, "sublattice")
    return graph


def triangles(graph):
    """Yield each triangle as three nodes, and whether its single node of an odd row is on top."""
    for clique in nx.find_cliques(graph):
        if len(clique) == 3:
            odd, even = (sum(n for _, n in clique if n % 2 == parity) for parity in (1, 0))
            yield sorted(clique), odd > even / 2


def draw_lattice(axis, graph, place):
    """Draw shaded triangles, edges, and the sites in the colour of their sublattice."""
    for upwards, colour in ((True, UPWARDS), (False, DOWNWARDS)):
        corners = [
            [place(node) for node in nodes] for nodes, up in triangles(graph) if up == upwards
        ]
        axis.add_collection(PolyCollection(corners, facecolors=colour, zorder=1))
    lines = [(place(i), place(j)) for i, j in graph.edges]
    axis.add_collection(LineCollection(lines, colors="k", linewidths=1.2, zorder=2))
    for kind, colour in enumerate(COLOURS):
        sites = [place(node) for node, own in graph.nodes(data="sublattice") if own == kind]
        style = {"s": 22, "color": colour, "edgecolors": "k", "linewidths": 0.5, "zorder": 3}
        axis.scatter(*zip(*sites, strict=True), **style)
    axis.set_aspect("equal", anchor="N")


@plotting.styled
def draw(size, scale):
    """Draw (a) the lattice in the plane, (b) its place on the grid, (c) another subgraph.

    Parameters
    ----------
    size : int
        Nodes of the grid along a side.

    Returns
    -------
    figure, frame : one row per edge (m, n)-(u, v) of panels b and c
    """
    figure = plotting.figure(plotting.TWO_COLUMNS, 2.6, scale)
    axes = figure.subplots(1, 3, width_ratios=(1.3, 1, 1))
    draw_lattice(axes[0], first(size), lambda node: node @ PLANE)
    axes[0].set_title("kagome lattice")
    axes[0].set_axis_off()
    parts = []
    for mark, axis, graph in zip("bc", axes[1:], (first(size), second(size)), strict=True):
        draw_lattice(axis, graph, lambda node: node)
        unused = sorted(set(graphs.kernel_graph(size, size)) - set(graph))
        style = {"s": 10, "color": "white", "edgecolors": plotting.GREY, "linewidths": 0.6}
        axis.scatter(*zip(*unused, strict=True), zorder=3, **style)
        ends = (-0.4, size - 0.6)
        axis.set(xlabel="$m$", ylabel="$n$", xlim=ends, ylim=ends)
        axis.set(xticks=range(size), yticks=range(size))
        axis.tick_params(length=0)
        axis.spines[:].set_visible(False)
        edges = sorted(sorted(edge) for edge in graph.edges)
        parts.append([(mark, *start, *end) for start, end in edges])
    axes[1].set_title("on the grid")
    axes[2].set_title("another subgraph")
    dot = {"linestyle": "", "marker": "o", "markersize": 4.5}
    handles = [
        Line2D([], [], color=colour, markeredgecolor="k", label=f"sublattice {name}", **dot)
        for name, colour in zip("ABC", COLOURS, strict=True)
    ]
    dot["markersize"] = 3.2
    grey = {"color": "white", "markeredgecolor": plotting.GREY}
    handles.append(Line2D([], [], label="unused node", **grey, **dot))
    axes[0].legend(handles=handles, loc="upper center", bbox_to_anchor=(0.5, 0.0), ncols=2)
    plotting.letter(axes)
    return figure, pd.DataFrame(sum(parts, []), columns=["panel", "m", "n", "u", "v"])
