"""Figure 2: architecture of the mixed-input network, drawn from the layers of the Keras model."""

from dataclasses import dataclass, field

import numpy as np
from matplotlib.patches import Circle, Patch, Rectangle

from hamlearn import plotting
from hamlearn.files import read_small

LAYERS = {  # type: name and colour; the first two are blocks, the others strips behind them
    "Conv3D": ("convolution", plotting.ORANGE),
    "Dense": ("dense", plotting.SKY),
    "BatchNormalization": ("batch normalisation", plotting.GREEN),
    "AveragePooling3D": ("average pooling", plotting.BLUE),
    "Dropout": ("dropout", plotting.PINK),
}
WEIGHTED = ("Conv3D", "Dense")
COLOURS = {"input": plotting.PALE, "Flatten": "#FFFFFF"}
COLOURS |= {kind: colour for kind, (_, colour) in LAYERS.items()}
LABELS = {
    "A": "energy image behind the height map",
    "B": "energy and number of modes",
    "C": "layer mapped to the hoppings",
}
WIDTH, HEIGHT = plotting.TWO_COLUMNS - 0.1, 2.7
UPPER, LOWER = 1.95, 0.62
"""Size of the drawing, and height of the middle of its two rows (inch)."""
SLICE, STRIP, LARGEST = 0.07, 0.055, 0.46
EDGE = {"edgecolor": "k", "linewidth": 0.5}


@dataclass
class Block:
    """An input or a layer with weights, and the layers without that follow it."""

    kind: str
    shape: tuple[int, ...]
    parameters: int
    strips: list[str] = field(default_factory=list)


def blocks(layers):
    """Return the blocks of a branch; what comes before its first weights is its input."""
    found = []
    for layer in layers.itertuples():
        shape = tuple(int(part) for part in str(layer.output_shape).split("x"))
        if layer.type in (*WEIGHTED, "Flatten"):
            found.append(Block(layer.type, shape, layer.parameters))
        elif not found or found[-1].kind == "input":
            found = [Block("input", shape, 0)]
        else:
            found[-1].parameters += layer.parameters
            found[-1].strips += [layer.type] if layer.type in LAYERS else []
    return found


def caption(block):
    """Return shape, channels and number of parameters of a block as lines of text."""
    numbers = block.shape[:3] if len(block.shape) == 4 else block.shape
    lines = ["×".join(map(plotting.thousands, numbers))]
    if block.kind == "Conv3D":
        lines.append(f"{block.shape[3]} maps")
    if block.parameters:
        lines.append(f"({plotting.thousands(block.parameters)})")
    return "\n".join(lines)


def extent(block, pixels):
    """Return width and height of the front of a block, by the pixels of the input or by log2."""
    if len(block.shape) == 4:
        return (LARGEST * np.sqrt(block.shape[0] / pixels),) * 2
    return 0.12, 0.25 + 0.08 * np.log2(block.shape[0])


def draw_block(axis, block, middle, y, pixels):
    """Draw a block, of a map each slice; return x of its left and of its right edge."""
    width, height = extent(block, pixels)
    left, low = middle - (width + STRIP * len(block.strips)) / 2, y - height / 2
    slices = block.shape[2] if len(block.shape) == 4 else 1
    for back in reversed(range(slices)):
        corner = (left + SLICE * back, low + SLICE * back)
        axis.add_patch(Rectangle(corner, width, height, facecolor=COLOURS[block.kind], **EDGE))
    for number, strip in enumerate(block.strips):
        corner = (left + width + STRIP * number, low)
        axis.add_patch(Rectangle(corner, STRIP, height, facecolor=COLOURS[strip], **EDGE))
    end = left + width + max(STRIP * len(block.strips), SLICE * (slices - 1))
    return left, end


