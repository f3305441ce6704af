"""Figure 5: valley-resolved conductance of two deformed flakes against energy."""

import pandas as pd

from hamlearn import plotting
from hamlearn.bubbles import surface, sweeps
from hamlearn.bubbles.ensemble import load
from hamlearn.files import read_small

SWEEPS = ("scan", "scan_wide")
TARGETS = {  # target: symbol, and the network that predicts it
    "t_k_k": ("$T_{KK}$", "valley_diag"),
    "t_kp_kp": ("$T_{K'K'}$", "valley_diag"),
    "t_k_kp": ("$T_{KK'}$", "valley_off"),
    "t_kp_k": ("$T_{K'K}$", "valley_off"),
}
PANELS = [(SWEEPS[0], target) for target in TARGETS]
PANELS += [(SWEEPS[1], target) for target in ("t_k_kp", "t_kp_k")]
STYLES = {  # curve: colour, line of its onset
    "calculated": (plotting.RED, "--"),
    "predicted": (plotting.BLACK, ":"),
}


def compare(labels, predictions, name, target):
    """Return one component of a sweep: ensemble, target, energy_t, calculated, predicted, ..."""
    frame = sweeps.calculated(labels)[["sample", "energy_t", target]]
    frame = frame.rename(columns={target: "calculated"})
    found = sweeps.predicted(predictions, TARGETS[target][1], name, target)
    frame = frame.merge(found.drop(columns=["low", "high"]), on="sample", how="left")
    frame.insert(0, "ensemble", name)
    frame.insert(1, "target", target)
    return frame


def onsets(statistics):
    """Return the energy at which scattering sets in, by ensemble, target and curve."""
    table = read_small(statistics)
    curves = {"calculated": "calculated", "valley_off": "predicted"}
    table = table[table["quantity"] == "onset"]
    table = table.assign(curve=table["run"].map(curves)).dropna(subset=["curve", "value"])
    return table.groupby(["ensemble", "target", "curve"])["value"].mean()


def draw_component(axis, frame, set_in):
    """Draw one component, and in the frame the onsets that there are."""
    energy, (symbol, _) = frame["energy_t"], TARGETS[frame["target"].iloc[0]]
    colours = {curve: colour for curve, (colour, _) in STYLES.items()}
    axis.plot(energy, frame["calculated"], color=colours["calculated"], label="calculated")
    values = (frame["predicted"], frame["least"], frame["most"])
    plotting.ranged(axis, energy, *values, color=colours["predicted"], label="predicted", lw=1)
    if frame["predicted"].isna().all():
        style = {"ha": "right", "size": 7, "color": plotting.GREY}
        axis.text(0.97, 0.05, "no prediction", transform=axis.transAxes, **style)
    axis.set(xlabel="$E$ ($t$)", ylabel=f"{symbol} ($2e^2/h$)", xlim=(0, energy.max()))
    axis.tick_params(labelleft=True, labelbottom=True)
    for curve, (colour, line) in STYLES.items():
        key = (*frame[["ensemble", "target"]].iloc[0], curve)
        if key in set_in.index:
            style = {"color": colour, "linestyle": line, "linewidth": 1.0, "zorder": 3}
            axis.axvline(set_in[key], label=f"onset, {curve}", **style)
            frame[f"onset_{curve}_t"] = set_in[key]


def handles_of(axes, frames):
    """Return the legend entries of all panels, each once."""
    found = {}
    for axis in axes:
        for handle, label in zip(*axis.get_legend_handles_labels(), strict=True):
            found.setdefault(label, handle)
    if any((frame["most"] > frame["least"]).any() for frame in frames):
        found[plotting.BAND.get_label()] = plotting.BAND
    return list(found.values())


@plotting.styled
def draw(ensembles, labels, predictions, statistics, scale):
    """Draw T_KK, T_K'K', T_KK' and T_K'K of one flake, and the last two of one with wide bubbles.

    A network is drawn as it is after the last epoch: the line of its first seed, in front of a
    band over all seeds. Vertical lines mark the energies from which inter-valley scattering
    exceeds 0.1 (running mean over 0.02 t), of the prediction the mean over seeds. The insets are
    the height maps of the flakes.

    Parameters
    ----------
    ensembles, labels : sequence of path
        Flakes and labels of each of :data:`SWEEPS`.
    predictions : sequence of path
    statistics : path

    Returns
    -------
    figure, frame : ensemble, target, sample, energy_t, calculated, predicted, least, most
        (2e²/h), seeds, onset_calculated_t, onset_predicted_t
    """
    figure = plotting.figure(plotting.TWO_COLUMNS, 6.3, scale)
    axes = figure.subplots(3, 2, sharex=True, sharey="row").ravel()
    set_in, frames = onsets(statistics), []
    solved, flakes = dict(zip(SWEEPS, labels, strict=True)), map(load, ensembles)
    for axis, (name, target) in zip(axes, PANELS, strict=True):
        frames.append(compare(solved[name], predictions, name, target))
        draw_component(axis, frames[-1], set_in)
    for axis in axes:
        axis.set_ylim(0, None)
    for axis, flake in zip(axes[[0, 4]], flakes, strict=True):
        heights = surface.height_map(flake.sample(0), flake.side, flake.side, kind=flake.kind)
        plotting.inset_map(axis, (0.03, 0.54, 0.36, 0.4), heights, flake.side)
    seeds = [frame["seeds"].max() for frame in frames if frame["seeds"].notna().any()]
    after = f", {plotting.count(int(max(seeds)), 'seed')}" if seeds else ""
    figure.legend(
        handles=handles_of(axes, frames),
        loc="outside upper center",
        ncols=5,
        title=f"networks after the last epoch{after}",
    )
    plotting.letter(axes)
    return figure, pd.concat(frames, ignore_index=True)
