"""Bands and densities of states, as Figs. 5 and 7 draw them."""

import numpy as np
import pandas as pd
from matplotlib.lines import Line2D

from hamlearn import plotting
from hamlearn.hamiltonians import spectra

LOOKS = {  # method: words, colour, line, width
    "paper": ("network of the paper", plotting.BLACK, "-", 1.4),
    "ours": ("ours", plotting.BLUE, "--", 1.0),
    "dft": ("DFT", plotting.RED, ":", 1.4),
}
SHELLS = (("s", 1), ("s", 1), ("p", 3), ("p", 3), ("d", 5))
"""Of the basis, with their orbitals."""


def bands(axis, levels, part):
    """Draw bands of one structure by both networks and by DFT, and return what was drawn."""
    rows = levels[levels["kind"] == "bands"]
    for method in LOOKS:
        _, colour, line, width = LOOKS[method]
        of_method = rows[rows["method"] == method]
        for _, band in of_method.groupby("band"):
            axis.plot(
                band["place"], band["energy"], color=colour, linestyle=line, linewidth=width / 2
            )
    corners = rows[rows["label"].fillna("") != ""].drop_duplicates("place")
    axis.set_xticks(corners["place"], corners["label"])
    for place in corners["place"]:
        axis.axvline(place, color=plotting.PALE, linewidth=0.5, zorder=0)
    axis.set(ylim=(-part["window"], part["window"]), ylabel="energy (eV)")
    if len(rows):
        axis.set_xlim(rows["place"].min(), rows["place"].max())
    axis.set_xlabel("wave vector")
    return rows.assign(series="bands")


def legend(figure):
    """Name the lines of all methods below the panels of a figure."""
    lines = [
        Line2D([], [], color=colour, linestyle=line, linewidth=width, label=words)
        for words, colour, line, width in LOOKS.values()
    ]
    figure.legend(handles=lines, loc="outside lower center", ncols=len(lines))


def shells(axis):
    """Name the shells of a block's rows and columns, two s, two p and one d."""
    names = [name for name, _ in SHELLS]
    ends = np.cumsum([size for _, size in SHELLS])
    centres = ends - [(size + 1) / 2 for _, size in SHELLS]
    for end in ends[:-1] - 0.5:
        for line in (axis.axhline, axis.axvline):
            line(end, color=plotting.GREY, linewidth=0.3)
    axis.set_xticks(centres, names)
    axis.set_yticks(centres, names)
    axis.tick_params(length=0)
    axis.set_xlabel("orbital of a column")


def density(axis, levels, part, methods=("paper", "ours", "dft"), shift=0.0, scale=1.0):
    """Draw the density of states of one structure against energy, and return it."""
    rows, tables = levels[levels["kind"] == "dos"], []
    for method in methods:
        _, colour, line, width = LOOKS[method]
        centres, states = spectra.dos(rows[rows["method"] == method], part)
        y = shift + scale * states
        axis.plot(centres, y, color=colour, linestyle=line, linewidth=width)
        tables.append(
            pd.DataFrame({"series": "dos", "method": method, "energy": centres, "dos": states})
        )
    axis.set(xlabel="energy (eV)", xlim=(-part["window"], part["window"]))
    return pd.concat(tables)


def element_map(axis, by_group, runs, outputs=13):
    """Draw the error of each element (meV) of a forward and a backward network in one map."""
    found = np.full((outputs, outputs), np.nan)
    for run, places, flip in runs:
        rows = by_group[(by_group["run"] == run) & (by_group["group"] == "element")]
        rows = rows.groupby("member")["mae"].mean()
        i, j = places
        found[(j, i) if flip else (i, j)] = rows.to_numpy()
    image = axis.imshow(found, cmap="viridis")
    shells(axis)
    axis.set_ylabel("orbital of a row")
    axis.figure.colorbar(image, ax=axis, label="MAE (meV)", shrink=0.9)
    row, column = np.indices(found.shape).reshape(2, -1)
    return pd.DataFrame({"series": "elements", "row": row, "column": column, "mae": found.ravel()})
