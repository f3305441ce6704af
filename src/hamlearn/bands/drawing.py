"""What figures of the study share: cells, zones, paths, and the colours of classes of bands."""

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Polygon
from matplotlib.patheffects import withStroke
from matplotlib.tri import Triangulation

from hamlearn import plotting
from hamlearn.bands import brillouin, topology
from hamlearn.bands.irreps import DIMENSION, NAMES

LATTICE = np.array([[1, 0], [0.5, np.sqrt(3) / 2]])
LABELS = ("Γ", "K", "M", "Γ")
NETWORK, EXACT = plotting.ORANGE, plotting.BLACK
BANDS = (
    Line2D([], [], color=NETWORK, linewidth=2.4, label="network"),
    Line2D([], [], color=EXACT, linewidth=0.8, label="exact"),
)
"""Legend entries of :func:`path`."""
COLOURS = dict(
    zip(
        topology.CLASSES,
        (
            *(plotting.BLUE, plotting.SKY, "#00441B", "#74C476"),
            *(plotting.ORANGE, plotting.YELLOW, plotting.PINK, "#6A3D9A"),
            *(plotting.PALE, plotting.RED, plotting.BLACK),
        ),
        strict=True,
    )
)
"""Of each class."""
HATCHES = {"p@1a": "////", "p@2b": "....", "+@3c": "xxxx", topology.TOPOLOGICAL: "\\\\\\\\"}
"""Of the classes whose colours are as light as another one's."""
HALO = (withStroke(linewidth=1.5, foreground="w"),)
"""Behind text on curves or colours."""


def cell(axis, image, times=2, grey=True):
    """Draw an image (L, L) of v, `times` cells along both lattice vectors, dark for v = 1."""
    length = len(image)
    edges = np.arange(times * length + 1) / length - times / 2
    i, j = np.meshgrid(edges, edges, indexing="ij")
    x, y = np.moveaxis(i[..., None] * LATTICE[0] + j[..., None] * LATTICE[1], -1, 0)
    values = np.tile(np.roll(image, (length // 2,) * 2, (0, 1)), (times, times))
    if times % 2 == 0:
        values = np.roll(values, (length // 2,) * 2, (0, 1))
    style = {"cmap": "Greys", "vmin": 0, "vmax": 1.4, "rasterized": True}
    axis.pcolormesh(x, y, values, **style)
    corners = np.array([(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)]) @ LATTICE
    style = {"fill": False, "edgecolor": plotting.RED, "linewidth": 0.8}
    axis.add_patch(Polygon(corners, **style))
    axis.set(aspect="equal", xticks=[], yticks=[])
    axis.set_axis_off()


def zone(axis, q1, q2, values, vmax):
    """Draw values at points of a sixth of the zone over all of it; return the colours."""
    points = np.stack([q1, q2], axis=1)
    turned = np.concatenate([brillouin.rotated(points, turn) for turn in range(6)])
    x, y = brillouin.cartesian(turned).T
    triangles = Triangulation(x, y)
    corners = np.stack([x, y], axis=1)[triangles.triangles]
    longest = np.linalg.norm(corners - np.roll(corners, 1, axis=1), axis=2).max(axis=1)
    triangles.set_mask(longest > 1.5 * np.median(longest))  # flat ones, of points along an edge
    style = {"vmin": 0, "vmax": vmax, "cmap": "viridis", "shading": "gouraud", "rasterized": True}
    image = axis.tripcolor(triangles, np.tile(values, 6), **style)
    axis.set(aspect="equal", xticks=[], yticks=[])
    axis.set_axis_off()
    return image


def path(axis, frame, irreps=None):
    """Draw the bands of one cell along Γ-K-M-Γ: network thick and pale, exact thin and dark.

    With the rows of kind ``irrep`` of that cell, name the exact levels at Γ, K and M.
    """
    for _, rows in frame.groupby("band"):
        axis.plot(rows["x"], rows["network"], color=NETWORK, linewidth=2.4)
        axis.plot(rows["x"], rows["exact"], color=EXACT, linewidth=0.8)
    x = np.unique(frame["x"].to_numpy())
    lengths = np.linalg.norm(np.diff(brillouin.cartesian(CORNERS), axis=0), axis=1)
    places = np.concatenate([[0], np.cumsum(lengths)])
    axis.set_xticks(places, LABELS)
    axis.set_xlim(x[0], x[-1])
    for place in places[1:-1]:
        axis.axvline(place, color=plotting.GREY, linewidth=0.5, zorder=0)
    axis.set_ylabel(r"$\hbar\omega$ ($V_\mathrm{max}$)")
    if irreps is not None:
        _name(axis, frame, irreps)


def _name(axis, frame, irreps):
    """Write irreps beside the exact levels, those of levels next to each other side by side."""
    low, high = axis.get_ylim()
    style = {"textcoords": "offset points", "size": 6, "color": plotting.BLUE, "zorder": 5}
    for place, rows in irreps.groupby("x"):
        energies = frame[np.isclose(frame["x"], place)].set_index("band")["exact"]
        rows = rows.sort_values("band")
        levels = energies[rows["band"]].to_numpy()
        groups = np.cumsum(np.diff(levels, prepend=levels[0]) > NEAR * (high - low))
        for _, near in rows.groupby(groups):
            at = (place, energies[near["band"].iloc[0]])
            axis.annotate(_names(near["exact"]), at, xytext=(2, 1), path_effects=HALO, **style)


def _names(numbers):
    """Return the irreps of some states, with one name for the two of a pair."""
    counts = numbers.astype(int).value_counts(sort=False)
    names = [[NAMES[n]] * int(-(-count // DIMENSION[n])) for n, count in counts.items()]
    return plotting.minus(", ".join(sum(names, [])))


NEAR = 0.04
"""Of the height of a panel: levels that are nearer to each other are named side by side."""
CORNERS = np.array([brillouin.GAMMA, brillouin.K, brillouin.M, brillouin.GAMMA])


def legend_of_classes(kinds):
    """Return the handles of a legend of classes."""
    return [Patch(**look(kind), label=plotting.minus(kind)) for kind in kinds]


def look(kind):
    """Return the colours and the hatch of an area of some class."""
    style = {"facecolor": COLOURS[kind], "edgecolor": "w", "linewidth": 0.4}
    return {**style, "hatch": HATCHES.get(kind), "hatch_linewidth": 0.4, "hatchcolor": "k"}
