"""Convolutions and pools on a torus, which commute with rolls of their input.

Arrays are (n, N_1, ..., N_r, c): samples, r = 1, 2 or 3 axes, channels. A roll by a moves what
stands at i to (i + a) mod N. An axis is periodic, its ends are neighbours, or flat.
"""

import math
from collections.abc import Sequence
from functools import reduce
from typing import Any, NamedTuple

import keras
import numpy as np
from keras import ops

MOST_AXES = 3
PADDINGS = ("same", "valid")
REDUCTIONS = {"max": ops.maximum, "mean": ops.add, "min": ops.minimum}
"""By which two values become one; sums are divided at the end."""
registered = keras.saving.register_keras_serializable(package="hamlearn")


class Window(NamedTuple):
    """How windows lie on one axis; its length is None where it depends on the samples."""

    length: int | None
    size: int
    stride: int
    dilation: int
    periodic: bool

    @property
    def reach(self) -> int:
        """Distance between the first and the last entry of a window."""
        return self.dilation * (self.size - 1)

    def number(self, padding: int) -> int | None:
        """Return how many windows there are when the axis is longer by `padding`."""
        if self.length is None:
            return None
        return (self.length + padding - self.reach - 1) // self.stride + 1


def wrap(x: Any, axis: int, left: int, right: int) -> Any:
    """Return an array with its last `left` entries also before it, its first `right` ones behind.

    Entry i of the axis is x[(i - left) mod N], also where a side is longer than N.
    """
    length = x.shape[axis]
    if not left and not right:
        return x
    if left + right > length:
        return ops.take(x, np.arange(-left, length + right) % length, axis=axis)
    first, middle, last = ops.split(x, [right, length - left], axis=axis)
    parts = [last, first, middle, last, first]  # their gradient is cheaper than that of slices
    return ops.concatenate([part for part in parts if part.shape[axis]], axis=axis)


def _cut(x: Any, axis: int, part: slice) -> Any:
    return x[(slice(None),) * axis + (part,)]


def _per_axis(name: str, value: Any, axes: int) -> tuple:
    """Return one value for each axis; raise ValueError for another number of them."""
    values = value if isinstance(value, tuple) else (value,) * axes
    if len(values) != axes:
        raise ValueError(f"{name} = {value}: expected one value, or one for each of {axes} axes")
    return values


def windows(
    shape: Sequence[int | None], size: Any, strides: Any, dilation_rate: Any, periodic: Any
) -> list[Window]:
    """Return how windows lie on each axis of arrays of a shape (n, N_1, ..., c).

    Raises
    ------
    ValueError
        For options that do not fit the axes, and for a stride that does not divide the length of
        a periodic axis.
    """
    lengths = tuple(shape[1:-1])
    if not 1 <= len(lengths) <= MOST_AXES:
        raise ValueError(f"shape {tuple(shape)}: expected samples, 1 to {MOST_AXES} axes, channels")
    sizes = {"size": size, "strides": strides, "dilation_rate": dilation_rate}
    values = [_per_axis(name, value, len(lengths)) for name, value in sizes.items()]
    for (name, value), numbers in zip(sizes.items(), values, strict=True):
        if min(numbers) < 1:
            raise ValueError(f"{name} = {value}: expected 1 or more")
    values.append(_per_axis("periodic", periodic, len(lengths)))
    found = [Window(*axis) for axis in zip(lengths, *values, strict=True)]
    for axis in found:
        if axis.periodic and (axis.length is None or axis.length % axis.stride):
            raise ValueError(
                f"strides = {axis.stride}: expected a divisor of the length {axis.length} "
                "of a periodic axis"
            )
    return found


def _numbers(name: str, axes: Sequence[Window], padding: Sequence[int]) -> tuple[int | None, ...]:
    """Return the number of windows on each axis; raise ValueError where none fits."""
    found = tuple(axis.number(added) for axis, added in zip(axes, padding, strict=True))
    for axis, number in zip(axes, found, strict=True):
        if number is not None and number < 1:
            raise ValueError(f"{name} = {axis.size}: too long for a flat axis of {axis.length}")
    return found


class _Windowed(keras.layers.Layer):
    """A layer with options that may be given for each axis; they are kept as attributes."""

    def _keep(self, **options: Any) -> None:
        self._kept = tuple(options)
        for name, value in options.items():
            setattr(self, name, tuple(value) if isinstance(value, list) else value)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), **{name: getattr(self, name) for name in self._kept}}


