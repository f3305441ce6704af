"""Training of the networks, for a fixed number of epochs, on images that are rolled on the device.

Runs of a job that share an architecture share one compiled network, whose weights are set anew:
tracing it takes as long as training a small one.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from hamlearn import seeds
from hamlearn.dataset import Dataset
from hamlearn.learning import again, training
from hamlearn.rolling import targets
from hamlearn.study import Run

if TYPE_CHECKING:
    import keras

TRAINS_AGAIN = True
COMPILED_WITH = ("batch", "epochs", "learning_rate", "schedule", "samples_per_epoch")
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
    """Return the trained network of a run, and its history.

    Parameters
    ----------
    run, data, settings
        `data` holds what the run is trained on; for settings see `plan.READS`.
    seed : int
        Of the order of batches and of the rolls; seed Keras before, for the initial weights.
    start : path, optional
        Not looked at: no run continues another.

    Returns
    -------
    network : keras.Model
        From images to logits, without the rolls; from flakes to the scaled density of states.
    history : DataFrame
        A row for each epoch: epoch, loss, val_loss (NaN), accuracy (for flakes mae, scaled),
        seconds; of a run that is watched also attention_0, attention_sd_0, ..., see
        :class:`hamlearn.rolling.device.Watch`.

    Raises DivergedTraining when a loss is no longer finite, ValueError for a run that the data
    cannot serve.
    """
    from hamlearn.learning.shuffled import Shuffled
    from hamlearn.rolling import device

    known = data[run.trained_on]
    chosen, tested = known.split(run.n_train, run.n_test)
    network = build(run, known)
    key = again.key(run, COMPILED_WITH)
    shared = known.remember(key, lambda: device.Shared(build(run, known)))
    shared.roll.begin(run.fit["chi"], seeds.seed(seed, "rolls"))
    inputs = known.remember("inputs", lambda: known.ensemble.inputs)
    rows = np.resize(np.arange(chosen.stop), run.fit["samples_per_epoch"])
    mean, spread = targets.scale(run, known)
    learned = (targets.true(run, known, chosen) - mean) / spread
    watched = inputs[tested][: settings["attention"]["samples"]]
    with again.lent(network, shared.network):
        history = training.fit(
            shared.model,
            Shuffled(inputs[rows], learned[rows], batch=run.fit["batch"], seed=seed),
            seed=seed,
            epochs=run.fit["epochs"],
            optimizer=training.adam(run.fit["learning_rate"], run.fit["schedule"]),
            callbacks=_watch(run, shared.network, watched, seed) if run.fit["watched"] else (),
            again=shared.model.compiled,
            label=run.name,
            jit_compile=jit_compile,
            **targets.options(run),
        )
    return network, history


def build(run: Run, data: Dataset) -> "keras.Model":
    """Return the untrained network of a run; raise ValueError for an option that it has not."""
    from hamlearn.rolling import networks

    shape, outputs = data.ensemble.shape, targets.OUTPUTS[run.target]
    return networks.build(run.architecture, shape=shape, classes=outputs, **run.options)


def _watch(run: Run, network: "keras.Model", images: np.ndarray, seed: int) -> tuple:
    from hamlearn.rolling import device, networks

    rolls = seeds.seed(seed, "watched")
    return (device.Watch(networks.attention(network), images, run.fit["chi"], rolls),)
