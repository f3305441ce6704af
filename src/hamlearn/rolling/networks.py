"""Every network of the thesis on images: dense, convolutional, residual, medium extractors.

G. Bird, thesis (Manchester, 2023), Secs. 2.6 to 2.8 and 3.2. Trainable parameters for 10 classes;
those of the three kinds of convolution are equal:

==========================  ====================  ==========
family                      images, channels      parameters
==========================  ====================  ==========
`fc_small`                  28x28x1               15,910
`fc_medium`                 28x28x1               535,818
`fc_large`                  28x28x1               1,798,135
`full`, `pool`              28x28x1, 64           266,410
`std`, `res`                32x32x3, 64           315,594
`tuned`                     32x32x3, 64           407,050
`free`                      32x32x3, 64           438,073
`hbfree`, `hybrid`          32x32x3, 64           524,377
==========================  ====================  ==========
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import keras

from hamlearn.learning import heads, training
from hamlearn.learning.global_pool import GlobalPool
from hamlearn.learning.toroidal import Polyphase, ToroidalConv, ToroidalPool
from hamlearn.rolling import pipelines
from hamlearn.rolling.pipelines import MEAN, POOLS, SCORES, VALUES, Operation

NORMS: dict[str, Callable[..., Any] | None] = {
    "batch": lambda name: keras.layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=name),
    "layer_channel": lambda name: keras.layers.GroupNormalization(1, epsilon=1e-5, name=name),
    "none": None,
}


def build(
    family: str,
    kind: str | None = None,
    *,
    shape: Sequence[int],
    classes: int = 10,
    channels: int = 64,
    downsample: str = "aligned",
    attention: str = "sigmoid",
    floor: float = 0.0,
    norm: str = "batch",
) -> keras.Model:
    """Return one network, untrained.

    Kernels are Glorot uniform, biases zero, activations Leaky-ReLU. :mod:`pipelines` lists the
    convolutions and pools, each of which takes, in the families `tuned` to `hybrid`, a read-out;
    read-out 0 is the image.

    Parameters
    ----------
    family : str
        `fc_small`, `fc_medium`, `fc_large`: dense. `full`, `pool`: convolutions that shrink by
        strides, or by pools. `std`: the pipeline of CIFAR-10, and with it: `res` bypasses, `tuned`
        read-outs that weights weigh, `free` read-outs that each sample weighs, `hbfree` these
        with mean, maximum and minimum, `hybrid` these with bypasses.
    kind : {"conv", "torfcn", "torsum"}, or None for a dense family
        Padded with zeros; on a torus, but for the last convolution; on a torus, then the mean.
    shape : (N_1, ..., N_r, c)
        Of an image, r = 1, 2 or 3.
    classes : int
    channels : int
        Of the maps; half of it in the first two convolutions of `full` and `pool`.
    downsample : {"aligned", "dilated", "polyphase", "none"}
        See :func:`hamlearn.rolling.pipelines.operations`; all but the first one for `torsum`.
    attention, floor
        Of the families `free`, `hbfree` and `hybrid`: see
        :class:`hamlearn.learning.attention.Attention`.
    norm : {"batch", "layer_channel", "none"}
        After each convolution of the pipeline of CIFAR-10: over the samples of a batch, with
        the momentum and ε of PyTorch; over all of one map; not at all. The parameters are the
        same for the first two. The families for MNIST have none.

    Returns
    -------
    keras.Model
        From images (n, N_1, ..., c) to logits (n, classes).

    Raises
    ------
    ValueError
        For an unknown or unfit option, or a shape that the pools do not divide.
    """
    pipelines.check(
        family,
        kind,
        shape=shape,
        classes=classes,
        channels=channels,
        downsample=downsample,
        norm=norm,
    )
    image = keras.Input(tuple(shape), name="image")
    if family in pipelines.DENSE:
        features = _dense(image, pipelines.DENSE[family])
    else:
        steps = pipelines.operations(
            family, kind, shape=shape, channels=channels, downsample=downsample
        )
        maps = [image]
        for number, step in enumerate(steps, start=1):
            used = norm if family in pipelines.CIFAR else "none"
            maps.append(_applied(maps[-1], step, number, NORMS[used]))
        features = _features(maps, family, kind, attention, floor)
    exact = keras.config.dtype_policy().variable_dtype  # where the other layers use half precision
    logits = keras.layers.Dense(classes, dtype=exact, name="logits")(features)
    return keras.Model(image, logits, name="_".join(filter(None, (family, kind))))


def attention(model: keras.Model) -> keras.Model:
    """Return the network from images to attention values (n, read-outs), sharing its weights.

    Raises ValueError for a network without attention.
    """
    if not any(layer.name == heads.ATTENTION for layer in model.layers):
        raise ValueError(
            f"network {model.name} has no attention: expected one of {', '.join(pipelines.FREE)}"
        )
    return keras.Model(model.input, model.get_layer(heads.ATTENTION).output)


def load(path: str | Path) -> keras.Model:
    """Read a trained network; raise ValueError if the file is missing or damaged."""
    return training.load(path)


def _dense(image: Any, widths: Sequence[int]) -> Any:
    x = keras.layers.Flatten(name="pixels")(image)
    for number, width in enumerate(widths, start=1):
        x = keras.layers.Dense(width, name=f"dense_{number}")(x)
        x = heads.leaky(x, f"activation_{number}")
    return x


def _applied(given: Any, step: Operation, number: int, norm: Callable[..., Any] | None) -> Any:
    """Return the map that an operation makes of the one before it."""
    if step.kind == "pool":
        x = ToroidalPool(
            step.size,
            strides=step.stride,
            dilation_rate=step.dilation,
            periodic=step.periodic,
            name=f"pool_{number}",
        )(given)
    else:
        x = ToroidalConv(
            step.filters,
            step.size,
            strides=step.stride,
            dilation_rate=step.dilation,
            periodic=step.periodic,
            padding=step.padding,
            name=f"convolution_{number}",
        )(given)
        x = norm(name=f"norm_{number}")(x) if norm else x
        x = heads.leaky(x, f"activation_{number}")
    if step.polyphase > 1:
        x = Polyphase(step.polyphase, name=f"phase_{number}")(x)
    return keras.layers.Add(name=f"bypass_{number}")([x, given]) if step.bypass else x


def _features(maps: Sequence[Any], family: str, kind: str, attention: str, floor: float) -> Any:
    """Return what the last layer takes: of the last map, or of the read-outs of all maps."""
    if family not in ("tuned", *pipelines.FREE):
        if kind == "torsum":
            return GlobalPool(name="sum")(maps[-1])
        return keras.layers.Flatten(name="whole")(maps[-1])
    pools = POOLS.get(family, MEAN)
    read_outs = [GlobalPool(pools, name=f"read_out_{r}")(x) for r, x in enumerate(maps)]
    if family == "tuned":
        return heads.tuned(read_outs, **VALUES)
    return heads.free(read_outs, **VALUES, **SCORES, activation=attention, floor=floor)
