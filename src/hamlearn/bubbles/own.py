r"""Two networks of our own for the same data: physics first, then a small convolutional network.

What the paper's network has to find out is given. The bubbles act through the hoppings alone, so
the channels are the weakening of the bonds along three directions, not the heights. The energy
decides what they do to an electron, so it modulates every feature map. A flake transmits at most
what its leads carry, and all of it if it is flat,

.. math:: T = N \, \sigma(f - \ln \bar w),

with the sigmoid :math:`\sigma` and the mean weakening :math:`\bar w` of the bonds. Of the flake's
mirrors the product is an exact symmetry of T and each by itself a good one (1e-4 to 1e-2 of a
mode); training shows maps in all four orientations, and the answer is the mean over the four.

`own` takes N = 2n + 1, the number of lead modes. `staircase` does not see it and smears the steps,

.. math:: N = 1 + 2 \sum_n \sigma\!\left(\frac{E - E_n}{w}\right),

at the known thresholds :math:`E_n` of the flat ribbon, with a width w that depends on the flake
and on the energy and vanishes with the weakening: steps where a flake is nearly flat, a smooth
curve where it is not (Sec. VII asks for both).

Both give a 90 % interval, from quantiles that are corrected on held-out samples (split-conformal,
Romano, Patterson, Candès 2019); the correction is kept in the network.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from hamlearn.bubbles.own_layers import (
    BondWeakening,
    Bounded,
    Calibration,
    CleanLimit,
    Condition,
    Flip,
    Mirrors,
    Modulation,
    Steps,
)
from hamlearn.bubbles.solver import DECAY

ORIENTATIONS = ((), (1,), (2,), (1, 2))
"""Axes of the map that are mirrored."""
QUANTILES = (0.5, 0.05, 0.95)
"""Outputs: median (the prediction), and lower and upper end of the 90 % interval."""
COVERAGE = QUANTILES[2] - QUANTILES[1]
START = -3.0
"""Before training T = 0.8 N where bonds are weaker by 1.2 %, about the mean of the ensemble."""
INITIAL = "he_uniform"
SINGLE = {"dtype": "float32"}  # of the physics, also where the other layers use half precision


def own(
    pixels: int,
    *,
    side: float,
    window: float,
    thresholds: Sequence[float],
    channels: Sequence[int],
    dense: Sequence[int],
    dropout: float,
    steps: str = "modes",
    decay: float = DECAY,
) -> keras.Model:
    """Return the network `own` (`steps="modes"`) or `staircase` (`steps="smeared"`).

    Parameters
    ----------
    pixels : int
        Of the map along each side, at least 8.
    side : float
        Of the flake, in a.
    window : float
        Largest energy, in t.
    thresholds : sequence of float
        Energies at which modes of the flat ribbon open, rising, at least two, in t.
    channels : sequence of int
        Widths of the convolutions 3x3, the first two of which are pooled; at least two.
    dense : sequence of int
        Width of the two layers that condition the maps, and of the layer after them.
    dropout : float
        Before the outputs.
    steps : {"modes", "smeared"}
    decay : float
        3.37 of eq. (2).

    Returns
    -------
    keras.Model
        From a mapping with `heights` (n, pixels, pixels) in a, `energy` (n, 1) in t and for
        `modes` also `modes` (n, 1), to T and the ends of its interval (n, 3), in 2e²/h.

    Raises
    ------
    ValueError
        For a setting that is unknown or out of range.
    """
    _check(locals())
    inputs = _inputs(pixels, steps)
    physics = {"side": side, "window": window, "thresholds": thresholds, "decay": decay}
    sizes = {"channels": channels, "dense": dense, "dropout": dropout}
    single = _one_orientation(inputs, **physics, **sizes)
    inputs = _inputs(pixels, steps)
    answers = [
        single({**inputs, "heights": Flip(axes, **SINGLE)(inputs["heights"])})
        for axes in ORIENTATIONS
    ]
    x = keras.layers.Average(name="mean_of_orientations", **SINGLE)(answers)
    x = Calibration(name="calibration", **SINGLE)(x)
    return keras.Model(inputs, x, name="own" if steps == "modes" else "staircase")


def one_orientation(network: keras.Model) -> keras.Model:
    """Return the part of a network that is fitted: maps as they are, (n, 4) with N the last."""
    return network.get_layer("one_orientation")


def _inputs(pixels: int, steps: str) -> dict[str, Any]:
    names = ["energy", "modes"] if steps == "modes" else ["energy"]
    heights = keras.Input((pixels, pixels), name="heights")
    return {"heights": heights, **{name: keras.Input((1,), name=name) for name in names}}


def _one_orientation(
    inputs: dict[str, Any],
    *,
    side: float,
    window: float,
    thresholds: Sequence[float],
    decay: float,
    channels: Sequence[int],
    dense: Sequence[int],
    dropout: float,
) -> keras.Model:
    spacing = float(np.diff(thresholds).mean())
    scalars = [inputs[name] for name in inputs if name != "heights"]
    condition = Condition(window, spacing, name="condition", **SINGLE)(*scalars)
    for number in (1, 2):
        condition = _dense(dense[0], f"condition_{number}")(condition)
    x = Mirrors(name="mirrors", **SINGLE)(inputs["heights"])
    x = bonds = BondWeakening(side, decay, name="bonds", **SINGLE)(x)
    for number, filters in enumerate(channels, start=1):
        convolution = {"padding": "same", "kernel_initializer": INITIAL}
        x = keras.layers.Conv2D(filters, 3, **convolution, name=f"convolution_{number}")(x)
        x = Modulation(name=f"modulation_{number}")([x, condition])
        x = keras.layers.Activation("swish", name=f"activation_{number}")(x)
        if number <= 2:
            x = keras.layers.AveragePooling2D(2, name=f"pooling_{number}")(x)
    x = keras.layers.GlobalAveragePooling2D(name="mean")(x)
    x = keras.layers.Concatenate(name="join")([x, condition])
    x = keras.layers.Dropout(dropout, name="dropout")(_dense(dense[1], "dense")(x))
    logit = CleanLimit(name="clean_limit", **SINGLE)(_output(1, START, "logit")(x), bonds)
    spread = _output(2, -1.0, "spread")(x)
    modes = inputs.get("modes")
    if modes is None:
        sharpness = CleanLimit(name="sharp_limit", **SINGLE)(
            _output(1, START, "sharpness")(x), bonds
        )
        modes = Steps(thresholds, name="steps", **SINGLE)(inputs["energy"], sharpness)
    x = Bounded(name="transmission", **SINGLE)(logit, spread, modes)
    return keras.Model(inputs, x, name="one_orientation")


def _dense(width: int, name: str) -> keras.layers.Layer:
    return keras.layers.Dense(width, "swish", kernel_initializer=INITIAL, name=name)


def _output(width: int, start: float, name: str) -> keras.layers.Layer:
    bias = keras.initializers.Constant(start)
    return keras.layers.Dense(width, bias_initializer=bias, name=name, **SINGLE)


def pinball(true: Any, quantiles: Any) -> Any:
    """Return the pinball losses of quantiles (n, 3 or more) of true values (n, 1), summed, (n,)."""
    missing = true[:, :1] - quantiles[:, : len(QUANTILES)]
    levels = np.array(QUANTILES, dtype=np.float32)
    return ops.sum(ops.maximum(levels * missing, (levels - 1) * missing), axis=-1)


def mae(true: Any, quantiles: Any) -> Any:
    """Return the absolute error of the median, (n,)."""
    return ops.abs(true[:, 0] - quantiles[:, 0])


FIT_OPTIONS = {"loss": pinball, "metrics": (mae,)}


def held_out(samples: int, fraction: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the training samples to fit and those kept for the intervals, both rising."""
    if not 0 < fraction < 1 or not 1 <= round(samples * fraction) < samples:
        raise ValueError(
            f"own: {fraction:g} of {samples} training samples for the intervals, "
            "expected at least one and not all"
        )
    order = np.random.default_rng(seed).permutation(samples)
    number = round(samples * fraction)
    return np.sort(order[number:]), np.sort(order[:number])


