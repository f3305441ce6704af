"""Layers that hold the physics of our own networks: bonds, mirrors, modes and their bounds."""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from hamlearn.bubbles.solver import DECAY, DIRECTIONS

SMALLEST_WEAKENING = 1e-9
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
class Flip(keras.layers.Layer):
    """Maps (n, p, p) mirrored along some axes."""

    def __init__(self, axes: Sequence[int], **kwargs: Any):
        super().__init__(**kwargs)
        self.axes = tuple(axes)

    def call(self, heights: Any) -> Any:
        return ops.flip(heights, self.axes) if self.axes else heights

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "axes": self.axes}


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
    """N σ(f), N σ(f - softplus(a)), N σ(f + softplus(b)) and N, (n, 4), of f, (a, b) and N."""

    def call(self, logit: Any, spread: Any, modes: Any) -> Any:
        spread = ops.softplus(spread)
        ends = [logit, logit - spread[:, :1], logit + spread[:, 1:]]
        share = ops.sigmoid(ops.concatenate(ends, axis=-1))
        return modes * ops.concatenate([share, ops.ones_like(modes)], axis=-1)


@registered
class Calibration(keras.layers.Layer):
    """Of :class:`Bounded` the median and interval (n, 3), this longer by a share at both ends.

    The share of its length is the layer's only weight, zero until
    :func:`hamlearn.bubbles.own.calibrate` sets it. The ends stay between 0 and N.
    """

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        self.share = self.add_weight(initializer="zeros", trainable=False, name="share")

    def call(self, answer: Any) -> Any:
        median, low, high, modes = ops.split(answer, 4, axis=-1)
        longer = self.share * (high - low)
        low, high = ops.maximum(low - longer, 0), ops.minimum(high + longer, modes)
        return ops.concatenate([median, low, high], axis=-1)
