"""Figure 9: adjacency matrix and weighted adjacency matrix of a small graph."""

import pandas as pd
from matplotlib.collections import LineCollection
from matplotlib.colors import LinearSegmentedColormap

from hamlearn import plotting
from hamlearn.bubbles import graphs

SHADES = LinearSegmentedColormap.from_list("weight", ["#FFFFFF", "#7FB6DA"])


def minus(value):
    """Return a weight in t with two digits and a true minus sign."""
    return plotting.minus(f"{value:.2f}")


def draw_graph(axis, graph, numbers):
    """Draw nodes with their number where the sites are, and edges with their weight."""
    place = {node: graph.nodes[node]["pos"] for node in graph}
    lines = [(place[i], place[j]) for i, j in graph.edges]
    axis.add_collection(LineCollection(lines, colors="k", linewidths=1.2, zorder=1))
    box = {"facecolor": "white", "edgecolor": "none", "pad": 0.6}
    text = {"ha": "center", "va": "center"}
    for i, j, weight in graph.edges(data="weight"):
        axis.text(*(place[i] + place[j]) / 2, minus(weight), bbox=box, size=7, **text)
    style = {"s": 190, "color": "white", "edgecolors": "k", "linewidths": 1.0, "zorder": 3}
    axis.scatter(*zip(*place.values(), strict=True), **style)
    for node, number in numbers.items():
        axis.text(*place[node], number, weight="bold", zorder=4, **text)
    axis.set_aspect("equal")
    axis.margins(0.17)
    axis.set_axis_off()


def draw_matrix(axis, matrix, labels):
    """Draw a matrix as squares, shaded by modulus, with its elements as text."""
    size = len(matrix)
    axis.imshow(abs(matrix), cmap=SHADES, vmin=0, vmax=1)
    for (i, j), label in labels.items():
        colour = "k" if matrix[i, j] else "#9A9A9A"
        axis.text(j, i, label, ha="center", va="center", size=6.5, color=colour)
    axis.set_xticks(range(size), range(1, size + 1))
    axis.set_yticks(range(size), range(1, size + 1))
    axis.set_xticks([k - 0.5 for k in range(1, size)], minor=True)
    axis.set_yticks([k - 0.5 for k in range(1, size)], minor=True)
    axis.grid(which="minor", color="white", linewidth=0.8)
    axis.tick_params(which="both", length=0)
    axis.set(xlabel="node $j$", ylabel="node $i$")


@plotting.styled
def draw(scale):
    """Draw one ring of a deformed honeycomb, its adjacency matrix and its weighted one.

    Returns
    -------
    figure, frame : one row per matrix element: i, j, adjacency, weight_t
    """
    graph = graphs.hexagon()
    plain, weighted = (graphs.matrix(graph, kind).toarray() for kind in (None, "weight"))
    figure = plotting.figure(plotting.TWO_COLUMNS, 2.5, scale)
    left, middle, right = figure.subplots(1, 3, width_ratios=(1, 1, 1.05))
    draw_graph(left, graph, {node: k for k, node in enumerate(sorted(graph), 1)})
    pairs = [(i, j) for i in range(len(graph)) for j in range(len(graph))]
    draw_matrix(middle, plain, {pair: f"{plain[pair]:.0f}" for pair in pairs})
    words = {pair: minus(weighted[pair]) if weighted[pair] else "0" for pair in pairs}
    draw_matrix(right, weighted, words)
    left.set_title("graph, weights in $t$")
    middle.set_title("adjacency $A$")
    right.set_title("weighted, $A^w$ ($t$)")
    plotting.letter((left, middle, right))
    rows = [(i + 1, j + 1, int(plain[i, j]), weighted[i, j]) for i, j in pairs]
    return figure, pd.DataFrame(rows, columns=["i", "j", "adjacency", "weight_t"])
