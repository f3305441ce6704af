"""Figure 12 (not in the paper): our networks beside the paper's and the trivial predictors."""

import pandas as pd
from matplotlib.ticker import MaxNLocator

from hamlearn import plotting
from hamlearn.bubbles import sweeps
from hamlearn.bubbles.evidence.training import late_ranges
from hamlearn.files import read_small

NETWORKS = {  # run: name, colour, marker
    "full": ("paper's network", plotting.BLACK, "o"),
    "smooth": ("without mode number", plotting.BLUE, "s"),
    "staircase": ("ours, staircase", plotting.PINK, "v"),
    "own": ("ours", plotting.GREEN, "^"),
}
DASHES = {"staircase": (0, (3, 1.5)), "smooth": (0, (1, 1))}
TRIVIAL = {"mae_modes": "$T = 2n+1$", "mae_conditional": "mean at the energy"}
SWEEPS = {"scan_weak": "weak deformation", "scan": "strong deformation"}
QUARTILES = ("1 (weak)", "2", "3", "4 (strong)")


def test_errors(metrics, histories):
    """Return the errors of the total transmission on the test set, by network.

    Those of the late epochs, and of the networks that are kept, with the trivial predictors.
    """
    late = late_ranges(histories, metrics, list(NETWORKS))
    rows = metrics[(metrics["ensemble"] == "train") & (metrics["target"] == "total")]
    means = rows.groupby("run")[[*TRIVIAL, "coverage", "parameters"]].mean()
    return late.join(means)


def draw_errors(axis, frame):
    """Draw the errors of networks in rows, beside each its ratio to trivial, and the trivial."""
    if frame.empty:
        plotting.note_empty(axis)
        return
    plotting.late_errors(axis, frame, NETWORKS)
    for place, row in enumerate(frame.itertuples()):
        beside = {"xytext": (7, 0), "textcoords": "offset points", "va": "center", "size": 6}
        text = f"{row.late_mae / row.mae_trivial:.2f} × trivial"
        axis.annotate(text, (max(row.late_most, row.mae), place), **beside)
    places = range(len(frame), len(frame) + len(TRIVIAL))
    errors = [frame[column].mean() for column in TRIVIAL]
    style = {"marker": "|", "linestyle": "", "ms": 9, "mew": 2, "color": plotting.GREY}
    axis.plot(errors, places, label="trivial", **style)
    names = [NETWORKS[run][0] for run in frame.index]
    axis.set_yticks(range(len(names) + len(TRIVIAL)), [*names, *TRIVIAL.values()])
    axis.set_ylim(len(names) + len(TRIVIAL) - 0.4, -0.6)
    plotting.log_axis(axis.xaxis)


def by_severity(statistics):
    """Return the MAE over seeds by network and quartile of the deformation, from weak to strong."""
    rows = statistics[statistics["quantity"] == "mae_by_severity"]
    rows = rows[rows["run"].isin(list(NETWORKS))]
    frame = plotting.over_seeds(rows, ["run", "low", "high"], ["value"])
    frame["quartile"] = frame.groupby("run")["low"].rank(method="first").astype(int)
    return frame.rename(columns={"value": "mae", "value_sd": "mae_sd"})


def draw_severity(axis, frame):
    """Draw the MAE of each network against the quartile of the deformation."""
    if frame.empty:
        plotting.note_empty(axis)
        return
    for run, (name, colour, marker) in NETWORKS.items():
        rows = frame[frame["run"] == run]
        style = {"color": colour, "marker": marker, "label": name}
        style["linestyle"] = DASHES.get(run, "-")
        plotting.errorbar(axis, rows["quartile"], rows["mae"], rows["mae_sd"], **style)
    axis.set_xticks(range(1, len(QUARTILES) + 1), QUARTILES)
    highest = (frame["mae"] + frame["mae_sd"].fillna(0)).max()
    axis.set(xlim=(0.6, len(QUARTILES) + 0.4), ylim=(0, 1.6 * highest))  # room for the legend
    axis.legend(loc="upper right")


