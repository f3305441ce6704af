"""Figure 4: conductance of a strongly and of a weakly deformed flake against energy."""

import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator

from hamlearn import plotting
from hamlearn.bubbles import ensemble, surface, sweeps
from hamlearn.bubbles.evidence.training import late_ranges
from hamlearn.files import read_small

SWEEPS = {"scan": "strong deformation", "scan_weak": "weak deformation"}
NETWORKS = {  # run: label, colour, line; the second in the lower panels only
    "full": ("predicted", plotting.BLACK, "-"),
    "smooth": ("predicted, without mode number", plotting.BLUE, ":"),
}
ROWS = {  # run: label, colour, marker
    "full": ("with mode number", plotting.BLACK, "o"),
    "smooth": ("without", plotting.BLUE, "s"),
}


def compare(labels, predictions, name):
    """Return one sweep: energy_t, modes, calculated, and for each network <run>[_least, _most]."""
    frame = sweeps.calculated(labels)[["sample", "energy_t", "modes", "total"]]
    frame = frame.rename(columns={"total": "calculated"})
    for run in NETWORKS:
        found = sweeps.predicted(predictions, run, name)[["sample", "predicted", "least", "most"]]
        names = {"predicted": run, "least": f"{run}_least", "most": f"{run}_most"}
        frame = frame.merge(found.rename(columns=names), on="sample", how="left")
    return frame


def draw_sweep(axis, frame, runs):
    """Draw the calculated curve and those of some networks."""
    energy = frame["energy_t"]
    axis.plot(energy, frame["calculated"], color=plotting.RED, label="calculated")
    for run in runs:
        label, colour, line = NETWORKS[run]
        values = (frame[run], frame[f"{run}_least"], frame[f"{run}_most"])
        plotting.ranged(axis, energy, *values, color=colour, linestyle=line, label=label, lw=1)
    axis.set(xlabel="$E$ ($t$)", ylabel="$T$ ($2e^2/h$)")


def draw_flake(upper, lower, frame, flake, title):
    """Draw one sweep, its boxed part below, and the height map of the flake as an inset."""
    part = frame[frame["zoomed"]]
    draw_sweep(upper, frame, ["full"])
    draw_sweep(lower, part, list(NETWORKS))
    upper.set(title=title, xlim=(0, frame["energy_t"].max()), ylim=(0, None))
    low, high = part["energy_t"].min(), part["energy_t"].max()
    lower.set_xlim(low, high)
    box = (low, lower.get_ylim()[0], high - low, np.ptp(lower.get_ylim()))
    upper.indicate_inset(box, edgecolor=plotting.GREY, linewidth=0.8, alpha=1)
    for axis in (upper, lower):
        axis.xaxis.set_major_locator(MaxNLocator(7))
        axis.yaxis.set_major_locator(MaxNLocator(6, integer=True))
    heights = surface.height_map(flake.sample(0), flake.side, flake.side, kind=flake.kind)
    plotting.inset_map(upper, (0.04, 0.5, 0.45, 0.45), heights, flake.side)


def draw_late(axis, errors):
    """Draw the errors of both networks over the late epochs, of all test samples."""
    if errors.empty:
        plotting.note_empty(axis)
        return
    plotting.late_errors(axis, errors, ROWS)
    epochs, seeds = int(errors["epochs"].iloc[0]), int(errors["seeds"].iloc[0])
    after = f"{plotting.count(epochs, 'epoch')}, {plotting.count(seeds, 'seed')}"
    axis.set(xlabel=f"MAE of the test samples ($2e^2/h$), {after}", xlim=(0, None))
    axis.legend(handles=plotting.LATE, loc="upper center", bbox_to_anchor=(0.5, -0.7), ncols=3)


@plotting.styled
def draw(ensembles, labels, predictions, histories, metrics, steps, scale):
    """Draw (a, b) T against E of both sweeps, (c, d) the boxed parts, (e) late errors.

    A network is drawn as it is after the last epoch: the line of its first seed, in front of a
    band over all seeds. As its error changes from epoch to epoch, (e) shows that of the last
    quarter of them, by which networks are compared. The insets are the height maps of the flakes.

    Parameters
    ----------
    ensembles, labels : sequence of path
        Flakes and labels of each of :data:`SWEEPS`.
    predictions : sequence of path
        Predictions of the networks with and without the mode number, a file for each seed.
    histories, metrics : path
    steps : int
        Number of mode thresholds in (c) and (d).

    Returns
    -------
    figure, frame : ensemble, sample, energy_t, modes, calculated, full, smooth (each with _least
        and _most over the seeds), zoomed; of (e) run, late_mae, late_least, late_most, mae,
        mae_trivial, epochs, seeds
    """
    figure = plotting.figure(plotting.TWO_COLUMNS, 5.8, scale)
    axes = figure.subplot_mosaic("ab;cd;ee", height_ratios=[1.15, 1, 0.3])
    frames = []
    for column, (name, title) in enumerate(SWEEPS.items()):
        frame = compare(labels[column], predictions, name)
        frame["zoomed"] = frame["energy_t"].between(*sweeps.around_thresholds(frame, steps))
        upper, lower = axes["ab"[column]], axes["cd"[column]]
        draw_flake(upper, lower, frame, ensemble.load(ensembles[column]), title)
        corner = (lower.get_xlim()[1], lower.get_ylim()[0])
        beside = {"textcoords": "offset points", "xytext": (3, 2), "color": plotting.GREY}
        upper.annotate(f"({'cd'[column]})", corner, **beside)
        frames.append(frame.assign(ensemble=name))
    errors = late_ranges(read_small(histories), read_small(metrics), list(ROWS))
    draw_late(axes["e"], errors)
    handles, _ = axes["c"].get_legend_handles_labels()
    if any((frame["full_most"] > frame["full_least"]).any() for frame in frames):
        handles.append(plotting.BAND)
    title = "networks after the last epoch"
    figure.legend(handles=handles, loc="outside upper center", ncols=4, title=title)
    plotting.letter(axes.values())
    return figure, pd.concat([*frames, errors.reset_index()], ignore_index=True)
