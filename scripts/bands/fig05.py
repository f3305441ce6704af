"""Figure 5: error of each band."""

import pandas as pd

from hamlearn import plotting
from hamlearn.bands.plan import FRESH
from hamlearn.files import read_small

NETWORKS = {
    "main": ("network", plotting.ORANGE, "o"),
    "main_first": ("network", plotting.PINK, "s"),
}
PEERS = {"folded": ("37 plane waves, untrained", plotting.BLUE, "^")}


def table(metrics, baselines):
    """Return the error of each band: columns of, band, rms in V_max."""
    networks, peers = read_small(metrics), read_small(baselines)
    networks = networks[(networks["ensemble"] == FRESH)]
    corrected = networks[networks["family"] == "corrected"].nlargest(1, "n_train")
    rows = [(name, networks[networks["run"] == name]) for name in NETWORKS]
    rows += [
        ("corrected", corrected),
        *((n, peers[peers["method"] == n]) for n in (*PEERS, "mean")),
    ]
    return pd.DataFrame(
        [
            {"of": name, "band": band, "rms": float(found[f"rms_{band}"].mean())}
            for name, found in rows
            for band in range(1, 7)
        ]
    )


@plotting.styled
def draw(metrics, baselines, claims, epochs, last_epochs, scale):
    """Return the figure and the drawn values."""
    frame = table(metrics, baselines)
    trained = {"main": epochs + last_epochs, "main_first": epochs}
    seeds = read_small(metrics).query("run == 'main'")["seed"].nunique()
    figure = plotting.figure(plotting.ONE_COLUMN, 3.3, scale)
    axis = figure.subplots()
    looks = {**NETWORKS, **PEERS, "corrected": ("plane waves, learned shifts", plotting.GREEN, "v")}
    for name, (label, colour, marker) in looks.items():
        rows = frame[frame["of"] == name]
        if name in trained:
            label = f"{label}, {plotting.count(trained[name], 'epoch')}"
        style = {"color": colour, "marker": marker, "label": label}
        axis.plot(rows["band"], rows["rms"], **style)
    trivial = frame[frame["of"] == "mean"]
    plotting.marks(axis, trivial["band"], trivial["rms"], "mean bands")
    stated = plotting.paper_values(claims)["bands.acc.rms"]
    axis.axhline(
        stated, color=plotting.RED, linewidth=0.9, linestyle="--", label="paper, all bands"
    )
    axis.set(xlabel="band", ylabel=r"rms error ($V_\mathrm{max}$)", xticks=range(1, 7))
    plotting.log_axis(axis.yaxis)
    style = {"ncols": 2, "fontsize": 6, "columnspacing": 1.2}
    plotting.legend_below(
        figure, *axis.get_legend_handles_labels(), title=plotting.count(seeds, "seed"), **style
    )
    return figure, frame
