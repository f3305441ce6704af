"""Figure 3: the upper triangles of a pair of blocks, and the block that they make."""

import numpy as np
import pandas as pd
from matplotlib.colors import SymLogNorm

from hamlearn import plotting
from hamlearn.files import read_small


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
        "minus the true one": said - true,
    }
    limit = np.abs(true).max()
    norm = SymLogNorm(0.1, vmin=-limit, vmax=limit)
    figure = plotting.figure(plotting.TWO_COLUMNS, 2.4, scale)
    axes = figure.subplots(1, 4, sharey=True)
    for axis, (title, values) in zip(axes, panels.items(), strict=True):
        axis.set_facecolor(plotting.PALE)
        image = axis.imshow(values, cmap="RdBu_r", norm=norm)
        axis.set_xlabel("orbital of a column")
        axis.set_title(title, size=7, loc="right")
        axis.set(xticks=[0, 2, 5, 8], yticks=[0, 2, 5, 8])
        axis.set_xticklabels(["s", "p", "p", "d"])
        axis.set_yticklabels(["s", "p", "p", "d"])
    axes[0].set_ylabel("orbital of a row")
    bar = figure.colorbar(image, ax=axes, shrink=0.8, label="element (eV)")
    bar.set_ticks([-10, -1, 0, 1, 10] if limit > 10 else [-1, 0, 1])
    plotting.letter(axes)
    row, column = np.indices((size, size)).reshape(2, -1)
    columns = {"row": row, "column": column, "true": true.ravel(), "predicted": said.ravel()}
    return figure, pd.DataFrame(columns)
