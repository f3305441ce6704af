"""Figure 8: flakes unlike those of the training, and the error of the networks on them."""

import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator

from hamlearn import plotting
from hamlearn.bubbles import ensemble, surface
from hamlearn.bubbles.evidence.training import late_ranges
from hamlearn.files import read_small

MAPS = ("{} Gaussians", "deformed Gaussians", "Lorentzians")
CURVES = {  # run: name, colour, marker
    "full": ("paper's network", plotting.BLACK, "o"),
    "smooth": ("without mode number", plotting.BLUE, "s"),
    "own": ("ours", plotting.GREEN, "^"),
    "staircase": ("ours, staircase", plotting.PINK, "v"),
}
DASHES = {"staircase": (0, (3, 1.5)), "smooth": (0, (1, 1))}
ERRORS = {"eq6": "mean of eq. (6)", "eq15": "mean of eq. (15)", "eq6_median": "median of eq. (6)"}
PANELS = {  # panel: ensemble, error; (d) and (e) are the paper's
    "d": ("more_gaussians", "eq6"),
    "e": ("deformed", "eq15"),
    "f": ("more_gaussians", "eq15"),
    "g": ("deformed", "eq6"),
    "h": ("more_gaussians", "eq6_median"),
    "i": ("deformed", "eq6_median"),
}
VARIABLES = {
    "more_gaussians": "number of Gaussians $N$",
    "deformed": "$g$ ($a^{-2}$, flake of 200 $a$)",
}
STATED = {11: "bubbles.robust.gauss11", 15: "bubbles.robust.gauss15"}
MANY = 15
HIGHEST = 3  # times the error of the trivial predictor, in the panels


def example(flakes, count):
    """Return the first flake with the number of bubbles nearest to some number."""
    return int(np.argmin(np.abs(flakes.count - count)))


def draw_examples(axes, ensembles, typical, pixels):
    """Draw the height map of a flake of each kind as the network sees it."""
    for axis, path, name in zip(axes, ensembles, MAPS, strict=True):
        flakes = ensemble.load(path)
        bubbles = flakes.sample(example(flakes, MANY if name == MAPS[0] else typical))
        heights = surface.height_map(bubbles, flakes.side, flakes.side, pixels, flakes.kind)
        image = plotting.square_map(axis, heights, flakes.side, vmin=0)
        axis.set(xlabel="$x$ ($a$)", ylabel="$y$ ($a$)")
        axis.set_title(name.format(len(bubbles)), loc="right", size=7)
        axis.tick_params(direction="out", top=False, right=False, length=2)
        plotting.height_bar(image)


def draw_errors(axis, frame, error):
    """Draw an error against the group: a curve for each network, marks for the trivial predictor.

    Bars are standard errors over the flakes of a group.
    """
    for run, (name, colour, marker) in CURVES.items():
        rows = frame[frame["run"] == run].dropna(subset=f"{error}_percent")
        if len(rows):
            style = {"color": colour, "marker": marker, "label": name, "ms": 3, "lw": 0.9}
            style["linestyle"] = DASHES.get(run, "-")
            percent = rows[f"{error}_percent"], rows[f"{error}_se_percent"]
            plotting.errorbar(axis, rows["group"], *percent, **style)
    trivial = frame.groupby("group")[f"{error}_modes_percent"].mean().dropna()
    plotting.marks(axis, trivial.index, trivial, "$T = 2n+1$", markersize=6)


def draw_column(axes, frame, name):
    """Draw the errors of one kind of flakes below each other, on the same scale."""
    highest = HIGHEST * frame["eq6_modes_percent"].max()  # networks know no bound to eq. (6)
    for axis, error in axes.items():
        axis.set_ylabel(f"{ERRORS[error]} (%)")
        axis.tick_params(labelbottom=False)
        if frame[f"{error}_percent"].isna().all():
            plotting.note_empty(axis)
        else:
            draw_errors(axis, frame, error)
    drawn = [axis for axis in axes if axis.lines]
    for axis in drawn:
        lowest = min(other.dataLim.minposy for other in drawn)
        axis.set_ylim(lowest / 1.25, min(highest, max(1.25 * a.dataLim.ymax for a in drawn)))
        plotting.log_axis(axis.yaxis)
    axis = list(axes)[-1]
    axis.tick_params(labelbottom=True)
    axis.set_xlabel(VARIABLES[name])


