"""Every network of the thesis on hoppings, and those that look at the Brillouin zone.

G. Bird, thesis (Manchester, 2023), Secs. 2.4.1 and 3.1. Trainable parameters at its sizes:

===========  ====================================================  ==========
`small`      17496-100-3                                           1,750,003
`large`      17496-500-500-500-100-100-3                           9,310,003
`hybrid`     27 x 648 by 256 shared kernels, 1024-500-500-100-100-3  8,075,215
===========  ====================================================  ==========
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np

from hamlearn.bitei.inputs import CELLS, SIZE
from hamlearn.learning import heads, training
from hamlearn.learning.global_pool import GlobalPool
from hamlearn.learning.toroidal import ToroidalConv, ToroidalPool

CLASSES = 3
POOLS = ("mean", "max", "min")


def dense(widths: Sequence[int], *, scale: float = 1.0) -> keras.Model:
    """Return a dense network from the truncated hoppings (n, 17496), in eV, to logits (n, 3).

    Parameters
    ----------
    widths : sequence of int
        Of the hidden layers, with Leaky-ReLU.
    scale : float
        That the hoppings are divided by.
    """
    given = keras.Input((SIZE,), name="hoppings")
    x = keras.layers.Rescaling(1 / scale, name="scaled")(given)
    return keras.Model(given, _classified(x, widths), name="dense")


def hybrid(
    features: int, width: int, widths: Sequence[int], *, scale: float = 1.0, between: bool = True
) -> keras.Model:
    """Return the hybrid network, eqs. (14) and (15), from hoppings (n, 17496) to logits (n, 3).

    Parameters
    ----------
    features : int
        Kernels K that all cells share, each with a bias for every cell.
    width : int
        Neurons behind them; `widths` those of the layers that follow.
    between : bool
        Whether there is a Leaky-ReLU between eqs. (14) and (15), which are one map without it.
    """
    given = keras.Input((SIZE,), name="hoppings")
    x = keras.layers.Rescaling(1 / scale, name="scaled")(given)
    x = keras.layers.Reshape((len(CELLS), SIZE // len(CELLS)), name="cells")(x)
    shared = {"output_shape": (len(CELLS), features), "bias_axes": "an", "name": "kernels"}
    x = keras.layers.EinsumDense("bax,xn->ban", **shared)(x)
    x = heads.leaky(x, "kernels_activation") if between else x
    x = keras.layers.Flatten(name="features")(x)
    x = heads.leaky(keras.layers.Dense(width, name="combined")(x), "combined_activation")
    return keras.Model(given, _classified(x, widths), name="hybrid")


def extractor(
    shape: Sequence[int],
    channels: int,
    *,
    periodic: bool = True,
    pooled: bool = True,
    pools: Sequence[str] = POOLS,
    scale: Sequence[float] | float = 1.0,
    offset: Sequence[float] | float = 0.0,
) -> keras.Model:
    """Return a medium extractor from energies on a mesh (n, n_1, n_2, n_3, c) to logits (n, 3).

    Two convolutions on the torus of the Brillouin zone, twice, with a pool between, and one more;
    then the mean, the largest and the smallest value of each map.

    Parameters
    ----------
    shape : (n_1, n_2, n_3, c)
    channels : int
        Of the first maps; 3/2 times as many of the second, twice of the last.
    periodic : bool
        Whether the mesh is that of the whole zone. A flat one is padded with zeros.
    pooled : bool
        Halve the mesh twice. Without, no roll of the mesh changes the logits.
    pools : sequence of str
    scale, offset : float, or one for each channel
        Energies are (E - offset) / scale.
    """
    given = keras.Input(tuple(shape), name="energies")
    scale, offset = (np.asarray(x, dtype=float) for x in (scale, offset))
    x = keras.layers.Rescaling((1 / scale).tolist(), (-offset / scale).tolist(), name="scaled")(
        given
    )
    number = 0
    for stage, filters in enumerate((channels, channels * 3 // 2, 2 * channels)):
        for _ in range(2 if stage < 2 else 1):
            number += 1
            name = f"convolution_{number}"
            x = ToroidalConv(filters, 3, periodic=periodic, name=name)(x)
            x = keras.layers.BatchNormalization(momentum=0.9, name=f"norm_{number}")(x)
            x = heads.leaky(x, f"activation_{number}")
        if pooled and stage < 2:
            x = ToroidalPool(2, periodic=periodic, name=f"pool_{stage + 1}")(x)
    x = GlobalPool(pools, name="pooled")(x)
    return keras.Model(given, _classified(x, (64,)), name="extractor")


def points(
    shape: Sequence[int],
    widths: Sequence[int],
    *,
    scale: Sequence[float] | float = 1.0,
    offset: Sequence[float] | float = 0.0,
) -> keras.Model:
    """Return a network that looks at each point of a mesh alone, then at the extremes.

    From what is known of the points (n, m, c) to logits (n, 3): dense layers that all points
    share, then the mean, the largest and the smallest value of each feature.
    """
    given = keras.Input(tuple(shape), name="points")
    scale, offset = (np.asarray(x, dtype=float) for x in (scale, offset))
    x = keras.layers.Rescaling((1 / scale).tolist(), (-offset / scale).tolist(), name="scaled")(
        given
    )
    for number, width in enumerate(widths, start=1):
        x = heads.leaky(keras.layers.Dense(width, name=f"point_{number}")(x), f"shared_{number}")
    x = GlobalPool(POOLS, name="pooled")(x)
    return keras.Model(given, _classified(x, (64,)), name="points")


def _classified(x: Any, widths: Sequence[int]) -> Any:
    for number, width in enumerate(widths, start=1):
        x = heads.leaky(keras.layers.Dense(width, name=f"dense_{number}")(x), f"leaky_{number}")
    exact = keras.config.dtype_policy().variable_dtype
    return keras.layers.Dense(CLASSES, dtype=exact, name="logits")(x)


def load(path: str | Path) -> keras.Model:
    """Read a trained network; raise ValueError if the file is missing or damaged."""
    return training.load(path)
