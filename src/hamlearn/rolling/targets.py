"""What networks learn: the class of an image, or the density of states of a flake."""

from typing import Any

import numpy as np

from hamlearn.dataset import Dataset
from hamlearn.rolling.plan import DOS
from hamlearn.rolling.sources import LABELS
from hamlearn.study import Run

CLASS = "class"
OUTPUTS = {CLASS: LABELS, DOS: 1}
"""Numbers that a network gives: logits, or one."""


def true(run: Run, data: Dataset, samples: slice) -> np.ndarray:
    """Return classes, or densities of states in 1/t, of some samples (n,)."""
    if run.target == CLASS:
        return data.ensemble.classes[samples].astype(int)
    return data.labels[run.target].to_numpy()[samples]


def scale(run: Run, data: Dataset) -> tuple[float, float]:
    """Return mean and standard deviation by which the targets of a run are scaled in training."""
    if run.target == CLASS:
        return 0.0, 1.0
    known = true(run, data, slice(0, run.n_train))
    return float(known.mean()), float(known.std())


def options(run: Run) -> dict[str, Any]:
    """Return loss and metrics of a training."""
    if run.target != CLASS:
        return {"loss": "mse", "metrics": ("mae",)}
    import keras

    return {
        "loss": keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        "metrics": (keras.metrics.SparseCategoricalAccuracy(name="accuracy"),),
    }
