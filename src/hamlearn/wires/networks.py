"""Networks of Li, Lu, Zhai, Phys. Rev. B 102, 064205: on-site energies in, conductance out.

Inputs are the raw on-site energies in t; the one output, in G0 = 2e^2/h, is linear. Initial
weights are the defaults of Keras (Glorot uniform, zero bias), which the paper does not name.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from hamlearn.learning import training

if TYPE_CHECKING:
    import keras

    from hamlearn.study import Run

ARCHITECTURES = ("dnn", "cnn", "scattering")
CNN_BLOCKS = 3
CNN_STRIDE = 2


def dnn(features: int, neurons: int, hidden: int) -> "keras.Model":
    r"""Return the fully connected network of Fig. 4(a).

    `hidden` times [Dense(neurons), ReLU], then Dense(1). With D features, N neurons and H hidden
    layers it has :math:`(D+1)N + (H-1)(N+1)N + N + 1` parameters:

    ==================================  =================================================
    use                                 parameters
    ==================================  =================================================
    model I at 3, 5, 10, 20, H = 3      1 061; 8 941; 60 601; 962 401 (20, 60, 150, 600)
    appendix A, 1x1 and 1x2, H = 1      16 (5 neurons); 49 (12)
    Fig. 9, 30 neurons, H = 1           331; 541; 811 at 3x3, 4x4, 5x5
    Fig. 9 at 3x3                       661 (60 neurons, H = 1); 2 191 (30 neurons, H = 3)
    models II-IV at 40x40, H = 3        11 208 001; 16 510 001; 22 812 001 (2000, 2500, 3000)
    ==================================  =================================================

    Parameters
    ----------
    features : int
        Sites of the wire, length x width.
    neurons, hidden : int
        Width and number of the hidden layers.

    Returns
    -------
    keras.Model
        From (n, features), in t, to (n, 1), in G0.
    """
    import keras

    for name, value in {"features": features, "neurons": neurons, "hidden": hidden}.items():
        if value < 1:
            raise ValueError(f"dnn: {name} = {value}, expected at least 1")
    layers = [
        keras.layers.Dense(neurons, activation="relu", name=f"hidden_{k + 1}")
        for k in range(hidden)
    ]
    return keras.Sequential(
        [keras.Input((features,)), *layers, _output(keras)],
        name=f"dnn_{hidden}x{neurons}",
    )


def cnn(length: int, width: int) -> "keras.Model":
    """Return the convolutional network of Fig. 4(b).

    Three times [Conv2D of 16 kernels 2x2, stride 2, ReLU], then Dense(1024), ReLU, and Dense(1).
    At 40x40 the layers have 80, 1 040, 1 040, 410 624 and 1 025 parameters: 413 809 in all. At
    24x24 there are 151 665, at 16x16 69 745 and at 8x8, where one pixel is left, 20 593.

    Parameters
    ----------
    length, width : int
        Shape of the wire in sites; multiples of 8, or the third block would drop sites.

    Returns
    -------
    keras.Model
        From (n, length, width, 1), in t, to (n, 1), in G0.

    Raises
    ------
    ValueError
        For a length or width that is not a multiple of 8.
    """
    import keras

    unit = CNN_STRIDE**CNN_BLOCKS
    if min(length, width) < unit or length % unit or width % unit:
        raise ValueError(f"cnn: wire of {length}x{width} sites, expected multiples of {unit}")
    blocks = [
        keras.layers.Conv2D(16, 2, CNN_STRIDE, activation="relu", name=f"convolution_{k + 1}")
        for k in range(CNN_BLOCKS)
    ]
    return keras.Sequential(
        [
            keras.Input((length, width, 1)),
            *blocks,
            keras.layers.Flatten(name="flatten"),
            keras.layers.Dense(1024, activation="relu", name="dense"),
            _output(keras),
        ],
        name=f"cnn_{length}x{width}",
    )


def _output(keras: Any) -> "keras.Layer":
    """Return the linear output, single precision even where the other layers use half."""
    return keras.layers.Dense(1, dtype="float32", name="conductance")


def build(run: "Run", length: int, width: int) -> "keras.Model":
    """Return the untrained network of a run for wires of `length` x `width` sites.

    Raises ValueError for an unknown architecture or a size that it cannot take.
    """
    if run.architecture == "dnn":
        return dnn(length * width, **run.options)
    if run.architecture == "cnn":
        return cnn(length, width)
    if run.architecture == "scattering":
        from hamlearn.wires.scattering import scattering

        return scattering(length, width, **run.options)
    raise ValueError(_unknown(run.architecture))


def load(path: str | Path) -> "keras.Model":
    """Read a trained network; raise ValueError if the file is missing or damaged."""
    import hamlearn.wires.scattering  # noqa: F401  Keras then knows its layers

    return training.load(path)


def continued(path: str | Path, length: int, width: int) -> "keras.Model":
    """Return a trained scattering network for wires of another size, to be trained further."""
    from hamlearn.wires import scattering

    return scattering.transfer(load(path), length, width)


def adam_options(architecture: str) -> dict[str, Any]:
    """Return what :func:`hamlearn.learning.training.adam` needs besides the settings of a run."""
    if architecture == "scattering":
        from hamlearn.wires import scattering

        return dict(scattering.ADAM_OPTIONS)
    return {}


def model_inputs(architecture: str, onsite: np.ndarray) -> np.ndarray:
    """Return on-site energies (n, length, width), in t, as float32 in the shape a network takes.

    `dnn`: (n, length * width), row by row along the wire; `cnn`: (n, length, width, 1);
    `scattering`: (n, length, width).
    """
    onsite = np.asarray(onsite, dtype=np.float32)
    if onsite.ndim != 3:
        raise ValueError(f"on-site energies: shape {onsite.shape}, expected (n, length, width)")
    if architecture == "dnn":
        return onsite.reshape(len(onsite), -1)
    if architecture == "cnn":
        return onsite[..., None]
    if architecture == "scattering":
        return onsite
    raise ValueError(_unknown(architecture))


def _unknown(architecture: str) -> str:
    return f"architecture = {architecture!r}: expected one of {', '.join(ARCHITECTURES)}"
