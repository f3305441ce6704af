"""Figure 4: architectures of the networks, drawn from the layers of the Keras models."""

import re

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.patches import Polygon, Rectangle

from hamlearn import plotting
from hamlearn.files import read_small

SHOWN = 8
"""Neurons drawn of a larger layer of the dense network."""
FILL = {"InputLayer": plotting.PALE, "Conv2D": plotting.ORANGE, "Dense": plotting.SKY}
NAMES = {"InputLayer": "input", "Conv2D": "convolution", "Dense": "dense", "Flatten": "flatten"}
TITLES = {"dnn": "dense", "cnn": "convolutional", "scattering": "scattering"}


def shape(layer):
    """Return the output shape of a row of the layer table as a tuple of ints."""
    return tuple(int(float(part)) for part in str(layer.output_shape).split("x"))


def caption(layer):
    """Return type, output shape, kernel, activation and number of parameters as lines of text."""
    words = "\n".join(re.findall("[A-Z]+[a-z0-9]*|[a-z0-9]+", layer.type))
    kind = "output" if shape(layer) == (1,) else NAMES.get(layer.type, words.lower())
    lines = [kind, "×".join(map(str, shape(layer)))]
    if isinstance(layer.kernel, str):
        lines.append(f"kernel {layer.kernel.replace('x', '×')}")
        lines.append(f"stride {layer.stride.replace('x', '×')}")
    if isinstance(layer.activation, str) and layer.activation not in ("", "linear"):
        lines.append("ReLU" if layer.activation == "relu" else layer.activation)
    if layer.parameters > 0:
        lines.append(f"{plotting.thousands(layer.parameters)} par.")
    return "\n".join(lines)


def draw_dense(axis, layers):
    """Draw each layer as a column of at most ``SHOWN`` neurons, and all weights as lines."""
    layers = layers[~layers["type"].isin(["Flatten", "Reshape"])]
    columns = []
    for position, layer in enumerate(layers.itertuples()):
        width = int(np.prod(shape(layer)))
        drawn = min(width, SHOWN)
        height = np.arange(drawn) - (drawn - 1) / 2
        if width > drawn:
            height += np.where(np.arange(drawn) < drawn // 2, -0.6, 0.6)
        columns.append(np.column_stack([np.full(drawn, 2.6 * position), height]))
        if width > drawn:
            axis.text(2.6 * position, 0, "⋮", ha="center", va="center")
        axis.text(2.6 * position, -SHOWN / 2 - 1.1, caption(layer), ha="center", va="top", size=6.5)
    for left, right in zip(columns[:-1], columns[1:], strict=True):
        bonds = [(start, end) for start in left for end in right]
        axis.add_collection(LineCollection(bonds, colors=plotting.PALE, linewidths=0.3, zorder=1))
    for layer, column in zip(layers.itertuples(), columns, strict=True):
        colour = FILL.get(layer.type, plotting.GREEN)
        axis.scatter(*column.T, s=26, color=colour, edgecolors="k", linewidths=0.4, zorder=2)
    axis.set(xlim=(-1.3, 2.6 * (len(columns) - 1) + 1.3), ylim=(-SHOWN / 2 - 4.6, SHOWN / 2 + 0.9))


def draw_blocks(axis, layers):
    """Draw each layer as a box: its front is the grid, its depth the number of channels."""
    left = 0.0
    for layer in layers.itertuples():
        size = shape(layer)
        colour = FILL.get(layer.type, plotting.GREEN)
        if len(size) > 1:
            side = 0.5 + 0.44 * np.log2(max(size[0], 1))
            depth = 0.18 * np.log2(size[2]) if len(size) > 2 else 0.0
            depth = min(depth, 1.1)
        else:
            side, depth = 0.35 + 0.22 * np.log2(max(size[0], 1)), 0.0
        width = side if len(size) > 1 else 0.3
        low = -side / 2
        box = {"facecolor": colour, "edgecolor": "k", "linewidth": 0.5}
        if depth:
            slant = np.array([depth, 0.6 * depth])
            top = [(left, low + side), (left + width, low + side)]
            end = [(left + width, low + side), (left + width, low)]
            for edge in (top, end):
                corners = [*edge, np.add(edge[1], slant), np.add(edge[0], slant)]
                axis.add_patch(Polygon(corners, **{**box, "alpha": 0.6}))
        axis.add_patch(Rectangle((left, low), width, side, **box))
        cells = size[0] if len(size) > 1 else 0
        if 1 < cells <= 64:
            step = side / cells
            marks = np.arange(1, cells) * step
            lines = [((left + mark, low), (left + mark, low + side)) for mark in marks]
            lines += [((left, low + mark), (left + width, low + mark)) for mark in marks]
            axis.add_collection(LineCollection(lines, colors="k", linewidths=0.15, alpha=0.5))
        middle = left + (width + depth) / 2
        axis.text(middle, -2.15, caption(layer), ha="center", va="top", size=6.5)
        room = max(width + depth, 1.7)
        following = left + (width + depth) / 2 + room / 2 + 0.65
        if layer.Index != layers.index[-1]:
            start = left + width + depth + 0.1
            axis.annotate(
                "",
                (max(following - 0.1, start + 0.3), 0),
                (start, 0),
                arrowprops={"arrowstyle": "->", "linewidth": 0.6},
            )
        left = following
    axis.set(xlim=(-0.6, left - 0.1), ylim=(-4.9, 2.1))
    axis.set_aspect("equal")


@plotting.styled
def draw(architectures, scale):
    """Draw the dense network neuron by neuron and every other network as blocks.

    Parameters
    ----------
    architectures : path
        Layers in their order: architecture, layer, type, output_shape, parameters, activation,
        kernel, stride.

    Returns
    -------
    figure, frame : the layer table with the panel of each layer
    """
    frame = read_small(architectures)
    names = list(dict.fromkeys(frame["architecture"]))
    figure = plotting.figure(plotting.TWO_COLUMNS, 2.6 * len(names), scale)
    axes = figure.subplots(len(names), 1, squeeze=False)[:, 0]
    for axis, name in zip(axes, names, strict=True):
        layers = frame[frame["architecture"] == name]
        (draw_dense if name == "dnn" else draw_blocks)(axis, layers)
        total = plotting.thousands(layers["parameters"].sum())
        axis.set_title(f"{TITLES.get(name, name)} network, {total} parameters")
        axis.set_axis_off()
    plotting.letter(axes)
    panels = {name: "abcdefgh"[number] for number, name in enumerate(names)}
    frame.insert(0, "panel", frame["architecture"].map(panels))
    return figure, frame
