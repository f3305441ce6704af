"""Figure 3: potentials, vanishing cones, classes of bands, embeddings, classes of mixtures."""

import numpy as np
import pandas as pd
from matplotlib.patches import Rectangle
from scipy.spatial import cKDTree

from hamlearn import plotting
from hamlearn.bands import brillouin, cones, drawing, ensemble, topology
from hamlearn.bands.embedding import KINDS
from hamlearn.bands.plan import EXPLORE
from hamlearn.bands.statistics import EXACT, NETWORK
from hamlearn.files import read_small


def shares(statistics, name, method):
    """Return the share of each class, a column for each set of bands."""
    rows = statistics[(statistics["quantity"] == "share") & (statistics["ensemble"] == name)]
    found = rows["name"].str.split(" ", n=2, expand=True)
    rows = rows.assign(method=found[0], set=found[1].astype(int), kind=found[2])
    table = rows[rows["method"] == method].pivot_table(index="kind", columns="set", values="value")
    return table.reindex(topology.CLASSES)


def draw_shares(axis, table):
    """Draw a bar of the classes of each set, and their shares where they are wide enough."""
    for place, which in enumerate(table.columns):
        left = 0.0
        for kind, share in table[which].items():
            axis.add_patch(Rectangle((left, 1 - place - 0.35), share, 0.7, **drawing.look(kind)))
            if share > 0.04:
                text = {"ha": "center", "va": "center", "size": 6, "path_effects": drawing.HALO}
                axis.text(left + share / 2, 1 - place, f"{100 * share:.0f}", **text)
            left += share
    axis.set(xlim=(0, 1), ylim=(-0.5, 1.5), yticks=[1, 0], yticklabels=["first set", "second set"])
    axis.set_xticks([0, 0.5, 1], ["0", "50", "100"])
    axis.set_xlabel("share of potentials (%)")


def draw_embedding(axis, frame, name):
    for kind in topology.CLASSES:
        rows = frame[frame["class"] == kind]
        style = {"s": plotting.point_area(len(frame)) + 2, "linewidths": 0}
        axis.scatter(rows["x"], rows["y"], color=drawing.COLOURS[kind], rasterized=True, **style)
    axis.set(xticks=[], yticks=[], box_aspect=1, title=f"{name}: {frame['same'].mean():.2f} alike")


def chosen(frame, odd):
    """Return the path, the band and the steps of an example of vanishing cones, or None.

    Of an odd number, or of two at once; that with most steps on which there are cones.
    """
    changes = cones.changes(frame)
    removed = (changes["before"] - changes["after"]).abs()
    changes = changes[removed == (1 if odd else 2)]
    counts = frame[(frame["kind"] == "count") & (frame["fluxes"] > 0)]
    lengths = counts.groupby(["path", "band"])["step"].count()
    found = [(lengths.get((row.path, row.band), 0), row) for row in changes.itertuples()]
    return max(found, key=lambda one: one[0])[1] if found else None


def draw_cones(axis, frame, example):
    """Draw the cones of an example in the zone, darker and larger as they come to vanish."""
    zone = brillouin.cartesian(np.array([brillouin.rotated(brillouin.K, n) for n in range(7)]))
    axis.plot(*zone.T, color=plotting.GREY, linewidth=0.8)
    for name, point in (("Γ", brillouin.GAMMA), ("M", brillouin.M), ("K", brillouin.K)):
        place = brillouin.cartesian(np.array([point]))[0]
        axis.annotate(name, place, xytext=(3, 1), textcoords="offset points", size=6)
        axis.plot(*place, marker="+", color=plotting.GREY, markersize=4)
    axis.set(aspect="equal", xticks=[], yticks=[])
    axis.set_axis_off()
    if example is None:
        axis.text(0.5, 0.2, "none found", ha="center", transform=axis.transAxes, size=6)
        return frame.iloc[:0]
    own = (frame["path"] == example.path) & (frame["band"] == example.band)
    rows = frame[own & (frame["kind"] == "cone")]
    last = example.step if example.after < example.before else example.step + 1
    apart = (rows["step"] - last) * (-1 if example.after < example.before else 1)
    rows = rows.assign(before=apart)[apart >= 0]
    most = max(1, rows["before"].max())
    for turn in range(6):
        x, y = brillouin.cartesian(brillouin.rotated(rows[["q1", "q2"]].to_numpy(), turn)).T
        shade = 1 - rows["before"] / most
        style = {"c": shade, "cmap": "Reds", "vmin": -0.5, "vmax": 1.2, "linewidths": 0}
        axis.scatter(x, y, s=3 + 12 * shade, **style)
    return rows.drop(columns="before")


