"""Every statement of the paper about lattices as subgraphs of a convolution, checked on graphs.

Sec. V A and Appendix A; nodes, lengths and hoppings as in :mod:`hamlearn.bubbles.graphs`.
"""

import math
from collections.abc import Iterator
from itertools import product

import networkx as nx
import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from hamlearn.bubbles import graphs
from hamlearn.bubbles.solver import hoppings
from hamlearn.bubbles.surface import heights
from hamlearn.transport import brickwall
from hamlearn.typeset import thousands

BUBBLES = np.array([[5.0, 8.0, 12.0, -5.0, 10.0], [4.0, 10.0, 6.0, 8.0, -20.0]])
"""Deformation with which the reconstruction of the Hamiltonian is checked, as for `heights`."""
EXACT = 1e-12
"""Largest difference, in t, between matrices that are equal up to rounding."""
KERNELS = {"3×3": (1, 1), "3×5": (1, 2), "5×3": (2, 1), "5×5": (2, 2)}
"""Reach along m and n, by the number of nodes."""
SIZES = (3, 4, 5, 6)
"""Sides of the grids on which kernels that join everything are looked for."""


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


def held_by_kernels() -> pd.DataFrame:
    """Return lattice, kernel (nodes along m × n), held (edges that it joins) and edges of each.

    Neighbours on a honeycomb of 9x9 nodes, and both kagome lattices on a torus of 8x8.
    """
    order = dict(enumerate(("first", "second", "third"), 1))
    near = {f"{word} neighbours": graphs.neighbour_graph(9, 9, k) for k, word in order.items()}
    kagome = {"kagome": graphs.kagome(4)}
    kagome["another kagome"] = graphs.kagome_staggered(8, 4, periodic=True)
    rows = []
    for kernel, reach in KERNELS.items():
        grids = graphs.kernel_graph(9, 9, reach), graphs.kernel_graph(8, 8, reach, periodic=True)
        for found, grid in ((near, grids[0]), (kagome, grids[1])):
            rows += [
                (name, kernel, graphs.edges_within(graph, grid), graph.number_of_edges())
                for name, graph in found.items()
            ]
    return pd.DataFrame(rows, columns=["lattice", "kernel", "held", "edges"])


def joined_by_kernels() -> pd.DataFrame:
    """Return nodes N, kernel (nodes a side), joined (pairs of N×N nodes) and pairs there are."""
    rows = []
    for nodes, reach in ((n, r) for n in SIZES for r in range(1, n + 2)):
        joined = graphs.kernel_graph(nodes, nodes, reach).number_of_edges()
        rows.append((nodes, 2 * reach + 1, joined, math.comb(nodes**2, 2)))
    return pd.DataFrame(rows, columns=["nodes", "kernel", "joined", "pairs"])


def rebuilt(
    columns: int, rows: int, bubbles: np.ndarray = BUBBLES
) -> tuple[csr_array, csr_array, float]:
    """Return A^w that hoppings of each node assign, eq. (A3), H of the same ribbon, eq. (A2).

    And the largest difference between the two ends of a bond; all in t.
    """
    z = heights(bubbles, *brickwall.positions(columns, rows))
    found, asymmetry = graphs.reconstruct(graphs.node_hoppings(*hoppings(z)))
    return found, graphs.matrix(graphs.hopping_graph(z), "weight"), asymmetry


def _sizes(size: int) -> tuple[int, ...]:
    return tuple(sorted({4, 6, 10, size}))


def _list(sizes: tuple[int, ...], values: list[int]) -> str:
    return "; ".join(f"N = {n}: {thousands(value)}" for n, value in zip(sizes, values, strict=True))


def _kernel(size: int) -> Iterator[tuple]:
    grid, sizes = graphs.kernel_graph(8, 8), _sizes(size)
    holds = graphs.kernel(3, 4) == {(3, 4), *grid[3, 4]} and graphs.kernel_nodes() == 9
    text = "a 3×3 kernel holds nine nodes, its centre and all neighbours in the graph G_C"
    yield "G1", "kernel_nodes", text, f"{graphs.kernel_nodes()}", holds
    edges = [graphs.kernel_graph(n, n).number_of_edges() for n in sizes]
    inner = {grid.degree(node) for node in product(range(1, 7), repeat=2)}
    holds = edges == [(n - 1) * (4 * n - 2) for n in sizes] and inner == {8}
    text = "G_C on N×N nodes has (N − 1)(4N − 2) edges, interior degree 8 and girth 3"
    yield "G1", "", text, _list(sizes, edges), holds and nx.girth(grid) == 3