def draw_row(axis, row, places, y, pixels):
    """Draw blocks with their captions and the arrows between them; return their edges."""
    edges = []
    for block, place in zip(row, places, strict=True):
        edges.append(draw_block(axis, block, place, y, pixels))
        below = y - extent(block, pixels)[1] / 2 - 0.05
        axis.text(place, below, caption(block), ha="center", va="top", size=6, linespacing=1.15)
    for (_, start), (end, _) in zip(edges[:-1], edges[1:], strict=True):
        arrow(axis, (start, y), (end, y))
    return edges


def arrow(axis, start, end):
    style = {"arrowstyle": "->", "linewidth": 0.6, "shrinkA": 1, "shrinkB": 1}
    axis.annotate("", end, start, arrowprops=style)


def mark(axis, letter, x, y):
    """Draw one of the letters of the caption in a circle."""
    axis.add_patch(Circle((x, y), 0.085, facecolor="w", zorder=4, **EDGE))
    axis.text(x, y - 0.005, letter, ha="center", va="center", weight="bold", size=7, zorder=5)


def draw_key(axis, layers):
    """Draw what colours and letters mean, in the empty lower left."""
    handles = []
    for kind, (name, colour) in LAYERS.items():
        drawn = layers[layers["type"] == kind]
        if drawn.empty:
            continue
        sizes = (drawn["kernel"] + drawn["pool"]).iloc[0].replace("x", "×")
        handles.append(Patch(facecolor=colour, label=f"{name} {sizes}".strip(), **EDGE))
    style = {"loc": "upper left", "bbox_to_anchor": (0, 1.2), "bbox_transform": axis.transData}
    axis.legend(handles=handles, ncols=2, columnspacing=1, borderaxespad=0, **style)
    for number, (letter, text) in enumerate(LABELS.items()):
        y = 0.55 - 0.2 * number
        mark(axis, letter, 0.13, y)
        axis.text(0.28, y, text, va="center", size=7)


@plotting.styled
def draw(architectures, scale):
    """Draw the convolutional branch, the second branch below it, and the layers that join them.

    Sides of maps go with the square root of their pixels, heights of dense layers with the
    logarithm of their units; numbers in brackets are parameters.

    Parameters
    ----------
    architectures : path
        Layers in their order: layer, type, output_shape, parameters, branch, kernel, pool.

    Returns
    -------
    figure, frame : the layer table
    """
    frame = read_small(architectures, keep_default_na=False)
    rows = {name: blocks(part) for name, part in frame.groupby("branch")}
    images, second, joined = rows["convolution"], rows.get("second", []), rows["joined"][1:]
    pixels = images[0].shape[0]
    figure = plotting.figure(plotting.TWO_COLUMNS, HEIGHT + 0.35, scale)
    axis = figure.subplots()
    axis.set(xlim=(0, WIDTH), ylim=(0, HEIGHT), aspect="equal")
    axis.set_axis_off()
    step = (WIDTH - 0.6) / (len(images) + len(joined) - 1)
    places = 0.3 + step * np.arange(len(images) + len(joined))
    upper = draw_row(axis, images + joined, places, UPPER, pixels)
    if second:
        above = places[len(images) - len(second) : len(images)]
        edges = draw_row(axis, second, above, LOWER, pixels)
        join = (upper[len(images) - 1][1] + upper[len(images)][0]) / 2
        axis.plot([edges[-1][1] + 0.02, join], [LOWER, LOWER], color="k", linewidth=0.6)
        arrow(axis, (join, LOWER), (join, UPPER))
        mark(axis, "B", edges[0][0] - 0.12, LOWER)
    mark(axis, "A", places[0] + SLICE, UPPER + LARGEST / 2 + SLICE + 0.13)
    mark(axis, "C", places[1] + SLICE, UPPER + LARGEST / 2 + SLICE + 0.13)
    draw_key(axis, frame)
    total = plotting.thousands(frame["parameters"].sum())
    axis.set_title(f"mixed-input network, {total} parameters", pad=2)
    return figure, frame
