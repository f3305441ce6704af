"""Figure 9: error of dense networks on model I (w = 2) against the number of training samples."""

import pandas as pd

from hamlearn import plotting
from hamlearn.wires.selection import of_family

STATED = {3: "wires.app_a.fig9.mae.3x3", 4: "wires.app_a.fig9.mae.4x4"}


def panels(frame):
    """Return, for (a) width and (b) depth, the curves and the column that tells two networks apart.

    (a) has the networks of the least depth, (b) those of the least width.
    """
    shallow = frame[frame["hidden"] == frame["hidden"].min()]
    narrow = frame[frame["neurons"] == frame["neurons"].min()]
    return (
        (shallow, "neurons", r"N_\mathrm{neuron}", r"N_\mathrm{hidden}", "hidden"),
        (narrow, "hidden", r"N_\mathrm{hidden}", r"N_\mathrm{neuron}", "neurons"),
    )


@plotting.styled
def draw(metrics, claims, scale):
    """Draw MAE against training samples for each size: (a) two widths, (b) two depths.

    Dotted lines are the limits that the paper states for one hidden layer of 30 neurons.

    Returns
    -------
    figure, frame : panel, length, hidden, neurons, n_train, mae, mae_sd, mae_median,
        mae_median_sd, seeds
    """
    table = of_family(pd.read_csv(metrics), "training_set")
    by = ["length", "hidden", "neurons", "n_train"]
    frame = plotting.over_seeds(table, by, ["mae", "mae_median"])
    paper = plotting.paper_values(claims)
    figure = plotting.figure(plotting.TWO_COLUMNS, 3.0, scale)
    axes = figure.subplots(1, 2, sharex=True, sharey=True)
    lengths = sorted(frame["length"].unique())
    colours = dict(zip(lengths, plotting.COLOURS, strict=False))
    drawn = []
    for mark, axis, (curves, column, symbol, fixed, other) in zip(
        "ab", axes, panels(frame), strict=True
    ):
        values = sorted(curves[column].unique())
        for (length, value), curve in curves.groupby(["length", column]):
            place = values.index(value)
            style = {
                "color": colours[length],
                "linestyle": ("-", "--", "-.", ":")[place % 4],
                "marker": plotting.MARKERS[place % len(plotting.MARKERS)],
                "label": rf"{length:.0f}×{length:.0f}, ${symbol} = {value:.0f}$",
            }
            plotting.errorbar(axis, curve["n_train"], curve["mae"], curve["mae_sd"], **style)
        trivial = curves.groupby("length")["mae_median"].mean()
        axis.plot([], [], color=plotting.GREY, lw=0.8, label="median predictor, by colour")
        for length, value in trivial.items():
            axis.axhline(value, color=colours[length], lw=0.8, alpha=0.6, zorder=1)
        for length in set(lengths) & set(STATED):
            value = paper.get(STATED[length])
            if value is not None and mark == "a":
                label = f"paper, {length}×{length}: {value:g}"
                axis.axhline(value, color=colours[length], ls=":", lw=0.9, label=label, zorder=1)
        if len(curves):
            axis.set_title(rf"${fixed} = {curves[other].iloc[0]:.0f}$")
        axis.set(xlabel=r"$N_\mathrm{train}$", ylabel="MAE ($G_0$)")
        axis.tick_params(labelleft=True)
        drawn.append(curves.assign(panel=mark))
    if len(frame):
        axes[0].set_xscale("log", base=2)
        axes[0].set_ylim(0, None)
        for axis in axes:
            style = {"ncols": 2, "fontsize": 6.5, "handlelength": 2.8}
            axis.legend(loc="upper center", bbox_to_anchor=(0.5, -0.22), **style)
    plotting.letter(axes)
    return figure, pd.concat(drawn, ignore_index=True)
