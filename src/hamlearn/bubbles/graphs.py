"""Tight-binding lattices as subgraphs of the graph of a convolution (Sec. V A, Appendix A).

Nodes are the points (m, n) of a square grid, m the column and n the row: a pixel of the map for the
convolution, a site of the ribbon (`hamlearn.transport.brickwall`) for the honeycomb. A node is even
or odd as m + n is; even and odd nodes are the two sublattices. Lengths in a, hoppings in t.
"""

from __future__ import annotations

from itertools import product

import networkx as nx
import numpy as np
from scipy.sparse import coo_array, csr_array

from hamlearn.bubbles.solver import DECAY, hopping
from hamlearn.bubbles.surface import heights
from hamlearn.transport import brickwall

DIRECTIONS = ((1, 0), (-1, 0), (0, 1))
"""Steps to the first neighbours a, b, c of an even node; those of an odd node are opposite."""


def kernel(m: int, n: int, reach: int = 1) -> set[tuple[int, int]]:
    """Return the nodes inside a (2 reach + 1)² kernel centred at (m, n), itself included, eq. (9).

    The paper prints open intervals for what can only be the closed m - 1 ≤ u ≤ m + 1.
    """
    steps = range(-reach, reach + 1)
    return {(m + i, n + j) for i, j in product(steps, steps)}


def kernel_nodes(reach: int = 1) -> int:
    """Return the number of nodes inside a kernel, 9 for 3 x 3, eq. (9)."""
    return len(kernel(0, 0, reach))


def kernel_graph(
    columns: int, rows: int, reach: int | tuple[int, int] = 1, periodic: bool = False
) -> nx.Graph:
    """Return the graph G_C of a convolution, eqs. (8) and (9), without the edges to oneself.

    The kernel has 2 reach + 1 nodes along m and n, reach ≥ 1; 1 gives the moves of a chess king.
    A periodic grid closes to a torus.
    """
    along, across = (reach, reach) if isinstance(reach, int) else reach
    line = nx.cycle_graph if periodic else nx.path_graph
    return nx.strong_product(nx.power(line(columns), along), nx.power(line(rows), across))


def first_neighbours(m: int, n: int) -> set[tuple[int, int]]:
    """Return N1(m, n) = {(m - 1, n), (m + 1, n), (m, n ± 1)}, + for even m + n, eq. (10)."""
    sign = -1 if (m + n) % 2 else 1
    return {(m + sign * i, n + sign * j) for i, j in DIRECTIONS}


def brick_wall(columns: int, rows: int, periodic: bool = False) -> nx.Graph:
    """Return the honeycomb as a brick wall G_g, eq. (10); a torus takes even columns and rows."""
    graph = nx.create_empty_copy(nx.grid_2d_graph(columns, rows))
    inside = set(graph)
    for m, n in inside:
        near = first_neighbours(m, n)
        near = {(u % columns, v % rows) for u, v in near} if periodic else near & inside
        graph.add_edges_from(((m, n), node) for node in near)
    return graph


def neighbour_graph(columns: int, rows: int, order: int = 1) -> nx.Graph:
    """Return the graph of the neighbours of some order in the ribbon; ``pos`` in a at each site.

    Orders 1, 2, 3 are at a₀, √3 a₀, 2 a₀. Distances in `hamlearn.transport.brickwall.positions`
    decide, because three steps along bonds also reach sites at √7 a₀.
    """
    graph = nx.Graph()
    position = np.stack(brickwall.positions(columns, rows), axis=-1)
    graph.add_nodes_from((site, {"pos": position[site]}) for site in np.ndindex(columns, rows))
    nearer, radius = _radii()[order - 1 : order + 1]
    graph.add_edges_from(nx.geometric_edges(graph, radius))
    graph.remove_edges_from(nx.geometric_edges(graph, nearer))
    return graph


def _radii() -> np.ndarray:
    """Return radii that hold the neighbours of order 0, 1, 2, ... of a site, in a."""
    x, y = brickwall.positions(9, 9)
    return np.unique(np.hypot(x - x[4, 4], y - y[4, 4]).round(9)) + 1e-6


def neighbour_offsets(order: int = 1) -> tuple[set[tuple[int, int]], set[tuple[int, int]]]:
    """Return the steps on the grid to the neighbours of order 1, 2 or 3 of an even and an odd node.

    They are counted in the ribbon, far from its ends: no rule for them is assumed.
    """
    graph = neighbour_graph(10, 9, order)
    even, odd = ({(m - i, n - 4) for m, n in graph[i, 4]} for i in (4, 5))
    return even, odd


def honeycomb_torus(cells: int) -> nx.Graph:
    """Return the honeycomb of cells x cells unit cells on a torus; sites (sublattice, i, j)."""
    graph = nx.Graph()
    for i, j in np.ndindex(cells, cells):
        for u, v in ((i, j), (i - 1, j), (i, j - 1)):
            graph.add_edge(("a", i, j), ("b", u % cells, v % cells))
    return graph


