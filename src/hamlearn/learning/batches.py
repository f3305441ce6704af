"""What a network is trained on: arrays in memory, or data that make their batches anew."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from hamlearn.learning.stopping import Stopping

PARTS = ("x", "y", "sample_weight")  # what Keras calls inputs, targets and sample weights


def prepare(
    data: Any, validation: Any, stopping: Stopping | None, seed: int
) -> tuple[dict[str, Any], Any]:
    """Return what to train on, as arguments of Keras, and what to watch after each epoch.

    Parameters
    ----------
    data, validation
        As :func:`hamlearn.learning.training.fit` takes them.
    stopping : Stopping, optional
        Its rule `validation` holds out some of the samples, which are then watched.
    seed : int
        Of the choice of those.

    Raises
    ------
    ValueError
        For data that the loop cannot take, with what it expected.
    """
    train = _given("data", data)
    watched = None if validation is None else _given("validation", validation)
    if stopping is not None and stopping.rule == "validation":
        if watched is not None:
            raise ValueError("validation: expected none with the stopping rule validation")
        if not isinstance(train, tuple):
            raise ValueError(
                "stopping rule validation: it holds out samples of arrays, not of a PyDataset; "
                "use keras.callbacks.EarlyStopping with validation data"
            )
        train, watched = split(train, stopping.fraction, seed)
    if isinstance(train, tuple):
        return dict(zip(PARTS, train, strict=False)), watched
    return {"x": train}, watched


def _given(name: str, data: Any) -> Any:
    """Return a PyDataset as it is, arrays in single precision."""
    import keras

    if isinstance(data, keras.utils.PyDataset):
        if not data.num_batches:
            raise ValueError(f"{name}: a PyDataset of {data.num_batches} batches, expected some")
        first = data[0]
        if isinstance(first, tuple | list) and len(first) == len(PARTS):
            _check_weights(name, *first[1:])
        return data
    if not isinstance(data, tuple) or len(data) not in (2, 3):
        raise ValueError(
            f"{name}: expected (inputs, targets), (inputs, targets, sample_weights) or a PyDataset"
        )
    arrays = keras.tree.map_structure(_float_column, data)
    samples(arrays, name)
    _check_weights(name, *arrays[1:])
    return arrays


def _float_column(values: np.ndarray) -> np.ndarray:
    """Return float32 with at least two axes: Keras would broadcast (n,) against (n, 1)."""
    values = np.asarray(values, dtype=np.float32)
    return values[:, None] if values.ndim == 1 else values


def _check_weights(name: str, targets: Any, weights: Any = None) -> None:
    if isinstance(targets, Mapping) and isinstance(weights, Mapping):
        missing = ", ".join(sorted(set(targets) - set(weights)))
        if missing:
            raise ValueError(
                f"{name}: no sample weights for the output {missing}; "
                "give ones where there is nothing to weigh"
            )


def samples(arrays: Any, name: str = "data") -> int:
    """Return the length of all arrays; raise ValueError if they differ."""
    import keras

    lengths = {len(array) for array in keras.tree.flatten(arrays)}
    if len(lengths) != 1:
        raise ValueError(f"training {name}: {sorted(lengths)} samples, expected equal numbers")
    return lengths.pop()


def split(arrays: Any, fraction: float, seed: int) -> tuple[Any, Any]:
    """Return the samples to train on and a random fraction held out, both in their order."""
    import keras

    number = samples(arrays)
    held_out = max(1, round(number * fraction))
    if held_out >= number:
        raise ValueError(f"training data: {number} sample(s), too few to hold any out")
    order = np.random.default_rng(seed).permutation(number)
    parts = np.sort(order[held_out:]), np.sort(order[:held_out])
    return tuple(keras.tree.map_structure(lambda a, rows=rows: a[rows], arrays) for rows in parts)


def steps(train: Mapping[str, Any], batch: int | None) -> int:
    """Return the number of training steps in an epoch; raise ValueError for an unfit `batch`."""
    if "y" not in train:
        if batch is not None:
            raise ValueError(f"batch = {batch}: expected none, a PyDataset makes its own batches")
        return train["x"].num_batches
    if batch is None or batch < 1:
        raise ValueError(f"batch = {batch}: expected 1 or more samples of the arrays")
    return math.ceil(samples(list(train.values())) / batch)
