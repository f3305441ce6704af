"""Figures 4 and 5: layers of the networks of the thesis."""

import pandas as pd

from hamlearn import plotting
from hamlearn.files import read_small


@plotting.styled
def draw(architectures, networks, scale):
    """Draw a box for each layer, its width in the thesis and, in brackets, here.

    Returns
    -------
    figure, frame : network, number, layer, width, parameters, width_here, parameters_here
    """
    table = read_small(architectures)
    table = table[table["network"].isin(networks)]
    thesis, here = (table[table["sizes"] == sizes] for sizes in ("thesis", "here"))
    keys = ["network", "number"]
    here = here[here["number"] < here.groupby("network")["number"].transform("max")]
    frame = thesis.merge(here, on=keys, how="left", suffixes=("", "_here"))
    frame = frame[[*keys, "layer", "width", "parameters", "width_here", "parameters_here"]]
    rows = frame.groupby("network")["number"].max().max() + 1
    figure = plotting.figure(plotting.ONE_COLUMN, 0.5 + 0.3 * rows, scale)
    axes = figure.subplots(1, len(networks), squeeze=False)[0]
    for axis, name in zip(axes, networks, strict=True):
        _boxes(axis, frame[frame["network"] == name], rows)
        total = frame.loc[frame["network"] == name, "parameters"].sum()
        axis.set_title(f"{name}: {plotting.thousands(total)} parameters", size=7)
    return figure, frame


def _boxes(axis, layers, rows):
    """Draw the layers from above to below, with arrows between."""
    for row in layers.itertuples():
        y = rows - row.number
        width = plotting.thousands(row.width)
        other = pd.notna(row.width_here) and row.width_here != row.width
        own = f" [{plotting.thousands(row.width_here)}]" if other else ""
        words = f"{row.layer} {width}{own}"
        box = {"boxstyle": "round,pad=0.25", "facecolor": plotting.FAINT, "linewidth": 0.6}
        axis.text(0.5, y, words, ha="center", va="center", size=6.5, bbox=box)
        if row.number:
            arrow = {"arrowstyle": "->", "color": plotting.GREY, "linewidth": 0.7}
            axis.annotate("", (0.5, y + 0.3), (0.5, y + 0.7), arrowprops=arrow)
            text = f"{plotting.thousands(row.parameters)}"
            style = {"size": 6, "color": plotting.GREY, "va": "center"}
            axis.text(0.54, y + 0.5, text, **style)
    axis.set(xlim=(0, 1), ylim=(0.4, rows + 0.6))
    axis.axis("off")
