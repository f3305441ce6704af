"""Heads of the medium extractor: from read-outs at every depth of a network to features.

After G. Bird, thesis (Manchester, 2023), Sec. 2.8: read-outs are vectors (n, D_r), as from
:class:`hamlearn.learning.global_pool.GlobalPool`; each has a dense layer of its own, and their
direct sum another one.
"""

from collections.abc import Sequence
from typing import Any

import keras

from hamlearn.learning.attention import Attention, ReadOuts, Weigh

SLOPE = 0.01
"""Of Leaky-ReLU below zero."""
ATTENTION = "attention"
"""Name of the layer whose output are the attention values."""


def leaky(x: Any, name: str | None = None) -> Any:
    """Return max(0.01 x, x)."""
    return keras.layers.LeakyReLU(negative_slope=SLOPE, name=name)(x)


def tuned(read_outs: Sequence[Any], *, width: int, dense: int) -> Any:
    """Return features (n, dense) of read-outs that the weights alone weigh (Fig. 11)."""
    return _combined(_values(read_outs, "values", width), "features", dense)


def free(
    read_outs: Sequence[Any],
    *,
    width: int,
    dense: int,
    attention_width: int,
    attention_dense: int,
    activation: str = "sigmoid",
    floor: float = 0.0,
) -> Any:
    """Return features (n, dense) of read-outs that each sample weighs in its own way (Fig. 12).

    A second branch of `attention_width` and `attention_dense` neurons gives one value a read-out.
    Its last layer is zero at first: all attention values are then 1/2, or 1/r by softmax.
    """
    values = _values(read_outs, "values", width)
    x = _combined(_values(read_outs, "scores", attention_width), "scoring", attention_dense)
    logits = keras.layers.Dense(
        len(read_outs), kernel_initializer="zeros", name=f"{ATTENTION}_logits"
    )(x)
    found = Attention(activation, floor, name=ATTENTION)(logits)
    return _combined(Weigh(name="weighed")(values, found), "features", dense)


def _values(read_outs: Sequence[Any], name: str, width: int) -> Any:
    return leaky(ReadOuts(width, name=name)(list(read_outs)), f"{name}_activation")


def _combined(values: Any, name: str, dense: int) -> Any:
    x = keras.layers.Flatten(name=f"{name}_sum")(values)
    return leaky(keras.layers.Dense(dense, name=name)(x), f"{name}_activation")
