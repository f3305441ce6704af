"""Figure 13 (not in the paper): the scattering network beside the paper's networks."""

import textwrap

import pandas as pd

from hamlearn import plotting
from hamlearn.files import read_small
from hamlearn.wires import ending
from hamlearn.wires.plan import CONDUCTANCE
from hamlearn.wires.selection import largest, of_family, with_starts
from hamlearn.wires.selection import model_ii as model_ii_networks

FLAT, VALIDATION, OWN = "dnn_train_plateau", "dnn_validation", "scattering"
SERIES = {
    FLAT: ("DNN", plotting.BLUE, "o"),
    VALIDATION: ("DNN", plotting.SKY, "s"),
    OWN: ("scattering network", plotting.GREEN, "^"),
}
LINE = 22
"""Characters of a line below a bar."""
STARTED = ["n_train", "start_n_train", "start_length", "train_seconds", "all_seconds"]


def model_i(table):
    """Return the metrics of the networks of model I, with their series."""
    table = pd.concat([of_family(table, name, model="i") for name in ("model_i", "scattering")])
    table = plotting.largest_training_set(table)
    dense = "dnn_" + table["stopping"]
    return table.assign(series=dense.where(table["architecture"] != "scattering", OWN))


def model_ii(table):
    """Return the metrics for model II (target G): CNN with most samples, scattering network."""
    own = of_family(table, "scattering", trained_on="ii", target=CONDUCTANCE)
    dense = largest(model_ii_networks(table, CONDUCTANCE))
    return pd.concat([dense.assign(series="cnn"), own.assign(series=OWN)])


def over_seeds(table, values):
    """Return mean and standard deviation of some metrics by series and length."""
    return plotting.over_seeds(table, ["series", "length"], [*values, *STARTED])


def samples(row):
    """Return on how many wires a network was trained, and from how many smaller ones it started."""
    text = plotting.thousands(row.n_train)
    if not row.start_n_train:
        return text
    size = f"{row.start_length:.0f}×{row.start_length:.0f}"
    return f"{text}\n+ {plotting.thousands(row.start_n_train)} {size}"


def draw_model_i(axes, frame, ended, paper, goals):
    """Draw MAE, MAE over the median predictor's, and training time against size.

    Below the training times, which count the start network's, stands the number of wires; `ended`
    says by series what ended the trainings.
    """
    error, ratio, cost = axes
    lengths = sorted(frame["length"].unique())
    positions = {length: number for number, length in enumerate(lengths)}
    for number, (series, (name, colour, marker)) in enumerate(SERIES.items()):
        rows = frame[frame["series"] == series]
        if rows.empty:
            continue
        x = rows["length"].map(positions) + 0.08 * (number - 1)
        style = {"color": colour, "marker": marker, "label": f"{name}, {ended[series]}"}
        for axis, value in ((error, "mae"), (ratio, "relative_mae"), (cost, "all_seconds")):
            plotting.errorbar(axis, x, rows[value], rows[f"{value}_sd"], **style)
        if series != VALIDATION:
            write_samples(cost, rows["length"].map(positions), rows, colour, int(series == OWN))
    trivial = frame.groupby("length")["mae_median"].mean()
    plotting.marks(error, trivial.index.map(positions), trivial, "median predictor")
    ratio.axhline(1, color=plotting.GREY, linewidth=1.8, zorder=1)
    stated = {length: paper.get(f"wires.model_i.mae.{length}x{length}") for length in lengths}
    stated = {length: value for length, value in stated.items() if value is not None}
    plotting.stated(error, [positions[length] for length in stated], list(stated.values()))
    draw_goals(error, goals, positions)
    finish_model_i(axes, frame, lengths)


def write_samples(axis, x, rows, colour, line):
    """Write under each size, from some line on, how many wires the training took."""
    place = {"xycoords": ("data", "axes fraction"), "textcoords": "offset points"}
    style = {"xytext": (0, -15 - 8 * line), "ha": "center", "va": "top", "color": colour}
    for at, row in zip(x, rows.itertuples(), strict=True):
        axis.annotate(samples(row), (at, 0), size=plotting.SMALLEST, **place, **style)


