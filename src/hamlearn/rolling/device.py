"""Rolls on the device: a layer that rolls what is trained on, and logits of rolled images."""

from collections.abc import Callable, Iterator
from typing import Any

import keras
import numpy as np
from keras import ops

from hamlearn.rolling import rolls

BATCH = 512
"""Images that networks are applied to at once."""


class Roll(keras.layers.Layer):
    """Images (n, N_1, ..., c), each rolled by shifts that are drawn anew for every batch.

    `chi` and the stream of shifts can change without a new trace.
    """

    def __init__(self, **kwargs: Any):
        super().__init__(**kwargs)
        self.stream = keras.random.SeedGenerator(0)

    def build(self, shape: tuple[int | None, ...]) -> None:
        self.chi = self.add_weight(
            shape=(), dtype="int32", initializer="zeros", trainable=False, name="chi"
        )

    def begin(self, chi: int, seed: int) -> None:
        """Roll from now on by up to `chi` pixels, by the shifts of a seed from the first on."""
        self.chi.assign(chi)
        self.stream.state.assign([seed, 0])

    def call(self, images: Any) -> Any:
        axes = len(images.shape) - 2
        return rolls.apply(images, rolls.draw(ops.shape(images)[0], self.chi, axes, self.stream))


class Shared:
    """A network behind a layer that rolls, compiled once for all runs of one architecture.

    Attributes
    ----------
    network : keras.Model
    roll : Roll
    model : keras.Model
        What is fitted: the network, of rolled images.
    """

    def __init__(self, network: keras.Model):
        self.network = network
        self.roll = Roll(name="roll")
        image = keras.Input(network.input_shape[1:], name="image")
        self.model = keras.Model(image, network(self.roll(image)), name="rolled")


def rolled(
    network: Callable[..., Any], images: np.ndarray, chi: int, seed: int, batch: int = BATCH
) -> np.ndarray:
    """Return what a network says of images (n, N_1, ..., c), each rolled by up to chi, (n, ...).

    Shifts depend on the seed, the number of images and the batch alone, so that all networks see
    the same images. Nothing is traced, which would take longer than a small test set.
    """
    stream = keras.random.SeedGenerator(seed)
    found = []
    for part in _parts(images, batch):
        shifts = rolls.draw(len(part), chi, images.ndim - 2, stream)
        found.append(np.asarray(network(rolls.apply(part, shifts), training=False)))
    return np.concatenate(found)


def _parts(images: np.ndarray, batch: int) -> Iterator[Any]:
    for start in range(0, len(images), batch):
        yield ops.convert_to_tensor(images[start : start + batch])


class Watch(keras.callbacks.Callback):
    """Logs, after each epoch, the attention of a network: mean and spread of every read-out.

    The columns are attention_0, attention_sd_0, ...; the spread is over the samples.

    Parameters
    ----------
    attention : keras.Model
        From images to attention values (n, r).
    images : (n, N_1, ..., c)
    chi, seed : int
        As of :func:`rolled`.
    """

    def __init__(self, attention: keras.Model, images: np.ndarray, chi: int, seed: int):
        super().__init__()
        self.looked_at = (attention, images, chi, seed)

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        values = rolled(*self.looked_at)
        for r, (mean, sd) in enumerate(zip(values.mean(axis=0), values.std(axis=0), strict=True)):
            logs |= {f"attention_{r}": mean, f"attention_sd_{r}": sd}
