"""Figure 7: an image folded into a torus, by tiling and cropping."""

import numpy as np
import pandas as pd
from matplotlib.patches import Rectangle
from matplotlib.patheffects import withStroke

from hamlearn import plotting
from hamlearn.rolling.ensemble import load

KERNEL = 5
SAMPLE = 0


def cropped(image: np.ndarray, kernel: int) -> np.ndarray:
    """Return an image (N, N, c) with what a kernel reaches beyond its edges, from its tiles."""
    side, before = len(image), (kernel - 1) // 2
    rows = np.arange(side - before, 2 * side + kernel - 1 - before)
    return np.tile(image, (3, 3, 1))[np.ix_(rows, rows)]


def show(axis, image: np.ndarray) -> None:
    """Draw an image, in colours if it has three channels."""
    colours = {"cmap": "Greys", "vmin": 0, "vmax": 1} if image.shape[2] == 1 else {}
    axis.imshow(image if image.shape[2] == 3 else image[..., 0], **colours)
    axis.set(xticks=[], yticks=[])


@plotting.styled
def draw(ensembles, scale):
    """Draw (a) an image, (b) its tiles with the frame of the crop, (c) the crop.

    Parameters
    ----------
    ensembles : sequence of path
        The last one is that of the pipeline.

    Returns
    -------
    figure, frame : y, x, channel and value of each pixel of the crop, and whether it is padding
    """
    ensemble = load(ensembles[-1])[SAMPLE : SAMPLE + 1]
    image = ensemble.images[0] / ensemble.white
    side, before, crop = len(image), (KERNEL - 1) // 2, cropped(image, KERNEL)
    figure = plotting.figure(plotting.TWO_COLUMNS, 2.7, scale)
    first, tiles, last = figure.subplots(1, 3)
    for axis, shown in zip(
        (first, tiles, last), (image, np.tile(image, (3, 3, 1)), crop), strict=True
    ):
        show(axis, shown)
    length = len(crop)
    outlined = [withStroke(linewidth=3, foreground="w")]  # on whatever the image has there
    frame = {"facecolor": "none", "edgecolor": plotting.RED, "linewidth": 1.4}
    frame["path_effects"] = outlined
    corner = side - before - 0.5
    tiles.add_patch(Rectangle((corner, corner), length, length, **frame))
    for axis, edge in ((last, before - 0.5), (tiles, side - 0.5)):
        box = {**frame, "edgecolor": plotting.BLUE, "linestyle": "--", "linewidth": 1.2}
        axis.add_patch(Rectangle((edge, edge), side, side, **box))
    first.set_title(f"image, {side} × {side}")
    tiles.set_title("3 × 3 tiles")
    last.set_title(f"cropped, {length} × {length}")
    last.set_xlabel(f"a {KERNEL} × {KERNEL} kernel without padding\ngives {side} × {side} again")
    plotting.letter([first, tiles, last])
    y, x, channel = (index.ravel() for index in np.indices(crop.shape))
    inside = [(n >= before) & (n < before + side) for n in (y, x)]
    columns = {"y": y, "x": x, "channel": channel, "value": crop.ravel()}
    return figure, pd.DataFrame({**columns, "padding": ~(inside[0] & inside[1])})
