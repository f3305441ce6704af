"""Figure 13 (not in the paper): the scattering network beside the paper's networks."""

import pandas as pd

from hamlearn import plotting
from hamlearn.wires.plan import CONDUCTANCE
from hamlearn.wires.selection import largest, of_family
from hamlearn.wires.selection import model_ii as model_ii_networks

FLAT, VALIDATION = "dnn_train_plateau", "dnn_validation"
SERIES = {
    FLAT: ("DNN, flat training loss", plotting.BLUE, "o"),
    VALIDATION: ("DNN, validation", plotting.SKY, "s"),
    "scattering": ("scattering network", plotting.GREEN, "^"),
}


def thousands(samples):
    """Return a number of samples with spaces between the thousands."""
    return f"{samples:,.0f}".replace(",", " ")


def model_i(table):
    """Return the metrics of model I by series and length, over seeds."""
    table = pd.concat([of_family(table, name, model="i") for name in ("model_i", "scattering")])
    table = plotting.largest_training_set(table)
    dense = "dnn_" + table["stopping"]
    series = dense.where(table["architecture"] != "scattering", "scattering")
    values = ["mae", "relative_mae", "mae_median", "train_seconds", "parameters", "n_train"]
    return plotting.over_seeds(table.assign(series=series), ["series", "length"], values)


def model_ii(table):
    """Return the metrics of model II (target G): CNN with most samples, scattering network."""
    dense = largest(model_ii_networks(table, CONDUCTANCE)).assign(series="cnn")
    own = of_family(table, "scattering", trained_on="ii", target=CONDUCTANCE)
    own = own.assign(series="scattering")
    values = ["mae", "relative_mae", "mae_count", "mae_median", "train_seconds", "n_train"]
    return plotting.over_seeds(pd.concat([dense, own]), ["series", "length"], values)


def draw_model_i(axes, frame, paper, goals):
    """Draw MAE, MAE over the median predictor's, and training time against size.

    Beside the training times stands the number of training samples.
    """
    error, ratio, cost = axes
    lengths = sorted(frame["length"].unique())
    positions = {length: number for number, length in enumerate(lengths)}
    for number, (series, (name, colour, marker)) in enumerate(SERIES.items()):
        rows = frame[frame["series"] == series]
        if rows.empty:
            continue
        x = rows["length"].map(positions) + 0.08 * (number - 1)
        style = {"color": colour, "marker": marker, "label": name}
        for axis, value in ((error, "mae"), (ratio, "relative_mae"), (cost, "train_seconds")):
            plotting.errorbar(axis, x, rows[value], rows[f"{value}_sd"], **style)
        offset, side = (-4, "top") if series == "scattering" else (4, "bottom")
        beside = {"xytext": (0, offset), "textcoords": "offset points", "ha": "center", "va": side}
        for place, row in zip(x, rows.itertuples(), strict=True):
            if series != VALIDATION:
                text, point = thousands(row.n_train), (place, row.train_seconds)
                cost.annotate(text, point, color=colour, size=6, **beside)
    cost.margins(y=0.15)
    trivial = frame.groupby("length")["mae_median"].mean()
    plotting.marks(error, trivial.index.map(positions), trivial, "median predictor")
    ratio.axhline(1, color=plotting.GREY, linewidth=1.8, label="median predictor", zorder=1)
    stated = {length: paper.get(f"wires.model_i.mae.{length}x{length}") for length in lengths}
    stated = {length: value for length, value in stated.items() if value is not None}
    plotting.stated(error, [positions[length] for length in stated], list(stated.values()))
    goals = {int(size): float(value) for size, value in goals.items() if int(size) in positions}
    for number, (size, value) in enumerate(goals.items()):
        x = positions[size]
        label = "goal" if number == 0 else None
        error.plot([x - 0.4, x + 0.4], [value] * 2, ":", color=plotting.BLACK, label=label)
    error.set_ylim(0, None)
    ratio.set_yscale("log")  # the networks differ by two orders of magnitude
    if (frame["train_seconds"] > 0).any():
        cost.set_yscale("log")
        cost.set_ylim(top=1.6 * cost.get_ylim()[1])
    for axis, label in (
        (error, "MAE ($G_0$)"),
        (ratio, "MAE / MAE of the median"),
        (cost, "training time (s)"),
    ):
        axis.set(xlabel="system size", ylabel=label, xlim=(-0.5, max(len(lengths), 1) - 0.5))
        axis.set_xticks(range(len(lengths)), [f"{length:.0f}×{length:.0f}" for length in lengths])
        axis.set_title("model I")


def draw_model_ii(axis, frame):
    """Draw the MAE of counting, of the CNN and of the scattering network as bars.

    Below each stands the number of training samples, above it the ratio to counting on these.
    """
    if frame.empty:
        plotting.note_empty(axis)
        return
    most = frame.loc[frame["n_train"].idxmax()]
    bars = [("impurity\ncount", most.n_train, most.mae_count, 0.0, plotting.PALE, "")]
    names = (("cnn", "CNN", plotting.ORANGE), ("scattering", "scattering\nnetwork", plotting.GREEN))
    for series, name, colour in names:
        for row in frame[frame["series"] == series].itertuples():
            ratio = f"{row.relative_mae:.2f} × count"
            bars.append((name, row.n_train, row.mae, row.mae_sd, colour, ratio))
    for number, (_, _, height, sd, colour, text) in enumerate(bars):
        axis.bar(number, height, 0.65, color=colour, edgecolor="k", yerr=sd or None)
        above = {"xytext": (0, 2), "textcoords": "offset points", "ha": "center", "size": 7}
        axis.annotate(text, (number, height + sd), **above)
    axis.set_xticks(range(len(bars)), [f"{bar[0]}\n{thousands(bar[1])}" for bar in bars])
    axis.tick_params(bottom=False, top=False)
    size = int(frame["length"].iloc[0])
    axis.set(title=f"model II, {size}×{size}", ylabel="MAE ($G_0$)")
    axis.set_ylim(0, 1.12 * axis.get_ylim()[1])


@plotting.styled
def draw(metrics, claims, goals, scale):
    """Draw (a) MAE, (b) relative MAE of model I, (c) MAE of model II, (d) training time of model I.

    Parameters
    ----------
    metrics, claims : path
        Metrics of all trainings; claims of the paper (its MAE are drawn in (a)).
    goals : mapping
        System size to the MAE (G0) that the scattering network is meant to reach.

    Returns
    -------
    figure, frame : panels, series, length, mae, relative_mae, mae_median, mae_count,
        train_seconds, parameters, n_train (each with _sd), seeds
    """
    table = pd.read_csv(metrics)
    first, second = model_i(table), model_ii(table)
    figure = plotting.figure(plotting.TWO_COLUMNS, 4.9, scale)
    figure.get_layout_engine().set(wspace=0.05, hspace=0.05)
    axes = figure.subplots(2, 2).ravel()
    draw_model_i([axes[0], axes[1], axes[3]], first, plotting.paper_values(claims), goals)
    draw_model_ii(axes[2], second)
    figure.legend(*axes[0].get_legend_handles_labels(), loc="outside upper center", ncols=3)
    plotting.letter(axes)
    frame = pd.concat([first.assign(panels="abd"), second.assign(panels="c")], ignore_index=True)
    return figure, frame