def calibrate(network: keras.Model, quantiles: np.ndarray, true: np.ndarray) -> float:
    """Set the correction of the intervals of a network from samples that it was not fitted to.

    The score of a sample is how far its true value lies beyond the nearer end, in units of the
    interval's length; the correction is the ⌈0.9 (m + 1)⌉-th smallest of m scores. Intervals of
    new samples of the same law then hold 90 % on average.

    Parameters
    ----------
    quantiles : array (m, 3)
        What the network, not calibrated yet, says of the samples, in 2e²/h.
    true : array (m,)

    Returns
    -------
    float
        The correction, which is a weight of the network from now on.
    """
    _, low, high = np.asarray(quantiles, dtype=float).T
    scores = np.sort(np.maximum(low - true, true - high) / np.maximum(high - low, 1e-6))
    rank = min(math.ceil(COVERAGE * (len(scores) + 1)), len(scores))
    network.get_layer("calibration").share.assign(scores[rank - 1])
    return float(scores[rank - 1])


def _check(settings: Mapping[str, Any]) -> None:
    if settings["steps"] not in ("modes", "smeared"):
        raise ValueError(f"own: steps = {settings['steps']!r}, expected modes or smeared")
    if settings["pixels"] < 8:
        raise ValueError(f"own: pixels = {settings['pixels']}, expected at least 8")
    for name in ("channels", "dense", "thresholds"):
        if len(settings[name]) < 2:
            raise ValueError(f"own: {name} = {settings[name]}, expected at least two numbers")
    if not 0 <= settings["dropout"] < 1:
        raise ValueError(f"own: dropout = {settings['dropout']}, expected at least 0 and below 1")
