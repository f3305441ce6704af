"""Figure 9 (ours): error against the number of cells, and for grey ones, beside plane waves."""

import pandas as pd

from hamlearn import plotting
from hamlearn.bands.plan import FRESH
from hamlearn.bands.readout import MODEL
from hamlearn.files import read_small

CURVES = {
    "plain": ("network", plotting.ORANGE, "o"),
    "mirror": ("with mirror images", plotting.RED, "s"),
    "corrected": ("plane waves, learned shifts", plotting.GREEN, "v"),
}


GREYS = {
    "network": ("network", plotting.RED, "*", "-"),
    "folded": ("plane waves, untrained", plotting.BLUE, "", "-."),
    "mean": ("mean bands", plotting.GREY, "", ":"),
}


def draw_curves(axis, frame, peers, readout, stated):
    """Draw errors against the number of cells; `stated` is the paper's (cells, error)."""
    for name, (label, colour, marker) in CURVES.items():
        rows = frame[frame["kind"] == name].sort_values("n_train")
        style = {"color": colour, "marker": marker, "label": label}
        axis.plot(rows["n_train"], rows["rms"], **style)
    best = frame[frame["run"] == "main"]
    style = {"linestyle": "", "marker": "*", "markersize": 9, "color": plotting.RED}
    axis.plot(best["n_train"], best["rms"], label="trained longest", **style)
    level = {"color": plotting.BLUE, "linewidth": 1, "linestyle": "-."}
    axis.axhline(peers.loc["folded", "rms"], label="plane waves, untrained", **level)
    trivial = {"color": plotting.GREY, "linewidth": 1, "linestyle": ":"}
    axis.axhline(peers.loc["mean", "rms"], label="mean bands", **trivial)
    model = readout[readout["method"] == MODEL]
    most = frame[frame["kind"] == "corrected"]["n_train"].max()
    style = {"linestyle": "", "marker": "D", "color": plotting.BLACK, "markerfacecolor": "w"}
    axis.plot([most], model["rms"], label="plane waves read out as TB", **style)
    plotting.stated(axis, *([one] for one in stated))
    axis.set(xlabel="cells trained on", ylabel=r"rms error ($V_\mathrm{max}$)")
    for direction in (axis.xaxis, axis.yaxis):
        plotting.log_axis(direction)
    axis.set_xscale("log")
    axis.set_ylim(top=axis.get_ylim()[1] * 18)
    seeds = plotting.count(frame["seed"].nunique(), "seed")
    axis.legend(title=seeds, loc="upper center", ncols=2, fontsize=6)


def draw_greys(axis, statistics):
    rows = statistics[statistics["quantity"] == "grey"]
    rows = rows.assign(kind=rows["name"].str.split().str[0])
    rows = rows.assign(beta=rows["name"].str.split().str[1].astype(float))
    for name, (label, colour, marker, line) in GREYS.items():
        own = rows[rows["kind"] == name].sort_values("beta")
        style = {"color": colour, "marker": marker, "linestyle": line, "label": label}
        axis.plot(own["beta"], own["value"], **style)
    axis.set(
        xlabel=r"steepness $\beta$",
        ylabel=r"rms error ($V_\mathrm{max}$)",
        xscale="log",
        yscale="log",
    )
    axis.set_ylim(top=axis.get_ylim()[1] * 3)
    axis.legend(loc="upper center", ncols=2, fontsize=6)
    return rows[["kind", "beta", "value"]].rename(columns={"value": "rms"}).assign(run="grey")


@plotting.styled
def draw(metrics, baselines, readout, statistics, claims, samples, scale):
    """Return the figure and the drawn values."""
    frame, peers = read_small(metrics), read_small(baselines).set_index("method")
    frame = frame[frame["ensemble"] == FRESH]
    frame = frame.assign(kind=frame["run"].str.split("_").str[0])
    models = read_small(readout)
    figure = plotting.figure(plotting.TWO_COLUMNS, 2.9, scale)
    left, right = figure.subplots(1, 2, width_ratios=[1.3, 1])
    stated = samples, plotting.paper_values(claims)["bands.acc.rms"]
    draw_curves(left, frame, peers, models, stated)
    greys = draw_greys(right, read_small(statistics))
    plotting.letter([left, right])
    models = models[["method", "rms"]].rename(columns={"method": "run"}).assign(kind="readout")
    peers = peers.reset_index()[["method", "rms"]].dropna().rename(columns={"method": "run"})
    frames = [frame[["run", "kind", "n_train", "rms"]], peers, models, greys]
    return figure, pd.concat(frames, ignore_index=True)
