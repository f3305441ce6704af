"""What figures of the study share: cells, zones, paths, and the colours of classes of bands."""

import numpy as np
from matplotlib.patches import Patch, Polygon

from hamlearn import plotting
from hamlearn.bands import brillouin, topology
from hamlearn.bands.irreps import NAMES

LATTICE = np.array([[1, 0], [0.5, np.sqrt(3) / 2]])
LABELS = ("Γ", "K", "M", "Γ")
NETWORK, EXACT = plotting.ORANGE, plotting.BLACK
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
"""Of each class; set apart by lightness too."""


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
    style = {"vmin": 0, "vmax": vmax, "cmap": "viridis", "shading": "gouraud", "rasterized": True}
    image = axis.tripcolor(x, y, np.tile(values, 6), **style)
    axis.set(aspect="equal", xticks=[], yticks=[])
    axis.set_axis_off()
    return image


def path(axis, frame, irreps=None):
    """Draw the bands of one cell along Γ-K-M-Γ: network thick and pale, exact thin and dark.

    With the rows of kind ``irrep`` of that cell, name the exact levels at Γ, K and M.
    """
    for band, rows in frame.groupby("band"):
        first = band == 1
        style = {"color": NETWORK, "linewidth": 2.4, "label": "network" if first else None}
        axis.plot(rows["x"], rows["network"], **style)
        style = {"color": EXACT, "linewidth": 0.8, "label": "exact" if first else None}
        axis.plot(rows["x"], rows["exact"], **style)
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
    """Write irreps beside the exact levels, once for a pair, and none on another."""
    low, high = axis.get_ylim()
    style = {"textcoords": "offset points", "size": 6, "color": plotting.BLUE}
    for place, rows in irreps.groupby("x"):
        energies = frame[np.isclose(frame["x"], place)].set_index("band")["exact"]
        last = -np.inf
        for row in rows.sort_values("band").itertuples():
            if energies[row.band] - last < 0.03 * (high - low):
                continue
            last = energies[row.band]
            axis.annotate(NAMES[int(row.exact)], (place, last), xytext=(2, 1), **style)


CORNERS = np.array([brillouin.GAMMA, brillouin.K, brillouin.M, brillouin.GAMMA])


def legend_of_classes(kinds):
    """Return the handles of a legend of classes."""
    return [Patch(color=COLOURS[kind], label=kind) for kind in kinds]
