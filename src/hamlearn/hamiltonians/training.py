"""Training of the networks: one structure a batch."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from hamlearn import seeds
from hamlearn.dataset import Dataset
from hamlearn.hamiltonians import graphs
from hamlearn.learning import training
from hamlearn.study import Run

if TYPE_CHECKING:
    import keras

BATCH = 1
"""Structures in a batch."""
PLATEAU, COSINE = "plateau", "cosine"


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
        `data` holds what the run is trained on; settings: `collinear_sin_min`.
    seed : int
        Of the order of the structures and of DeepH's ties; seed Keras before.
    start : path, optional
        Not looked at: no run continues another.

    Returns
    -------
    network : keras.Model
        With the weights of the epoch of the least validation MAE.
    history : DataFrame
        A row for each epoch: loss, mae, val_loss, val_mae (of the elements that the network
        gives, in eV), learning_rate, seconds.

    Raises DivergedTraining when a loss is no longer finite.
    """
    known = data[run.trained_on]
    chosen, tested = known.split(run.n_train, run.n_test)
    learned, watched = (graphs_of(run, known, part, settings) for part in (chosen, tested))
    network = build(run)
    if run.options.get("superposition"):
        set_superposition(network, learned, run.target)
    history = training.fit(
        network,
        _batches(learned, run.target),
        seed=seed,
        epochs=run.fit["epochs"],
        loss=_loss(run.fit["loss"]),
        metrics=("mae",),
        optimizer=training.adam(run.fit["learning_rate"], _schedule(run.fit["schedule"])),
        validation=_batches(watched, run.target),
        callbacks=_callbacks(run),
        label=run.name,
        jit_compile=jit_compile,
    )
    return network, history


def build(run: Run) -> "keras.Model":
    """Return the untrained network of a run; raise TypeError for an option that it has not."""
    from hamlearn.hamiltonians import networks

    return networks.lc_net(graphs.OUTPUTS[run.target], **run.options)


def graphs_of(
    run: Run, known: Dataset, samples: slice, settings: Mapping[str, Any]
) -> list[graphs.Graph]:
    """Return structures of an ensemble as graphs, each computed once for all runs."""
    rule, number = run.fit["frames"], run.options["neighbours"]
    collinear, drawn = settings["collinear_sin_min"], known.ensemble
    return [
        known.remember(
            ("graph", rule, number, i),
            lambda i=i: graphs.build(
                drawn.structure(i),
                drawn.solved.cutoff,
                rule,
                number,
                collinear_sin_min=collinear,
                seed=seeds.seed(0, known.name, i),
                hamiltonian=drawn.hamiltonian(i),
            ),
        )
        for i in range(samples.start, samples.stop)
    ]


def of_edges(
    learned: Sequence[graphs.Graph], target: str
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return atomic numbers (n, 2), lengths (n,) and elements (n, outputs) of all edges asked."""
    numbers, length, values = [], [], []
    for graph in learned:
        asked, z = graph.asked(target), graph.structure.numbers
        numbers.append(np.column_stack([z[graph.edges.first[asked]], z[graph.edges.second[asked]]]))
        length.append(graph.edges.length[asked])
        values.append(graph.values(target))
    return np.concatenate(numbers), np.concatenate(length), np.concatenate(values)


def set_superposition(network: "keras.Model", learned: Sequence[graphs.Graph], target: str) -> None:
    """Fit the two-centre parts of a network to the structures that it will be trained on."""
    numbers, length, values = of_edges(learned, target)
    network.get_layer("superposition").set_from(*numbers.T, length, values)


def _batches(learned: Sequence[graphs.Graph], target: str) -> Any:
    import keras

    class Structures(keras.utils.PyDataset):
        """One structure a batch; Keras shuffles their order."""

        def __init__(self) -> None:
            super().__init__()
            self.batches = [
                (graph.given(target), graph.values(target).astype(np.float32)) for graph in learned
            ]

        def __len__(self) -> int:
            return len(self.batches)

        def __getitem__(self, index: int) -> tuple:
            return self.batches[index]

    return Structures()


def _loss(name: str) -> Any:
    from hamlearn.hamiltonians import networks

    return {"focal": networks.focal, "mae": "mae"}[name]


def _schedule(name: str) -> str:
    return "cosine" if name == COSINE else "constant"


def _callbacks(run: Run) -> list:
    import keras

    part = run.fit["plateau"]
    stop = keras.callbacks.EarlyStopping(
        "val_mae", patience=part["stop"], restore_best_weights=True
    )
    if run.fit["schedule"] == COSINE:
        return [stop]
    reduce = keras.callbacks.ReduceLROnPlateau(
        "val_mae", factor=part["factor"], patience=part["patience"], min_lr=part["least"]
    )
    return [reduce, stop]