def draw_curves(axes, frame, trained_on):
    """Draw all errors against the number of Gaussians and against g."""
    for name in VARIABLES:
        column = {axes[letter]: error for letter, (of, error) in PANELS.items() if of == name}
        draw_column(column, frame[frame["ensemble"] == name], name)
        for axis in column:
            if name == "deformed":
                axis.set_xlim(0, None)
                axis.xaxis.set_major_locator(MaxNLocator(5))
                continue
            axis.axvspan(trained_on[0] - 0.5, trained_on[1] + 0.5, color=plotting.FAINT, zorder=0)
            axis.set_xlim(trained_on[0] - 0.5, None)
            axis.xaxis.set_major_locator(MaxNLocator(10, integer=True))


def draw_late(axis, errors):
    """Draw the errors of the networks over the late epochs, on samples as in the training."""
    if errors.empty:
        plotting.note_empty(axis)
        return
    plotting.late_errors(axis, errors, CURVES)
    axis.set(xlabel="MAE of the test samples ($2e^2/h$)", xlim=(0, None))
    axis.legend(handles=plotting.LATE, loc="upper center", bbox_to_anchor=(0.5, -0.6), ncols=3)


@plotting.styled
def draw(ensembles, by_group, histories, metrics, claims, pixels, trained_on, scale):
    """Draw (a-c) a flake of each deformation, (d-i) errors against N and g, (j) late errors.

    All networks were trained on a number of Gaussians in the shaded range, and are taken after
    the last epoch; as their errors change from epoch to epoch, (j) shows those of the last quarter
    of them, by which the networks are compared. Bars in (d-i): standard errors over flakes. Curves
    leave the frame where a network predicts next to nothing for some flake.

    Parameters
    ----------
    ensembles : sequence of path
        Flakes with more Gaussians, with deformed Gaussians and with Lorentzians.
    by_group : path
        Errors by number of bubbles and by bin of g.
    histories, metrics : path
    claims : path
        Claims of the paper; its errors at 11 and 15 Gaussians are drawn in (d).
    pixels : int
        Of the height maps that the networks see.
    trained_on : (int, int)
        Smallest and largest number of Gaussians in the training.

    Returns
    -------
    figure, frame : ensemble, run, group (N or g), for each error <error>_percent, _se_percent
        (over flakes) and _modes_percent (of T = 2n + 1), seeds; of (j) run, late_mae, late_least,
        late_most, mae, mae_trivial, epochs, seeds
    """
    values = [f"{error}{of}_percent" for of in ("", "_se", "_modes") for error in ERRORS]
    frame = plotting.over_seeds(read_small(by_group), ["ensemble", "run", "group"], values)
    frame = frame.drop(columns=[f"{value}_sd" for value in values])
    errors = late_ranges(read_small(histories), read_small(metrics), list(CURVES))
    figure = plotting.figure(plotting.TWO_COLUMNS, 8.0, scale)
    upper, lower = figure.subfigures(2, 1, height_ratios=[1, 3.2])
    maps = upper.subplots(1, len(MAPS))
    draw_examples(maps, ensembles, round(np.mean(trained_on)), pixels)
    ratios = [1, 1, 1, 0.5]
    axes = lower.subplot_mosaic("de;fg;hi;jj", height_ratios=ratios)
    draw_curves(axes, frame, trained_on)
    draw_late(axes["j"], errors)
    paper = plotting.paper_values(claims)
    points = {count: paper[claim] for count, claim in STATED.items() if claim in paper}
    plotting.stated(axes["d"], list(points), list(points.values()))
    seeds = f"mean of {plotting.count(int(frame['seeds'].max()), 'seed')}" if len(frame) else ""
    entries = axes["d"].get_legend_handles_labels()
    title = f"networks after the last epoch, {seeds}"
    lower.legend(*entries, loc="outside upper center", ncols=6, title=title)
    plotting.letter([*maps, *axes.values()])
    return figure, pd.concat([frame, errors.reset_index()], ignore_index=True)
