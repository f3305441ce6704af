"""Figure 1: the layers of the network, its Gaussians, and its text-CNN on one atom."""

import numpy as np
import pandas as pd

from hamlearn import plotting
from hamlearn.files import read_small

ROWS = {  # layer: words, x and y of its box
    "atoms": ("atoms: embedding", 0.0, 4.0),
    "gaussians": ("distances: Gaussians", 1.0, 4.0),
    "text_cnn": ("neighbours: text-CNN", 2.0, 4.0),
    "sides": ("LC feature", 2.0, 3.0),
    "interaction_0": ("interaction layers", 0.5, 2.0),
    "hidden": ("output, hidden", 0.5, 1.0),
    "elements": ("elements of a block", 0.5, 0.0),
}
LINKS = (
    *(("atoms", "interaction_0"), ("gaussians", "interaction_0"), ("text_cnn", "sides")),
    *(("sides", "interaction_0"), ("interaction_0", "hidden"), ("sides", "hidden")),
    ("hidden", "elements"),
)


@plotting.styled
def draw(example, scale):
    """Return the figure and its frame: layers with shapes and parameters."""
    example = read_small(example)
    layers = pd.DataFrame(example["layers"])
    figure = plotting.figure(plotting.TWO_COLUMNS, 5.0, scale)
    upper, lower = figure.subfigures(2, 1, height_ratios=[1.3, 1])
    graph, gaussians = upper.subplots(1, 2, width_ratios=[1.7, 1])
    _graph(graph, layers, example)
    _gaussians(gaussians, example["gaussians"])
    axes = lower.subplots(1, 2, width_ratios=[1, 1])
    _harmonics(axes[0], np.array(example["pair"]["neighbours"]))
    _maps(axes[1], example["pair"]["maps"])
    plotting.letter([graph, gaussians, *axes])
    return figure, layers


def _graph(axis, layers, example):
    known = layers.set_index("layer")
    interactions = [name for name in known.index if name.startswith("interaction")]
    for name, (words, x, y) in ROWS.items():
        several = name == "interaction_0"
        number = known.loc[interactions, "parameters"].sum() if several else None
        number = known.loc[name, "parameters"] if number is None else number
        words = f"{len(interactions)} {words}" if several else words
        words = f"{known.loc[name, 'output_shape']} {words}" if name == "elements" else words
        if number:
            words += f"\n{plotting.thousands(number)} parameters"
        box = {"boxstyle": "round", "facecolor": plotting.FAINT, "edgecolor": plotting.BLUE}
        axis.text(x, y, words, ha="center", va="center", size=6.5, bbox={**box, "linewidth": 0.6})
    for start, end in LINKS:
        (_, x0, y0), (_, x1, y1) = ROWS[start], ROWS[end]
        arrow = {"arrowstyle": "->", "color": plotting.GREY, "shrinkA": 14, "shrinkB": 14}
        axis.annotate("", (x1, y1), (x0, y0), arrowprops={**arrow, "linewidth": 0.8}, zorder=0)
    total = plotting.thousands(example["parameters"][0])
    axis.text(2.0, 0.5, f"in all {total}\nparameters", size=6.5, ha="center", va="center")
    axis.set(xlim=(-0.6, 2.6), ylim=(-0.5, 4.5))
    axis.axis("off")


def _gaussians(axis, described):
    number, cutoff, variance = described
    r = np.linspace(0, cutoff, 1500)
    for place, centre in enumerate(np.linspace(0, cutoff, int(number))):
        wave = np.exp(-((r - centre) ** 2) / variance)
        strong = place % 8 == 0
        colour = plotting.BLUE if strong else plotting.PALE
        axis.plot(r, wave, color=colour, linewidth=0.9 if strong else 0.5, zorder=2 + strong)
    axis.set(xlabel="distance (Å)", ylabel="feature of an edge", xlim=(0, cutoff))
    axis.set_title(f"{int(number)} Gaussians", size=7)


def _harmonics(axis, rows):
    limit = np.abs(rows).max()
    image = axis.imshow(rows, cmap="RdBu_r", vmin=-limit, vmax=limit, aspect="auto")
    axis.set(xlabel="$Y_{lm}$, $l = 0 \\ldots 4$", ylabel="neighbour, by distance")
    axis.set_xticks([0, 2, 6, 12, 20], ["s", "p", "d", "f", "g"])
    axis.figure.colorbar(image, ax=axis, label=r"$Y_{lm}\,/\,(1 + r)$")


def _maps(axis, maps):
    for place, (window, values) in enumerate(maps.items()):
        for number, curve in enumerate(np.array(values).T):
            style = {"color": plotting.COLOURS[place], "linestyle": ("-", ":")[number]}
            label = f"window {window}" if number == 0 else None
            axis.plot(np.arange(1, len(curve) + 1), curve, label=label, **style)
            best = int(curve.argmax())
            axis.plot(best + 1, curve[best], marker="o", **style)
    axis.set(xlabel="position of the window", ylabel="map of a filter")
    axis.legend(title="two filters each,\nlargest kept", loc="best")
