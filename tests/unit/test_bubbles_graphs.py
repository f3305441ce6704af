"""Graphs of convolutions and lattices, against what is known of them by other means."""

from itertools import product

import networkx as nx
import numpy as np
import pytest

from hamlearn.bubbles import graph_statements, graphs, heights
from hamlearn.bubbles.solver import hopping, hoppings
from hamlearn.transport import brickwall, kwant_brickwall

BUBBLES = np.array([[2.0, 1.5, 2.5, 0.4, -0.7], [1.0, 2.0, 1.0, -1.3, 0.9]])
CLAIMS = (
    *("honeycomb_subgraph", "brickwall_is_honeycomb", "kernel_nodes", "kagome_subgraph"),
    *("kagome_multiple", "full_kernel_complete", "second_symmetric", "first_third_alternate"),
    *("no_translation_invariance", "adjacency_definition", "reconstruction"),
)


@pytest.fixture(scope="module")
def table():
    return graph_statements.statements(20)


def edges(graph):
    return {frozenset(edge) for edge in graph.edges}


def test_a_convolution_joins_what_moves_its_output():
    """Change one pixel: by eq. (7) exactly the nodes that share an edge with it, and it, change."""
    rng = np.random.default_rng(1)
    image, weights = rng.normal(size=(2, 7, 5)), rng.normal(size=(3, 3))

    def output(pixels):
        padded = np.pad(pixels, 1)
        windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3))
        return (windows * weights).sum(axis=(2, 3))

    graph = graphs.kernel_graph(7, 5)
    for node in ((0, 0), (3, 2), (6, 1)):
        other = image[0].copy()
        other[node] += 1
        moved = set(map(tuple, np.argwhere(output(other) != output(image[0])).tolist()))
        assert moved == set(graph[node]) | {node}
        assert moved == {v for v in graphs.kernel(*node) if v in graph}


@pytest.mark.parametrize(("reach", "degree"), [(1, 8), (2, 24), ((2, 1), 14)])
def test_kernels_of_any_reach(reach, degree):
    graph = graphs.kernel_graph(9, 9, reach)
    assert graph.degree((4, 4)) == degree
    torus = graphs.kernel_graph(9, 9, reach, periodic=True)
    assert {d for _, d in torus.degree} == {degree}
    assert graphs.kernel_nodes() == 9
    assert graphs.kernel_nodes(2) == 25


@pytest.mark.parametrize("size", [4, 6, 10])
def test_kings_moves_and_brick_wall_by_hand(size):
    nodes = list(product(range(size), repeat=2))
    king = {
        frozenset((p, q))
        for p, q in product(nodes, repeat=2)
        if max(abs(p[0] - q[0]), abs(p[1] - q[1])) == 1
    }
    bricks = {frozenset(((m, n), (m + 1, n))) for m, n in nodes if m + 1 < size}
    bricks |= {
        frozenset(((m, n), (m, n + 1))) for m, n in nodes if n + 1 < size and (m + n) % 2 == 0
    }
    grid, wall = graphs.kernel_graph(size, size), graphs.brick_wall(size, size)
    assert edges(grid) == king and set(grid) == set(nodes)
    assert edges(wall) == bricks and set(wall) == set(nodes)
    assert bricks < king
    assert graphs.is_subgraph(wall, grid) and not graphs.is_subgraph(grid, wall)


def test_number_of_edges_at_the_size_of_the_paper():
    grid, wall = graphs.kernel_graph(100, 100), graphs.brick_wall(100, 100)
    assert (grid.number_of_edges(), wall.number_of_edges()) == (39402, 14850)
    assert grid.number_of_edges() - graphs.edges_within(wall, grid) == 24552
    assert edges(wall) == edges(graphs.neighbour_graph(100, 100))


def test_rungs_are_those_of_the_solver():
    rung = brickwall.has_rung(6, 7)
    wall = graphs.brick_wall(6, 7)
    assert all(wall.has_edge((m, k), (m, k + 1)) == rung[m, k] for m, k in np.ndindex(rung.shape))


def test_neighbours_by_order():
    """G7: for even nodes; odd ones have all rows reversed."""
    expected = {
        1: {(1, 0), (-1, 0), (0, 1)},
        2: {(2, 0), (-2, 0), (1, 1), (1, -1), (-1, 1), (-1, -1)},
        3: {(0, -1), (2, 1), (-2, 1)},
    }
    for order, steps in expected.items():
        even, odd = graphs.neighbour_offsets(order)
        assert even == steps
        assert odd == {(m, -n) for m, n in steps}
    assert graphs.first_neighbours(2, 4) == {(1, 4), (3, 4), (2, 5)}
    assert graphs.first_neighbours(3, 4) == {(2, 4), (4, 4), (3, 3)}


