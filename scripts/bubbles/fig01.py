"""Figure 1: a graphene nanoribbon with nano-bubbles between its two leads, in three dimensions."""

import numpy as np
import pandas as pd
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize, to_rgba
from mpl_toolkits.mplot3d.art3d import Poly3DCollection

from hamlearn import plotting
from hamlearn.bubbles.ensemble import load
from hamlearn.bubbles.surface import heights
from hamlearn.transport import brickwall

LARGEST = 40
"""Side of a flake, in a, up to which every atom is drawn; beyond, fewer and larger hexagons."""
LEAD_LENGTH = 0.15
"""Of the drawn part of each lead, in sides of the flake."""
LEAD = to_rgba("#A8A8A8")
FADE = 0.75


def enlarged(side):
    """Return how many times larger than in graphene the drawn hexagons are."""
    return max(1.0, side / LARGEST)


def sites(bubbles, kind, side):
    """Return one row per site of the flake and of the next lead columns, whose height is 0.

    Columns: region, column, row, x_a, y_a, z_a. The columns of the lattice are those of the flake
    from 0, negative in the left lead.
    """
    coarse = enlarged(side)
    columns, rows = brickwall.shape(side / coarse, side / coarse)
    lead = 2 * round(LEAD_LENGTH * side / coarse)
    x, y = (coarse * axis for axis in brickwall.positions(columns + 2 * lead, rows))
    column, row = np.indices(x.shape)
    inside = (column >= lead) & (column < lead + columns)
    z = np.where(inside, heights(bubbles, x, y, kind), 0.0)
    return pd.DataFrame(
        {
            "region": np.where(inside, "flake", "lead").ravel(),
            "column": column.ravel() - lead,
            "row": row.ravel(),
            "x_a": x.ravel(),
            "y_a": y.ravel(),
            "z_a": z.ravel(),
        }
    )


def hexagons(ribbon):
    """Return the corners of all hexagons (n, 6, 3) in a, and whether each is of the flake (n,)."""
    shape = ribbon["column"].nunique(), ribbon["row"].nunique()
    points = ribbon[["x_a", "y_a", "z_a"]].to_numpy().reshape(*shape, 3)
    flake = (ribbon["region"] == "flake").to_numpy().reshape(shape)
    m, k = np.nonzero(brickwall.has_rung(*shape)[:-2])
    around = [(m, k), (m + 1, k), (m + 2, k), (m + 2, k + 1), (m + 1, k + 1), (m, k + 1)]
    return np.stack([points[at] for at in around], axis=1), flake[m, k] & flake[m + 2, k]


@plotting.styled
def draw(ensemble, sample, scale):
    """Draw the hexagons of one sample, coloured by height and to scale, and those of the leads.

    Parameters
    ----------
    ensemble : path
        Of deformed flakes.
    sample : int
        The one to draw.

    Returns
    -------
    figure, frame : one row per drawn site (region, column, row, x_a, y_a, z_a)
    """
    flakes = load(ensemble)
    frame = sites(flakes.sample(sample), flakes.kind, flakes.side)
    corners, in_flake = hexagons(frame)
    height = ScalarMappable(Normalize(0, frame["z_a"].max()), "viridis")
    edges = np.where(in_flake[:, None], height.to_rgba(corners[:, :, 2].mean(axis=1)), LEAD)
    faces = edges + FADE * (1 - edges)  # towards white: they hide what lies behind
    figure = plotting.figure(plotting.ONE_COLUMN, 2.3, scale)
    axis = figure.add_subplot(projection="3d")
    width = np.clip(20 / frame["row"].nunique(), 0.35, 0.9)
    style = {"linewidths": width, "rasterized": True, "clip_on": False}
    axis.add_collection3d(Poly3DCollection(corners, facecolors=faces, edgecolors=edges, **style))
    low, high = corners.min(axis=(0, 1)), corners.max(axis=(0, 1))
    axis.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]), zlim=(0, high[2]))
    axis.set_box_aspect(high - low, zoom=1.85)
    axis.view_init(elev=33, azim=-72)
    axis.set_axis_off()
    text = {"ha": "center", "va": "center", "size": 7, "zdir": (0, 1, 0)}
    for name, end in (("left lead", low[0]), ("right lead", high[0])):
        axis.text(0.9 * end, 0, 0, name, **text)
    bar = figure.colorbar(height, ax=axis, location="bottom", shrink=0.5, aspect=24, pad=0.0)
    bar.set_label("height $z$ ($a$)")
    if enlarged(flakes.side) > 1:
        note = f"hexagons enlarged {enlarged(flakes.side):g} times"
        figure.text(0.012, 0.02 / 2.3, note, va="bottom", size=6, color=plotting.GREY)
    return figure, frame
