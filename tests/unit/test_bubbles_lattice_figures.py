"""Figures 1, 6, 9, 10, 11, 14 and the table of graph statements, from made-up input."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

from hamlearn import plotting
from hamlearn.bubbles import ensemble, graphs
from hamlearn.transport import brickwall

ROOT = Path(__file__).parents[2]
FIGURES = ("fig01", "fig06", "fig09", "fig10", "fig11", "fig14")
SIDE = 10.0


def script(name):
    path = ROOT / "scripts" / "bubbles" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"bubbles_{name}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def flakes(side=SIDE):
    one = [[0.08, 0.1, 0.1, 0.05, -0.1], [0.05, 0.15, 0.06, -0.2, 0.2]]
    two = [[0.05, 0.1, 0.1, 0.0, 0.0], [np.nan] * 5]
    bubbles = side * np.array([one, two])
    return ensemble.Ensemble(bubbles, np.array([0.2, 0.4]), "gaussian", side)


@pytest.fixture(scope="module")
def arguments(tmp_path_factory):
    path = tmp_path_factory.mktemp("flakes") / "ensemble.npz"
    ensemble.save(path, flakes())
    return {
        "fig01": {"ensemble": path, "sample": 0},
        "fig06": {"size": 6},
        "fig09": {},
        "fig10": {"size": 7},
        "fig11": {},
        "fig14": {},
    }


EXPECTED = {  # drawn values; labels that some axis must carry; panels
    "fig01": ({"region", "column", "row", "x_a", "y_a", "z_a"}, {"height $z$ ($a$)"}, 1),
    "fig06": ({"m", "n", "u", "v", "honeycomb"}, {"$m$", "$n$"}, 1),
    "fig09": ({"i", "j", "adjacency", "weight_t"}, {"node $i$", "node $j$"}, 3),
    "fig10": ({"panel", "m", "n", "u", "v"}, {"$m$", "$n$"}, 3),
    "fig11": ({"order", "m", "n", "u", "v", "in_kernel"}, set(), 3),
    "fig14": (
        {"panel", "lattice", "kernel", "held", "edges", "nodes", "joined", "pairs"}
        | {"i", "j", "weight_t", "hamiltonian_t"},
        {"node $i$", "nodes of the kernel along a side"},
        4,
    ),
}


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_draws_what_it_says(name, arguments, tmp_path):
    drawing, frame = script(name).draw(**arguments[name], scale="smoke")
    columns, labels, panels = EXPECTED[name]
    assert columns == set(frame.columns)
    axes = drawing.findobj(mpl.axes.Axes)
    assert labels <= {text for axis in axes for text in (axis.get_xlabel(), axis.get_ylabel())}
    assert all(axis.collections or axis.images or axis.has_data() for axis in axes)
    assert any(text.get_text() == "scale: smoke" for text in drawing.texts)
    titles = sorted(filter(None, (axis.get_title(loc="left") for axis in axes)))
    assert titles == ([f"({mark})" for mark in "abcd"[:panels]] if panels > 1 else [])
    assert drawing.get_figwidth() in (plotting.ONE_COLUMN, plotting.TWO_COLUMNS)
    sizes = [text.get_size() for text in drawing.findobj(mpl.text.Text) if text.get_text()]
    assert min(sizes) >= plotting.SMALLEST
    paths = {kind: tmp_path / f"{name}.{kind}" for kind in ("pdf", "png", "csv")}
    plotting.save(drawing, frame, paths)
    assert len(pd.read_csv(paths["csv"])) == len(frame) > 0


def test_ribbon_is_the_solved_one_between_flat_leads(arguments):
    _, frame = script("fig01").draw(**arguments["fig01"], scale="smoke")
    flake, lead = (frame[frame["region"] == region] for region in ("flake", "lead"))
    columns, rows = brickwall.shape(SIDE, SIDE)
    assert len(flake) == columns * rows
    assert (lead["z_a"] == 0).all()
    assert sorted(flake["column"].unique()) == list(range(columns))
    x, y = brickwall.positions(columns, rows)
    np.testing.assert_allclose(flake["x_a"], x.ravel(), atol=1e-12)
    np.testing.assert_allclose(flake["y_a"], y.ravel(), atol=1e-12)
    bubbles = flakes().sample(0)
    at = flake.iloc[len(flake) // 3]
    u = (at["x_a"] - bubbles[:, 3]) / bubbles[:, 1]
    v = (at["y_a"] - bubbles[:, 4]) / bubbles[:, 2]
    assert at["z_a"] == pytest.approx((bubbles[:, 0] * np.exp(-(u**2 + v**2) / 2)).sum())


def test_hexagons_are_rings_of_bonds():
    module = script("fig01")
    frame = module.sites(flakes().sample(1), "gaussian", SIDE)
    corners, in_flake = module.hexagons(frame)
    sides = np.linalg.norm(np.diff(corners[:, :, :2], axis=1, append=corners[:, :1, :2]), axis=2)
    np.testing.assert_allclose(sides, 1 / np.sqrt(3))
    flake = frame[frame["region"] == "flake"]
    for found, part in ((len(corners), frame), (in_flake.sum(), flake)):
        wall = graphs.brick_wall(part["column"].nunique(), part["row"].nunique())
        # Euler: as many rings as edges that a spanning tree leaves out
        assert found == wall.number_of_edges() - len(wall) + 1


def test_a_large_ribbon_is_drawn_by_larger_hexagons(tmp_path):
    path = tmp_path / "ensemble.npz"
    ensemble.save(path, flakes(side=200.0))
    module = script("fig01")
    drawing, frame = module.draw(path, 1, "paper")
    assert len(frame) < 10000
    assert frame.loc[frame["region"] == "flake", "x_a"].abs().max() == pytest.approx(100, abs=3)
    assert frame["z_a"].max() == pytest.approx(10, rel=0.03)
    assert any(text.get_text() == "hexagons enlarged 5 times" for text in drawing.texts)
    drawing, _ = module.draw(path, 0, "paper")
    assert len(drawing.texts) == 2


def test_convolution_and_honeycomb_of_six_by_six_nodes(arguments):
    _, frame = script("fig06").draw(**arguments["fig06"], scale="smoke")
    assert len(frame) == 110
    assert frame["honeycomb"].sum() == 45
    diagonal = (frame["u"] != frame["m"]) & (frame["v"] != frame["n"])
    assert diagonal.sum() == 50 and not frame.loc[diagonal, "honeycomb"].any()


def test_matrices_are_those_of_one_ring(arguments):
    drawing, frame = script("fig09").draw(scale="smoke")
    plain, weighted = (
        frame.pivot(index="i", columns="j", values=name).to_numpy()
        for name in ("adjacency", "weight_t")
    )
    assert (plain == plain.T).all() and (plain.sum(axis=0) == 2).all()
    np.testing.assert_array_equal(weighted, weighted.T)
    assert ((weighted < 0) == (plain == 1)).all()
    assert len(np.unique(weighted)) == 7  # six bonds, each of its own length, and no bond
    shown = [text.get_text() for text in drawing.findobj(mpl.text.Text)]
    words = f"{weighted[0, 1]:.2f}".replace("-", "\N{MINUS SIGN}")
    assert shown.count(words) == 3  # at the bond and twice in the matrix


def test_kagome_panels_hold_kings_moves(arguments):
    _, frame = script("fig10").draw(**arguments["fig10"], scale="smoke")
    assert (
        np.abs(frame[["u", "v"]].to_numpy() - frame[["m", "n"]].to_numpy()).max(axis=1) == 1
    ).all()
    edges = {
        mark: {((m, n), (u, v)) for m, n, u, v in part[["m", "n", "u", "v"]].to_numpy().tolist()}
        for mark, part in frame.groupby("panel")
    }
    assert set(edges) == {"b", "c"} and edges["b"] != edges["c"]
    for name in ("first", "second"):
        lattice = getattr(script("fig10"), name)(9)
        inner = [node for node in lattice if min(node) > 1 and max(node) < 7]
        assert {lattice.degree(node) for node in inner} == {4}
        kinds = dict(lattice.nodes(data="sublattice"))
        for node in inner:  # two neighbours of either other sublattice
            others = sorted(kinds[other] for other in lattice[node])
            assert others == sorted(2 * [kind for kind in range(3) if kind != kinds[node]])
        ups = [up for _, up in script("fig10").triangles(lattice)]
        assert abs(ups.count(True) - ups.count(False)) <= 4


def test_neighbours_of_both_points(arguments):
    _, frame = script("fig11").draw(scale="smoke")
    assert frame.groupby(["order", "m"]).size().tolist() == [3, 3, 6, 6, 3, 3]
    steps = {
        (order, m): {(u - m, v - n) for n, u, v in part[["n", "u", "v"]].to_numpy().tolist()}
        for (order, m), part in frame.groupby(["order", "m"])
    }
    odd, even = (3, 8)
    assert (0, -1) in steps[1, odd] & steps[3, even]
    assert (0, 1) in steps[1, even] & steps[3, odd]
    assert steps[2, odd] == steps[2, even]
    near = frame[["u", "v"]].to_numpy() - frame[["m", "n"]].to_numpy()
    np.testing.assert_array_equal(frame["in_kernel"], np.abs(near).max(axis=1) <= 1)
    assert frame.groupby("order")["in_kernel"].sum().tolist() == [6, 8, 2]


def test_the_kernel_is_shaded_around_both_points():
    drawing, _ = script("fig11").draw(scale="smoke")
    for axis in drawing.axes:
        boxes = [patch.get_bbox().extents.tolist() for patch in axis.patches]
        assert boxes == [[m - 1.5, 0.5, m + 1.5, 3.5] for m in (3, 8)]
    titles = [axis.get_title(loc="right") for axis in drawing.axes]
    assert titles[1] == "second neighbours: 4 of 6 in the kernel"


def test_kernels_hold_join_and_rebuild_what_the_statements_say():
    drawing, frame = script("fig14").draw(scale="smoke")
    held = frame[frame["panel"] == "a"].set_index(["lattice", "kernel"])
    share = held["held"] / held["edges"]
    assert (share.xs("3×3", level="kernel") == 1).to_dict() == {
        **{"first neighbours": True, "second neighbours": False, "third neighbours": False},
        **{"kagome": True, "another kagome": True},
    }
    assert held["held"]["second neighbours", "5×3"] == 191
    assert (share.xs("5×3", level="kernel") == 1).all()
    joined = frame[frame["panel"] == "b"].astype({"kernel": int})
    complete = joined["joined"] == joined["pairs"]
    np.testing.assert_array_equal(complete, joined["kernel"] >= 2 * joined["nodes"] - 1)
    elements = frame[frame["panel"] == "cd"]
    assert len(elements) == 2 * 29  # bonds of 6 x 4 nodes: 5·4 along, 9 across
    np.testing.assert_allclose(elements["weight_t"], elements["hamiltonian_t"], atol=1e-15)
    assert elements["weight_t"].nunique() > 20  # every bond has its own length
    matrices = [axis for axis in drawing.axes if axis.get_ylabel() == "node $i$"]
    shown = [np.ma.count(image.get_array()) for image in matrices[0].images]
    assert shown == [2 * (68 - 29), 2 * 29]  # edges of the kernel without and with a weight


def test_table_lists_every_statement():
    module = script("table_graph")
    text, frame = module.draw(size=6, scale="smoke")
    assert "**no**" not in text
    frame.loc[1, "holds"] = False
    text = module.markdown(frame, "smoke")
    lines = [line for line in text.splitlines() if line.startswith("|")]
    assert len(lines) == len(frame) + 2
    assert len({line.count("|") for line in lines}) == 1
    assert text.count("**no**") == 1
    assert "scale: smoke" in text and "bubbles.graph.kernel_nodes" in text


def test_drawing_needs_neither_pyplot_nor_tensorflow():
    names = [f"scripts/bubbles/{name}.py" for name in (*FIGURES, "table_graph")]
    code = (
        "import sys, runpy; sys.path.insert(0, 'src')\n"
        f"for name in {names}: runpy.run_path(name)\n"
        "heavy = ('matplotlib.pyplot', 'tensorflow', 'keras', 'torch', 'kwant')\n"
        "print([m for m in heavy if m in sys.modules])"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "[]"
