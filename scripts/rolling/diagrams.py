"""Networks as rows of boxes, drawn from the list of their layers: Figs. 8, 10 to 12, 26 and 27."""

import math

import pandas as pd
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

from hamlearn import plotting
from hamlearn.files import read_small
from rolling import looks

COLOURS = {  # each of another lightness
    "input": "#FFFFFF",
    "conv": plotting.SKY,
    "pool": plotting.BLUE,
    "mean": plotting.BLACK,
    "dense": plotting.YELLOW,
}
NAMES = {
    "input": "image",
    "conv": "convolution",
    "pool": "local pool",
    "mean": "global mean",
    "dense": "dense",
}
HATCHES = {"zeros": "////", "valid": "...."}
WIDTH, HEAD, BLOCK = 0.56, -1.9, 4.4
"""Of a box; height of the middle of the head; length of its blocks."""
POOLS = {"hbfree": "mean, max, min", "hybrid": "mean, max, min"}
COLUMNS = ["family", "kind", "number", "layer", "out", "size", "stride", "periodic", "bypass"]


def height(out: str) -> float:
    """Return how high the box of a map is, by its side."""
    lengths = out.split("x")
    return 0.3 + 0.26 * math.log2(int(lengths[0])) if len(lengths) > 1 else 0.5


def padding(row) -> str:
    """Return what is beyond the edges of a map: a torus, zeros or nothing."""
    if row.layer != "conv" or row.periodic:
        return "torus"
    return "zeros" if row.padding == "same" else "valid"


def draw_box(axis, x: float, row) -> None:
    """Draw one layer, with its map and kernel below."""
    high = height(row.out)
    box = Rectangle((x - WIDTH / 2, -high / 2), WIDTH, high, edgecolor="k", linewidth=0.6)
    box.set(facecolor=COLOURS[row.layer], hatch=HATCHES.get(padding(row)))
    axis.add_patch(box)
    words = row.out.replace("x", "×")
    if isinstance(row.size, str) and row.layer == "conv":
        words += f"\n{row.size.replace('x', '×')}" + (f", /{row.stride:.0f}" * (row.stride > 1))
    style = {"ha": "center", "va": "top", "size": 6, "linespacing": 1.1, "rotation": 90}
    axis.text(x, -high / 2 - 0.12, words, **style)


def draw_bypass(axis, x: float, high: float) -> None:
    """Draw the way that leads around the layer at x, from its input to its output."""
    start, end = x - 0.44, x + 0.4
    style = {"color": plotting.RED, "linewidth": 0.8}
    axis.plot([start, start, end], [0, high, high], solid_joinstyle="miter", **style)
    arrow = {"arrowstyle": "-|>", "mutation_scale": 5, "shrinkA": 0, "shrinkB": 0, **style}
    axis.annotate("", (end, 0), (end, high), arrowprops=arrow)


def draw_head(axis, layers: pd.DataFrame, free: bool) -> None:
    """Draw the read-outs of all maps, and what is made of them."""
    places = layers.loc[layers["read_out"] >= 0, "number"]
    last = places.max()
    line = {"color": plotting.GREEN, "linewidth": 0.7, "zorder": 0.5}
    for x in places:
        axis.plot([x + 0.36, x + 0.36], [0, HEAD], **line)
        axis.plot([x + WIDTH / 2, x + 0.36], [0, 0], **line)
        axis.plot(x + 0.36, HEAD, marker="o", color=plotting.GREEN, markersize=3)
    block = {"edgecolor": "k", "linewidth": 0.6, "facecolor": COLOURS["dense"], "alpha": 0.45}
    text = {"ha": "center", "va": "center", "size": 7}
    levels = ["scores", "values"] if free else ["values"]
    for depth, name in enumerate(levels):
        y = HEAD - 0.55 - 0.75 * depth
        axis.add_patch(Rectangle((-0.3, y - 0.26), last + 1.1, 0.52, **block))
        axis.text(last / 2, y, f"a dense layer for each read-out: {name}", **text)
        ends = ["attention", "σ"] if name == "scores" else ["direct sum, dense", "classes"]
        axis.add_patch(Rectangle((last + 1.3, y - 0.26), BLOCK, 0.52, **block))
        axis.text(last + 1.3 + BLOCK / 2, y, " → ".join(ends), **text)
        arrow = {"arrowprops": {"arrowstyle": "-|>", "linewidth": 0.7}}
        axis.annotate("", (last + 1.3, y), (last + 0.8, y), **arrow)
    if free:
        x, top = last + 1.3 + BLOCK / 2, HEAD - 0.55
        arrow = {"arrowprops": {"arrowstyle": "-|>", "linewidth": 0.9, "color": plotting.RED}}
        axis.annotate("", (x, top - 0.49), (x, top - 0.26), **arrow)
        axis.text(x + 0.12, top - 0.37, "×", color=plotting.RED, size=8, va="center")


