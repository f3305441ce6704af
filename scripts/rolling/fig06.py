"""Figure 6: gradients on their way back through three layers on a torus."""

import numpy as np
import pandas as pd

from hamlearn import plotting
from hamlearn.files import read_small

CASES = {
    "vanishing": "vanishing (weak weights)",
    "exploding": "exploding (strong weights)",
    "mean": "homogeneous (global mean)",
    "extremes": "inhomogeneous (mean, max, min)",
}


def draw_case(figure, title: str, maps: np.ndarray):
    """Draw the gradients by three maps (3, N, N), the last one at the right."""
    axes = figure.subplots(1, len(maps), gridspec_kw={"wspace": 0.14})
    most = np.abs(maps).max()
    for number, (axis, found) in enumerate(zip(axes, maps, strict=True)):
        image = axis.imshow(found, cmap="RdBu_r", vmin=-most, vmax=most)
        axis.set(xticks=[], yticks=[])
        spread = found.std() if np.ptp(found) > 1e-9 * most else 0
        axis.set_xlabel(f"layer {number + 1}\ns.d. {spread:.2g}", size=7)
    for axis in axes[:-1]:
        ends = {"xy": (1.0, 0.5), "xytext": (1.2, 0.5), "xycoords": "axes fraction"}
        arrow = axis.annotate("", **ends, arrowprops={"arrowstyle": "->", "linewidth": 0.9})
        arrow.set_in_layout(False)  # else maps would not be as far from one another
    bar = figure.colorbar(image, cax=axes[-1].inset_axes([1.06, 0, 0.07, 1]))
    bar.formatter.set_powerlimits((-2, 2))
    bar.set_label("gradient", size=7)
    bar.ax.tick_params(labelsize=6)
    figure.suptitle(title, x=0.02, ha="left", size=8)


@plotting.styled
def draw(exact, scale):
    """Draw the gradient of a random answer by one channel of the maps of linear stacks.

    Returns
    -------
    figure, frame : case, layer, y, x, gradient
    """
    found = read_small(exact)["gradients"]
    figure = plotting.figure(plotting.TWO_COLUMNS, 3.3, scale)
    frames = []
    for part, mark, (case, title) in zip(
        figure.subfigures(2, 2).ravel(), "abcd", CASES.items(), strict=True
    ):
        maps = np.array(found[case])
        draw_case(part, f"$\\bf{{({mark})}}$ {title}", maps)
        layer, y, x = (index.ravel() for index in np.indices(maps.shape))
        columns = {"case": case, "layer": layer + 1, "y": y, "x": x, "gradient": maps.ravel()}
        frames.append(pd.DataFrame(columns))
    return figure, pd.concat(frames, ignore_index=True)
