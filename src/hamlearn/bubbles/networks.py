"""The mixed-input network of Nedell et al., arXiv:2108.01057 (Sec. III, Table I, Fig. 2).

A height map with a constant image of the energy behind it goes through five convolutions in three
dimensions, the third being the pair (height, energy); energy and number of lead modes go through a
second branch of dense layers; both meet before the last dense layers. Inputs are raw: heights in
a, energies in t.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import keras
from keras import ops

from hamlearn.learning import training

LAYER_C = "normalisation_1"
"""Layer whose features map linearly to the hoppings: the paper's C (Fig. 2, Sec. V B)."""
ENERGY_ARRAYS = ("energy", "zeros", "none")
BRANCH_INPUTS = ("energy", "modes")
ACTIVATIONS = ("swish", "relu")
CONVOLUTIONS, POOLED = 5, (1, 2, 5)  # as in AlexNet
INITIAL = "he_uniform"


@keras.saving.register_keras_serializable(package="hamlearn")
class Descriptor(keras.layers.Layer):
    """Heights (n, p, p) and energy (n, 1) as one array (n, p, p, slices, 1).

    `energy_array`: `energy` puts an image of the energy behind the heights, `zeros` an empty one
    of the same size, `none` nothing, so that one slice is left.
    """

    def __init__(self, energy_array: str = "energy", **kwargs: Any):
        super().__init__(**kwargs)
        self.energy_array = energy_array

    def call(self, heights: Any, energy: Any = None) -> Any:
        slices = [heights]
        if self.energy_array == "energy":
            slices.append(ops.broadcast_to(energy[:, :, None], ops.shape(heights)))
        elif self.energy_array == "zeros":
            slices.append(ops.zeros_like(heights))
        return ops.expand_dims(ops.stack(slices, axis=-1), -1)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "energy_array": self.energy_array}


@keras.saving.register_keras_serializable(package="hamlearn")
class SliceConvolution(keras.layers.Conv3D):
    """Conv3D with `same` padding of an array of few slices, as one convolution in the plane.

    Slices and channels form one axis, and the kernel one block for each pair of slices. The result
    is that of Conv3D; on a CPU it takes a fraction of the time.
    """

    def call(self, inputs: Any) -> Any:
        rows, columns, slices, channels = inputs.shape[1:]
        flat = ops.reshape(inputs, (-1, rows, columns, slices * channels))
        blocks = [
            ops.concatenate([self._block(i, o) for o in range(slices)], axis=-1)
            for i in range(slices)
        ]
        found = ops.conv(flat, ops.concatenate(blocks, axis=-2), padding="same")
        return ops.reshape(found, (-1, rows, columns, slices, self.filters)) + self.bias

    def _block(self, source: int, target: int) -> Any:
        """Return the kernel (3, 3, channels, filters) from one slice to another."""
        depth = self.kernel_size[2]
        place = source - target + (depth - 1) // 2  # padding is behind where it cannot be even
        if 0 <= place < depth:
            return self.kernel[:, :, place]
        return ops.zeros_like(self.kernel[:, :, 0])


@keras.saving.register_keras_serializable(package="hamlearn")
class SlicePooling(keras.layers.AveragePooling3D):
    """AveragePooling3D of (2, 2, 1), as pooling in the plane."""

    def call(self, inputs: Any) -> Any:
        rows, columns, slices, channels = inputs.shape[1:]
        flat = ops.reshape(inputs, (-1, rows, columns, slices * channels))
        found = ops.average_pool(flat, self.pool_size[:2], self.strides[:2], self.padding)
        return ops.reshape(found, (-1, *found.shape[1:3], slices, channels))


