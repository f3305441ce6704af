"""Figure 5: valley-resolved conductance of one deformed flake against energy."""

import pandas as pd

from hamlearn import plotting
from hamlearn.bubbles import surface, sweeps
from hamlearn.bubbles.ensemble import load

SWEEP = "scan"
PANELS = {  # target: symbol, and the network that predicts it
    "t_k_k": ("$T_{KK}$", "valley_diag"),
    "t_kp_kp": ("$T_{K'K'}$", "valley_diag"),
    "t_k_kp": ("$T_{KK'}$", "valley_off"),
    "t_kp_k": ("$T_{K'K}$", "valley_off"),
}
COLOURS = {"calculated": plotting.RED, "predicted": plotting.BLACK}


def compare(labels, predictions, target, run):
    """Return target, sample, energy_t, calculated, predicted, least and most of one component."""
    frame = sweeps.calculated(labels)[["sample", "energy_t", target]]
    frame = frame.rename(columns={target: "calculated"})
    found = sweeps.predicted(predictions, run, SWEEP, target)
    frame = frame.merge(found.drop(columns=["low", "high"]), on="sample", how="left")
    frame.insert(0, "target", target)
    return frame


def onsets(statistics):
    """Return target, curve (calculated or predicted) and energy at which scattering sets in."""
    table = pd.read_csv(statistics)
    table = table[(table["quantity"] == "onset") & (table["ensemble"] == SWEEP)]
    curves = {"calculated": "calculated", "valley_off": "predicted"}
    table = table.assign(curve=table["run"].map(curves)).dropna(subset=["curve", "value"])
    return table.groupby(["target", "curve"], as_index=False)["value"].mean()


@plotting.styled
def draw(ensemble, labels, predictions, statistics, scale):
    """Draw T_KK, T_K'K', T_KK' and T_K'K, calculated and predicted.

    A network is drawn as the line of its first seed, in front of a band over all seeds. Dashed
    lines mark the energies from which inter-valley scattering exceeds 0.1 (running mean over
    0.02 t), of the prediction the mean over seeds. The inset is the height map of the flake.

    Returns
    -------
    figure, frame : target, sample, energy_t, calculated, predicted, least, most (2e²/h),
        onset_calculated_t, onset_predicted_t
    """
    figure = plotting.figure(plotting.TWO_COLUMNS, 4.4, scale)
    axes = figure.subplots(2, 2, sharex=True, sharey="row").ravel()
    set_in, frames = onsets(statistics), []
    for axis, (target, (symbol, run)) in zip(axes, PANELS.items(), strict=True):
        frame = compare(labels, predictions, target, run)
        energy = frame["energy_t"]
        axis.plot(energy, frame["calculated"], color=COLOURS["calculated"], label="calculated")
        values = (frame["predicted"], frame["least"], frame["most"])
        plotting.ranged(axis, energy, *values, color=COLOURS["predicted"], label="predicted", lw=1)
        axis.set(xlabel="$E$ ($t$)", ylabel=f"{symbol} ($2e^2/h$)", xlim=(0, energy.max()))
        axis.tick_params(labelleft=True, labelbottom=True)
        for row in set_in[set_in["target"] == target].itertuples():
            style = {"color": COLOURS[row.curve], "linestyle": "--", "linewidth": 0.8, "zorder": 1}
            axis.axvline(row.value, label=f"onset, {row.curve}", **style)
            frame[f"onset_{row.curve}_t"] = row.value
        frames.append(frame)
    for axis in axes:
        axis.set_ylim(0, None)
    flake = load(ensemble)
    heights = surface.height_map(flake.sample(0), flake.side, flake.side, kind=flake.kind)
    plotting.inset_map(axes[0], (0.04, 0.48, 0.45, 0.47), heights, flake.side)
    lines = axes[0].get_legend_handles_labels()[0]
    if any((frame["most"] > frame["least"]).any() for frame in frames):
        lines.append(plotting.BAND)
    axes[0].legend(handles=lines, loc="lower right")
    lines = [line for line in axes[3].lines if line.get_label().startswith("onset")]
    axes[3].legend(handles=lines, loc="upper left", bbox_to_anchor=(0.34, 1))
    plotting.letter(axes)
    return figure, pd.concat(frames, ignore_index=True)
