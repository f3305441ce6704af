"""Figure 12: error of the dense and the convolutional network against the number of species."""

import pandas as pd
from matplotlib.ticker import MaxNLocator

from hamlearn import plotting
from hamlearn.files import read_small
from hamlearn.wires import ending
from hamlearn.wires.plan import CONDUCTANCE
from hamlearn.wires.selection import fig12, largest, model_ii, of_family

SPECIES = {"ii": 1, "iii": 2, "iv": 3}
DNN, CNN, OF_FIG6 = "DNN", "CNN", "CNN of Fig. 6"
NETWORKS = {
    DNN: {"color": plotting.BLUE, "marker": "o"},
    CNN: {"color": plotting.ORANGE, "marker": "s"},
    OF_FIG6: {"color": plotting.ORANGE, "marker": "s", "markerfacecolor": "w", "linestyle": ""},
}
"""The network of Fig. 6 is the one for one species, trained with more epochs or samples."""
BESIDE = {DNN: 0.08, CNN: -0.08, OF_FIG6: -0.16}
"""Where series stand beside the number of species, on which the paper's values stand."""


def networks(metrics):
    """Return the metrics of the three series, by their names.

    Those of models II to IV are trained alike, so that only the number of species differs.
    """
    return {
        DNN: fig12(metrics),
        CNN: of_family(metrics, "species", architecture="cnn"),
        OF_FIG6: largest(model_ii(metrics, CONDUCTANCE)),
    }


def in_words(name, rows):
    """Return the name of a series with what its networks were trained on, and how long."""
    samples = plotting.thousands(rows["n_train"].max())
    return f"{name}: {samples} wires, {ending.in_words(rows)}"


@plotting.styled
def draw(metrics, claims, scale):
    """Draw (a) MAE with the median and count predictors as grey marks, (b) MAE over the count's.

    The vertical axis of (a) is broken between the networks and the median predictor.

    Returns
    -------
    figure, frame : series, model, species, architecture, hidden, neurons, mae, mae_sd,
        relative_mae, relative_mae_sd, mae_median, mae_count (with _sd), seeds
    """
    trained = networks(read_small(metrics))
    every = pd.concat([rows.assign(series=name) for name, rows in trained.items()])
    by = ["series", "model", "architecture", "hidden", "neurons"]
    values = ["mae", "relative_mae", "mae_median", "mae_count"]
    frame = plotting.over_seeds(every, by, values)
    frame.insert(2, "species", frame["model"].map(SPECIES))
    figure = plotting.figure(plotting.TWO_COLUMNS, 3.4, scale)
    grid = figure.add_gridspec(2, 2, height_ratios=[1, 2.6])
    upper, lower = figure.add_subplot(grid[0, 0]), figure.add_subplot(grid[1, 0])
    ratio = figure.add_subplot(grid[:, 1])
    for name, rows in frame.groupby("series", sort=False):
        style = {**NETWORKS[name], "label": in_words(name, trained[name])}
        x = rows["species"] + BESIDE[name]
        plotting.errorbar(lower, x, rows["mae"], rows["mae_sd"], **style)
        plotting.errorbar(ratio, x, rows["relative_mae"], rows["relative_mae_sd"], **style)
    draw_others(upper, lower, ratio, frame, plotting.paper_values(claims))
    for axis in (upper, lower, ratio):
        axis.set_xlim(0.5, 3.5)
        axis.set_xticks([1, 2, 3], ["1 (II)", "2 (III)", "3 (IV)"])
    break_axis(upper, lower)
    lower.set(xlabel="number of impurity species", ylabel="MAE ($G_0$)")
    ratio.set(xlabel="number of impurity species", ylabel="MAE / MAE of the impurity count")
    words = plotting.seeds_in_words(frame["seeds"])
    entries = zip(lower.get_legend_handles_labels(), upper.get_legend_handles_labels(), strict=True)
    handles, labels = (one + other for one, other in entries)
    figure.legend(handles, labels, loc="outside upper center", ncols=2, title=words)
    plotting.letter([upper, ratio])
    return figure, frame


def draw_others(upper, lower, ratio, frame, paper):
    """Draw the trivial predictors and the paper's values, and choose the ranges of the axes."""
    trivial = frame.groupby("species")[["mae_count", "mae_median"]].mean()
    plotting.marks(lower, trivial.index, trivial["mae_count"], "impurity count")
    thin = {"markeredgewidth": 0.9}
    plotting.marks(upper, trivial.index, trivial["mae_median"], "median predictor", **thin)
    stated = {SPECIES[model]: paper.get(f"wires.app_b.mae.{model}") for model in SPECIES}
    stated = {species: value for species, value in stated.items() if value is not None}
    plotting.stated(lower, list(stated), list(stated.values()), "paper, DNN")
    ratio.axhline(1, color=plotting.GREY, linewidth=1.8, zorder=1)
    lower.set_ylim(0, 1.1 * lower.get_ylim()[1])
    top = trivial["mae_median"].max()
    upper.set_ylim(*((0.7 * trivial["mae_median"].min(), 1.15 * top) if top > 0 else (0, 1)))
    upper.yaxis.set_major_locator(MaxNLocator(3, prune="lower"))
    ratio.set_ylim(0, 1.15 * ratio.get_ylim()[1])


def break_axis(upper, lower):
    """Draw the sign of a broken axis between two panels that share their horizontal axis."""
    upper.spines["bottom"].set_visible(False)
    lower.spines["top"].set_visible(False)
    upper.tick_params(bottom=False, labelbottom=False)
    lower.tick_params(top=False)
    style = {"marker": [(-1, -0.5), (1, 0.5)], "markersize": 6, "linestyle": "none"}
    style |= {"color": "k", "markeredgewidth": 0.7, "clip_on": False}
    upper.plot([0, 1], [0, 0], transform=upper.transAxes, **style)
    lower.plot([0, 1], [1, 1], transform=lower.transAxes, **style)
