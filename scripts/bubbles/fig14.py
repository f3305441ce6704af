"""Figure 14 (not in the paper): what kernels hold, what they join, and A^w beside H."""

import numpy as np
import pandas as pd
from matplotlib.colors import ListedColormap
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from hamlearn import plotting
from hamlearn.bubbles import graph_statements, graphs

COLUMNS, ROWS = 6, 4
BUBBLE = np.array([[1.5, 1.2, 0.8, 0.3, 0.2]])
"""A narrow one, so that all hoppings of the small ribbon differ."""
UNUSED = "#E4E4E4"
SHADES = "cividis"


def draw_held(axis, held):
    """Draw what share of the edges of each lattice a kernel holds, as a table of shades."""
    order = {name: held.index.unique(name) for name in ("lattice", "kernel")}
    shares = (held["held"] / held["edges"]).unstack("kernel").reindex(order["lattice"])
    shares = shares[order["kernel"]]
    axis.imshow(shares, cmap="Blues", vmin=-0.2, vmax=1.6, aspect="auto")
    for place, share in np.ndenumerate(shares.to_numpy()):
        weight = "bold" if share == 1 else "normal"
        text = f"{100 * share:.0f} %"
        axis.text(*place[::-1], text, ha="center", va="center", size=7, weight=weight)
    axis.set_xticks(range(shares.shape[1]), shares.columns)
    axis.set_yticks(range(shares.shape[0]), shares.index)
    axis.set_xticks(np.arange(shares.shape[1] - 1) + 0.5, minor=True)
    axis.set_yticks(np.arange(shares.shape[0] - 1) + 0.5, minor=True)
    axis.grid(which="minor", color="white", linewidth=1)
    axis.tick_params(which="both", length=0)
    axis.set(xlabel="nodes of the kernel along $m$ × $n$", title="edges that the kernel holds")


def draw_joined(axis, joined):
    """Draw what share of all pairs of N x N nodes a kernel joins."""
    for place, (nodes, rows) in enumerate(joined.groupby("nodes")):
        style = plotting.series(place, f"$N={nodes}$")
        share = 100 * rows["joined"] / rows["pairs"]
        axis.plot(rows["kernel"], share, lw=1, **style)
        sides = rows["kernel"].to_numpy()
        stated = sides == 2 * nodes + 1
        axis.plot(sides[stated], share[stated], "D", color=plotting.RED, mfc="none", ms=7, mew=0.9)
    axis.plot([], [], "D", color=plotting.RED, mfc="none", ms=7, label="paper, $2N+1$")
    axis.set(xlabel="nodes of the kernel along a side", ylabel="pairs of $N$×$N$ nodes joined (%)")
    axis.set(ylim=(0, 108), title="complete from $2N-1$ on")
    axis.xaxis.set_major_locator(MaxNLocator(integer=True, steps=[2]))
    axis.legend(loc="lower right")


def draw_matrix(axis, matrix, grid):
    """Draw a matrix of hoppings, on the edges of a kernel's graph that have no weight in grey."""
    size = len(matrix)
    empty = np.ma.masked_where(~(grid.astype(bool) & (matrix == 0)), np.ones_like(matrix))
    axis.imshow(empty, cmap=ListedColormap([UNUSED]))
    shown = np.ma.masked_where(matrix == 0, matrix)
    image = axis.imshow(shown, cmap=SHADES, vmin=-1, vmax=0)
    axis.set_xticks([0, size - 1], [1, size])
    axis.set_yticks([0, size - 1], [1, size])
    axis.tick_params(length=0)
    axis.set(xlabel="node $j$", ylabel="node $i$")
    return image


@plotting.styled
def draw(scale):
    """Draw (a) what kernels hold, (b) what they join, (c) A^w from the nodes, (d) H of the ribbon.

    (a) Share of the edges of each lattice among those of the graph of a convolution. (b) Share of
    all pairs of nodes. (c) The hoppings of each node, put on the edges of a 3x3 kernel, eq. (A3);
    (d) the Hamiltonian, eq. (A2), of the same ribbon of 6 x 4 nodes under a bubble.

    Returns
    -------
    figure, frame : of (a) lattice, kernel, held, edges; of (b) nodes, kernel, joined, pairs; of
        (c, d) i, j, weight_t and hamiltonian_t
    """
    held, joined = graph_statements.held_by_kernels(), graph_statements.joined_by_kernels()
    found, hamiltonian, _ = graph_statements.rebuilt(COLUMNS, ROWS, BUBBLE)
    weights, hamiltonian = found.toarray(), hamiltonian.toarray()
    grid = graphs.matrix(graphs.kernel_graph(COLUMNS, ROWS)).toarray()
    figure = plotting.figure(plotting.TWO_COLUMNS, 5.4, scale)
    axes = figure.subplots(2, 2, height_ratios=[1, 1.15])
    draw_held(axes[0, 0], held.set_index(["lattice", "kernel"]))
    draw_joined(axes[0, 1], joined)
    draw_matrix(axes[1, 0], weights, grid)
    image = draw_matrix(axes[1, 1], hamiltonian, np.zeros_like(grid))
    difference = np.abs(weights - hamiltonian).max()
    axes[1, 0].set_title("$A^w$ from the hoppings of each node", loc="right", size=7)
    axes[1, 1].set_title(f"$H$, largest difference {difference:.0g} $t$", loc="right", size=7)
    figure.colorbar(image, ax=axes[1], label="hopping ($t$)", aspect=25, pad=0.02)
    key = [Patch(facecolor=UNUSED, edgecolor="none", label="edge of the kernel without weight")]
    axes[1, 0].legend(handles=key, loc="upper center", bbox_to_anchor=(0.5, -0.16))
    plotting.letter(axes.ravel())
    i, j = np.nonzero((weights != 0) | (hamiltonian != 0))
    elements = {"i": i + 1, "j": j + 1, "weight_t": weights[i, j]}
    elements = pd.DataFrame(elements).assign(hamiltonian_t=hamiltonian[i, j])
    parts = {"a": held, "b": joined.astype({"kernel": str}), "cd": elements}
    frames = [part.assign(panel=panel) for panel, part in parts.items()]
    return figure, pd.concat(frames, ignore_index=True)