def kagome(cells: int) -> nx.Graph:
    """Return a kagome lattice on a torus of 2 cells x 2 cells nodes, three of four in use, Fig. 10.

    The unused nodes, both indices odd, form a square lattice. Needs three cells at least.
    """
    graph, side = nx.Graph(), 2 * cells
    for m, n in product(range(0, side, 2), repeat=2):
        for s in (1, -1):  # one triangle upwards, one downwards
            nx.add_cycle(graph, [(m, n), ((m + s) % side, n), (m, (n + s) % side)])
    return graph


def kagome_staggered(columns: int, rows: int, periodic: bool = False) -> nx.Graph:
    """Return another kagome lattice on a grid, whose unused nodes are staggered from row to row.

    Sites of a kagome lattice are the bonds of a honeycomb, and neighbours where two bonds meet.
    Here the bond (m, n)-(m + 1, n) of a brick wall of `columns` x `rows` nodes becomes the node
    (m, 2n), and the bond (m, n)-(m, n + 1) the node (m, 2n + 1).
    """
    graph = nx.line_graph(brick_wall(columns, rows, periodic))
    return nx.relabel_nodes(graph, {bond: _middle(bond) for bond in graph})


def _middle(bond: tuple[tuple[int, int], tuple[int, int]]) -> tuple[int, int]:
    start, end = sorted(bond)
    if max(end[0] - start[0], end[1] - start[1]) > 1:  # it closes the torus, from the last node
        start, end = end, start
    return start[0], 2 * start[1] + (start[1] != end[1])


def edges_within(part: nx.Graph, whole: nx.Graph) -> int:
    """Return how many edges of one graph belong to another, by the names of their nodes."""
    return sum(whole.has_edge(*edge) for edge in part.edges)


def is_subgraph(part: nx.Graph, whole: nx.Graph) -> bool:
    """Return whether all nodes and all edges of one graph belong to another, by their names."""
    return set(part) <= set(whole) and edges_within(part, whole) == part.number_of_edges()


def matrix(graph: nx.Graph, weight: str | None = None) -> csr_array:
    """Return the adjacency matrix A, eq. (8), or the weighted one; nodes in ascending order."""
    return nx.to_scipy_sparse_array(graph, sorted(graph), weight=weight, format="csr")


def hopping_graph(z: np.ndarray, decay: float = DECAY) -> nx.Graph:
    """Return the graph of a deformed ribbon, weighted by the elements of its Hamiltonian.

    Its bonds are found by distance, and its weighted adjacency matrix is H, eq. (A2).

    Parameters
    ----------
    z : (columns, rows) heights in a
    decay : float
        Of :func:`hamlearn.bubbles.solver.hopping`.
    """
    graph = neighbour_graph(*z.shape)
    for i, j, bond in graph.edges(data=True):
        bond["weight"] = -float(hopping(z[i] - z[j], decay))
    return graph


def hexagon() -> nx.Graph:
    """Return one ring of the brick wall under a narrow bubble, the small graph of Fig. 9."""
    bubble = np.array([[1.5, 0.6, 0.6, 0.3, 0.2]])
    return hopping_graph(heights(bubble, *brickwall.positions(3, 2)))


def node_hoppings(along: np.ndarray, across: np.ndarray) -> np.ndarray:
    """Return the hoppings h of each node along its :data:`DIRECTIONS`, 0 where there is no bond.

    Parameters
    ----------
    along, across : (columns - 1, rows), (columns, rows - 1)
        Bonds of :func:`hamlearn.bubbles.solver.hoppings`, in t (hopping -along, -across).

    Returns
    -------
    (columns, rows, 3) in t
    """
    right, left = (np.pad(along, ((before, 1 - before), (0, 0))) for before in (0, 1))
    up, down = (np.pad(across, ((0, 0), (before, 1 - before))) for before in (0, 1))
    even = _even(*right.shape)
    choices = ((right, left), (left, right), (up, down))
    return -np.stack([np.where(even, *pair) for pair in choices], axis=-1)


def _even(columns: int, rows: int) -> np.ndarray:
    return np.indices((columns, rows)).sum(axis=0) % 2 == 0


def reconstruct(h: np.ndarray) -> tuple[csr_array, float]:
    """Return the weighted adjacency matrix that hoppings given at each node assign, eq. (A3).

    Both ends of a bond have a say; the matrix is the mean of the two, and symmetric. Hoppings that
    lead off the grid do not count.

    Parameters
    ----------
    h : (columns, rows, 3) hoppings of each node along its :data:`DIRECTIONS`, in t

    Returns
    -------
    (columns · rows,)² matrix in t, and the largest difference between the two ends of a bond in t
    """
    columns, rows, _ = h.shape
    m, n = np.indices((columns, rows))
    sign = np.where(_even(columns, rows), 1, -1)
    parts = []
    for k, (step_m, step_n) in enumerate(DIRECTIONS):
        u, v = m + sign * step_m, n + sign * step_n
        inside = (u >= 0) & (u < columns) & (v >= 0) & (v < rows)
        parts.append(((m * rows + n)[inside], (u * rows + v)[inside], h[..., k][inside]))
    i, j, weight = (np.concatenate(part) for part in zip(*parts, strict=True))
    seen = coo_array((weight, (i, j)), shape=(columns * rows,) * 2).tocsr()
    return ((seen + seen.T) / 2).tocsr(), float(np.abs(seen - seen.T).max())