@registered
class ToroidalConv(_Windowed):
    r"""Convolution in 1 to 3 dimensions, periodic along some axes.

    .. math:: Y_i = \sum_j W_j X_{(s i + d j - p) \bmod N} + b, \quad p = d \lfloor (k-1)/2 \rfloor

    Parameters
    ----------
    filters : int
        Channels that come out.
    kernel_size, strides, dilation_rate : int, or one for each axis
        k, s and d.
    periodic : bool, or one for each axis
        Flat axes are padded.
    padding : {"same", "valid"}
        Of flat axes: zeros where a periodic axis would go on, or nothing.
    use_bias : bool
    kernel_initializer, bias_initializer
        Whatever Keras takes.

    Attributes
    ----------
    kernel : (k_1, ..., c, filters)
    bias : (filters,)

    Raises
    ------
    ValueError
        When it is built: for options that do not fit the axes, for a stride that does not divide
        a periodic length, for a flat axis shorter than the kernel.
    """

    def __init__(
        self,
        filters: int,
        kernel_size: int | Sequence[int],
        *,
        strides: int | Sequence[int] = 1,
        dilation_rate: int | Sequence[int] = 1,
        periodic: bool | Sequence[bool] = True,
        padding: str = "same",
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        **kwargs: Any,
    ):
        super().__init__(**kwargs)
        if filters < 1:
            raise ValueError(f"filters = {filters}: expected 1 or more")
        if padding not in PADDINGS:
            raise ValueError(f"padding = {padding!r}: expected one of {', '.join(PADDINGS)}")
        self._keep(
            filters=filters,
            kernel_size=kernel_size,
            strides=strides,
            dilation_rate=dilation_rate,
            periodic=periodic,
            padding=padding,
            use_bias=use_bias,
        )
        self.kernel_initializer = keras.initializers.get(kernel_initializer)
        self.bias_initializer = keras.initializers.get(bias_initializer)

    def _windows(self, shape: Sequence[int | None]) -> list[Window]:
        return windows(shape, self.kernel_size, self.strides, self.dilation_rate, self.periodic)

    def _sides(self, axis: Window) -> tuple[int, int]:
        """Return by how much an axis is padded before and behind."""
        if not axis.periodic and self.padding == "valid":
            return 0, 0
        left = axis.dilation * ((axis.size - 1) // 2)
        return left, axis.reach - left

    def build(self, input_shape: Sequence[int | None]) -> None:
        self.compute_output_shape(input_shape)
        sizes = tuple(axis.size for axis in self._windows(input_shape))
        self.kernel = self.add_weight(
            shape=(*sizes, input_shape[-1], self.filters),
            initializer=self.kernel_initializer,
            name="kernel",
        )
        self.bias = None
        if self.use_bias:
            self.bias = self.add_weight(
                shape=(self.filters,), initializer=self.bias_initializer, name="bias"
            )

    def call(self, x: Any) -> Any:
        axes = self._windows(x.shape)
        sides = [self._sides(axis) for axis in axes]
        for number, (axis, (left, right)) in enumerate(zip(axes, sides, strict=True), start=1):
            if axis.periodic:
                x = wrap(x, number, left, right)
        zeros = [(0, 0) if a.periodic else side for a, side in zip(axes, sides, strict=True)]
        if np.any(zeros):
            x = ops.pad(x, [(0, 0), *zeros, (0, 0)])
        strides, dilation = tuple(a.stride for a in axes), tuple(a.dilation for a in axes)
        both = max(strides) > 1 and max(dilation) > 1  # which no backend computes in one operation
        x = ops.conv(
            x,
            self.kernel,
            strides=1 if both else strides,
            padding="valid",
            data_format="channels_last",
            dilation_rate=dilation,
        )
        if both:
            x = x[(slice(None), *(slice(None, None, stride) for stride in strides))]
        return x if self.bias is None else x + self.bias

    def compute_output_shape(self, input_shape: Sequence[int | None]) -> tuple[int | None, ...]:
        axes = self._windows(input_shape)
        lengths = _numbers("kernel_size", axes, [sum(self._sides(axis)) for axis in axes])
        return (input_shape[0], *lengths, self.filters)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "kernel_initializer": keras.initializers.serialize(self.kernel_initializer),
            "bias_initializer": keras.initializers.serialize(self.bias_initializer),
        }


