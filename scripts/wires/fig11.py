"""Figure 11: error of dense networks on models II, III and IV against their depth."""

from hamlearn import plotting
from hamlearn.files import read_small
from hamlearn.wires import ending
from hamlearn.wires.selection import of_family

MODELS = ("ii", "iii", "iv")


@plotting.styled
def draw(metrics, claims, scale):
    """Draw MAE against depth: one panel per model, one curve per number of neurons.

    The grey line is the prediction from the impurity counts alone, the dotted one the converged
    MAE that the paper states.

    Returns
    -------
    figure, frame : model, hidden, neurons, mae, mae_sd, mae_count, mae_count_sd, seeds
    """
    table = of_family(read_small(metrics), "species", architecture="dnn")
    by = ["model", "neurons", "hidden"]
    frame = plotting.over_seeds(table, by, ["mae", "mae_count"])
    paper = plotting.paper_values(claims)
    figure = plotting.figure(plotting.TWO_COLUMNS, 2.7, scale)
    axes = figure.subplots(1, len(MODELS), sharex=True, sharey=True)
    widths = sorted(frame["neurons"].unique())
    for axis, model in zip(axes, MODELS, strict=True):
        panel = frame[frame["model"] == model]
        for neurons, curve in panel.groupby("neurons"):
            label = rf"$N_\mathrm{{neuron}} = {neurons:.0f}$"
            style = plotting.series(widths.index(neurons), label)
            plotting.errorbar(axis, curve["hidden"], curve["mae"], curve["mae_sd"], **style)
        style = {"linewidth": 1, "zorder": 1}
        if panel["mae_count"].notna().any():
            value = panel["mae_count"].mean()
            axis.axhline(value, color=plotting.GREY, label="impurity count", **style)
        value = paper.get(f"wires.app_b.mae.{model}")
        if value is not None:
            axis.axhline(value, color=plotting.RED, ls=":", label="paper, converged", **style)
        axis.set(title=f"model {model.upper()}", xlabel=r"$N_\mathrm{hidden}$")
    axes[0].set_ylabel("MAE ($G_0$)")
    if len(frame):
        depths = sorted(frame["hidden"].unique())
        axes[0].set(xticks=depths, xlim=(depths[0] - 0.4, depths[-1] + 0.4), ylim=(0, None))
        words = f"{plotting.seeds_in_words(frame['seeds'])}; {ending.in_words(table)}"
        entries = axes[0].get_legend_handles_labels()
        figure.legend(*entries, loc="outside upper center", ncols=5, title=words)
    plotting.letter(axes)
    return figure, frame