def compare(labels, predictions, name, steps):
    """Return the middle of a sweep: calculated, and what our two networks predict."""
    frame = sweeps.calculated(labels)[["sample", "energy_t", "modes", "total"]]
    for run, columns in (("own", ["predicted", "low", "high"]), ("staircase", ["predicted"])):
        found = sweeps.predicted(predictions, run, name)[["sample", *columns]]
        names = {column: f"{run}_{column}" for column in columns}
        frame = frame.merge(found.rename(columns=names), on="sample", how="left")
    low, high = sweeps.around_thresholds(frame, steps)
    frame = frame[frame["energy_t"].between(low, high)].rename(columns={"total": "calculated"})
    return frame.assign(ensemble=name)


def draw_sweep(axis, frame):
    """Draw the calculated curve, our two predictions, and the 90 % interval of one as a band."""
    energy = frame["energy_t"]
    axis.plot(energy, frame["calculated"], color=plotting.RED, label="calculated")
    colour = NETWORKS["own"][1]
    band = (frame["own_low"], frame["own_high"])
    axis.fill_between(energy, *band, color=colour, alpha=0.2, lw=0, label="ours, 90 % interval")
    for run, line in (("own", "-."), ("staircase", "--")):
        name, colour, _ = NETWORKS[run]
        values = frame[f"{run}_predicted"]
        axis.plot(energy, values, line, color=colour, label=name, linewidth=1)
    axis.set_xlim(energy.min(), energy.max())
    axis.xaxis.set_major_locator(MaxNLocator(6))
    axis.yaxis.set_major_locator(MaxNLocator(6, integer=True))


@plotting.styled
def draw(weak, strong, predictions, metrics, histories, statistics, claims, steps, scale):
    """Draw (a) the MAE of networks and trivial predictors, (b) by deformation, (c, d) two sweeps.

    (a) has the errors over the last quarter of the epochs, by which networks are compared, and as
    rings those of the networks after the last one, which (b-d) show. While they learn, our own
    are watched in one orientation; they predict the mean over the mirror images of a flake. The
    paper's MAE is drawn at its own scale only, because it goes with the size of the flake. A
    quartile is one of the mean of 1 - |t_ij| over the bonds; (c, d) have the first seed of each.

    Parameters
    ----------
    weak, strong : path
        Labels of the weakly and of the strongly deformed flake.
    predictions : sequence of path
        Predictions of our networks, a file for each seed.
    metrics, histories, statistics, claims : path
    steps : int
        Number of mode thresholds in (c) and (d).

    Returns
    -------
    figure, frame : panels; run, late_mae, late_least, late_most, mae, mae_trivial, epochs, seeds,
        mae_modes, mae_conditional, coverage, parameters; quartile, low, high; ensemble, energy_t,
        calculated, own_predicted, own_low, own_high, staircase_predicted
    """
    errors = test_errors(read_small(metrics), read_small(histories))
    severity = by_severity(read_small(statistics))
    figure = plotting.figure(plotting.TWO_COLUMNS, 5.2, scale)
    axes = figure.subplots(2, 2)
    upper, lower = axes
    draw_errors(upper[0], errors)
    upper[0].set_xlabel("MAE of the test samples ($2e^2/h$)")
    mae = plotting.paper_values(claims).get("bubbles.total.mae")
    handles = list(plotting.LATE)
    if scale.startswith("paper") and mae is not None and "full" in errors.index:
        plotting.stated(upper[0], [mae], [errors.index.get_loc("full")])
        handles.append(upper[0].lines[-1])
    upper[0].legend(handles=handles, loc="lower left")
    draw_severity(upper[1], severity)
    upper[1].set(xlabel="quartile of the deformation", ylabel="MAE ($2e^2/h$)")
    if len(severity):
        seeds = plotting.count(int(severity["seeds"].max()), "seed")
        upper[1].set_title(f"last epoch, {seeds}", loc="right", size=7)
    parts = []
    for axis, path, (name, title) in zip(lower, (weak, strong), SWEEPS.items(), strict=True):
        parts.append(compare(path, predictions, name, steps))
        draw_sweep(axis, parts[-1])
        axis.set(xlabel="$E$ ($t$)", ylabel="$T$ ($2e^2/h$)", title=title)
    lower[0].legend()
    plotting.letter(axes.ravel())
    frames = [errors.reset_index().assign(panels="a"), severity.assign(panels="b")]
    frames += [part.assign(panels=mark) for mark, part in zip("cd", parts, strict=True)]
    return figure, pd.concat(frames, ignore_index=True)