def draw_network(axis, layers: pd.DataFrame) -> None:
    """Draw the layers of one network from left to right, and its head below."""
    body = layers[layers["layer"].isin(COLOURS)]
    reads = bool((layers["read_out"] >= 0).any())
    free = bool((layers["layer"] == "attention").any())
    shown = body[body["layer"] != "dense"] if reads else body
    for row in shown.itertuples():
        draw_box(axis, row.number, row)
        if row.number:
            before = {"arrowstyle": "-|>", "linewidth": 0.6, "mutation_scale": 5}
            ends = (row.number - WIDTH / 2, 0), (row.number - 1 + WIDTH / 2, 0)
            axis.annotate("", *ends, arrowprops=before)
        if row.bypass:
            draw_bypass(axis, row.number, height(row.out) / 2 + 0.2)
    if reads:
        draw_head(axis, layers, free)
    low = HEAD - (1.7 if free else 0.95) if reads else -1.9
    axis.set(xlim=(-0.7, shown["number"].max() + (BLOCK + 1.7 if reads else 0.8)), ylim=(low, 1.45))
    axis.set_axis_off()


def handles(layers: pd.DataFrame) -> list:
    """Return the entries of the legend for what is drawn."""
    box = {"edgecolor": "k", "linewidth": 0.6}
    used = [name for name in COLOURS if (layers["layer"] == name).any()]
    found = [Patch(facecolor=COLOURS[name], label=NAMES[name], **box) for name in used]
    paddings = {padding(row) for row in layers.itertuples()}
    words = {"zeros": "padded with zeros", "valid": "not padded"}
    found += [
        Patch(facecolor="w", hatch=HATCHES[name], label=words[name], **box)
        for name in words
        if name in paddings
    ]
    if layers["bypass"].any():
        found.append(Line2D([], [], color=plotting.RED, linewidth=0.8, label="bypass"))
    if (layers["read_out"] >= 0).any():
        style = {"color": plotting.GREEN, "marker": "o", "markersize": 3, "linewidth": 0.7}
        pools = {POOLS.get(family, "mean") for family in layers["family"]}
        found.append(Line2D([], [], label=f"global pool ({'; '.join(sorted(pools))})", **style))
    return found


@plotting.styled
def draw(architectures, networks, scale):
    """Draw networks of the sizes of the thesis, one below the other.

    Parameters
    ----------
    architectures : path
    networks : list of (family, kind)

    Returns
    -------
    figure, frame : the layers that are drawn: the columns `COLUMNS` and parameters
    """
    table = read_small(architectures)
    table = table[table["sizes"] == "thesis"]
    parts = [
        table[(table["family"] == family) & (table["kind"] == kind)] for family, kind in networks
    ]
    reads = [bool((part["read_out"] >= 0).any()) for part in parts]
    heights = [2.5 if read else 1.7 for read in reads]
    figure = plotting.figure(plotting.TWO_COLUMNS, sum(heights) + 0.4, scale)
    axes = figure.subplots(len(parts), 1, height_ratios=heights, squeeze=False)[:, 0]
    for axis, part, (family, kind) in zip(axes, parts, networks, strict=True):
        draw_network(axis, part)
        number = int((part["parameters"] + part["norm_parameters"]).sum())
        words = f"{looks.FAMILIES[family]}, {looks.KINDS[kind]}"
        axis.set_title(f"{words}: {plotting.thousands(number)} parameters", loc="right")
    plotting.letter(axes if len(axes) > 1 else [])
    frame = pd.concat(parts, ignore_index=True)
    plotting.legend_below(figure, handles=handles(frame), ncols=4)
    return figure, frame[[*COLUMNS, "parameters", "norm_parameters"]]
