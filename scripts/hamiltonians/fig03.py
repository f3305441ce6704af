"""Figure 3: the upper triangles of a pair of blocks, and the block that they make."""

import numpy as np
import pandas as pd
from matplotlib.colors import Normalize, SymLogNorm

from hamlearn import plotting
from hamlearn.files import read_small
from hamlearn.hamiltonians import levels_drawn

MEV = 1000.0
LINEAR = 0.1
"""Elements up to which colours are linear, in eV; from there on negative ones have a stroke."""


@plotting.styled
def draw(example, scale):
    """Return the figure and its frame: row, column, true and predicted element (eV)."""
    pair = read_small(example)["pair"]
    true, said = np.array(pair["true"]), np.array(pair["predicted"])
    size = len(true)
    upper = np.triu(np.ones_like(true, bool))
    panels = {
        "forward, $h'_{ij}$": np.where(upper, said, np.nan),
        "backward, $h'_{ji}$": np.where(np.triu(upper, 1), said.T, np.nan),
        "both, $h'_{ij}$": said,
    }
    figure = plotting.figure(plotting.TWO_COLUMNS, 2.4, scale)
    axes = figure.subplots(1, 4, sharey=True)
    limit = np.abs(true).max()
    norm = SymLogNorm(LINEAR, vmin=-limit, vmax=limit)
    for axis, (title, values) in zip(axes, panels.items(), strict=False):
        image = _block(axis, values, norm, LINEAR, title)
    ticks = [-10, -1, 0, 1, 10] if limit > 10 else [-1, 0, 1]
    _bar(image, axes[:3], "element (eV)", ticks)
    wrong = MEV * (said - true)
    most = np.abs(wrong).max()
    image = _block(axes[3], wrong, Normalize(-most, most), most / 3, "(c) $-$ true")
    _bar(image, axes[3], "difference (meV)")
    axes[0].set_ylabel("orbital of a row")
    plotting.letter(axes)
    row, column = np.indices((size, size)).reshape(2, -1)
    columns = {"row": row, "column": column, "true": true.ravel(), "predicted": said.ravel()}
    return figure, pd.DataFrame(columns)


def _block(axis, values, norm, least, title):
    """Draw elements; those below -`least` have a white stroke, which grey prints need."""
    axis.set_facecolor(plotting.PALE)
    image = axis.imshow(values, cmap="RdBu_r", norm=norm)
    row, column = np.nonzero(values < -least)
    axis.scatter(column, row, marker="_", s=7, color="w", linewidths=0.7)
    levels_drawn.shells(axis)
    axis.set_title(title, size=7, loc="right")
    return image


def _bar(image, axes, label, ticks=None):
    bar = image.figure.colorbar(image, ax=axes, shrink=0.8, label=label)
    if ticks:
        bar.set_ticks(ticks, labels=[plotting.minus(f"{tick}") for tick in ticks])
