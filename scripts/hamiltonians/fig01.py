"""Figure 1: the layers of the network, its Gaussians, and its text-CNN on one atom."""

import numpy as np
import pandas as pd
from matplotlib.lines import Line2D
from matplotlib.patches import FancyArrowPatch

from hamiltonians.fig02 import draw_harmonics
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
FILTERS = {"-": "first filter", ":": "second filter"}


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
    draw_harmonics(axes[0], np.array(example["pair"]["neighbours"]))
    _maps(axes[1], example["pair"]["maps"])
    plotting.letter([graph, gaussians, *axes])
    return figure, layers


def _graph(axis, layers, example):
    known = layers.set_index("layer")
    boxes, interactions = {}, [name for name in known.index if name.startswith("interaction")]
    for name, (words, x, y) in ROWS.items():
        several = name == "interaction_0"
        number = known.loc[interactions, "parameters"].sum() if several else None
        number = known.loc[name, "parameters"] if number is None else number
        words = f"{len(interactions)} {words}" if several else words
        words = f"{known.loc[name, 'output_shape']} {words}" if name == "elements" else words
        if number:
            words += f"\n{plotting.thousands(number)} parameters"
        box = {"boxstyle": "round", "facecolor": plotting.FAINT, "edgecolor": plotting.BLUE}
        style = {"ha": "center", "va": "center", "size": 6.5, "bbox": {**box, "linewidth": 0.6}}
        boxes[name] = axis.text(x, y, words, **style).get_bbox_patch()
    for start, end in LINKS:
        # above the boxes, which are placed as they are drawn, and clip it
        style = {"arrowstyle": "->", "mutation_scale": 8, "color": plotting.GREY, "zorder": 4}
        ends = {"patchA": boxes[start], "patchB": boxes[end], "shrinkA": 1, "shrinkB": 1}
        axis.add_patch(FancyArrowPatch(ROWS[start][1:], ROWS[end][1:], **ends, **style))
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


def _maps(axis, maps):
    """Draw the maps of two filters of each window, with a marker at the largest value."""
    handles = []
    for place, (window, values) in enumerate(maps.items()):
        look = plotting.series(place, f"window of {window}")
        handles.append(Line2D([], [], **look))
        for curve, line in zip(np.array(values).T, FILTERS, strict=True):
            style = {"color": look["color"], "linestyle": line}
            axis.plot(np.arange(1, len(curve) + 1), curve, **style)
            best = int(curve.argmax())
            axis.plot(best + 1, curve[best], marker=look["marker"], zorder=3, **style)
    handles += [
        Line2D([], [], color=plotting.GREY, linestyle=line, label=name)
        for line, name in FILTERS.items()
    ]
    axis.set(xlabel="position of the window", ylabel="map of a filter")
    low, high = axis.get_ylim()
    axis.set_ylim(top=high + 0.35 * (high - low))
    axis.legend(handles=handles, loc="upper center", ncols=2)
