"""Training of the networks of bands: with local costs, then without; and of corrections."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from hamlearn.bands import brillouin, corrections, records
from hamlearn.bands.corrections import Folded
from hamlearn.bands.runs import CORRECTED
from hamlearn.dataset import Dataset
from hamlearn.learning import training
from hamlearn.study import Run

if TYPE_CHECKING:
    import keras


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
        Of the order of batches, wave vectors and mirror images; seed Keras before.
    start : path, optional
        Of a network to go on with.

    Returns
    -------
    network : keras.Model
        From images (n, L, L, 1) to coefficients (n, 245); of corrections, from the Fourier
        coefficients of images to shifts.
    history : DataFrame
        A row for each epoch: epoch, loss, val_loss, and of networks with bands and levels
        bands_loss, val_bands_loss (the paper's loss, in V_max², the latter at some of the wave
        vectors alone), local_loss, val_local_loss; seconds.

    Raises DivergedTraining when a loss is no longer finite.
    """
    known = data[run.trained_on]
    if run.architecture == CORRECTED:
        return _corrected(run, known, seed, jit_compile)
    return _network(run, known, settings, seed, start, jit_compile)


def _network(
    run: Run,
    known: Dataset,
    settings: Mapping[str, Any],
    seed: int,
    start: Path | None,
    jit_compile: bool,
) -> tuple["keras.Model", pd.DataFrame]:
    from hamlearn.bands import batches, networks

    chosen, tested = known.split(run.n_train, run.n_test)
    fit, pixels = run.fit, known.ensemble.length
    if start is None:
        network = networks.build(run.architecture, pixels, **run.options)
    else:
        network = networks.load(start)
    used = batches.targets(known, chosen, fit["levels"])
    watched = batches.targets(known, tested, records.LEVELS)
    cells = batches.Cells(
        used,
        fit["batch"],
        seed,
        points=_few(used.k) if fit["few_k"] else None,
        at_once=fit["k_at_once"],
        mirror=fit["mirror"],
        local=fit["local"],
    )
    history = training.fit(
        networks.solved(network, settings["training"]["eigenvectors_on"]),
        cells,
        seed=seed,
        epochs=fit["epochs"],
        first_epoch=fit["first_epoch"],
        loss={"bands": "mse", "local": "mse"},
        metrics=(),
        optimizer=training.adam(fit["learning_rate"], fit["schedule"]),
        validation=batches.Cells(watched, 64, seed, points=_few(watched.k), shuffle=False),
        label=run.name,
        jit_compile=jit_compile,
    )
    return network, history


def _few(k: np.ndarray) -> np.ndarray:
    """Return where a grid has Γ, K, K', M and, of the others, every fifth."""
    corners = (brillouin.GAMMA, brillouin.K, brillouin.K_PRIME, brillouin.M)
    maximal = np.any([np.abs(k - np.array(c)).max(axis=1) < 1e-9 for c in corners], axis=0)
    others = np.flatnonzero(~maximal)
    return np.concatenate([np.flatnonzero(maximal), others[2::5]])


def _corrected(
    run: Run, known: Dataset, seed: int, jit_compile: bool
) -> tuple["keras.Model", pd.DataFrame]:
    from hamlearn.bands import networks

    chosen, tested = known.split(run.n_train, run.n_test)
    parts = [_prepared(known, samples) for samples in (chosen, tested)]
    (given, used, _), _ = parts
    network = networks.corrected(given.shape[1], used.weights.shape[-1], **run.options)
    history = training.fit(
        networks.shifted(network),
        *[_arrays(*part) for part in parts[:1]],
        validation=_arrays(*parts[1]),
        seed=seed,
        epochs=run.fit["epochs"],
        batch=run.fit["batch"],
        metrics=(),
        optimizer=training.adam(run.fit["learning_rate"], run.fit["schedule"]),
        label=run.name,
        jit_compile=jit_compile,
    )
    return network, history


def _arrays(given: np.ndarray, found: Folded, true: np.ndarray) -> tuple[dict, np.ndarray]:
    """Return inputs and targets, errors in units of `networks.SHIFT`."""
    from hamlearn.bands import networks

    return {"features": given, "weights": found.weights}, (true - found.bands) / networks.SHIFT


def _prepared(known: Dataset, samples: slice) -> tuple[np.ndarray, Folded, np.ndarray]:
    """Return features, folded levels and bands of some samples, computed once."""
    key = (samples.start, samples.stop)
    return known.remember(("folded", key), lambda: prepared(known, samples))


def prepared(known: Dataset, samples: slice) -> tuple[np.ndarray, Folded, np.ndarray]:
    """Return features (n, f), folded levels, and the bands (n, m, 6) of some samples, in V_max."""
    table = known.labels[samples]
    images = known.ensemble[samples].images
    k = brillouin.grid(records.divisions(table))
    bands = records.solution(table).bands.astype(np.float32)
    return corrections.features(images), corrections.folded(images, k), bands
