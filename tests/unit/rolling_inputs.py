"""What tests of layers and networks on a torus share: rolls, weights without zeros."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager

import keras
import numpy as np
from keras import ops

from hamlearn.rolling import networks

SHAPE, SMALL = (8, 8, 3), (4, 4, 3)
"""Of images that the pipeline halves twice, and once."""
DOUBLE = keras.backend.backend() == "tensorflow"
"""Whether Keras computes in double precision when it is told to; not so on JAX."""
EXACT = 1e-12 if DOUBLE else 1e-5


@contextmanager
def double_precision() -> Iterator[None]:
    """Keras in double precision, where the backend has it."""
    name = "float64" if DOUBLE else "float32"
    keras.config.set_floatx(name)
    keras.config.set_dtype_policy(name)
    try:
        yield
    finally:
        keras.config.set_floatx("float32")
        keras.config.set_dtype_policy("float32")


def random(*shape: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=shape)


def rolled(x: np.ndarray, roll: tuple[int, ...]) -> np.ndarray:
    """Arrays (n, N_1, ..., c), all rolled alike."""
    return np.roll(x, roll, axis=tuple(range(1, x.ndim - 1)))


def every_roll(x: np.ndarray) -> list[tuple[int, ...]]:
    """All rolls of arrays (n, N_1, ..., c)."""
    return list(itertools.product(*map(range, x.shape[1:-1])))


def found(layer, *given) -> np.ndarray:
    """What a layer or network gives, of any number of rolls at once."""
    return np.asarray(layer(*(ops.convert_to_tensor(x, keras.config.floatx()) for x in given)))


def randomise(layer, seed: int = 0) -> None:
    """Give every weight a value by which no answer is flat: zeros and ones hide errors."""
    numbers = np.random.default_rng(seed)
    for weight in layer.weights:
        shape = tuple(weight.shape)
        if weight.name in ("gamma", "moving_variance"):
            value = numbers.uniform(0.5, 1.5, shape)
        elif len(shape) > 1:
            value = numbers.normal(size=shape) * np.sqrt(2 / np.prod(shape[:-1]))
        else:
            value = numbers.normal(scale=0.3, size=shape)
        weight.assign(value)


def network(family: str, kind: str | None = "torsum", **options) -> keras.Model:
    """A small network whose weights are all random."""
    model = networks.build(family, kind, **{"shape": SHAPE, "channels": 4, **options})
    randomise(model)
    return model