@pytest.mark.parametrize(("order", "distance"), [(1, 3**-0.5), (2, 1.0), (3, 2 * 3**-0.5)])
def test_neighbours_of_an_order_are_at_one_distance(order, distance):
    graph = graphs.neighbour_graph(8, 7, order)
    place = nx.get_node_attributes(graph, "pos")
    pairs = [(p, q) for p, q in product(graph, repeat=2) if p < q]
    near = {(p, q) for p, q in pairs if abs(np.linalg.norm(place[p] - place[q]) - distance) < 1e-9}
    assert {tuple(sorted(edge)) for edge in graph.edges} == near
    if order == 2:
        wall = graphs.brick_wall(8, 7)
        two = {(p, q) for p, q in pairs if nx.shortest_path_length(wall, p, q) == 2}
        assert near == two


def test_second_neighbours_do_not_fit_the_kernel():
    second = graphs.neighbour_graph(9, 9, 2)
    found = [
        graphs.edges_within(second, graphs.kernel_graph(9, 9, reach))
        for reach in (1, (1, 2), (2, 1))
    ]
    assert found == [128, 128, 191]
    assert second.number_of_edges() == 191


@pytest.mark.parametrize("cells", [3, 4])
def test_kagome_has_corner_sharing_triangles(cells):
    lattice = graphs.kagome(cells)
    assert len(lattice) == 3 * cells**2
    assert {degree for _, degree in lattice.degree} == {4}
    triangles = [clique for clique in nx.find_cliques(lattice) if len(clique) == 3]
    if cells > 3:  # around a torus of three cells, rows are triangles too
        assert sum(nx.triangles(lattice).values()) == 3 * len(triangles)
        assert len(triangles) == 2 * cells**2
    honeycomb = graphs.honeycomb_torus(cells)
    assert len(honeycomb) == 2 * cells**2
    assert {degree for _, degree in honeycomb.degree} == {3}
    assert nx.is_bipartite(honeycomb)
    assert nx.is_isomorphic(lattice, nx.line_graph(honeycomb))


def test_flat_band_of_both_kagome_lattices():
    """Hopping -1 on a kagome lattice has a flat band at E = 2, of one state in three."""
    for lattice in (graphs.kagome(4), graphs.kagome_staggered(8, 4, periodic=True)):
        energies = np.linalg.eigvalsh(-graphs.matrix(lattice).toarray())
        assert energies.min() == pytest.approx(-4)
        flat = np.isclose(energies, 2).sum()
        assert flat == len(lattice) // 3 + 1  # the band touches another one at k = 0