def _brick_wall(size: int) -> Iterator[tuple]:
    sizes = _sizes(size)
    walls = [graphs.brick_wall(n, n) for n in sizes]
    grids = [graphs.kernel_graph(n, n) for n in sizes]
    edges = [wall.number_of_edges() for wall in walls]
    text = "the brick wall on N×N nodes has (N − 1)N + ⌈N(N − 1)/2⌉ edges"
    expected = [(n - 1) * n + (n * (n - 1) + 1) // 2 for n in sizes]
    yield "G2", "", text, _list(sizes, edges), edges == expected
    pairs = list(zip(walls, grids, strict=True))
    holds = all(graphs.is_subgraph(wall, grid) and len(wall) == len(grid) for wall, grid in pairs)
    others = [grid.number_of_edges() - wall.number_of_edges() for wall, grid in pairs]
    text = "the brick wall is a spanning subgraph of G_C, N1 ⊆ k3x3 for every node, eq. (11)"
    value = f"edges of G_C left out: {_list(sizes, others)}"
    yield "G3", "honeycomb_subgraph", text, value, holds
    yield from _honeycomb(size)


def _honeycomb(size: int) -> Iterator[tuple]:
    wall, claim = graphs.brick_wall(12, 12), "brickwall_is_honeycomb"
    bipartite = nx.bipartite.is_bipartite_node_set(wall, {v for v in wall if sum(v) % 2 == 0})
    inner = {wall.degree(node) for node in product(range(1, 11), repeat=2)}
    girth, most = nx.girth(wall), max(degree for _, degree in wall.degree)
    text = "N1 gives a graph with two sublattices, three neighbours inside and shortest ring 6"
    holds = bipartite and inner == {3} and most == 3 and girth == 6
    yield "G4", claim, text, f"degree {most}, girth {girth}", holds
    found = []
    for m, n in ((2, 3), (3, 4), (4, 4)):
        wall = graphs.brick_wall(2 * (m + 1), n + 1)
        wall.remove_nodes_from([node for node, degree in list(wall.degree) if degree == 1])
        found.append(nx.is_isomorphic(wall, nx.hexagonal_lattice_graph(m, n)))
    text = "without its two dangling corners it is isomorphic to a hexagonal lattice"
    yield "G5", claim, text, f"{sum(found)} of {len(found)} sizes", all(found)
    ribbon = graphs.neighbour_graph(size, size)
    wall = graphs.brick_wall(size, size)
    text = "its edges are the pairs of nearest sites of the ribbon, in real coordinates"
    within, bonds = graphs.edges_within(ribbon, wall), ribbon.number_of_edges()
    value = f"{thousands(within)} of {thousands(bonds)} bonds"
    yield (
        "G6",
        claim,
        text,
        value,
        graphs.is_subgraph(ribbon, wall) and graphs.is_subgraph(wall, ribbon),
    )


def _neighbours(size: int) -> Iterator[tuple]:
    first, second, third = (graphs.neighbour_offsets(order) for order in (1, 2, 3))
    text = "second neighbours have the same offsets on both sublattices"
    value = f"{len(second[0] & second[1])} of {len(second[0] | second[1])} offsets shared"
    yield "G7", "second_symmetric", text, value, second[0] == second[1]
    at_three = nx.single_source_shortest_path_length(graphs.brick_wall(15, 15), (7, 7), 3)
    steps = [node for node, length in at_three.items() if length == 3]
    near = [(m, n) for m, n in steps if (m - 7, n - 7) in third[0]]
    text = "third neighbours (2 a₀) are not all the sites three bonds away"
    value = f"{len(near)} of {len(steps)} sites"
    yield "G7", "", text, value, len(near) == len(third[0]) < len(steps)
    held = held_by_kernels().set_index(["lattice", "kernel"])
    inside = [held["held"]["second neighbours", kernel] for kernel in ("3×3", "3×5", "5×3")]
    total = held["edges"]["second neighbours", "3×3"]
    text = "second neighbours need a kernel of 5 nodes along m: 3×3 and 3×5 do not hold them"
    value = f"3×3: {inside[0]}, 3×5: {inside[1]}, 5×3: {inside[2]} of {total} edges"
    yield "G8", "", text, value, max(inside[:2]) < inside[2] == total
    near = {order: graphs.neighbour_graph(9, 9, order) for order in (1, 3)}
    order = [[k for k in (1, 3) if near[k].has_edge((m, 4), (m, 5))] for m in range(9)]
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
        lattice, grid = (
            graphs.kagome(cells),
            graphs.kernel_graph(2 * cells, 2 * cells, periodic=True),
        )
        alike = nx.is_isomorphic(lattice, nx.line_graph(graphs.honeycomb_torus(cells)))
        holds.append(alike and graphs.is_subgraph(lattice, grid))
    text = "a kagome lattice (line graph of a honeycomb) of L×L cells is a subgraph of G_C"
    yield "G9", "kagome_subgraph", text, f"{sum(holds)} of 3: L = 3, 4, 5", all(holds)
    lattice, grid = graphs.kagome(4), graphs.kernel_graph(8, 8, periodic=True)
    within = grid.subgraph(lattice).number_of_edges()
    text = "it uses three of four nodes, and not all edges of G_C between them"
    value = f"{len(lattice)} of {len(grid)} nodes, {lattice.number_of_edges()} of {within} edges"
    holds = 4 * len(lattice) == 3 * len(grid) and lattice.number_of_edges() < within
    yield "G9", "", text, value, holds
    other = graphs.kagome_staggered(8, 4, periodic=True)
    bonds = nx.line_graph(nx.hexagonal_lattice_graph(4, 4, periodic=True))
    new = not _related(set(lattice), set(other), 8)
    text = "a second kagome subgraph, not the first one rotated, mirrored or shifted"
    value = "its unused nodes are staggered" if new else "the first one again"
    holds = new and graphs.is_subgraph(other, grid) and nx.is_isomorphic(other, bonds)
    yield "G9", "kagome_multiple", text, value, holds


def _related(one: set, other: set, side: int) -> bool:
    """Return whether a symmetry of the square torus maps one set of nodes onto another."""
    nodes, signs = np.array(sorted(one)), product((1, -1), repeat=2)
    turned = [axes * sign for sign in signs for axes in (nodes, nodes[:, ::-1])]
    images = ((turn + shift) % side for shift in np.ndindex(side, side) for turn in turned)
    return any(set(map(tuple, image.tolist())) == other for image in images)


def _complete(size: int) -> Iterator[tuple]:
    joined, sizes = joined_by_kernels(), SIZES
    largest = joined[joined["kernel"] == 2 * joined["nodes"] + 1]
    text = "a (2N + 1)×(2N + 1) kernel joins all N×N nodes with each other"
    missing = (largest["pairs"] - largest["joined"]).sum()
    value = f"N = {', '.join(map(str, sizes))}: {missing} edges missing"
    yield "G10", "full_kernel_complete", text, value, missing == 0
    enough = joined[joined["joined"] == joined["pairs"]].groupby("nodes")["kernel"].agg(list)
    text = "the smallest kernel that does so has 2N − 1 nodes a side"
    value = _list(sizes, [min(enough.get(n, [0])) for n in sizes])
    holds = [enough.get(n) for n in sizes] == [[2 * n - 1, 2 * n + 1, 2 * n + 3] for n in sizes]
    yield "G10", "", text, value, holds


def _reconstruction(size: int) -> Iterator[tuple]:
    graph = graphs.hexagon()
    plain, weighted = graphs.matrix(graph).toarray(), graphs.matrix(graph, "weight").toarray()
    holds = (plain == plain.T).all() and (weighted == weighted.T).all()
    for (i, one), (j, other) in product(enumerate(sorted(graph)), repeat=2):
        bond = graph.get_edge_data(one, other)
        holds &= plain[i, j] == (bond is not None)
        holds &= weighted[i, j] == (bond["weight"] if bond else 0)
    text = "A has 1 and A^w the weight where two nodes share an edge, else 0; both are symmetric"
    yield "G11", "adjacency_definition", text, f"{len(graph)} nodes", holds
    found, hamiltonian, asymmetry = rebuilt(size, size)
    pattern = abs(
        found.astype(bool).astype(int) - graphs.matrix(graphs.brick_wall(size, size))
    ).sum()
    text = "the hoppings of each node, put on the edges of G_C, leave those of the honeycomb"
    yield "G11", "reconstruction", text, f"A differs in {pattern:.0f} elements", pattern == 0
    error = abs(found - hamiltonian).max()
    text = "and rebuild the Hamiltonian of the deformed ribbon, A^w = H, from both ends of a bond"
    value = f"largest difference {error:.1g} t; both ends {asymmetry:.1g} t; N = {size}"
    yield "G11", "reconstruction", text, value, max(error, asymmetry) < EXACT
