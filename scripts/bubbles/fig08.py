"""Figure 8: flakes unlike those of the training, and the error of the networks on them."""

import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator

from hamlearn import plotting
from hamlearn.bubbles import ensemble, surface

MAPS = ("{} Gaussians", "deformed Gaussians", "Lorentzians")
CURVES = {  # run: name, colour, marker
    "full": ("paper's network", plotting.BLACK, "o"),
    "smooth": ("without mode number", plotting.BLUE, "s"),
    "own": ("ours", plotting.GREEN, "^"),
    "staircase": ("ours, staircase", plotting.PINK, "v"),
}
PANELS = {"more_gaussians": "eq6", "deformed": "eq15"}
STATED = {11: "bubbles.robust.gauss11", 15: "bubbles.robust.gauss15"}
MANY = 15
HIGHEST = 3  # times the error of the trivial predictor, in the panels


def example(flakes, count):
    """Return the first flake with the number of bubbles nearest to some number."""
    return int(np.argmin(np.abs(flakes.count - count)))


def draw_example(axis, flakes, count, pixels, name):
    """Draw the height map of one flake as the network sees it."""
    bubbles = flakes.sample(example(flakes, count))
    heights = surface.height_map(bubbles, flakes.side, flakes.side, pixels, flakes.kind)
    image = plotting.square_map(axis, heights, flakes.side, vmin=0)
    axis.set(xlabel="$x$ ($a$)", ylabel="$y$ ($a$)")
    axis.set_title(name.format(len(bubbles)), loc="right", size=7)
    axis.tick_params(direction="out", top=False, right=False, length=2)
    plotting.height_bar(image)


def draw_errors(axis, frame, error):
    """Draw mean error against group: a curve for each network, marks for the trivial predictor."""
    for run, (name, colour, marker) in CURVES.items():
        rows = frame[frame["run"] == run]
        if len(rows):
            style = {"color": colour, "marker": marker, "label": name}
            percent = rows[f"{error}_percent"], rows[f"{error}_percent_sd"]
            plotting.errorbar(axis, rows["group"], *percent, **style)
    trivial = frame.groupby("group")[f"{error}_modes_percent"].mean()
    plotting.marks(axis, trivial.index, trivial, "$T = 2n+1$", markersize=8)
    highest = HIGHEST * trivial.max()
    if axis.dataLim.ymax > highest:  # eq. (6) has no bound where a network predicts next to nothing
        axis.set_ylim(axis.dataLim.minposy / 1.25, highest)
    plotting.log_axis(axis.yaxis)


@plotting.styled
def draw(ensembles, by_group, claims, pixels, trained_on, scale):
    """Draw (a-c) an example of each deformation, (d) eq. (6) against N, (e) eq. (15) against g.

    All networks were trained on a number of Gaussians in the shaded range. Curves leave the frame
    where a network predicts next to nothing for some flake.

    Parameters
    ----------
    ensembles : sequence of path
        Flakes with more Gaussians, with deformed Gaussians and with Lorentzians.
    by_group : path
        Errors by number of bubbles and by bin of g.
    claims : path
        Claims of the paper; its errors at 11 and 15 Gaussians are drawn in (d).
    pixels : int
        Of the height maps that the networks see.
    trained_on : (int, int)
        Smallest and largest number of Gaussians in the training.

    Returns
    -------
    figure, frame : ensemble, run, group (N or g), eq6_percent, eq15_percent, eq6_modes_percent,
        eq15_modes_percent (each with _sd), seeds
    """
    values = [f"{error}{of}_percent" for of in ("", "_modes") for error in PANELS.values()]
    frame = plotting.over_seeds(pd.read_csv(by_group), ["ensemble", "run", "group"], values)
    figure = plotting.figure(plotting.TWO_COLUMNS, 4.6, scale)
    upper, lower = figure.subfigures(2, 1, height_ratios=[1, 1.15])
    maps, errors = upper.subplots(1, len(MAPS)), lower.subplots(1, len(PANELS))
    typical = round(np.mean(trained_on))
    for axis, path, name in zip(maps, ensembles, MAPS, strict=True):
        count = MANY if name == MAPS[0] else typical
        draw_example(axis, ensemble.load(path), count, pixels, name)
    for axis, (name, error) in zip(errors, PANELS.items(), strict=True):
        rows = frame[frame["ensemble"] == name]
        if rows.empty:
            plotting.note_empty(axis)
        else:
            draw_errors(axis, rows, error)
    left, right = errors
    paper = plotting.paper_values(claims)
    points = {count: paper[claim] for count, claim in STATED.items() if claim in paper}
    plotting.stated(left, list(points), list(points.values()))
    left.axvspan(trained_on[0] - 0.5, trained_on[1] + 0.5, color=plotting.FAINT, zorder=0)
    left.set(xlabel="number of Gaussians $N$", ylabel="mean error, eq. (6) (%)")
    left.set_xlim(trained_on[0] - 0.5, None)
    left.xaxis.set_major_locator(MaxNLocator(10, integer=True))
    right.set(xlabel="$g$ ($a^{-2}$, flake of 200 $a$)", ylabel="mean error, eq. (15) (%)")
    right.set_xlim(0, None)
    right.xaxis.set_major_locator(MaxNLocator(5))
    lower.legend(*left.get_legend_handles_labels(), loc="outside upper center", ncols=6)
    plotting.letter([*maps, *errors])
    return figure, frame
