"""Gradients by inputs and activations, on TensorFlow and JAX, and what layers make of them.

Fig. 6: how gradients change on their way back through convolutions on a torus. Fig. 23: how much
each pixel counts with and without padding.
"""

from collections.abc import Callable, Mapping
from typing import Any

import keras
import numpy as np
from keras import ops

from hamlearn.learning.global_pool import GlobalPool
from hamlearn.learning.toroidal import ToroidalConv

SIDE, CHANNELS, LAYERS = 16, 8, 3
"""Of the stacks of Fig. 6."""
WEAK, STRONG = 0.4, 2.5
"""Factors of Glorot's weights by which gradients vanish and explode."""
POOLS = {"mean": ("mean",), "extremes": ("mean", "max", "min")}
PADDINGS = {  # zeros around the image, and options of the convolution
    "none": (0, {"periodic": False, "padding": "valid"}),
    "same": (0, {"periodic": False}),
    "full": (2, {"periodic": False, "padding": "valid"}),
    "torus": (0, {}),
}
PIXELS = 9
"""Side of the image of Fig. 23."""


def array(x: Any) -> Any:
    """Return a tensor in the precision of the networks."""
    return ops.convert_to_tensor(x, keras.config.dtype_policy().variable_dtype)


def gradient(function: Callable[[Any], Any], x: np.ndarray) -> np.ndarray:
    """Return the derivative of a scalar function by each entry of an array."""
    given = array(x)
    if keras.backend.backend() == "jax":
        import jax

        return np.asarray(jax.grad(function)(given))
    import tensorflow as tf

    with tf.GradientTape() as tape:
        tape.watch(given)
        answer = function(given)
    return np.asarray(tape.gradient(answer, given))


def propagated(seed: int) -> dict[str, list[list]]:
    """Return gradients by the three maps of linear stacks of convolutions on a torus (Fig. 6).

    By case: vanishing, exploding, mean, extremes. The first two end in a dense layer and have
    weak or strong weights, the others end in global pools. For each case the gradients by the
    first channel of the first, second and third map, (N, N).
    """
    x = np.random.default_rng(seed).normal(size=(1, SIDE, SIDE, CHANNELS))
    cases = {"vanishing": (WEAK, None), "exploding": (STRONG, None)}
    cases |= {case: (1.0, pools) for case, pools in POOLS.items()}
    return {case: _by_map(x, *how, seed) for case, how in cases.items()}


def _by_map(x: np.ndarray, gain: float, pools: tuple[str, ...] | None, seed: int) -> list[list]:
    numbers = np.random.default_rng(seed + 1)
    layers = []
    for _ in range(LAYERS - 1):
        layer = ToroidalConv(CHANNELS, 3, use_bias=False)
        layer.build(x.shape)
        spread = gain / np.sqrt(np.prod(layer.kernel.shape[:-1]))
        layer.kernel.assign(numbers.normal(scale=spread, size=layer.kernel.shape))
        layers.append(layer)
    end = keras.layers.Flatten() if pools is None else GlobalPool(pools)
    weights = array(numbers.normal(size=np.prod(end(array(x)).shape)))

    def behind(number: int) -> Callable[[Any], Any]:
        def answer(given: Any) -> Any:
            for layer in layers[number:]:
                given = layer(given)
            return ops.sum(end(given) * weights)

        return answer

    found, given = [], x
    for number in range(LAYERS):
        found.append(gradient(behind(number), given)[0, ..., 0].tolist())
        if number < len(layers):
            given = np.asarray(layers[number](array(given)))
    return found


def padded() -> dict[str, Mapping[str, list]]:
    """Return what a convolution of ones makes of a constant image, by its padding (Fig. 23).

    By padding: `activation`, what comes out, and `derivative`, that of its sum by each pixel.
    """
    image, found = np.ones((1, PIXELS, PIXELS, 1)), {}
    for name, (zeros, options) in PADDINGS.items():
        layer = ToroidalConv(1, 3, kernel_initializer="ones", **options)
        around = [(0, 0), (zeros, zeros), (zeros, zeros), (0, 0)]

        def activation(x: Any, layer: Any = layer, around: list = around) -> Any:
            return layer(ops.pad(x, around))

        out = np.asarray(activation(array(image)))
        slope = gradient(lambda x, of=activation: ops.sum(of(x)), image)
        found[name] = {
            "activation": out[0, ..., 0].tolist(),
            "derivative": slope[0, ..., 0].tolist(),
        }
    return found
