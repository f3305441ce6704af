"""The graph LC-Net, its variants by option, and the loss.

Trainable parameters of one network of the paper's sizes: 524,731 with 91 outputs (forward),
521,390 with 78 (backward).
"""

from pathlib import Path
from typing import Any

import keras
from keras import ops

from hamlearn.hamiltonians import layers
from hamlearn.hamiltonians.superposition import Superposition
from hamlearn.learning import training

ELEMENTS = 100
"""Rows of the embedding of atomic numbers."""
VARIANCE = 0.0044
"""σ² of the Gaussians in Å², at their number of the paper, 128."""
HIDDEN = 256
"""Width of the hidden layer of the output block."""
BETA, GAMMA = 0.25, 2.0
"""Of the loss, 1/eV and none."""
INPUTS = ("numbers", "first", "second", "length", "neighbours", "count", "row_first", "row_second")
"""Of every network, and `asked`; see :func:`lc_net`."""


def lc_net(
    outputs: int,
    *,
    neighbours: int = 39,
    node: int = 64,
    edge: int = 128,
    orientation: int = 32,
    filters: int = 64,
    layers: int = 5,
    cutoff: float = 6.0,
    hidden: int = HIDDEN,
    ordered: bool = True,
    edge_update: str = "code",
    superposition: bool = False,
) -> keras.Model:
    """Return the untrained network, one graph a batch.

    Inputs, whose first axes are atoms N, edges E, rows M of neighbours, and F edges asked for:
    `numbers` (N,), `first`, `second`, `length` (E,), `neighbours` (M, K, 25) with `count` (M,)
    of them that exist, `row_first`, `row_second` (E,), the rows of both atoms of an edge, and
    `asked` (F,), the edges whose elements come out, (F, outputs), in eV.

    Parameters
    ----------
    outputs : int
        91 (forward), 78 (backward), 169 (whole blocks, DeepH).
    neighbours, node, edge, orientation, filters, layers, hidden : int
        K, widths of atoms, edges and of the features of one side of an edge, filters for each
        window, interaction layers, width of the hidden layer of the output.
    cutoff : float
        In Å, where the last Gaussian stands.
    ordered : bool
        Whether the text-CNN sees the order of the neighbours.
    edge_update : {"code", "paper"}
    superposition : bool
        Whether the network gives the difference from a superposition of two-centre parts, in units
        of its spread: a layer that is not trained, to be set by :mod:`superposition`.
    """
    given = _inputs(neighbours)
    atoms = keras.layers.Embedding(
        ELEMENTS, node, embeddings_initializer=keras.initializers.RandomNormal(0, 1), name="atoms"
    )(given["numbers"])
    edges, sides = _embedded(given, edge, orientation, filters, cutoff, ordered)
    for number in range(layers):
        update = _layers.Interaction(edge_update, name=f"interaction_{number}")
        atoms, edges = update(atoms, edges, sides, given["first"], given["second"])
    pick, ends = _layers.Pick, ("second", "first")
    asked = [pick(name=f"asked_{end}")(given[end], given["asked"]) for end in ends]
    parts = [pick(name=f"atoms_{n}")(atoms, rows) for n, rows in zip(ends, asked, strict=True)]
    parts += [
        pick(name=f"asked_{name}")(part, given["asked"])
        for name, part in (("edges", edges), ("sides", sides))
    ]
    width = 2 * node + edge + 2 * orientation
    found = keras.layers.Concatenate(name="described")(parts)
    found = _layers.dense(hidden, width, activation="hard_swish", name="hidden")(found)
    found = _layers.dense(outputs, hidden, name="elements")(found)
    if superposition:
        found = Superposition(outputs, cutoff, name="superposition")(
            found, *(given[key] for key in ("numbers", "first", "second", "length", "asked"))
        )
    return keras.Model(given, found)


_layers = layers  # lc_net has an argument of this name


def _inputs(neighbours: int) -> dict[str, Any]:
    whole = {"dtype": "int32"}
    kinds = {"length": {"dtype": "float32"}, "neighbours": {"dtype": "float32"}}
    shapes = {"neighbours": (neighbours, 25)}
    return {
        name: keras.Input(shape=shapes.get(name, ()), name=name, **kinds.get(name, whole))
        for name in (*INPUTS, "asked")
    }


def _embedded(
    given: dict[str, Any], edge: int, orientation: int, filters: int, cutoff: float, ordered: bool
) -> tuple[Any, Any]:
    """Return features of edges (E, edge), and those of their sides (E, 2 orientation)."""
    variance = VARIANCE * (127 / (edge - 1)) ** 2
    gaussians = _layers.Gaussians(edge, cutoff, variance, name="gaussians")
    edges = gaussians(given["length"])
    text = _layers.TextCNN(filters, ordered, name="text_cnn")
    maps = text(given["neighbours"], given["count"])
    width = len(_layers.WINDOWS) * filters
    side = _layers.dense(orientation, width, name="side")(maps)
    both = [
        _layers.Pick(name=f"side_{end}")(side, given[f"row_{end}"]) for end in ("second", "first")
    ]
    return edges, keras.layers.Concatenate(name="sides")(both)


@keras.saving.register_keras_serializable("hamiltonians")
def focal(true: Any, predicted: Any) -> Any:
    """Return the loss of each edge, eq. (6): mean of σ(β|Δ|)^γ |Δ| over its elements."""
    distance = ops.abs(true - predicted)
    return ops.mean(ops.sigmoid(BETA * distance) ** GAMMA * distance, axis=-1)


def load(path: str | Path) -> keras.Model:
    """Read a network; raise ValueError if it is missing or damaged."""
    return training.load(path)
