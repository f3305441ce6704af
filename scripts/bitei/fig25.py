"""Figure 25: the noise of one cell, its adjoint, and what time reversal makes of it."""

import matplotlib as mpl
import numpy as np
import pandas as pd

from hamlearn import plotting
from hamlearn.bitei import hoppings
from hamlearn.bitei.noise import noise

VECTORS = np.stack(np.meshgrid(*[range(-1, 2)] * 3, indexing="ij"), axis=-1).reshape(-1, 3)
PANELS = {
    "ΔH": ("minus", lambda cell: cell),
    "adjoint": ("minus", lambda cell: cell.conj().T),
    "time reversed": ("minus", hoppings.flipped),
    "plus: ΔH": ("plus", lambda cell: cell),
    "plus: reversed": ("plus", hoppings.flipped),
}


@plotting.styled
def draw(kind, seed, scale):
    """Draw the cell A = 0 of a noise by hue and saturation.

    Returns
    -------
    figure, frame : panel, row, column, argument, modulus
    """
    home = int(np.flatnonzero((VECTORS == 0).all(axis=1))[0])
    cells = {
        sign: noise(np.random.default_rng(seed), VECTORS, kind="recipe", sign=sign)[home]
        for sign in ("minus", "plus")
    }
    largest = max(np.abs(cell).max() for cell in cells.values())
    figure = plotting.figure(plotting.TWO_COLUMNS, 1.95, scale)
    axes = figure.subplots(1, len(PANELS) + 1, width_ratios=[1] * len(PANELS) + [0.6])
    frames = []
    for axis, (name, (sign, change)) in zip(axes, PANELS.items(), strict=False):
        values = change(cells[sign])
        axis.imshow(_coloured(values, largest))
        axis.set(xticks=[], yticks=[], xlabel=name)
        frames.append(_long(name, values))
    _wheel(axes[-1], largest)
    plotting.letter(axes[:-1])
    return figure, pd.concat(frames)


def _coloured(values, largest):
    hue = (np.angle(values) / (2 * np.pi)) % 1
    strength = np.sqrt(np.abs(values) / largest)
    return mpl.colors.hsv_to_rgb(np.stack([hue, strength, 1 - 0.15 * strength], axis=-1))


def _wheel(axis, largest):
    """Draw what hue and saturation mean, up to the largest modulus."""
    x, y = np.meshgrid(*[np.linspace(-1, 1, 121)] * 2)
    disc = x + 1j * y
    colours = _coloured(disc, 1)
    colours[np.abs(disc) > 1] = 1
    axis.imshow(colours, extent=(-1, 1, -1, 1), origin="lower")
    axis.set(xticks=[], yticks=[])
    words = {"ha": "center", "size": 7, "textcoords": "offset points"}
    axis.annotate("Re", (1, 0), (2, 0), **{**words, "ha": "left"}, va="center")
    axis.annotate("Im", (0, 1), (0, 2), **words, va="bottom")
    axis.annotate(f"rim: {largest:.2g}", (0, -1), (0, -3), **words, va="top")
    axis.spines[:].set_visible(False)


def _long(name, values):
    rows, columns = np.indices(values.shape)
    cells = {"row": rows.ravel(), "column": columns.ravel()}
    polar = {"argument": np.angle(values).ravel(), "modulus": np.abs(values).ravel()}
    return pd.DataFrame({"panel": name, **cells, **polar})
