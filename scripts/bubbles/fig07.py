"""Figure 7: hoppings in three directions, exact and mapped linearly from the first layer."""

import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator

from hamlearn import plotting
from hamlearn.bubbles.surface import pixel_centres
from hamlearn.files import read_arrays

DIRECTIONS = {"a": "(√3/2, −1/2)", "b": "(−√3/2, −1/2)", "c": "(0, 1)"}


def tabulate(arrays, side):
    """Return direction, x_a, y_a, exact and mapped (t), one row for each point of each map."""
    place = pixel_centres(side, len(arrays["heights"]))
    x, y = (grid.ravel() for grid in np.meshgrid(place, place, indexing="ij"))
    parts = [
        pd.DataFrame(
            {
                "direction": name,
                "x_a": x,
                "y_a": y,
                "exact_t": arrays["exact"][number].ravel(),
                "mapped_t": arrays["mapped"][number].ravel(),
            }
        )
        for number, name in enumerate(DIRECTIONS)
    ]
    return pd.concat(parts, ignore_index=True)


@plotting.styled
def draw(linear_map, side, scale):
    """Draw (a, b, c) the exact hoppings of a flake and (a', b', c') their linear reconstruction.

    All maps share the colours; above each reconstruction stands its mean relative error.

    Parameters
    ----------
    linear_map : path
        Arrays exact and mapped (3, p, p) in t.
    side : float
        Side of the flake in a.

    Returns
    -------
    figure, frame : direction, x_a, y_a, exact_t, mapped_t
    """
    arrays = read_arrays(linear_map)
    both = [arrays["exact"], arrays["mapped"]]
    colours = {"vmin": min(map(np.min, both)), "vmax": max(map(np.max, both))}
    figure = plotting.figure(plotting.TWO_COLUMNS, 4.5, scale)
    axes = figure.subplots(2, len(DIRECTIONS), sharex=True, sharey=True)
    for number, (name, vector) in enumerate(DIRECTIONS.items()):
        exact, mapped = (maps[number] for maps in both)
        upper, lower = axes[:, number]
        error = np.mean(np.abs(mapped - exact) / np.abs(exact))
        for axis, values, mark in ((upper, exact, ""), (lower, mapped, "′")):
            image = plotting.square_map(axis, values, side, **colours)
            axis.set_title(f"({name}{mark})", loc="left", weight="bold")
            for direction in (axis.xaxis, axis.yaxis):
                direction.set_major_locator(MaxNLocator(6, integer=True))
            axis.tick_params(direction="out", top=False, right=False, length=2)
        upper.set_title(f"exact, {vector}", loc="right")
        lower.set_title(f"mapped, error {100 * error:.2g} %", loc="right")
        lower.set_xlabel("$x$ ($a$)")
    for axis in axes[:, 0]:
        axis.set_ylabel("$y$ ($a$)")
    figure.colorbar(image, ax=axes, shrink=0.9, aspect=40, pad=0.02, label="hopping ($t$)")
    return figure, tabulate(arrays, side)
