"""The networks of the thesis as lists of operations: what is built, drawn and counted.

Convolutions and pools of the MNIST networks (Figs. 16, 26, 27) and of the CIFAR-10 pipeline (Figs.
17 to 22, 28, 29), of which the thesis gives no table: the lists respect every number that it
gives. Nothing here imports Keras.
"""

from collections.abc import Sequence
from dataclasses import dataclass

DENSE = {"fc_small": (20,), "fc_medium": (512, 256), "fc_large": (525,) * 6}
"""Hidden layers of the fully connected networks (Fig. 15)."""
MNIST = ("full", "pool")
FREE = ("free", "hbfree", "hybrid")
CIFAR = ("std", "res", "tuned", *FREE)
FAMILIES = (*DENSE, *MNIST, *CIFAR)
BYPASSED = ("res", "hybrid")
KINDS = ("conv", "torfcn", "torsum")
DOWNSAMPLES = ("aligned", "dilated", "polyphase", "none")
NORMS = ("batch", "layer_channel", "none")
VALUES = {"width": 32, "dense": 128}
SCORES = {"attention_width": 16, "attention_dense": 64}
"""Neurons of the heads: see :mod:`hamlearn.learning.heads`."""
MEAN, HIGH_BANDWIDTH = ("mean",), ("mean", "max", "min")
POOLS = {"hbfree": HIGH_BANDWIDTH, "hybrid": HIGH_BANDWIDTH}
"""Global pools of the read-outs; the mean alone in other families."""
KERNEL, HALF = 3, 2
MOST_AXES = 3


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One convolution or pool.

    Attributes
    ----------
    kind : {"conv", "pool"}
    filters : int
        Channels that come out.
    size : tuple
        Of the kernel or window, along each axis.
    stride, dilation : int
    periodic : bool
        Otherwise `padding` says what is beyond the edges: zeros (`same`) or nothing (`valid`).
    polyphase : int
        Afterwards one sublattice of this stride is chosen, if it is not 1.
    bypass : bool
        Whether what went in is added to what comes out.
    """

    kind: str
    filters: int
    size: tuple[int, ...]
    stride: int = 1
    dilation: int = 1
    periodic: bool = True
    padding: str = "same"
    polyphase: int = 1
    bypass: bool = False


def operations(
    family: str,
    kind: str,
    *,
    shape: Sequence[int],
    channels: int = 64,
    downsample: str = "aligned",
) -> tuple[Operation, ...]:
    """Return the operations of a convolutional network, from the image to the last map.

    `full` is conv, conv/2, conv, conv/2, where /2 is a stride; `pool` conv, conv, pool, conv,
    conv, pool; both with `channels` / 2 channels, then `channels`. The others are (conv, conv,
    pool) as often as halves the shortest side to 2, then conv. Kernels have 3 sites along each
    axis. All end in a convolution whose kernel covers the map that is left: one number a channel
    for `conv` and `torfcn`, where it is flat and not padded, and a map for `torsum`.

    Parameters
    ----------
    family, kind : str
        Of :data:`MNIST` and :data:`CIFAR`; of :data:`KINDS`.
    shape : (N_1, ..., N_r, c)
        Of an image, r = 1, 2 or 3.
    channels : int
    downsample : {"aligned", "dilated", "polyphase", "none"}
        How maps become smaller: every second entry from the first one on, which rolls by
        multiples of 2^q alone leave unseen with q such steps; not at all, every later operation
        skipping entries instead, which is the mean over all rolls; every second entry from where
        their squares are largest; not at all. The last three see no roll in a `torsum`.

    Raises
    ------
    ValueError
        For an unknown option, or a shape that the halvings do not divide.
    """
    check(family, kind, shape=shape, channels=channels, downsample=downsample)
    axes = len(shape) - 1
    found, dilation = [], 1
    for operation, filters, stride in _steps(family, shape, channels):
        exact = downsample != "aligned"
        found.append(
            Operation(
                kind=operation,
                filters=filters,
                size=(KERNEL if operation == "conv" else HALF,) * axes,
                stride=1 if exact else stride,
                dilation=dilation,
                periodic=kind != "conv",
                polyphase=stride if downsample == "polyphase" else 1,
                bypass=family in BYPASSED and operation == "conv" and bool(found),
            )
        )
        if downsample == "dilated":
            dilation *= stride
    whole = HALF ** _halvings(family, shape)
    final = Operation(
        kind="conv",
        filters=channels,
        size=tuple(length // whole for length in shape[:-1]),
        dilation=dilation,
        periodic=kind == "torsum",
        padding="valid",
    )
    return (*found, final)


def _steps(family: str, shape: Sequence[int], channels: int) -> list[tuple[str, int, int]]:
    """Return kind, channels and stride of all operations but the last one."""
    pool = [("pool", channels, HALF)]
    if family == "full":
        return [("conv", c, stride) for c in (channels // 2, channels) for stride in (1, HALF)]
    if family == "pool":
        half = [("conv", channels // 2, 1)] * 2 + [("pool", channels // 2, HALF)]
        return half + [("conv", channels, 1)] * 2 + pool
    stages = ([("conv", channels, 1)] * 2 + pool) * _halvings(family, shape)
    return [*stages, ("conv", channels, 1)]


def _halvings(family: str, shape: Sequence[int]) -> int:
    """Return how often sides are halved, q; raise ValueError for sides that cannot be."""
    lengths = tuple(shape[:-1])
    if family in MNIST:
        times, what = 2, "multiples of 4"
        fits = True
    else:
        times = max(min(lengths).bit_length() - 2, 0)
        what = "2, 4, 8, ... along the shortest side, multiples of half of it along the others"
        fits = min(lengths) == HALF ** (times + 1)
    if not fits or any(length % HALF**times for length in lengths):
        raise ValueError(f"shape = {tuple(shape)}: {family} expects {what}")
    return times


def stride(family: str, shape: Sequence[int]) -> int:
    """Return the product of all strides of a convolutional network whose pools are aligned.

    A `torsum` does not see rolls by its multiples. Raises ValueError as :func:`operations`.
    """
    return HALF ** _halvings(family, shape)


def check(
    family: str,
    kind: str | None,
    *,
    shape: Sequence[int],
    classes: int = 10,
    channels: int = 64,
    downsample: str = "aligned",
    norm: str = "batch",
) -> None:
    """Raise ValueError, in one line, for a network that there is not."""
    convolutional = family not in DENSE
    allowed = {
        "family": (family, FAMILIES),
        "kind": (kind, KINDS if convolutional else (None,)),
        "downsample": (downsample, DOWNSAMPLES if kind == "torsum" else DOWNSAMPLES[:1]),
        "norm": (norm, NORMS),
    }
    for name, (value, known) in allowed.items():
        if value not in known:
            of = "" if name == "family" else f" of {family}" + f" {kind}" * (name == "downsample")
            raise ValueError(f"{name}{of} = {value!r}: expected {_or(known)}")
    axes = range(1, MOST_AXES + 1) if convolutional else range(len(shape))
    if len(shape) - 1 not in axes or min(shape) < 1:
        raise ValueError(f"shape = {tuple(shape)}: expected 1 to {MOST_AXES} lengths and channels")
    for name, value in {"classes": classes, "channels": channels}.items():
        if value < 1:
            raise ValueError(f"{name} = {value}: expected 1 or more")
    if family in MNIST and channels % 2:
        raise ValueError(f"channels = {channels}: {family} expects an even number")
    if convolutional:
        _halvings(family, shape)


def _or(values: Sequence[object]) -> str:
    return f"one of {', '.join(map(str, values))}" if len(values) > 1 else str(values[0])
