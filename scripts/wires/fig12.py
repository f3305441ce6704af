"""Figure 12: error of the dense and the convolutional network against the number of species."""

import pandas as pd
from matplotlib.ticker import MaxNLocator

from hamlearn import plotting
from hamlearn.wires.selection import of_family

SPECIES = {"ii": 1, "iii": 2, "iv": 3}
PAPER_DEPTH = 3
NETWORKS = (("dnn", "DNN", plotting.BLUE, "o"), ("cnn", "CNN", plotting.ORANGE, "s"))


def networks(metrics):
    """Return the convolutional networks and the dense ones compared with them.

    These have three hidden layers, or the greatest depth below, and the largest width.
    """
    table = pd.read_csv(metrics)
    dense = of_family(table, "species", architecture="dnn")
    depths = dense["hidden"].unique()
    depth = max((value for value in depths if value <= PAPER_DEPTH), default=None)
    dense = dense[dense["hidden"] == depth]
    dense = dense[dense["neurons"] == dense["neurons"].max()]
    return pd.concat([dense, of_family(table, "species", architecture="cnn")])


@plotting.styled
def draw(metrics, claims, scale):
    """Draw (a) MAE with the median and count predictors as grey marks, (b) MAE over the count's.

    The vertical axis of (a) is broken between the networks and the median predictor.

    Returns
    -------
    figure, frame : model, species, architecture, hidden, neurons, mae, mae_sd,
        relative_mae, relative_mae_sd, mae_median, mae_count (with _sd), seeds
    """
    by = ["model", "architecture", "hidden", "neurons"]
    values = ["mae", "relative_mae", "mae_median", "mae_count"]
    frame = plotting.over_seeds(networks(metrics), by, values)
    frame.insert(1, "species", frame["model"].map(SPECIES))
    paper = plotting.paper_values(claims)
    figure = plotting.figure(plotting.TWO_COLUMNS, 2.9, scale)
    grid = figure.add_gridspec(2, 2, height_ratios=[1, 2.6])
    upper, lower = figure.add_subplot(grid[0, 0]), figure.add_subplot(grid[1, 0])
    ratio = figure.add_subplot(grid[:, 1])
    for number, (architecture, name, colour, marker) in enumerate(NETWORKS):
        rows = frame[frame["architecture"] == architecture]
        style = {"color": colour, "marker": marker, "label": name}
        x = rows["species"] + 0.06 * (number - 0.5)
        plotting.errorbar(lower, x, rows["mae"], rows["mae_sd"], **style)
        plotting.errorbar(ratio, x, rows["relative_mae"], rows["relative_mae_sd"], **style)
    trivial = frame.groupby("species")[["mae_count", "mae_median"]].mean()
    plotting.marks(lower, trivial.index, trivial["mae_count"], "impurity count")
    plotting.marks(upper, trivial.index, trivial["mae_median"], "median predictor")
    stated = {SPECIES[model]: paper.get(f"wires.app_b.mae.{model}") for model in SPECIES}
    stated = {species: value for species, value in stated.items() if value is not None}
    plotting.stated(lower, list(stated), list(stated.values()), "paper, DNN")
    ratio.axhline(1, color=plotting.GREY, linewidth=1.8, label="impurity count", zorder=1)
    low, high = lower.get_ylim()
    lower.set_ylim(0, 1.1 * high)
    top = trivial["mae_median"].max()
    upper.set_ylim(*((0.7 * trivial["mae_median"].min(), 1.15 * top) if top > 0 else (0, 1)))
    upper.yaxis.set_major_locator(MaxNLocator(3, prune="lower"))
    for axis in (upper, lower, ratio):
        axis.set_xlim(0.5, 3.5)
        axis.set_xticks([1, 2, 3], ["1 (II)", "2 (III)", "3 (IV)"])
    break_axis(upper, lower)
    ratio.set(xlabel="number of impurity species", ylabel="MAE / MAE of the impurity count")
    ratio.set_ylim(0, 1.15 * ratio.get_ylim()[1])
    lower.set(xlabel="number of impurity species", ylabel="MAE ($G_0$)")
    lower.legend(loc="lower right", ncols=2)
    upper.legend(loc="lower right", handlelength=2)
    ratio.legend(loc="lower right")
    plotting.letter([upper, ratio])
    return figure, frame


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