def draw_goals(axis, goals, positions):
    """Draw the errors that the scattering network is meant to reach, by size."""
    goals = {int(size): float(value) for size, value in goals.items() if int(size) in positions}
    for number, (size, value) in enumerate(goals.items()):
        x, label = positions[size], "our goal" if number == 0 else None
        axis.plot([x - 0.4, x + 0.4], [value] * 2, ":", color=plotting.BLACK, label=label)


def finish_model_i(axes, frame, lengths):
    """Choose the scales of the axes, all logarithmic, and name them."""
    error, ratio, cost = axes
    names = ("MAE ($G_0$)", "MAE / MAE of the median", "training time (s)")
    drawn = ("mae", "relative_mae", "all_seconds")
    for axis, name, value in zip(axes, names, drawn, strict=True):
        axis.set(ylabel=name, title="model I", xlim=(-0.5, max(len(lengths), 1) - 0.5))
        if (frame[value] > 0).any():
            axis.set_yscale("log")
        axis.set_xticks(range(len(lengths)), [f"{n:.0f}×{n:.0f}" for n in lengths])
        axis.set_xlabel("system size")
    cost.set_xlabel("system size, number of wires", labelpad=31)


def draw_model_ii(axis, frame, ended):
    """Draw the MAE of counting, of the CNN and of the scattering network as bars.

    Below each stand the number of training samples and the training time, above it the ratio to
    the bar of counting.
    """
    if frame.empty:
        plotting.note_empty(axis)
        return
    most = frame.loc[frame["n_train"].idxmax()]
    bars = [(f"impurity count\n{samples(most)}", most.mae_count, 0.0, plotting.PALE, "")]
    names = (("cnn", "CNN", plotting.ORANGE), (OWN, "scattering network", plotting.GREEN))
    for series, name, colour in names:
        for row in frame[frame["series"] == series].itertuples():
            cost = textwrap.fill(f"{ended[series]}, {row.all_seconds:.0f} s", LINE)
            text = f"{name}\n{samples(row)}\n{cost}"
            over = f"{row.mae / most.mae_count:.2f} × count"
            bars.append((text, row.mae, row.mae_sd, colour, over))
    for number, (_, height, sd, colour, text) in enumerate(bars):
        axis.bar(number, height, 0.65, color=colour, edgecolor="k", yerr=sd or None)
        above = {"xytext": (0, 2), "textcoords": "offset points", "ha": "center", "size": 7}
        axis.annotate(text, (number, height + sd), **above)
    axis.set_xticks(range(len(bars)), [bar[0] for bar in bars], size=plotting.SMALLEST)
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
    figure, frame : panels, series, length, mae, relative_mae, mae_median, mae_count, parameters,
        n_train, train_seconds; start_n_train and start_length (wires of the network that it was
        started from), all_seconds (with that one's); each with _sd; seeds
    """
    table = with_starts(read_small(metrics))
    parts = {"abd": model_i(table), "c": model_ii(table)}
    ended = {
        panels: {series: ending.in_words(rows) for series, rows in part.groupby("series")}
        for panels, part in parts.items()
    }
    values = ["mae", "relative_mae", "mae_median"]
    first = over_seeds(parts["abd"], [*values, "parameters"])
    second = over_seeds(parts["c"], [*values, "mae_count"])
    figure = plotting.figure(plotting.TWO_COLUMNS, 5.2, scale)
    figure.get_layout_engine().set(wspace=0.05, hspace=0.05)
    axes = figure.subplots(2, 2).ravel()
    paper = plotting.paper_values(claims)
    draw_model_i([axes[0], axes[1], axes[3]], first, ended["abd"], paper, goals)
    draw_model_ii(axes[2], second, ended["c"])
    frame = pd.concat([first.assign(panels="abd"), second.assign(panels="c")], ignore_index=True)
    entries, words = axes[0].get_legend_handles_labels(), plotting.seeds_in_words(frame["seeds"])
    figure.legend(*entries, loc="outside upper center", ncols=2, title=words)
    plotting.letter(axes)
    return figure, frame
