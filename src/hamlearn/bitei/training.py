"""Training of the networks for a fixed number of epochs, by the cost that their run names."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from hamlearn.bitei import inputs
from hamlearn.bitei.plan import CELLS, CUBE, FORESEEN, ZONE
from hamlearn.bitei.runs import PLAIN, RESAMPLED, SOFT
from hamlearn.dataset import Dataset
from hamlearn.learning import again, training
from hamlearn.study import Run

if TYPE_CHECKING:
    import keras

CLASSES = 3
TRAINS_AGAIN = True
COMPILED_WITH = ("cost", "batch", "epochs", "learning_rate", "schedule")
"""What of `fit`, besides the architecture, a trace depends on."""


def train(
    run: Run,
    data: Mapping[str, Dataset],
    settings: Mapping[str, Any],
    seed: int,
    start: Path | None = None,
    *,
    jit_compile: bool = False,
) -> tuple["keras.Model", pd.DataFrame]:
    """Return the trained network of a run, from what it sees to logits, and its history.

    Parameters
    ----------
    run, data
        `data` holds what the run is trained on.
    settings : mapping
        Empty.
    seed : int
        Of the order of batches; seed Keras before, for the initial weights.
    start : path, optional
        Not looked at: no run continues another.

    Returns
    -------
    network : keras.Model
    history : DataFrame
        A row for each epoch: epoch, loss, val_loss (NaN), accuracy, seconds.

    Raises DivergedTraining when a loss is no longer finite, ValueError for a run that the data
    cannot serve.
    """
    known = data[run.trained_on]
    chosen, _ = known.split(run.n_train, run.n_test)
    given, phases = seen(run, known)[chosen], labels(known)[chosen]
    network = build(run, given)
    key = again.key(run, COMPILED_WITH, run.n_train)
    shared = known.remember(key, lambda: build(run, given))
    with again.lent(network, shared):
        history = fitted(
            shared, given, phases, run.fit, seed=seed, label=run.name, jit_compile=jit_compile
        )
    return network, history


def fitted(
    network: "keras.Model",
    given: np.ndarray,
    phases: np.ndarray,
    fit: Mapping[str, Any],
    *,
    seed: int,
    label: str,
    jit_compile: bool = False,
) -> pd.DataFrame:
    """Train a network on what it sees (n, ...) of crystals of phases (n,); return the history.

    `fit` says how: cost, batch, epochs, learning_rate, schedule.
    """
    import keras

    from hamlearn.learning.shuffled import Shuffled

    rows = balanced(phases, seed) if fit["cost"] == RESAMPLED else np.arange(len(phases))
    weights = class_weights(phases, fit["cost"])[phases]
    return training.fit(
        network,
        Shuffled(given[rows], phases[rows], weights[rows], batch=fit["batch"], seed=seed),
        seed=seed,
        epochs=fit["epochs"],
        loss=cost(fit["cost"]),
        metrics=(keras.metrics.SparseCategoricalAccuracy(name="accuracy"),),
        optimizer=training.adam(fit["learning_rate"], fit["schedule"]),
        again=network.compiled,
        label=label,
        jit_compile=jit_compile,
    )


def labels(data: Dataset) -> np.ndarray:
    """Return phases (n,); raise ValueError if one is uncertain."""
    phases = data.labels["phase"].to_numpy().astype(int)
    if (phases < 0).any():
        raise ValueError(f"ensemble {data.name}: sample {np.argmin(phases)} has no certain phase")
    return phases


def seen(run: Run, data: Dataset) -> np.ndarray:
    """Return what a network sees of all samples of an ensemble, computed once a process."""
    options = run.options
    kind = options["input"]
    if kind == CELLS:
        chosen = options.get("cells", CUBE)
        return data.remember((kind, chosen), lambda: inputs.cells(data.ensemble, chosen))
    key = (kind, options.get("mesh"), options["n"])
    if kind == ZONE:
        return data.remember(key, lambda: inputs.meshed(data.ensemble, *key[1:]))
    if kind == FORESEEN:
        return data.remember(key, lambda: inputs.foreseen_by(data.ensemble, options["n"]))
    raise ValueError(f"input {kind!r}: expected {CELLS}, {ZONE} or {FORESEEN}")


def build(run: Run, given: np.ndarray) -> "keras.Model":
    """Return the untrained network of a run, scaled by what it is trained on."""
    from hamlearn.bitei import networks

    options = {k: v for k, v in run.options.items() if k not in ("input", "cells", "mesh", "n")}
    if run.options["input"] == CELLS:
        options["scale"] = float(np.sqrt(np.mean(np.square(given[:1000], dtype=np.float64))))
        return getattr(networks, run.architecture)(**options)
    flat = given.reshape(-1, given.shape[-1])
    scale = np.maximum(flat.std(axis=0), 1e-6)
    options |= {"scale": scale.tolist(), "offset": flat.mean(axis=0).tolist()}
    return getattr(networks, run.architecture)(given.shape[1:], **options)


def class_weights(phases: np.ndarray, kind: str) -> np.ndarray:
    """Return weights (3,): N / 3 N_c, of the number N_c of samples of each class, or ones."""
    if kind in (PLAIN, RESAMPLED):
        return np.ones(CLASSES)
    counts = np.bincount(phases, minlength=CLASSES)
    return len(phases) / (CLASSES * np.maximum(counts, 1))


def balanced(phases: np.ndarray, seed: int) -> np.ndarray:
    """Return as many rows as there are samples, drawn with as many of each class that occurs."""
    random, found = np.random.default_rng(seed), np.unique(phases)
    share = -(-len(phases) // len(found))
    rows = [random.choice(np.flatnonzero(phases == one), share) for one in found]
    return random.permutation(np.concatenate(rows))[: len(phases)]


def cost(kind: str) -> Any:
    """Return the loss of logits: cross-entropy, or minus the probability of the true class.

    With the weights of :func:`class_weights` the mean of the latter is minus a third of the trace
    of the confusion matrix, each class by its probability.
    """
    import keras
    from keras import ops

    if kind != SOFT:
        return keras.losses.SparseCategoricalCrossentropy(from_logits=True)

    def soft_trace(true: Any, logits: Any) -> Any:
        share = ops.one_hot(ops.cast(ops.reshape(true, (-1,)), "int32"), CLASSES)
        return -ops.sum(share * ops.softmax(logits), axis=-1)

    return soft_trace
