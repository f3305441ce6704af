"""Figure 7: hoppings in three directions, exact and mapped linearly from the first layer."""

import numpy as np
import pandas as pd
from matplotlib.patheffects import withStroke
from matplotlib.ticker import MaxNLocator

from hamlearn import plotting
from hamlearn.bubbles.surface import pixel_centres
from hamlearn.files import read_arrays, read_small

DIRECTIONS = {"a": "(√3/2, −1/2)", "b": "(−√3/2, −1/2)", "c": "(0, 1)"}
ROWS = {  # arrays of the example: name
    "exact": "exact",
    "with_constant": "$AF+b$",
    "untrained": "$AF+b$, untrained",
    "as_printed": "$AF$, as printed",
}
KINDS = {  # fit, intercept, slices: the map
    ("per_sample", False, "first"): "$AF$",
    ("per_sample", True, "first"): "$AF+b$",
    ("per_sample", False, "both"): "$AF$, both arrays",
    ("global", False, "first"): "one $A$ for all",
    ("global", True, "first"): "one $A$, $b$ for all",
    ("global", False, "both"): "one $A$ for all,\nboth arrays",
}
LAYERS = {  # features: label, marker, face
    "trained": ("trained layer", "o", plotting.BLACK),
    "untrained": ("untrained layer", "s", "white"),
}
HALO = withStroke(linewidth=2, foreground="white")
MAP = ["fit", "intercept", "slices"]
STATED = "bubbles.linear_map.error_with_constant"


def tabulate(arrays, rows, side):
    """Return direction, x_a, y_a, and in t each row of the example, a line for each point."""
    place = pixel_centres(side, len(arrays["heights"]))
    x, y = (grid.ravel() for grid in np.meshgrid(place, place, indexing="ij"))
    parts = [
        pd.DataFrame(
            {
                **{"direction": name, "x_a": x, "y_a": y},
                **{f"{row}_t": arrays[row][number].ravel() for row in rows},
            }
        )
        for number, name in enumerate(DIRECTIONS)
    ]
    return pd.concat(parts, ignore_index=True)


def draw_maps(figure, arrays, rows, side):
    """Draw a row of three maps for each array, all in the colours of the exact one."""
    colours = {"vmin": arrays["exact"].min(), "vmax": arrays["exact"].max()}
    axes = figure.subplots(len(rows), len(DIRECTIONS), sharex=True, sharey=True, squeeze=False)
    for primes, (line, row) in enumerate(zip(axes, rows, strict=True)):
        for number, (name, vector) in enumerate(DIRECTIONS.items()):
            axis, values, exact = line[number], arrays[row][number], arrays["exact"][number]
            image = plotting.square_map(axis, values, side, **colours)
            error = 100 * np.mean(np.abs(values - exact) / np.abs(exact))
            text = vector if row == "exact" else f"error {error:.2g} %"
            axis.set_title(f"({name}{primes * '′'})", loc="left", weight="bold")
            axis.set_title(text, loc="right", size=7)
            for direction in (axis.xaxis, axis.yaxis):
                direction.set_major_locator(MaxNLocator(3, integer=True))
            axis.tick_params(direction="out", top=False, right=False, length=2)
        line[0].set_ylabel(f"{ROWS[row]}\n$y$ ($a$)")
    for axis in axes[-1]:
        axis.set_xlabel("$x$ ($a$)")
    style = {"location": "bottom", "shrink": 0.8, "aspect": 40, "pad": 0.02, "extend": "both"}
    figure.colorbar(image, ax=axes, label="hopping ($t$)", **style)


def draw_errors(axis, errors, constant, stated):
    """Draw the mean error of each kind of map, for both layers, beside that of h = -1."""
    for (features, (label, marker, face)), shift in zip(LAYERS.items(), (-0.16, 0.16), strict=True):
        rows = errors[errors["features"] == features].set_index(MAP).reindex(KINDS)
        mean, places = rows["error_percent"], np.arange(len(KINDS)) + shift
        style = {"color": plotting.BLACK, "marker": marker, "markerfacecolor": face}
        axis.errorbar(mean, places, xerr=rows["error_percent_sd"], lw=0, elinewidth=0.8, **style)
        for place, value in zip(places, mean, strict=True):
            beside = {"va": "center", "size": 6.5, "xytext": (9, 0), "path_effects": [HALO]}
            text = f"{value:.2f} %" if value < 10 else f"{value:.0f} %"
            axis.annotate(text, (value, place), textcoords="offset points", **beside)
        axis.plot([], [], linestyle="", label=label, **style)
    line = {"color": plotting.GREY, "linestyle": "--", "linewidth": 0.9, "zorder": 1}
    axis.axvline(constant, label=f"$h = -1$: {constant:.3g} %", **line)
    if stated is not None:
        line = {"color": plotting.RED, "linestyle": (0, (6, 2)), "linewidth": 0.9, "zorder": 1}
        axis.axvline(stated, label=f"paper: {stated:g} %", **line)
    axis.set_yticks(range(len(KINDS)), KINDS.values())
    axis.axhspan(2.5, len(KINDS), color=plotting.FAINT, zorder=0)
    axis.set(ylim=(len(KINDS) - 0.5, -0.5), xlabel="mean error of the hoppings (%)")
    axis.tick_params(axis="y", length=0)
    plotting.log_axis(axis.xaxis)
    axis.set_xlim(None, 2.5 * axis.get_xlim()[1])  # room for the numbers


@plotting.styled
def draw(linear_map, errors, claims, side, scale):
    """Draw (a, b, c) the exact hoppings of a flake, below them linear maps, (d) errors of all.

    They are h = AF + b, the same for a layer that was not trained, and h = AF as printed, as far
    as they were kept, each fitted to this flake; above each stands its mean relative error. (d)
    has the mean over the tested flakes; upper half: a map for each, shaded: one map for all.

    Parameters
    ----------
    linear_map : path
        Arrays heights (p, p), exact and the maps of :data:`ROWS` that were kept, (3, p, p) in t.
    errors : path
        Errors of all maps, a row for each and seed.
    claims : path
    side : float
        Side of the flake in a.

    Returns
    -------
    figure, frame : direction, x_a, y_a, exact_t, and <map>_t; of (d) features, fit, intercept,
        slices, error_percent (with _sd over seeds), seeds
    """
    arrays, table = read_arrays(linear_map), read_small(errors)
    rows = [row for row in ROWS if row in arrays]
    table = plotting.over_seeds(table, ["features", *MAP], ["error_percent"])
    height = 1.1 + 1.42 * len(rows)
    figure = plotting.figure(plotting.TWO_COLUMNS, height, scale)
    left, right = figure.subfigures(1, 2, width_ratios=[1.55, 1])
    draw_maps(left, arrays, rows, side)
    axis = right.subplots()
    is_constant = (table["features"] == "constant") & ~table["intercept"]
    (constant,) = table.loc[is_constant, "error_percent"]
    draw_errors(axis, table, constant, plotting.paper_values(claims).get(STATED))
    seeds = plotting.count(int(table["seeds"].max()), "seed")
    axis.set_title("(d)", loc="left", weight="bold")
    axis.set_title(f"last epoch, {seeds}", loc="right", size=7)
    right.legend(*axis.get_legend_handles_labels(), loc="outside lower center", ncols=2)
    return figure, pd.concat([tabulate(arrays, rows, side), table], ignore_index=True)
