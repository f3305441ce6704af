"""Figure 23: what convolutions make of the edges, by their padding."""

import numpy as np
import pandas as pd

from hamlearn import plotting
from hamlearn.files import read_small

ROWS = {
    "none": "no padding",
    "same": "zeros, same size",
    "full": "zeros, all that\nthe kernel reaches",
    "torus": "torus",
}
LINE = "\n"
COLUMNS = {"activation": "activation of a constant image", "derivative": "derivative of the sum"}


@plotting.styled
def draw(exact, scale):
    """Draw activation and derivative of the sum of activations for each padding, dark for large.

    Returns
    -------
    figure, frame : padding, quantity, y, x, value (9 for a kernel of ones that sees 9 pixels)
    """
    found = read_small(exact)["padding"]
    figure = plotting.figure(plotting.ONE_COLUMN, 6.6, scale)
    grid, frames = figure.subplots(len(ROWS), len(COLUMNS)), []
    for axes, (padding, words) in zip(grid, ROWS.items(), strict=True):
        for axis, quantity in zip(axes, COLUMNS, strict=True):
            values = np.array(found[padding][quantity])
            image = axis.imshow(values, cmap="Greys", vmin=0, vmax=12)
            for row, column in ((0, 0), (0, len(values) // 2), (len(values) // 2,) * 2):
                style = {"ha": "center", "va": "center", "size": 6}
                colour = "w" if values[row, column] > 6 else "k"
                axis.text(column, row, f"{values[row, column]:.0f}", color=colour, **style)
            axis.set(xticks=[], yticks=[])
            y, x = (index.ravel() for index in np.indices(values.shape))
            columns = {"padding": padding, "quantity": quantity, "y": y, "x": x}
            frames.append(pd.DataFrame({**columns, "value": values.ravel()}))
        axes[0].set_ylabel(words, size=7)
    for axis, words in zip(grid[0], COLUMNS.values(), strict=True):
        axis.set_title(f"{words.replace(' of ', LINE + 'of ', 1)}{LINE}", size=8)
    plotting.letter(grid.ravel())
    bar = figure.colorbar(image, ax=grid, location="bottom", shrink=0.7, aspect=30)
    bar.ax.set_xlim(0, 9)
    bar.set_label("pixels that count, of 9")
    return figure, pd.concat(frames, ignore_index=True)
