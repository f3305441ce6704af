"""Figure 8: error of dense networks on model I (w = 2) against system size, by depth and width."""

import pandas as pd

from hamlearn import plotting
from hamlearn.wires.selection import of_family


@plotting.styled
def draw(metrics, scale):
    """Draw one panel per number of hidden layers, one curve per number of neurons.

    Returns
    -------
    figure, frame : hidden, neurons, length, mae, mae_median (each with _sd), seeds
    """
    table = of_family(pd.read_csv(metrics), "system_size")
    by = ["hidden", "neurons", "length"]
    frame = plotting.over_seeds(table, by, ["mae", "mae_median"])
    depths = sorted(frame["hidden"].unique())
    rows = 1 if len(depths) < 3 else 2
    columns = max(1, -(-len(depths) // rows))
    width = plotting.TWO_COLUMNS if columns > 1 else plotting.ONE_COLUMN
    figure = plotting.figure(width, 0.5 + 2.1 * rows, scale)
    axes = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False).ravel()
    widths = sorted(frame["neurons"].unique())
    for axis, depth in zip(axes, depths, strict=False):
        panel = frame[frame["hidden"] == depth]
        trivial = panel.groupby("length")["mae_median"].mean()
        plotting.marks(axis, trivial.index, trivial, "median predictor")
        for neurons, curve in panel.groupby("neurons"):
            label = rf"$N_\mathrm{{neuron}} = {neurons:.0f}$"
            style = plotting.series(widths.index(neurons), label)
            plotting.errorbar(axis, curve["length"], curve["mae"], curve["mae_sd"], **style)
        axis.set_title(rf"$N_\mathrm{{hidden}} = {depth:.0f}$")
        axis.set(xlabel="system size", ylabel="MAE ($G_0$)")
        axis.tick_params(labelbottom=True, labelleft=True)
    for axis in axes[len(depths) :]:
        axis.remove()
    if depths:
        lengths = sorted(frame["length"].unique())
        axes[0].set_xticks(lengths, [f"{length:.0f}×{length:.0f}" for length in lengths])
        axes[0].set(xlim=(lengths[0] - 0.5, lengths[-1] + 0.5), ylim=(0, None))
        figure.legend(*axes[0].get_legend_handles_labels(), loc="outside upper center", ncols=5)
    plotting.letter(axes[: len(depths)])
    return figure, frame
