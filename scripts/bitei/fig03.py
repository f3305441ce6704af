"""Figure 3: two small dense networks, neuron by neuron."""

import numpy as np

from hamlearn import plotting
from hamlearn.files import read_small

NAMES = ("fig3_left", "fig3_right")


@plotting.styled
def draw(architectures, scale):
    """Draw a circle for each neuron and a line for each weight.

    Returns
    -------
    figure, frame : network, number, width, parameters
    """
    table = read_small(architectures)
    frame = table[table["network"].isin(NAMES)]
    figure = plotting.figure(plotting.ONE_COLUMN, 1.6, scale)
    axes = figure.subplots(1, 2)
    for axis, name in zip(axes, NAMES, strict=True):
        rows = frame[frame["network"] == name]
        places = [_column(width) for width in rows["width"]]
        for x, (here, there) in enumerate(zip(places, places[1:], strict=False)):
            for y in here:
                for z in there:
                    axis.plot([x, x + 1], [y, z], color=plotting.GREY, linewidth=0.6, zorder=1)
        for x, column in enumerate(places):
            fill = plotting.FAINT if 0 < x < len(places) - 1 else plotting.SKY
            style = {"s": 90, "facecolor": fill, "edgecolor": plotting.BLACK, "linewidths": 0.7}
            axis.scatter([x] * len(column), column, zorder=2, **style)
        widths = ", ".join(str(width) for width in rows["width"])
        axis.set_xlabel(f"[{widths}]: {rows['parameters'].sum()} parameters")
        axis.set(xlim=(-0.4, len(places) - 0.6), ylim=(-1.4, 1.4), xticks=[], yticks=[])
    plotting.letter(axes)
    return figure, frame[["network", "number", "width", "parameters"]]


def _column(width):
    return np.arange(width) - (width - 1) / 2
