"""Figure 8: error of dense networks on model I (w = 2) against system size, by depth and width."""

from hamlearn import plotting
from hamlearn.files import read_small
from hamlearn.wires import ending
from hamlearn.wires.selection import gain_of_width, of_family


@plotting.styled
def draw(metrics, scale):
    """Draw one panel per number of hidden layers, one curve per number of neurons.

    Above stands by how much the last step in the number of neurons changes the MAE: by that in the
    last panel the convergence is judged.

    Returns
    -------
    figure, frame : hidden, neurons, length, mae, mae_median (each with _sd), seeds
    """
    table = of_family(read_small(metrics), "system_size")
    by = ["hidden", "neurons", "length"]
    frame = plotting.over_seeds(table, by, ["mae", "mae_median"])
    depths = sorted(frame["hidden"].unique())
    rows = 1 if len(depths) < 3 else 2
    columns = max(1, -(-len(depths) // rows))
    width = plotting.TWO_COLUMNS if columns > 1 else plotting.ONE_COLUMN
    figure = plotting.figure(width, 0.7 + 2.1 * rows, scale)
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
    for axis in axes[len(depths) :]:
        axis.remove()
    axes = axes[: len(depths)]
    for axis in axes[-columns:]:
        axis.set_xlabel("system size")
        axis.tick_params(labelbottom=True)
    for axis in axes[::columns]:
        axis.set_ylabel("MAE ($G_0$)")
    if depths:
        lengths = sorted(frame["length"].unique())
        axes[0].set_xticks(lengths, [f"{length:.0f}×{length:.0f}" for length in lengths])
        axes[0].set(xlim=(lengths[0] - 0.7, lengths[-1] + 0.5), ylim=(0, None))
        words = f"{plotting.seeds_in_words(frame['seeds'])}; {ending.in_words(table)}"
        entries = axes[0].get_legend_handles_labels()
        figure.legend(*entries, loc="outside upper center", ncols=5, title=words)
    if len(widths) > 1:
        write_gains(axes, gain_of_width(table).reindex(depths), widths)
    plotting.letter(axes)
    return figure, frame


def write_gains(axes, gains, widths):
    """Write above each size how the MAE changes from the last but one width to the last."""
    axes[0].set_ylim(0, 1.18 * axes[0].get_ylim()[1])
    style = {"size": plotting.SMALLEST, "va": "top", "color": plotting.GREY}
    for axis, (_, row) in zip(axes, gains.iterrows(), strict=True):
        place = axis.get_xaxis_transform()
        for length, gain in row.dropna().items():
            text = plotting.minus(f"{100 * gain:+.0f} %")
            axis.text(length, 0.9, text, transform=place, ha="center", **style)
        text = f"from {widths[-2]:.0f} to {widths[-1]:.0f} neurons:"
        axis.text(0.01, 0.985, text, transform=axis.transAxes, ha="left", **style)
