"""Figure 9 (ours): error against the number of cells, of networks and of plane waves."""

import pandas as pd

from hamlearn import plotting
from hamlearn.bands.plan import FRESH
from hamlearn.files import read_small

CURVES = {
    "plain": ("network", plotting.ORANGE, "o"),
    "mirror": ("with mirror images", plotting.RED, "s"),
    "corrected": ("plane waves, learned shifts", plotting.GREEN, "v"),
}


@plotting.styled
def draw(metrics, baselines, claims, samples, scale):
    """Return the figure and the drawn values."""
    frame, peers = read_small(metrics), read_small(baselines).set_index("method")
    frame = frame[frame["ensemble"] == FRESH]
    kind = frame["run"].str.split("_").str[0]
    frame = frame.assign(kind=kind)
    figure = plotting.figure(plotting.ONE_COLUMN, 3.0, scale)
    axis = figure.subplots()
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
    plotting.stated(axis, [samples], [plotting.paper_values(claims)["bands.acc.rms"]])
    axis.set(xlabel="cells trained on", ylabel=r"rms error ($V_\mathrm{max}$)")
    for direction in (axis.xaxis, axis.yaxis):
        plotting.log_axis(direction)
    axis.set_xscale("log")
    axis.set_ylim(top=axis.get_ylim()[1] * 6)
    axis.legend(loc="upper center", ncols=2, fontsize=6)
    peers = peers.reset_index()[["method", "rms"]].dropna().rename(columns={"method": "run"})
    return figure, pd.concat([frame[["run", "kind", "n_train", "rms"]], peers], ignore_index=True)
