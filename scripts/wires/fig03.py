"""Figure 3: configurations of model II, and its conductance against impurity concentration."""

import numpy as np
from matplotlib.colors import ListedColormap

from hamlearn import plotting
from hamlearn.files import read_table
from hamlearn.wires.ensemble import load

TARGETS = (("conductance_g0", "$G/G_0$"), ("bias_conductance_g0", r"$\bar{G}/G_0$"))


SHOWN_FROM = 1e-20
"""Conductance (G0) at the lower end of the insets; that of a wire of impurities is far smaller."""


def draw_points(axis, frame, target):
    """Draw a conductance against the concentration in per cent, a point for each wire."""
    axis.scatter(
        100 * frame["concentration"],
        frame[target],
        s=plotting.point_area(len(frame)),
        color=plotting.BLUE,
        linewidths=0,
        rasterized=True,
    )
    axis.set_xlim(0, 100)


@plotting.styled
def draw(ensemble, conductance, concentrations, max_points, scale):
    """Draw (a-c) configurations of model II and (d, e) G and Gbar against concentration.

    The insets of (d) and (e) show the same on a logarithmic axis.

    Parameters
    ----------
    ensemble, conductance : path
        Ensemble of model II and its conductances.
    concentrations : sequence of float
        Concentrations of the maps; the sample of the ensemble nearest to each is drawn.
    max_points : int
        The first so many samples are drawn in (d) and (e).

    Returns
    -------
    figure, frame : sample, concentration, conductance_g0, bias_conductance_g0, map (panel or empty)
    """
    wires = load(ensemble)
    drawn, length, width = wires.concentration, wires.length, wires.width
    figure = plotting.figure(plotting.TWO_COLUMNS, 4.7, scale)
    upper, lower = figure.subfigures(2, 1, height_ratios=[1, 1.05])
    maps = np.atleast_1d(upper.subplots(1, len(concentrations)))
    curves = lower.subplots(1, 2, sharex=True, sharey=True)
    frame = read_table(conductance, ["sample", *(name for name, _ in TARGETS)])
    frame.insert(1, "concentration", drawn[frame["sample"]])
    frame["map"] = ""
    for number, (axis, wanted) in enumerate(zip(maps, concentrations, strict=True)):
        sample = int(np.argmin(np.abs(drawn - wanted)))
        frame.loc[frame["sample"] == sample, "map"] += "abcdefgh"[number]
        axis.imshow(
            (wires.species[sample] > 0).T,
            cmap=ListedColormap([plotting.FAINT, plotting.BLUE]),
            vmin=0,
            vmax=1,
            origin="lower",
            extent=(0.5, length + 0.5, 0.5, width + 0.5),
        )
        axis.set(title=f"$n$ = {drawn[sample]:.1%}", xlabel="column", ylabel="row")
        ticks = np.unique([1, round(length / 2), length])
        axis.set(xticks=ticks, yticks=np.unique([1, round(width / 2), width]))
        axis.tick_params(top=False, right=False, direction="out", length=2)

    frame = frame[(frame["sample"] < max_points) | (frame["map"] != "")]
    points = frame[frame["sample"] < max_points]
    shown, every = (plotting.thousands(len(some)) for some in (points, wires))
    for axis, (target, label) in zip(curves, TARGETS, strict=True):
        inset = axis.inset_axes([0.4, 0.3, 0.54, 0.58])
        for place in (axis, inset):
            draw_points(place, points, target)
        inset.set(yscale="log", ylim=(SHOWN_FROM, 3 * width))
        inset.tick_params(labelsize=plotting.SMALLEST)
        axis.set(xlabel="$n$ (%)", ylabel=label, xlim=(0, 100))
        axis.set_title(f"{shown} of {every} wires", loc="right", size=7)
    top = frame[[name for name, _ in TARGETS]].max().max()
    curves[0].set_ylim(-0.01 * width, max(width, top) * 1.02)
    plotting.letter([*maps, *curves])
    return figure, frame.reset_index(drop=True)
