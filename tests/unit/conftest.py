"""Keras as a job of the workflow sets it up, before any test uses it."""

from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session", autouse=True)
def single_threaded_keras() -> None:
    """Fix the threads of TensorFlow, which its first use would fix otherwise."""
    from hamlearn.learning import training

    training.configure(threads=1, seed=0)


@pytest.fixture
def half_precision() -> Iterator[str]:
    """Keras in half precision for one test alone."""
    import keras

    keras.config.set_dtype_policy("mixed_bfloat16")
    yield "mixed_bfloat16"
    keras.config.set_dtype_policy("float32")


@pytest.fixture(scope="module")
def eagerly() -> None:
    """No graphs of TensorFlow, which cost more than a few steps or predictions."""
    from hamlearn.learning import training

    training.configure(threads=1, seed=0, eager=True)
