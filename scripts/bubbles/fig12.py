"""Figure 12 (not in the paper): our networks beside the paper's and the trivial predictors."""

import pandas as pd
from matplotlib.ticker import MaxNLocator

from hamlearn import plotting
from hamlearn.bubbles import sweeps

NETWORKS = {  # run: name, colour, marker
    "full": ("paper's network", plotting.BLACK, "o"),
    "smooth": ("without mode number", plotting.BLUE, "s"),
    "staircase": ("ours, staircase", plotting.PINK, "v"),
    "own": ("ours", plotting.GREEN, "^"),
}
TRIVIAL = {"mae_modes": "$2n+1$", "mae_conditional": "mean at\nthe energy"}
SWEEPS = {"scan_weak": "weak deformation", "scan": "strong deformation"}
QUARTILES = ("1 (weak)", "2", "3", "4 (strong)")


def test_errors(metrics):
    """Return the errors of the total transmission on the test set over seeds, by network."""
    rows = metrics[(metrics["ensemble"] == "train") & (metrics["target"] == "total")]
    rows = rows[rows["run"].isin(list(NETWORKS))]
    values = ["mae", *TRIVIAL, "relative_mae", "coverage", "parameters"]
    return plotting.over_seeds(rows, ["run"], values)


def draw_errors(axis, frame):
    """Draw the MAE of trivial predictors and networks as bars, above these the ratio to trivial."""
    if frame.empty:
        plotting.note_empty(axis)
        return
    bars = [(name, frame[value].mean(), 0.0, plotting.PALE, "") for value, name in TRIVIAL.items()]
    for run, (name, colour, _) in NETWORKS.items():
        for row in frame[frame["run"] == run].itertuples():
            text = f"{row.relative_mae:.2f}×\ntrivial"
            bars.append((name.replace(" ", "\n"), row.mae, row.mae_sd, colour, text))
    for number, (_, height, sd, colour, text) in enumerate(bars):
        style = {"edgecolor": "k", "ecolor": plotting.GREY}
        axis.bar(number, height, 0.65, color=colour, yerr=sd or None, **style)
        above = {"xytext": (0, 2), "textcoords": "offset points", "ha": "center", "size": 6}
        axis.annotate(text, (number, height + sd), **above)
    axis.set_xticks(range(len(bars)), [bar[0] for bar in bars], size=6)
    axis.tick_params(axis="x", bottom=False, top=False)
    axis.set_ylim(0, 1.05 * axis.get_ylim()[1])


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
    for run, line in (("own", "-"), ("staircase", "--")):
        name, colour, _ = NETWORKS[run]
        values = frame[f"{run}_predicted"]
        axis.plot(energy, values, line, color=colour, label=name, linewidth=1)
    axis.set_xlim(energy.min(), energy.max())
    axis.xaxis.set_major_locator(MaxNLocator(6))
    axis.yaxis.set_major_locator(MaxNLocator(6, integer=True))


@plotting.styled
def draw(weak, strong, predictions, metrics, statistics, claims, steps, scale):
    """Draw (a) MAE on the test set, (b) against the deformation, (c, d) parts of both sweeps.

    A quartile is one of the mean of 1 - |t_ij| over the bonds of a flake. In (c) and (d) stands
    the first seed of each network. The paper's MAE is drawn at its own scale only, because it goes
    with the size of the flake.

    Parameters
    ----------
    weak, strong : path
        Labels of the weakly and of the strongly deformed flake.
    predictions : sequence of path
        Predictions of our networks, a file for each seed.
    metrics, statistics, claims : path
    steps : int
        Number of mode thresholds in (c) and (d).

    Returns
    -------
    figure, frame : panels, run, mae, mae_modes, mae_conditional, relative_mae, coverage (each with
        _sd), seeds; quartile, low, high; ensemble, energy_t, calculated, own_predicted, own_low,
        own_high, staircase_predicted
    """
    errors = test_errors(pd.read_csv(metrics))
    severity = by_severity(pd.read_csv(statistics))
    figure = plotting.figure(plotting.TWO_COLUMNS, 4.9, scale)
    axes = figure.subplots(2, 2)
    upper, lower = axes
    draw_errors(upper[0], errors)
    mae = plotting.paper_values(claims).get("bubbles.total.mae")
    if scale.startswith("paper") and mae is not None:
        plotting.stated(upper[0], [len(TRIVIAL)], [mae])
        upper[0].legend()
    draw_severity(upper[1], severity)
    upper[0].set_ylabel("MAE ($2e^2/h$)")
    upper[1].set(xlabel="quartile of the deformation", ylabel="MAE ($2e^2/h$)")
    parts = []
    for axis, path, (name, title) in zip(lower, (weak, strong), SWEEPS.items(), strict=True):
        parts.append(compare(path, predictions, name, steps))
        draw_sweep(axis, parts[-1])
        axis.set(xlabel="$E$ ($t$)", ylabel="$T$ ($2e^2/h$)", title=title)
    lower[0].legend()
    plotting.letter(axes.ravel())
    frames = [errors.assign(panels="a"), severity.assign(panels="b")]
    frames += [part.assign(panels=mark) for mark, part in zip("cd", parts, strict=True)]
    return figure, pd.concat(frames, ignore_index=True)
