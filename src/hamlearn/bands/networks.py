"""Networks from the image of a cell to the 245 coefficients of its tight-binding model.

=========== ============================================================= ==========
name        layers                                                        parameters
=========== ============================================================= ==========
`paper`     App. B: eight convolutions, three dense layers, for 100 × 100 4,286,933
            pixels
`small`     means over squares of pixels, three convolutions on a torus,   356,309
            two dense layers; for 100 × 100 pixels, means over 4 × 4
`corrected` Fourier coefficients of the image to shifts of folded plane    depends
            waves, see :mod:`hamlearn.bands.corrections`
=========== ============================================================= ==========

The coefficients start as on-site energies that are spread, and weak hopping: equal ones would be
degenerate everywhere.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
from keras import layers

from hamlearn.bands import architectures, tight_binding
from hamlearn.bands.layers import Bands, LevelsByIrrep
from hamlearn.learning import training
from hamlearn.learning.toroidal import wrap

STATED, SMALL, CORRECTED = "stated", "small", "corrected"
SPREAD = (0.3, 1.6)
"""Of the first on-site energies, in V_max."""
HOPPING = 0.02
"""Standard deviation of the first hoppings, in V_max."""
SHIFT = 1e-3
"""Unit of the shifts, in V_max."""
QUIET = 0.1
"""By which the weights of the last layer are smaller than those of others."""


registered = keras.saving.register_keras_serializable(package="hamlearn")


@registered
class Start(keras.initializers.Initializer):
    """Coefficients (245,) to start from: on-site energies that are spread, and weak hopping."""

    def __call__(self, shape: Any, dtype: Any = None) -> Any:
        low, high = SPREAD
        energies = [low + (high - low) * np.arange(n) / n for n in tight_binding.NUMBERS]
        on_site = keras.ops.convert_to_tensor(np.concatenate(energies), dtype=dtype)
        rest = (shape[0] - tight_binding.ON_SITE,)
        hopping = keras.random.normal(rest, stddev=HOPPING, dtype=dtype)
        return keras.ops.concatenate([on_site, hopping])


@registered
class Wrap(layers.Layer):
    """Images (n, L, L, c) of a torus, a few pixels wider on each side."""

    def __init__(self, width: int, **options: Any):
        super().__init__(**options)
        self.width = width

    def call(self, x: Any) -> Any:
        return wrap(wrap(x, 1, self.width, self.width), 2, self.width, self.width)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "width": self.width}


def stated(pixels: int = 100, dropout: float = architectures.DROPOUT) -> keras.Model:
    """Return the network of App. B, untrained: (n, L, L, 1) to (n, 245) in V_max."""
    image = keras.Input((pixels, pixels, 1), name="image")
    x = image
    for number, one in enumerate(architectures.CONVOLUTIONS, start=1):
        filters, kernel, stride, padding = one
        name = f"convolution_{number}"
        x = layers.Conv2D(filters, kernel, stride, padding, activation="relu", name=name)(x)
    x = _dense(layers.Flatten(name="features")(x), architectures.DENSE, "relu", dropout)
    return keras.Model(image, _coefficients(x), name=STATED)


def small(
    pixels: int = 100,
    pool: int = 4,
    channels: Sequence[int] = (16, 32, 32),
    dense: Sequence[int] = (256, 256),
    dropout: float = 0.0,
) -> keras.Model:
    """Return a network for two cores, untrained: (n, L, L, 1) to (n, 245) in V_max.

    All but the last of its convolutions see a torus, are 5 wide, and halve the sides.
    """
    image = keras.Input((pixels, pixels, 1), name="image")
    x = layers.AveragePooling2D(pool, name="means")(image)
    for number, filters in enumerate(channels, start=1):
        last = number == len(channels)
        x = x if last else Wrap(2, name=f"torus_{number}")(x)
        kernel, stride = (3, 1) if last else (5, 2)
        options = {"activation": "gelu", "name": f"convolution_{number}"}
        x = layers.Conv2D(filters, kernel, stride, **options)(x)
    x = _dense(layers.Flatten(name="features")(x), dense, "gelu", dropout)
    return keras.Model(image, _coefficients(x), name=SMALL)


def corrected(features: int, shells: int, dense: Sequence[int] = (64, 64)) -> keras.Model:
    """Return a network from Fourier coefficients (n, f) to shifts (n, s) in V_max, untrained."""
    given = keras.Input((features,), name="features")
    x = layers.BatchNormalization(center=False, scale=False, momentum=0.9, name="scale")(given)
    for number, width in enumerate(dense, start=1):
        x = layers.Dense(width, activation="gelu", name=f"dense_{number}")(x)
    shifts = layers.Dense(shells, kernel_initializer="zeros", name="shifts")(x)
    return keras.Model(given, layers.Rescaling(SHIFT, name="scaled")(shifts), name=CORRECTED)


def shifted(network: keras.Model) -> keras.Model:
    """Return the network of corrections that is trained: to the changes of bands, in `SHIFT`.

    From features (n, f) and weights (n, m, 6, s) of states on the shells to (n, m, 6).
    """
    shells = network.output.shape[-1]
    weights = keras.Input((None, 6, shells), name="weights")
    shifts = layers.Reshape((1, shells, 1), name="of_all")(network.output)
    changes = keras.ops.matmul(weights, shifts)[..., 0] / SHIFT
    return keras.Model({"features": network.input, "weights": weights}, changes)


def build(architecture: str, pixels: int, **options: Any) -> keras.Model:
    """Return the untrained network of a run; raise ValueError for another name."""
    known = {STATED: stated, SMALL: small}
    if architecture not in known:
        raise ValueError(f"architecture {architecture}: expected one of {', '.join(known)}")
    return known[architecture](pixels, **options)


def solved(network: keras.Model, device: str = "") -> keras.Model:
    """Return the network that is trained: image and wave vectors to bands and levels.

    From image (n, L, L, 1) and k (n, m, 2), in fractions of b1 and b2, to bands (n, m, 6) and the
    levels of each irrep, local (n, 56, 1), in V_max. The device is that of eigenvectors.
    """
    k = keras.Input((None, 2), name="k")
    coefficients = network.output
    bands = Bands(count=6, device=device, name="bands")(coefficients, k)
    levels = LevelsByIrrep(device=device, name="levels")(coefficients)
    local = layers.Reshape((-1, 1), name="local")(levels)
    return keras.Model({"image": network.input, "k": k}, {"bands": bands, "local": local})


def load(path: str | Path) -> keras.Model:
    """Read a trained network; raise ValueError if the file is missing or damaged."""
    return training.load(path)


def _dense(x: Any, widths: Sequence[int], activation: str, dropout: float) -> Any:
    for number, width in enumerate(widths, start=1):
        x = layers.Dense(width, activation=activation, name=f"dense_{number}")(x)
        if dropout:
            x = layers.Dropout(dropout, name=f"dropout_{number}")(x)
    return x


def _coefficients(x: Any) -> Any:
    kernel = keras.initializers.VarianceScaling(QUIET**2, "fan_avg", "uniform")
    start = {"kernel_initializer": kernel, "bias_initializer": Start()}
    return layers.Dense(tight_binding.COEFFICIENTS, **start, name="coefficients")(x)