def mixed_input(
    pixels: int,
    *,
    channels: Sequence[int],
    dense: Sequence[int],
    branch: Sequence[int],
    dropout: float,
    momentum: float,
    outputs: int = 1,
    energy_array: str = "energy",
    branch_inputs: Sequence[str] = BRANCH_INPUTS,
    activation: str = "swish",
    batch_normalisation: bool = True,
) -> keras.Model:
    """Return the network of Fig. 2 and Table I, or one of its ablations.

    Five times [Conv3D (3, 3, 2), activation, batch normalisation], with average pooling (2, 2, 1)
    after the first, second and fifth; flattened and joined with the branch; dense layers with
    dropout; a linear output. With 100 pixels, channels (16, 32, 64, 64, 32), dense (2048, 256) and
    branch (16, 16), where the paper gives only 16, 2048 and 256, it has

    =====================================================  ==========
    network                                                parameters
    =====================================================  ==========
    full, `energy_array="zeros"`                           19,592,305
    two outputs (valleys)                                  19,592,562
    `branch_inputs=("energy",)`, not quantised             19,592,289
    `energy_array="none"`, without A                       10,076,641
    `branch_inputs=()`, without B                          19,559,217
    =====================================================  ==========

    of which 416 are not trained. Slice 0 of every layer sees heights and energy. Slice 1 never
    sees a height, because `same` padding of a kernel of depth two is behind only.

    Parameters
    ----------
    pixels : int
        Of the map along each side, at least 8; three poolings halve it, dropping odd pixels.
    channels, dense, branch : sequences of int
        Widths of the five convolutions, of the dense layers and of those of the branch.
    dropout : float
        After each dense layer, not in the branch.
    momentum : float
        Of the running mean and variance of batch normalisation.
    outputs : int
    energy_array : {"energy", "zeros", "none"}
        The image behind the heights (the paper's A).
    branch_inputs : tuple of "energy" and "modes"
        Of the second branch (the paper's B); none without a branch.
    activation : {"swish", "relu"}
    batch_normalisation : bool

    Returns
    -------
    keras.Model
        From a mapping with `heights` (n, pixels, pixels) in a and, if the network uses them,
        `energy` (n, 1) in t and `modes` (n, 1), to (n, outputs) in the unit of the targets.

    Raises
    ------
    ValueError
        For a setting that is unknown or out of range.
    """
    _check(locals())
    inputs = {"heights": keras.Input((pixels, pixels), name="heights")}
    used = {*branch_inputs, *(["energy"] if energy_array == "energy" else [])}
    inputs |= {name: keras.Input((1,), name=name) for name in BRANCH_INPUTS if name in used}
    descriptor = Descriptor(energy_array, name="descriptor")
    x = descriptor(
        *(inputs[k] for k in ("heights", "energy") if k == "heights" or energy_array == "energy")
    )
    for number, filters in enumerate(channels, start=1):
        x = _block(x, number, filters, activation, momentum if batch_normalisation else None)
    x = keras.layers.Flatten(name="flatten")(x)
    if branch_inputs:
        x = keras.layers.Concatenate(name="join")(
            [x, _branch(inputs, branch_inputs, branch, activation)]
        )
    for number, width in enumerate(dense, start=1):
        x = keras.layers.Dense(
            width, activation, kernel_initializer=INITIAL, name=f"dense_{number}"
        )(x)
        x = keras.layers.Dropout(dropout, name=f"dropout_{number}")(x)
    x = keras.layers.Dense(
        outputs, kernel_initializer=INITIAL, dtype="float32", name="transmission"
    )(x)
    return keras.Model(inputs, x, name="mixed_input")


def load(path: str | Path) -> keras.Model:
    """Read a trained network; raise ValueError if the file is missing or damaged."""
    from hamlearn.bubbles import own_layers  # noqa: F401  Keras then knows the layers of ours

    return training.load(path)


def _block(x: Any, number: int, filters: int, activation: str, momentum: float | None) -> Any:
    depth = x.shape[3]
    x = SliceConvolution(
        filters,
        (3, 3, depth),
        padding="same",
        kernel_initializer=INITIAL,
        name=f"convolution_{number}",
    )(x)
    x = keras.layers.Activation(activation, name=f"activation_{number}")(x)
    if momentum is not None:
        x = keras.layers.BatchNormalization(momentum=momentum, name=f"normalisation_{number}")(x)
    return SlicePooling((2, 2, 1), name=f"pooling_{number}")(x) if number in POOLED else x


def _branch(
    inputs: Mapping[str, Any], names: Sequence[str], widths: Sequence[int], activation: str
) -> Any:
    used = [inputs[name] for name in names]
    x = keras.layers.Concatenate(name="branch")(used) if len(used) > 1 else used[0]
    for number, width in enumerate(widths, start=1):
        x = keras.layers.Dense(
            width, activation, kernel_initializer=INITIAL, name=f"branch_{number}"
        )(x)
    return x


def _check(settings: Mapping[str, Any]) -> None:
    allowed = {"energy_array": ENERGY_ARRAYS, "activation": ACTIVATIONS}
    for name, values in allowed.items():
        if settings[name] not in values:
            raise ValueError(
                f"mixed_input: {name} = {settings[name]!r}, expected one of {', '.join(values)}"
            )
    for name, least in {"pixels": 2 ** len(POOLED), "outputs": 1}.items():
        if settings[name] < least:
            raise ValueError(f"mixed_input: {name} = {settings[name]}, expected at least {least}")
    if len(settings["channels"]) != CONVOLUTIONS:
        raise ValueError(
            f"mixed_input: channels = {settings['channels']}, expected {CONVOLUTIONS} numbers"
        )
    unknown = set(settings["branch_inputs"]) - set(BRANCH_INPUTS)
    if unknown:
        raise ValueError(
            f"mixed_input: branch_inputs = {tuple(settings['branch_inputs'])}, "
            f"expected any of {', '.join(BRANCH_INPUTS)}"
        )
    for name in ("dropout", "momentum"):
        if not 0 <= settings[name] < 1:
            raise ValueError(
                f"mixed_input: {name} = {settings[name]}, expected at least 0 and below 1"
            )