def draw_map(axis, frame, column):
    """Draw classes over the triangle of mixtures of three potentials."""
    total = (frame["i"] + frame["j"]).max()
    x, y = (frame["i"] + frame["j"] / 2) / total, frame["j"] / total * np.sqrt(3) / 2
    size = (150 / total) ** 2 * 0.9
    colours = [drawing.COLOURS[kind] for kind in frame[column]]
    axis.scatter(x, y, s=size, c=colours, marker="h", linewidths=0, rasterized=True)
    edge = np.stack([frame["i"], frame["j"], total - frame["i"] - frame["j"]]).min(axis=0)
    name_regions(axis, frame[column].to_numpy(), np.stack([x, y], axis=1), edge / total)
    axis.set(aspect="equal", xlim=(-0.12, 1.12), ylim=(-0.12, 1.0))
    axis.set_axis_off()
    for text, place in (("1", (-0.06, -0.06)), ("2", (1.06, -0.06)), ("3", (0.5, 0.93))):
        axis.text(*place, text, ha="center", va="center")


def name_regions(axis, kinds, places, edge):
    """Write the class into the widest region of each, if it has room."""
    text = {"ha": "center", "va": "center", "size": 6, "path_effects": drawing.HALO}
    for kind in np.unique(kinds):
        own, others = places[kinds == kind], places[kinds != kind]
        room = edge[kinds == kind] * np.sqrt(3) / 2
        if len(others):
            room = np.minimum(room, cKDTree(others).query(own)[0])
        if room.max() > 0.035:
            axis.text(*own[np.argmax(room)], plotting.minus(kind), **text)


@plotting.styled
def draw(showcase, statistics, embedding, phases, cones_file, explore, scale):
    """Return the figure and the drawn values."""
    lines = read_small(showcase)
    lines = lines[lines["ensemble"] == EXPLORE]
    names, lines = lines[lines["kind"] == "irrep"], lines[lines["kind"] == "path"]
    statistics, points = read_small(statistics), read_small(embedding)
    mixed, drawn, followed = read_small(phases), ensemble.load(explore), read_small(cones_file)
    figure = plotting.figure(plotting.TWO_COLUMNS, 6.0, scale)
    first, second, third = figure.subfigures(3, 1, height_ratios=[2.2, 1.7, 2.0])
    axes = first.subplots(1, 6, width_ratios=[1, 1.6] * 3)
    for place, sample in enumerate(lines["sample"].unique()):
        drawing.cell(axes[2 * place], drawn[sample : sample + 1].images[0], times=1)
        axes[2 * place].set_title(str(place + 1))
        own = (rows[rows["sample"] == sample] for rows in (lines, names))
        drawing.path(axes[2 * place + 1], *own)
    first.legend(handles=drawing.BANDS, ncols=2, loc="outside lower center")
    panels = second.subplots(1, 4, width_ratios=[1, 1, 1.7, 1.7])
    vanishing = []
    for axis, (odd, name) in zip(panels, {False: "two", True: "one"}.items(), strict=False):
        vanishing.append(draw_cones(axis, followed, chosen(followed, odd)))
        axis.set_title(f"{name} per sixth", size=7, loc="right")
    for axis, (method, name) in zip(
        panels[2:], {EXACT: "exact", NETWORK: "network"}.items(), strict=True
    ):
        draw_shares(axis, shares(statistics, EXPLORE, method))
        axis.set_title(name)
    second.legend(
        handles=drawing.legend_of_classes(topology.CLASSES), ncols=6, loc="outside lower center"
    )
    lower = third.subplots(1, 4)
    for axis, kind in zip(lower, KINDS, strict=False):
        draw_embedding(axis, points[points["kind"] == kind], kind)
    for axis, which in zip(lower[2:], (2, 1), strict=True):
        draw_map(axis, mixed, f"exact_{which}")
        axis.set_title(f"set {which}, mixtures")
    plotting.letter([axes[0], panels[0]])
    for axis, name in ((panels[2], "(d)"), (lower[0], "(e)"), (lower[2], "(f)")):
        axis.set_title(name, loc="left", weight="bold")
    kinds = {"path": lines.drop(columns="kind"), "embedding": points.rename(columns={"kind": "of"})}
    frames = [frame.assign(kind=kind) for kind, frame in kinds.items()]
    shown = statistics[statistics["quantity"] == "share"].rename(columns={"quantity": "kind"})
    frames += [shown, mixed.assign(kind="mixture"), *vanishing]
    return figure, pd.concat([one for one in frames if len(one)], ignore_index=True)