@registered
class ToroidalPool(_Windowed):
    """Largest, mean or smallest value of windows that begin at each s-th entry of every axis.

    Window i holds the entries s i, s i + d, ..., s i + (p - 1) d, mod N along a periodic axis.

    Parameters
    ----------
    pool_size, strides, dilation_rate : int, or one for each axis
        p, s and d. Without strides windows lie side by side, s = p: such a pool commutes with
        rolls by multiples of p alone. With s = 1 it commutes with every roll.
    mode : {"max", "mean", "min"}
    periodic : bool, or one for each axis
        Along a flat axis windows end where it ends.

    Raises
    ------
    ValueError
        For an unknown mode; when it is built, for options that do not fit the axes and for a
        stride that does not divide a periodic length.
    """

    def __init__(
        self,
        pool_size: int | Sequence[int] = 2,
        *,
        strides: int | Sequence[int] | None = None,
        dilation_rate: int | Sequence[int] = 1,
        mode: str = "max",
        periodic: bool | Sequence[bool] = True,
        **kwargs: Any,
    ):
        super().__init__(**kwargs)
        if mode not in REDUCTIONS:
            raise ValueError(f"mode = {mode!r}: expected one of {', '.join(REDUCTIONS)}")
        self._keep(
            pool_size=pool_size,
            strides=strides,
            dilation_rate=dilation_rate,
            mode=mode,
            periodic=periodic,
        )

    def _windows(self, shape: Sequence[int | None]) -> list[Window]:
        strides = self.pool_size if self.strides is None else self.strides
        return windows(shape, self.pool_size, strides, self.dilation_rate, self.periodic)

    def build(self, input_shape: Sequence[int | None]) -> None:
        self.compute_output_shape(input_shape)

    def call(self, x: Any) -> Any:
        axes = self._windows(x.shape)
        for number, axis in enumerate(axes, start=1):
            x = wrap(x, number, 0, _behind(axis))
        if len(axes) < 3 and all(axis.dilation == 1 for axis in axes):
            return self._pooled(x, tuple(a.size for a in axes), tuple(a.stride for a in axes))
        for number, axis in enumerate(axes, start=1):
            last = ops.shape(x)[number] - axis.reach
            starts = range(0, axis.reach + 1, axis.dilation)
            parts = [_cut(x, number, slice(i, i + last, axis.stride)) for i in starts]
            x = reduce(REDUCTIONS[self.mode], parts)
        return x / math.prod(axis.size for axis in axes) if self.mode == "mean" else x

    def _pooled(self, x: Any, size: tuple[int, ...], strides: tuple[int, ...]) -> Any:
        """Return what one operation of the backend gives: no dilation, and no three axes.

        TensorFlow has none of these in double precision.
        """
        given = (size, strides, "valid", "channels_last")
        if self.mode == "mean":
            return ops.average_pool(x, *given)
        return ops.max_pool(x, *given) if self.mode == "max" else -ops.max_pool(-x, *given)

    def compute_output_shape(self, input_shape: Sequence[int | None]) -> tuple[int | None, ...]:
        axes = self._windows(input_shape)
        lengths = _numbers("pool_size", axes, [_behind(axis) for axis in axes])
        return (input_shape[0], *lengths, input_shape[-1])


def _behind(axis: Window) -> int:
    """Return how many entries of the beginning the last windows of a periodic axis need."""
    return max(0, axis.reach + 1 - axis.stride) if axis.periodic else 0


@registered
class Polyphase(_Windowed):
    """Each s-th entry of every axis, beginning where the sum of their squares is largest.

    A roll of the input rolls the output, and nothing else: of the s^r sublattices the same one is
    chosen. Of two that are equally large the first one is taken, which a roll may exchange.

    Parameters
    ----------
    strides : int, or one for each axis

    Raises
    ------
    ValueError
        When it is built, for a stride that does not divide the length of its axis.
    """

    def __init__(self, strides: int | Sequence[int] = 2, **kwargs: Any):
        super().__init__(**kwargs)
        self._keep(strides=strides)

    def _windows(self, shape: Sequence[int | None]) -> list[Window]:
        return windows(shape, 1, self.strides, 1, True)

    def build(self, input_shape: Sequence[int | None]) -> None:
        self.compute_output_shape(input_shape)

    def call(self, x: Any) -> Any:
        axes = self._windows(x.shape)
        strides, lengths = [a.stride for a in axes], [a.length // a.stride for a in axes]
        sublattices, size = math.prod(strides), math.prod(lengths) * x.shape[-1]
        split = [n for pair in zip(lengths, strides, strict=True) for n in pair]
        x = ops.reshape(x, (-1, *split, x.shape[-1]))
        places = range(1, 2 * len(axes) + 1)
        x = ops.transpose(x, (0, *places[1::2], *places[::2], len(places) + 1))
        x = ops.reshape(x, (-1, sublattices, size))
        best = ops.argmax(ops.sum(ops.square(x), axis=-1), axis=-1)
        chosen = ops.one_hot(best, sublattices, dtype=x.dtype)
        x = ops.sum(x * ops.expand_dims(chosen, -1), axis=1)
        return ops.reshape(x, (-1, *lengths, size // math.prod(lengths)))

    def compute_output_shape(self, input_shape: Sequence[int | None]) -> tuple[int | None, ...]:
        axes = self._windows(input_shape)
        return (input_shape[0], *_numbers("strides", axes, [0] * len(axes)), input_shape[-1])
