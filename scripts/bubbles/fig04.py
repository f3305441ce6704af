"""Figure 4: conductance of a strongly and of a weakly deformed flake against energy."""

import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator

from hamlearn import plotting
from hamlearn.bubbles import ensemble, surface, sweeps

SWEEPS = {"scan": "strong deformation", "scan_weak": "weak deformation"}
NETWORKS = {  # run: label, colour, line; the second in the lower panels only
    "full": ("predicted", plotting.BLACK, "-"),
    "smooth": ("predicted, without mode number", plotting.BLUE, ":"),
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


@plotting.styled
def draw(ensembles, labels, predictions, steps, scale):
    """Draw (a, b) T against E of both sweeps and (c, d) the boxed parts of them.

    A network is drawn as the line of its first seed, in front of a band over all seeds. The inset
    is the height map of the flake.

    Parameters
    ----------
    ensembles, labels : sequence of path
        Flakes and labels of each of :data:`SWEEPS`.
    predictions : sequence of path
        Predictions of the networks with and without the mode number, a file for each seed.
    steps : int
        Number of mode thresholds in (c) and (d).

    Returns
    -------
    figure, frame : ensemble, sample, energy_t, modes, calculated, full, smooth (each with _least
        and _most over the seeds), zoomed
    """
    figure = plotting.figure(plotting.TWO_COLUMNS, 4.9, scale)
    axes = figure.subplots(2, 2, height_ratios=[1.15, 1])
    frames = []
    for column, (name, title) in enumerate(SWEEPS.items()):
        flake, (upper, lower) = ensemble.load(ensembles[column]), axes[:, column]
        frame = compare(labels[column], predictions, name)
        low, high = sweeps.around_thresholds(frame, steps)
        frame["zoomed"] = frame["energy_t"].between(low, high)
        part = frame[frame["zoomed"]]
        draw_sweep(upper, frame, ["full"])
        draw_sweep(lower, part, list(NETWORKS))
        upper.set(title=title, xlim=(0, frame["energy_t"].max()), ylim=(0, None))
        lower.set_xlim(low, high)
        box = (low, lower.get_ylim()[0], high - low, np.ptp(lower.get_ylim()))
        upper.indicate_inset(box, edgecolor=plotting.GREY, linewidth=0.8, alpha=1)
        name_box = {"textcoords": "offset points", "xytext": (3, 2), "color": plotting.GREY}
        upper.annotate(f"({'cd'[column]})", (high, box[1]), **name_box)
        for axis in (upper, lower):
            axis.xaxis.set_major_locator(MaxNLocator(7))
            axis.yaxis.set_major_locator(MaxNLocator(6, integer=True))
        heights = surface.height_map(flake.sample(0), flake.side, flake.side, kind=flake.kind)
        plotting.inset_map(upper, (0.04, 0.5, 0.45, 0.45), heights, flake.side)
        frames.append(frame.assign(ensemble=name))
    handles, _ = axes[1, 0].get_legend_handles_labels()
    if any((frame["full_most"] > frame["full_least"]).any() for frame in frames):
        handles.append(plotting.BAND)
    figure.legend(handles=handles, loc="outside upper center", ncols=4)
    plotting.letter(axes.ravel())
    return figure, pd.concat(frames, ignore_index=True)
