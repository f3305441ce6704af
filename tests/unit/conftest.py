"""Keras as a job of the workflow sets it up, before any test uses it."""

import pytest


@pytest.fixture(scope="session", autouse=True)
def single_threaded_keras() -> None:
    """Fix the threads of TensorFlow, which its first use would fix otherwise."""
    from hamlearn.learning import training

    training.configure(threads=1, seed=0)
