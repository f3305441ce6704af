"""Figure 13: smallest gap along the path, and the phases in the plane of mixture and noise."""

import numpy as np

from bitei.looks import PHASES
from hamlearn import plotting
from hamlearn.files import read_small

STYLES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)))


@plotting.styled
def draw(diagram, scale):
    """Draw the smallest gap against α, and the edges of the closed interval against δ.

    Returns
    -------
    figure, frame : delta, alpha, gap_ev, first, last
    """
    frame = read_small(diagram)
    figure = plotting.figure(plotting.ONE_COLUMN, 3.9, scale)
    gaps, phases = figure.subplots(2, 1, height_ratios=(1.2, 1), sharex=True)
    for place, (delta, curve) in enumerate(frame.groupby("delta")):
        colour = plotting.COLOURS[place % len(plotting.COLOURS)]
        style = STYLES[place % len(STYLES)]
        look = {"linestyle": style, "color": colour, "label": f"{delta:g}"}
        gaps.plot(curve["alpha"], curve["gap_ev"], **look)
    gaps.set(ylabel="smallest gap (eV)", ylim=(0, None), xlim=(0, 1))
    gaps.legend(title="noise δ", ncols=2, loc="upper center")
    edges = frame.groupby("delta")[["first", "last"]].first().dropna()
    _wedge(phases, edges)
    plotting.letter([gaps, phases])
    return figure, frame


def _wedge(axis, edges):
    delta = edges.index.to_numpy()
    axis.set(xlabel="mixture α", ylabel="noise δ")
    if len(delta) < 2:
        plotting.note_empty(axis)
        return
    sides = {"trivial": (0 * delta, edges["first"]), "topological": (edges["last"], 0 * delta + 1)}
    for name, (low, high) in sides.items():
        axis.fill_betweenx(delta, low, high, color=PHASES[name], alpha=0.25, linewidth=0)
    axis.fill_betweenx(delta, *edges.to_numpy().T, color=PHASES["weyl"], alpha=0.45, linewidth=0)
    for side, marker in (("first", "o"), ("last", "s")):
        style = {"color": plotting.BLACK, "linewidth": 0.9, "clip_on": False, "zorder": 3}
        axis.plot(edges[side], delta, marker=marker, **style)
    middle = 0.9 * delta.max()  # where the wedge is wide enough for its name
    first, last = (float(np.interp(middle, delta, edges[side])) for side in ("first", "last"))
    words = (("trivial", first / 2), ("Weyl", (first + last) / 2), ("topological", (last + 1) / 2))
    for text, x in words:
        axis.text(x, middle, text, ha="center", va="center", size=7)
    axis.set(ylim=(0, delta.max()))
