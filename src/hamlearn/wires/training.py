"""Training of the networks (Sec. II.C)."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from hamlearn.dataset import Dataset
from hamlearn.learning import training
from hamlearn.study import Run
from hamlearn.wires import networks, samples

if TYPE_CHECKING:
    import keras


HISTORY = ["epoch", "loss", "val_loss", "mae", "seconds"]


def train(
    run: Run,
    data: Mapping[str, Dataset],
    settings: Mapping[str, Any],
    seed: int,
    start: Path | None,
    *,
    jit_compile: bool = False,
) -> tuple["keras.Model", pd.DataFrame]:
    """Train the network of a run; Keras was seeded for its initial weights.

    Parameters
    ----------
    run : Run
    data : mapping of Dataset
    settings : mapping
        `training`, with the settings of each stopping rule by its name.
    seed : int
        Of the order of the batches and of the samples held out.
    start : path, optional
        A trained network that this one continues, on wires of any size.
    jit_compile : bool

    Returns
    -------
    network, history
        Columns `HISTORY` of :func:`hamlearn.learning.training.fit`; losses in G0^2, mae in G0.
    """
    dataset, fit = data[run.trained_on], run.fit
    train, _ = dataset.split(run.n_train, run.n_test)
    length, width = dataset.ensemble.length, dataset.ensemble.width
    if start:
        network = networks.continued(start, length, width)
    else:
        network = networks.build(run, length, width)
    history = training.fit(
        network,
        (
            samples.inputs(run.architecture, dataset, train),
            samples.targets(dataset, run.target, train),
        ),
        seed=seed,
        batch=fit["batch"],
        epochs=fit["epochs"],
        optimizer=training.adam(fit["learning_rate"], **networks.adam_options(run.architecture)),
        stopping=training.Stopping.named(fit["stopping"], settings["training"][fit["stopping"]]),
        jit_compile=jit_compile,
        label=run.name,
    )
    return network, history[HISTORY]
