r"""Two networks of our own for the same data: physics first, then a small convolutional network.

What the paper's network has to find out is given. The bubbles act through the hoppings alone, so
the channels are the weakening of the bonds along three directions, not the heights. The energy
decides what they do to an electron, so it modulates every feature map. A flake transmits at most
what its leads carry, and all of it if it is flat,

.. math:: T = N \, \sigma(f - \ln \bar w),

with the sigmoid :math:`\sigma` and the mean weakening :math:`\bar w` of the bonds. Of the flake's
mirrors the product is an exact symmetry of T and each by itself a good one (1e-4 to 1e-2 of a
mode); training shows maps in all four orientations.

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

from hamlearn.bubbles.linear_map import DIRECTIONS
from hamlearn.bubbles.solver import DECAY

QUANTILES = (0.5, 0.05, 0.95)
"""Outputs: median (the prediction), and lower and upper end of the 90 % interval."""
COVERAGE = QUANTILES[2] - QUANTILES[1]
SMALLEST_WEAKENING = 1e-9
START = -3.0
"""Before training T = 0.8 N where bonds are weaker by 1.2 %, about the mean of the ensemble."""
INITIAL = "he_uniform"
SINGLE = {"dtype": "float32"}  # of the physics, also where the other layers use half precision
registered = keras.saving.register_keras_serializable(package="hamlearn")


@registered
class Mirrors(keras.layers.Layer):
    """Maps (n, p, p), while training each in one of its four orientations at random."""

    def __init__(self, **kwargs: Any):
        super().__init__(**kwargs)
        self.seeds = keras.random.SeedGenerator()

    def call(self, heights: Any, training: bool = False) -> Any:
        if not training:
            return heights
        for axis in (1, 2):
            number = keras.random.uniform((ops.shape(heights)[0], 1, 1), seed=self.seeds)
            heights = ops.where(number < 0.5, ops.flip(heights, axis), heights)
        return heights


@registered
class BondWeakening(keras.layers.Layer):
    """Weakening 1 - |h| of the bonds along a, b and c, eq. (2), of maps (n, p, p) in a.

    Slopes are those of the plane through four neighbouring pixels, so that the fields are
    (n, p - 1, p - 1, 3) and stand between the pixels. They vanish for a flat flake.
    """

    def __init__(self, side: float, decay: float = DECAY, **kwargs: Any):
        super().__init__(**kwargs)
        self.side, self.decay = side, decay

    def call(self, heights: Any) -> Any:
        spacing = self.side / heights.shape[1]
        along, across = heights[:, 1:] - heights[:, :-1], heights[:, :, 1:] - heights[:, :, :-1]
        slope_x = (along[:, :, 1:] + along[:, :, :-1]) / (2 * spacing)
        slope_y = (across[:, 1:] + across[:, :-1]) / (2 * spacing)
        slopes = [x * slope_x + y * slope_y for x, y in DIRECTIONS.tolist()]
        stretch = ops.sqrt(1 + ops.square(ops.stack(slopes, axis=-1))) - 1
        return 1 - ops.exp(-self.decay * stretch)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "side": self.side, "decay": self.decay}


@registered
class Modulation(keras.layers.Layer):
    """Feature maps (n, x, y, c) times 1 + γ plus β, which are linear in a condition (n, k)."""

    def build(self, shapes: Sequence[tuple[int | None, ...]]) -> None:
        shape = (shapes[1][-1], 2 * shapes[0][-1])
        self.kernel = self.add_weight(shape=shape, initializer="zeros", name="kernel")
        self.bias = self.add_weight(shape=shape[1:], initializer="zeros", name="bias")

    def call(self, inputs: Sequence[Any]) -> Any:
        maps, condition = inputs
        found = (ops.matmul(condition, self.kernel) + self.bias)[:, None, None]
        slope, shift = ops.split(found, 2, axis=-1)
        return maps * (1 + slope) + shift

    def compute_output_shape(self, shapes: Sequence[tuple[int | None, ...]]) -> tuple:
        return shapes[0]


@registered
class Condition(keras.layers.Layer):
    """Energy (n, 1) and, if given, number of modes (n, 1) as two or three numbers of order one.

    With s = 1 / (1 + 2E/ΔE), where ΔE is the mean distance of thresholds so that 1/s follows the
    number of modes: 2E/window - 1, s, and modes times s minus 1.
    """

    def __init__(self, window: float, spacing: float, **kwargs: Any):
        super().__init__(**kwargs)
        self.window, self.spacing = window, spacing

    def call(self, energy: Any, modes: Any = None) -> Any:
        smooth = 1 / (1 + 2 * energy / self.spacing)
        found = [2 * energy / self.window - 1, smooth]
        return ops.concatenate(found + ([] if modes is None else [modes * smooth - 1]), axis=-1)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "window": self.window, "spacing": self.spacing}


@registered
class CleanLimit(keras.layers.Layer):
    """A number of any size (n, 1) minus the logarithm of the mean weakening of bonds (n, x, y, 3).

    As the logit of a transmission it makes what is reflected proportional to the weakening where
    that is small, and a flat flake transmit everything; as a sharpness it makes its steps exact.
    """

    def call(self, number: Any, weakening: Any) -> Any:
        mean = ops.mean(weakening, axis=(1, 2, 3))[:, None]
        return number - ops.log(mean + SMALLEST_WEAKENING)


@registered
class Steps(keras.layers.Layer):
    """Number of modes N (n, 1) at energies (n, 1), smeared the less the larger a sharpness (n, 1).

    The width is w = ΔE [softplus(-sharpness) + 0.001], ΔE the mean distance of the thresholds.
    """

    def __init__(self, thresholds: Sequence[float], **kwargs: Any):
        super().__init__(**kwargs)
        self.thresholds = [float(threshold) for threshold in thresholds]

    def call(self, energy: Any, sharpness: Any) -> Any:
        width = float(np.diff(self.thresholds).mean()) * (ops.softplus(-sharpness) + 0.001)
        steps = ops.sigmoid((energy - np.array(self.thresholds, dtype=np.float32)) / width)
        return 1 + 2 * ops.sum(steps, axis=-1, keepdims=True)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "thresholds": self.thresholds}


@registered
class Bounded(keras.layers.Layer):
    """N σ(f), N σ(f - softplus(a)) and N σ(f + softplus(b)), (n, 3), of f, (a, b) and N."""

    def call(self, logit: Any, spread: Any, modes: Any) -> Any:
        spread = ops.softplus(spread)
        ends = [logit, logit - spread[:, :1], logit + spread[:, 1:]]
        return modes * ops.sigmoid(ops.concatenate(ends, axis=-1))


@registered
class Calibration(keras.layers.Layer):
    """Median and interval (n, 3), the interval longer at both ends by a share of its length.

    The share is the layer's only weight, zero until :func:`calibrate` sets it. The ends stay
    between 0 and the number of modes N (n, 1).
    """

    def build(self, *input_shapes: tuple[int | None, ...]) -> None:
        self.share = self.add_weight(initializer="zeros", trainable=False, name="share")

    def call(self, quantiles: Any, modes: Any) -> Any:
        median, low, high = ops.split(quantiles, 3, axis=-1)
        longer = self.share * (high - low)
        low, high = ops.maximum(low - longer, 0), ops.minimum(high + longer, modes)
        return ops.concatenate([median, low, high], axis=-1)


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
    names = ["energy", "modes"] if steps == "modes" else ["energy"]
    inputs = {"heights": keras.Input((pixels, pixels), name="heights")}
    inputs |= {name: keras.Input((1,), name=name) for name in names}
    spacing = float(np.diff(thresholds).mean())
    condition = Condition(window, spacing, name="condition", **SINGLE)(
        *(inputs[name] for name in names)
    )
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
    x = Calibration(name="calibration", **SINGLE)(x, modes)
    return keras.Model(inputs, x, name="own" if steps == "modes" else "staircase")


def _dense(width: int, name: str) -> keras.layers.Layer:
    return keras.layers.Dense(width, "swish", kernel_initializer=INITIAL, name=name)


def _output(width: int, start: float, name: str) -> keras.layers.Layer:
    bias = keras.initializers.Constant(start)
    return keras.layers.Dense(width, bias_initializer=bias, name=name, **SINGLE)


def pinball(true: Any, quantiles: Any) -> Any:
    """Return the pinball losses of quantiles (n, 3) of true values (n, 1), summed, (n,)."""
    missing = true[:, :1] - quantiles
    levels = np.array(QUANTILES, dtype=np.float32)
    return ops.sum(ops.maximum(levels * missing, (levels - 1) * missing), axis=-1)


def mae(true: Any, quantiles: Any) -> Any:
    """Return the absolute error of the median, (n,)."""
    return ops.abs(true[:, 0] - quantiles[:, 0])


FIT_OPTIONS = {"loss": pinball, "error": mae, "schedule": "cosine"}


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
