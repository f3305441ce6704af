"""Figure 31: gradient descent from a trivial to a topological crystal."""

import numpy as np
from matplotlib.ticker import MaxNLocator

from bitei.looks import NAMES, PHASES, SHAPES
from hamlearn import plotting
from hamlearn.bitei.solver import LABELS
from hamlearn.files import read_small

TITLES = {"alpha": "mixture α", "hoppings": "all hoppings"}


@plotting.styled
def draw(descent, target, scale):
    """Draw the gap against the step, negative where the crystal is topological.

    Returns
    -------
    figure, frame : parameters, step, alpha, gap_ev, phase, target_ev, distance_ev
    """
    frame = read_small(descent)
    figure = plotting.figure(plotting.ONE_COLUMN, 2.3, scale)
    axes = figure.subplots(1, 2, sharey=True)
    for axis, (name, title) in zip(axes, TITLES.items(), strict=True):
        rows = frame[frame["parameters"] == name]
        signed = np.where(rows["phase"] == 1, -1, 1) * rows["gap_ev"]
        axis.plot(rows["step"], signed, color=plotting.GREY, linewidth=0.7, zorder=1)
        for at, label in enumerate(LABELS):
            chosen = rows["phase"] == at
            style = {"color": PHASES[label], "label": NAMES[label], "s": 10, "linewidths": 0}
            axis.scatter(rows["step"][chosen], signed[chosen], marker=SHAPES[label], **style)
        axis.axhline(-target, color=plotting.RED, linewidth=0.8)
        above = {"xytext": (3, 2), "textcoords": "offset points", "color": plotting.RED}
        beside = ("axes fraction", "data")
        axis.annotate("target", (0, -target), xycoords=beside, size=7, **above)
        axis.axhline(0, color=plotting.GREY, linewidth=0.5)
        axis.set(xlabel="step", title=title)
        axis.xaxis.set_major_locator(MaxNLocator(4, integer=True))
    axes[0].set_ylabel("signed gap (eV)")
    axes[1].legend(loc="upper right", handletextpad=0.2)
    plotting.letter(axes)
    return figure, frame