def test_second_kagome_lattice_is_a_kings_too():
    lattice = graphs.kagome_staggered(7, 4)
    assert graphs.is_subgraph(lattice, graphs.kernel_graph(7, 8))
    unused = set(product(range(6), range(7))) - set(lattice)
    assert unused == {(m, n) for m, n in product(range(6), (1, 3, 5)) if (m + n // 2) % 2}


def test_hopping_graph_is_the_hamiltonian_of_kwant():
    length = width = 6
    flake = kwant_brickwall.kwant_flake(length, width)
    origin = kwant_brickwall.centre(length, width)

    def bond(r_1, r_2):
        z_1, z_2 = (float(heights(BUBBLES, *(r - origin))) for r in (r_1, r_2))
        distance = np.hypot(np.linalg.norm(r_1 - r_2), z_1 - z_2)
        return -np.exp(-3.37 * abs(distance * 3**0.5 - 1))

    reference = flake.hamiltonian_submatrix(params={"hopping": bond}).real
    x, y = brickwall.positions(*brickwall.shape(length, width))
    ours = graphs.matrix(graphs.hopping_graph(heights(BUBBLES, x, y)), "weight").toarray()
    there = np.array([site.pos - origin for site in flake.sites])
    inside = np.abs(there[:, 0]) <= x.max() + 1e-6  # Kwant adds a cell of each lead
    here = np.stack([x.ravel(), y.ravel()], axis=-1)
    place = np.linalg.norm(here[:, None] - there[inside][None], axis=2)
    assert np.allclose(place.min(axis=1), 0, atol=1e-9)
    order = np.flatnonzero(inside)[place.argmin(axis=1)]
    np.testing.assert_allclose(ours, reference[np.ix_(order, order)], atol=1e-12)


def test_reconstruction_is_exact_and_notices_what_is_not():
    z = heights(BUBBLES, *brickwall.positions(12, 9))
    hamiltonian = graphs.matrix(graphs.hopping_graph(z), "weight")
    h = graphs.node_hoppings(*hoppings(z))
    found, asymmetry = graphs.reconstruct(h)
    assert abs(found - hamiltonian).max() < 1e-14 and asymmetry == 0
    assert h[4, 4, 0] == pytest.approx(-hopping(z[5, 4] - z[4, 4]))  # even: a leads to m + 1
    assert h[5, 4, 0] == pytest.approx(-hopping(z[4, 4] - z[5, 4]))  # odd: to m - 1
    assert h[4, 4, 2] == pytest.approx(-hopping(z[4, 5] - z[4, 4]))
    assert h[5, 4, 2] == pytest.approx(-hopping(z[5, 3] - z[5, 4]))
    wrong, _ = graphs.reconstruct(h[..., [1, 0, 2]])
    assert abs(wrong - hamiltonian).max() > 0.01


def test_reconstruction_takes_the_mean_of_both_ends():
    z = heights(BUBBLES, *brickwall.positions(12, 9))
    h = graphs.node_hoppings(*hoppings(z))
    noise = np.random.default_rng(3).normal(scale=0.01, size=h.shape)
    found, asymmetry = graphs.reconstruct(h + noise)
    assert abs(found - found.T).max() == 0
    error = abs(found - graphs.matrix(graphs.hopping_graph(z), "weight")).max()
    assert 0 < error <= np.abs(noise).max()
    one_end = np.where(np.arange(12)[:, None, None] == 4, h, 0)
    found, asymmetry = graphs.reconstruct(one_end)
    assert asymmetry == pytest.approx(np.abs(h[4, :, :2]).max())
    assert found[4 * 9 + 4, 5 * 9 + 4] == pytest.approx(h[4, 4, 0] / 2)
    assert found[4 * 9 + 4, 4 * 9 + 5] == pytest.approx(h[4, 4, 2])


def test_reconstructed_graph_has_the_spectrum_of_flat_graphene():
    """A flat ring of the brick wall is benzene: E = ±2, ±1, ±1."""
    found, _ = graphs.reconstruct(graphs.node_hoppings(*hoppings(np.zeros((3, 2)))))
    np.testing.assert_allclose(np.linalg.eigvalsh(found.toarray()), [-2, -1, -1, 1, 1, 2])
    assert len(graphs.hexagon()) == 6
    assert nx.is_isomorphic(graphs.hexagon(), nx.cycle_graph(6))


def test_every_statement_holds_and_every_claim_has_evidence(table):
    assert list(table.columns) == ["id", "claim", "statement", "value", "holds"]
    assert table["holds"].dtype == bool
    assert table["holds"].all(), table.loc[~table["holds"], ["id", "statement", "value"]]
    assert list(dict.fromkeys(table["id"])) == [f"G{number}" for number in range(1, 12)]
    assert set(table["claim"]) == {"", *(f"bubbles.graph.{claim}" for claim in CLAIMS)}
    by_claim = table[table["claim"] != ""].set_index("claim")["value"]
    assert by_claim["bubbles.graph.kernel_nodes"] == "9"
    assert by_claim["bubbles.graph.first_third_alternate"] == "1 3 1 3 1 3 1 3 1"


def claims_that_fail():
    found = graph_statements.statements(6)
    return {claim.split(".")[-1] for claim in found.loc[~found["holds"], "claim"] if claim}


def test_statements_fail_on_a_square_lattice(monkeypatch):
    """Nothing is true by decree: with all vertical bonds the lattice is no honeycomb."""
    monkeypatch.setattr(graphs, "brick_wall", lambda m, n, periodic=False: nx.grid_2d_graph(m, n))
    assert {"brickwall_is_honeycomb", "reconstruction", "kagome_multiple"} <= claims_that_fail()


def test_statements_fail_without_diagonals(monkeypatch):
    def plus(columns, rows, reach=1, periodic=False):
        return nx.grid_2d_graph(columns, rows, periodic=periodic)

    monkeypatch.setattr(graphs, "kernel_graph", plus)
    failing = claims_that_fail()
    assert {"kernel_nodes", "kagome_subgraph", "kagome_multiple"} <= failing
    assert "full_kernel_complete" in failing and "honeycomb_subgraph" not in failing


def test_statements_fail_for_the_wrong_neighbours(monkeypatch):
    right = graphs.neighbour_offsets
    monkeypatch.setattr(
        graphs, "neighbour_offsets", lambda order: right({2: 3, 3: 2}.get(order, 1))
    )
    assert {"second_symmetric", "no_translation_invariance"} <= claims_that_fail()


def test_statements_fail_for_one_kagome_lattice(monkeypatch):
    shift = {(m, n): ((m + 1) % 8, n) for m, n in graphs.kagome(4)}
    shifted = nx.relabel_nodes(graphs.kagome(4), shift)
    monkeypatch.setattr(graphs, "kagome_staggered", lambda *_, **__: shifted)
    assert claims_that_fail() == {"kagome_multiple"}


def test_statements_fail_for_hoppings_in_the_wrong_direction(monkeypatch):
    right = graphs.node_hoppings
    monkeypatch.setattr(graphs, "node_hoppings", lambda *bonds: right(*bonds)[..., [1, 0, 2]])
    assert claims_that_fail() == {"reconstruction"}
