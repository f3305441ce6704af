"""Potentials as weights: gradients of their bands through a frozen network (App. L)."""

import time
from typing import Any

import keras
import numpy as np
from keras import layers, ops

from hamlearn.bands import ensemble, image
from hamlearn.bands.layers import Bands


class Potentials(layers.Layer):
    """Losses (1, t) of t potentials, whose coefficients (t, 21) are its weights.

    The mean square deviation of the bands from the target's, without and with the penalty
    w ⟨v (1 - v)⟩ on grey pixels: (1, t, 2).

    Parameters
    ----------
    network : keras.Model
        From images to coefficients of the tight-binding model; it is not changed.
    k : (m, 2)
    bands : (t, m, 6)
        Of the target, in V_max.
    start : (t, 21)
    penalties : (t,)
        w of each potential, in V_max².
    beta : float
        Of the sigmoid, v = 1 / (1 + exp(-β φ)).
    """

    def __init__(self, network: Any, k: Any, bands: Any, start: Any, penalties: Any, beta: float):
        super().__init__(name="potentials")
        network.trainable = False
        self.network, self.bands = network, Bands(k, bands.shape[-1])
        self.target, self.penalties, self.beta = bands, penalties, beta
        length = network.input.shape[1]
        self.waves = ensemble.waves(length).astype(np.float32)
        self.places = image.orbits(length)[1].ravel()
        self.length, self.start = length, start

    def build(self, shape: Any) -> None:
        initial = keras.initializers.Constant(0.0)
        self.coefficients = self.add_weight(
            shape=self.start.shape, initializer=initial, name="amplitudes"
        )
        self.coefficients.assign(self.start)

    def call(self, nothing: Any) -> Any:
        v = ops.sigmoid(self.beta * ops.matmul(self.coefficients, self.waves))
        pixels = ops.take(v, self.places, axis=1)
        images = ops.reshape(pixels, (-1, self.length, self.length, 1))
        found = self.bands(self.network(images, training=False))
        target = ops.convert_to_tensor(self.target, dtype=found.dtype)
        loss = ops.mean(ops.square(found - target), axis=(1, 2))
        grey = ops.mean(pixels * (1 - pixels), axis=1)
        weighed = loss + ops.convert_to_tensor(self.penalties, dtype=found.dtype) * grey
        return ops.stack([loss, weighed], axis=-1)[None] + 0 * ops.sum(nothing)

    def compute_output_shape(self, shape: Any) -> tuple:
        return (1, len(self.start), 2)


def total(nothing: Any, losses: Any) -> Any:
    """Return the sum of the penalised losses of all trials, which are independent of each other."""
    return ops.sum(losses[..., 1])


def optimise(
    network: Any,
    k: np.ndarray,
    bands: np.ndarray,
    start: np.ndarray,
    penalties: np.ndarray,
    *,
    steps: int,
    rate: float,
    beta: float,
    every: int,
) -> tuple[list[tuple[int, np.ndarray, np.ndarray]], float]:
    """Change potentials by Adam; arguments as of :class:`Potentials`.

    Returns
    -------
    kept : list of (step, coefficients (t, 21), losses (t,) in V_max²)
        At the start, after each `every` steps, and at the end.
    seconds : float
        Of all steps after the first part, which compiles.
    """
    layer = Potentials(network, k, bands, start, penalties, beta)
    given = keras.Input((1,), name="nothing")
    model = keras.Model(given, layer(given))
    model.compile(
        optimizer=keras.optimizers.Adam(rate),
        loss=total,
        jit_compile=keras.config.backend() == "jax",
    )
    nothing = np.zeros((every, 1), np.float32), np.zeros((every, 1), np.float32)
    kept, seconds = [], 0.0
    for step in range(0, steps, every):
        kept.append(_state(model, layer, step))
        began = time.perf_counter()
        model.fit(*nothing, batch_size=1, epochs=1, verbose=0, shuffle=False)
        seconds += (time.perf_counter() - began) * (step > 0)
    return [*kept, _state(model, layer, steps)], seconds


def _state(model: Any, layer: Potentials, step: int) -> tuple[int, np.ndarray, np.ndarray]:
    losses = np.asarray(model.predict_on_batch(np.zeros((1, 1), np.float32)))[0, :, 0]
    return step, np.asarray(ops.convert_to_numpy(layer.coefficients)), losses
