"""Tight-binding lattices as subgraphs of the graph of a convolution (Sec. V A, Appendix A).

Nodes are the points (m, n) of a square grid, m the column and n the row: a pixel of the map for the
convolution, a site of the ribbon (`hamlearn.transport.brickwall`) for the honeycomb. A node is even
or odd as m + n is; even and odd nodes are the two sublattices. Lengths in a, hoppings in t.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import networkx as nx
import numpy as np
import pandas as pd
from scipy.sparse import coo_array, csr_array

from hamlearn.bubbles.solver import DECAY, hopping, hoppings
from hamlearn.bubbles.surface import heights
from hamlearn.transport import brickwall

DIRECTIONS = ((1, 0), (-1, 0), (0, 1))
"""Steps to the first neighbours a, b, c of an even node; those of an odd node are opposite."""
BUBBLES = np.array([[5.0, 8.0, 12.0, -5.0, 10.0], [4.0, 10.0, 6.0, 8.0, -20.0]])
"""Deformation with which the reconstruction of the Hamiltonian is checked, as for `heights`."""
EXACT = 1e-12
"""Largest difference, in t, between matrices that are equal up to rounding."""


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


def statements(size: int = 100) -> pd.DataFrame:
    """Check every statement of the paper about graphs on grids of up to size x size nodes.

    Returns
    -------
    pandas.DataFrame
        id (G1 to G11), claim (id of the claim that the statement is evidence for, or empty; a claim
        holds if all its statements do), statement, value (what was found), holds.
    """
    checks = (_kernel, _brick_wall, _neighbours, _kagome, _complete, _reconstruction)
    rows = [row for check in checks for row in check(size)]
    frame = pd.DataFrame(rows, columns=["id", "claim", "statement", "value", "holds"])
    frame["claim"] = [f"bubbles.graph.{claim}" if claim else "" for claim in frame["claim"]]
    return frame.astype({"holds": bool})


def _sizes(size: int) -> tuple[int, ...]:
    return tuple(sorted({4, 6, 10, size}))


def _list(sizes: tuple[int, ...], values: list[int]) -> str:
    return "; ".join(f"N = {n}: {value:,}" for n, value in zip(sizes, values, strict=True))


def _kernel(size: int) -> Iterator[tuple]:
    grid, sizes = kernel_graph(8, 8), _sizes(size)
    holds = kernel(3, 4) == {(3, 4), *grid[3, 4]} and kernel_nodes() == 9
    text = "a 3×3 kernel holds nine nodes, its centre and all neighbours in the graph G_C"
    yield "G1", "kernel_nodes", text, f"{kernel_nodes()}", holds
    edges = [kernel_graph(n, n).number_of_edges() for n in sizes]
    inner = {grid.degree(node) for node in product(range(1, 7), repeat=2)}
    holds = edges == [(n - 1) * (4 * n - 2) for n in sizes] and inner == {8}
    text = "G_C on N×N nodes has (N − 1)(4N − 2) edges, interior degree 8 and girth 3"
    yield "G1", "", text, _list(sizes, edges), holds and nx.girth(grid) == 3


def _brick_wall(size: int) -> Iterator[tuple]:
    sizes = _sizes(size)
    walls, grids = [brick_wall(n, n) for n in sizes], [kernel_graph(n, n) for n in sizes]
    edges = [wall.number_of_edges() for wall in walls]
    text = "the brick wall on N×N nodes has (N − 1)N + ⌈N(N − 1)/2⌉ edges"
    expected = [(n - 1) * n + (n * (n - 1) + 1) // 2 for n in sizes]
    yield "G2", "", text, _list(sizes, edges), edges == expected
    pairs = list(zip(walls, grids, strict=True))
    holds = all(is_subgraph(wall, grid) and len(wall) == len(grid) for wall, grid in pairs)
    others = [grid.number_of_edges() - wall.number_of_edges() for wall, grid in pairs]
    text = "the brick wall is a spanning subgraph of G_C, N1 ⊆ k3x3 for every node, eq. (11)"
    value = f"edges of G_C left out: {_list(sizes, others)}"
    yield "G3", "honeycomb_subgraph", text, value, holds
    yield from _honeycomb(size)


def _honeycomb(size: int) -> Iterator[tuple]:
    wall, claim = brick_wall(12, 12), "brickwall_is_honeycomb"
    bipartite = nx.bipartite.is_bipartite_node_set(wall, {v for v in wall if sum(v) % 2 == 0})
    inner = {wall.degree(node) for node in product(range(1, 11), repeat=2)}
    girth, most = nx.girth(wall), max(degree for _, degree in wall.degree)
    text = "N1 gives a graph with two sublattices, three neighbours inside and shortest ring 6"
    holds = bipartite and inner == {3} and most == 3 and girth == 6
    yield "G4", claim, text, f"degree {most}, girth {girth}", holds
    found = []
    for m, n in ((2, 3), (3, 4), (4, 4)):
        wall = brick_wall(2 * (m + 1), n + 1)
        wall.remove_nodes_from([node for node, degree in list(wall.degree) if degree == 1])
        found.append(nx.is_isomorphic(wall, nx.hexagonal_lattice_graph(m, n)))
    text = "without its two dangling corners it is isomorphic to a hexagonal lattice"
    yield "G5", claim, text, f"{sum(found)} of {len(found)} sizes", all(found)
    ribbon = neighbour_graph(size, size)
    wall = brick_wall(size, size)
    text = "its edges are the pairs of nearest sites of the ribbon, in real coordinates"
    value = f"{edges_within(ribbon, wall):,} of {ribbon.number_of_edges():,} bonds"
    yield "G6", claim, text, value, is_subgraph(ribbon, wall) and is_subgraph(wall, ribbon)


def _neighbours(size: int) -> Iterator[tuple]:
    first, second, third = (neighbour_offsets(order) for order in (1, 2, 3))
    text = "second neighbours have the same offsets on both sublattices"
    value = f"{len(second[0] & second[1])} of {len(second[0] | second[1])} offsets shared"
    yield "G7", "second_symmetric", text, value, second[0] == second[1]
    at_three = nx.single_source_shortest_path_length(brick_wall(15, 15), (7, 7), 3)
    steps = [node for node, length in at_three.items() if length == 3]
    near = [(m, n) for m, n in steps if (m - 7, n - 7) in third[0]]
    text = "third neighbours (2 a₀) are not all the sites three bonds away"
    value = f"{len(near)} of {len(steps)} sites"
    yield "G7", "", text, value, len(near) == len(third[0]) < len(steps)
    graphs = {order: neighbour_graph(9, 9, order) for order in (1, 2, 3)}
    kernels = [kernel_graph(9, 9, reach) for reach in ((1, 1), (1, 2), (2, 1))]
    inside = [edges_within(graphs[2], graph) for graph in kernels]
    total = graphs[2].number_of_edges()
    text = "second neighbours need a kernel of 5 nodes along m: 3×3 and 3×5 do not hold them"
    value = f"3×3: {inside[0]}, 3×5: {inside[1]}, 5×3: {inside[2]} of {total} edges"
    yield "G8", "", text, value, max(inside[:2]) < inside[2] == total
    order = [[k for k in (1, 3) if graphs[k].has_edge((m, 4), (m, 5))] for m in range(9)]
    holds = order in ([[1], [3]] * 4 + [[1]], [[3], [1]] * 4 + [[3]])
    text = "along a row, the node above is a first and a third neighbour by turns"
    value = " ".join(str(k) for found in order for k in found)
    yield "G8", "first_third_alternate", text, value, holds
    differ = [k for k, (even, odd) in enumerate((first, second, third), 1) if even != odd]
    text = "the offsets of first and third neighbours differ between nodes: no rule for all of them"
    value = f"sublattices differ for orders {', '.join(map(str, differ))} of 1, 2, 3"
    yield "G8", "no_translation_invariance", text, value, differ == [1, 3]


def _kagome(size: int) -> Iterator[tuple]:
    holds = []
    for cells in (3, 4, 5):
        lattice, grid = kagome(cells), kernel_graph(2 * cells, 2 * cells, periodic=True)
        alike = nx.is_isomorphic(lattice, nx.line_graph(honeycomb_torus(cells)))
        holds.append(alike and is_subgraph(lattice, grid))
    text = "a kagome lattice (line graph of a honeycomb) of L×L cells is a subgraph of G_C"
    yield "G9", "kagome_subgraph", text, f"{sum(holds)} of 3: L = 3, 4, 5", all(holds)
    lattice, grid = kagome(4), kernel_graph(8, 8, periodic=True)
    within = grid.subgraph(lattice).number_of_edges()
    text = "it uses three of four nodes, and not all edges of G_C between them"
    value = f"{len(lattice)} of {len(grid)} nodes, {lattice.number_of_edges()} of {within} edges"
    holds = 4 * len(lattice) == 3 * len(grid) and lattice.number_of_edges() < within
    yield "G9", "", text, value, holds
    other = kagome_staggered(8, 4, periodic=True)
    bonds = nx.line_graph(nx.hexagonal_lattice_graph(4, 4, periodic=True))
    new = not _related(set(lattice), set(other), 8)
    text = "a second kagome subgraph, not the first one rotated, mirrored or shifted"
    value = "its unused nodes are staggered" if new else "the first one again"
    holds = new and is_subgraph(other, grid) and nx.is_isomorphic(other, bonds)
    yield "G9", "kagome_multiple", text, value, holds


def _related(one: set, other: set, side: int) -> bool:
    """Return whether a symmetry of the square torus maps one set of nodes onto another."""
    nodes, signs = np.array(sorted(one)), product((1, -1), repeat=2)
    turned = [axes * sign for sign in signs for axes in (nodes, nodes[:, ::-1])]
    images = ((turn + shift) % side for shift in np.ndindex(side, side) for turn in turned)
    return any(set(map(tuple, image.tolist())) == other for image in images)


def _complete(size: int) -> Iterator[tuple]:
    sizes = (3, 4, 5, 6)
    missing = [nx.complement(kernel_graph(n, n, n)).number_of_edges() for n in sizes]
    text = "a (2N + 1)×(2N + 1) kernel joins all N×N nodes with each other"
    value = f"N = {', '.join(map(str, sizes))}: {sum(missing)} edges missing"
    yield "G10", "full_kernel_complete", text, value, sum(missing) == 0
    enough = [[r for r in range(1, n + 2) if nx.density(kernel_graph(n, n, r)) == 1] for n in sizes]
    text = "the smallest kernel that does so has 2N − 1 nodes a side"
    value = _list(sizes, [2 * min(reaches, default=0) + 1 for reaches in enough])
    yield "G10", "", text, value, enough == [[n - 1, n, n + 1] for n in sizes]


def _reconstruction(size: int) -> Iterator[tuple]:
    graph = hexagon()
    plain, weighted = matrix(graph).toarray(), matrix(graph, "weight").toarray()
    holds = (plain == plain.T).all() and (weighted == weighted.T).all()
    for (i, one), (j, other) in product(enumerate(sorted(graph)), repeat=2):
        bond = graph.get_edge_data(one, other)
        holds &= plain[i, j] == (bond is not None)
        holds &= weighted[i, j] == (bond["weight"] if bond else 0)
    text = "A has 1 and A^w the weight where two nodes share an edge, else 0; both are symmetric"
    yield "G11", "adjacency_definition", text, f"{len(graph)} nodes", holds
    z = heights(BUBBLES, *brickwall.positions(size, size))
    hamiltonian = matrix(hopping_graph(z), "weight")
    found, asymmetry = reconstruct(node_hoppings(*hoppings(z)))
    pattern = abs(found.astype(bool).astype(int) - matrix(brick_wall(size, size))).sum()
    text = "the hoppings of each node, put on the edges of G_C, leave those of the honeycomb"
    yield "G11", "reconstruction", text, f"A differs in {pattern:.0f} elements", pattern == 0
    error = abs(found - hamiltonian).max()
    text = "and rebuild the Hamiltonian of the deformed ribbon, A^w = H, from both ends of a bond"
    value = f"largest difference {error:.1g} t; both ends {asymmetry:.1g} t; N = {size}"
    yield "G11", "reconstruction", text, value, max(error, asymmetry) < EXACT
