"""Figures 1 and 2: response of a kernel to a motif in two directions, with and without turns."""

import numpy as np
import pandas as pd

from hamlearn import plotting
from hamlearn.bitei import rotation

STYLE = {"cmap": "cividis", "origin": "lower"}


@plotting.styled
def draw(turns, scale):
    """Draw slice, kernel and the largest response over `turns` rotations.

    Returns
    -------
    figure, frame : panel, row, column, value
    """
    image, kernel = rotation.motif_slice()
    found = rotation.encoded(image, kernel, turns)
    panels = {"slice": image, "kernel": kernel, "response": found}
    figure = plotting.figure(plotting.ONE_COLUMN, 1.75, scale)
    axes = figure.subplots(1, 3, width_ratios=(1, 0.7, 1))
    most = found.max()
    for axis, (name, values) in zip(axes, panels.items(), strict=True):
        if name == "kernel" and turns > 1:
            _turned(axis, image, kernel, turns, most)
            continue
        style = {"vmin": 0} if name != "kernel" else {}
        drawn = axis.imshow(values, **STYLE, **style)
        words = "largest of six" if name == "response" and turns > 1 else name
        axis.set(xticks=[], yticks=[], xlabel=words)
    if turns > 1:  # (b) and (c) have one scale
        bar = figure.colorbar(drawn, cax=axes[-1].inset_axes([1.05, 0, 0.07, 1]))
        bar.set_label("response", size=7)
        bar.ax.tick_params(labelsize=6)
    plotting.letter(axes)
    return figure, pd.concat([_long(name, values) for name, values in panels.items()])


def _turned(axis, image, kernel, turns, most):
    """Draw the response after each rotation, rotated back, up to `most`, in small squares."""
    axis.axis("off")
    for m in range(turns):
        row, column = divmod(m, 2)
        rows = -(-turns // 2)
        inset = axis.inset_axes([0.5 * column + 0.02, 1 - (row + 1) / rows, 0.46, 0.92 / rows])
        response = rotation.response(rotation.rotated(image, m / turns), kernel)
        inset.imshow(rotation.rotated(response, -m / turns), vmin=0, vmax=most, **STYLE)
        inset.set(xticks=[], yticks=[])
    axis.text(0.5, -0.09, f"{turns} rotations", transform=axis.transAxes, ha="center", va="top")


def _long(name, values):
    rows, columns = np.indices(values.shape)
    cells = {"row": rows.ravel(), "column": columns.ravel(), "value": values.ravel()}
    return pd.DataFrame({"panel": name, **cells})
