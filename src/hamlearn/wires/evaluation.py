"""Predictions of trained networks and their errors, beside those of trivial predictors.

Conductances, MAE and spreads are in G0 = 2e^2/h.
"""

import itertools
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from hamlearn.dataset import Dataset
from hamlearn.learning import metrics, training
from hamlearn.study import Run
from hamlearn.wires import baselines, samples

if TYPE_CHECKING:
    import keras

METRICS = {
    "model": "i, ii, iii or iv",
    "length": "sites along the wire",
    "width": "sites across",
    "disorder_t": "width of the distribution of on-site energies, in t; model I only",
    "hidden": "layers",
    "neurons": "per hidden layer",
    "n_test": "samples",
    "stopping": "rule",
    "batch": "samples",
    "max_epochs": "number at which the training ends if its rule has not ended it",
    "starts_from": "run whose network is continued, or nothing",
    "mae": "eq. (4) on the test set, in G0",
    "train_mae": "the same on all training samples",
    "mse": "eq. (4) on the test set, in G0^2",
    "r2": "share of the variance explained",
    "mae_median": "of a constant, in G0",
    "mae_count": "of the conditional median given the impurity counts, in G0; models II to IV",
    "mae_trivial": "the better informed of the two",
    "relative_mae": "mae / mae_trivial",
    "fraction_above_03": "share of the test set with an error above 0.3 G0",
    "fraction_above_1": "the same above 1 G0",
}
MODELS_BY_SPECIES = {1: "ii", 2: "iii", 3: "iv"}
CONCENTRATION_BINS = 10
INTERVAL_COLUMNS = ["concentration_low", "concentration_high", "n", "mae", "mae_count"]


def evaluate(
    run: Run, network: "keras.Model", data: Mapping[str, Dataset], settings: Mapping[str, Any]
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame | None]:
    """Apply a network to its test set, and to all samples that are not for training elsewhere.

    Parameters
    ----------
    run : Run
    network : keras.Model
    data : mapping of Dataset
        Every ensemble that the run is trained on or applied to, by its name.
    settings : mapping
        Empty.

    Returns
    -------
    predictions : DataFrame
        `ensemble`, `sample` (index in the ensemble), `true`, `predicted`.
    metrics : DataFrame
        One row, on the ensemble that the run is trained on, with the columns `METRICS`.
    groups : DataFrame or None
        `target` and the columns of :func:`mae_by_concentration`; None for model I.
    """
    predictions = [
        _predictions(run, network, data[name], _tested(run, data[name])) for name in run.applied_to
    ]
    dataset = data[run.trained_on]
    train, test = dataset.split(run.n_train, run.n_test)
    (own,) = (table for table in predictions if table["ensemble"].iloc[0] == dataset.name)
    true, predicted = own["true"].to_numpy(), own["predicted"].to_numpy()
    counted = _counted(run, dataset)
    row = {
        **_description(run, dataset),
        **_errors(predicted, true),
        "train_mae": metrics.mae(
            _apply(run, network, dataset, train), samples.targets(dataset, run.target, train)
        ),
        **baselines.trivial_errors(dataset, run.target, run.n_train, run.n_test, counted),
    }
    row["relative_mae"] = metrics.relative(row["mae"], row["mae_trivial"])
    groups = None
    if counted is not None:
        concentration = dataset.ensemble.concentration[test]
        groups = mae_by_concentration(concentration, true, predicted, counted)
        groups.insert(0, "target", run.target)
    return pd.concat(predictions, ignore_index=True), pd.DataFrame([row])[list(METRICS)], groups


def _tested(run: Run, data: Dataset) -> slice:
    return data.split(run.n_train, run.n_test)[1] if data.name == run.trained_on else data.test


def _predictions(run: Run, network: "keras.Model", data: Dataset, tested: slice) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "ensemble": data.name,
            "sample": np.arange(tested.start, tested.stop),
            "true": samples.targets(data, run.target, tested),
            "predicted": _apply(run, network, data, tested),
        }
    )


def _apply(run: Run, network: "keras.Model", data: Dataset, chosen: slice) -> np.ndarray:
    return training.predict(network, samples.inputs(run.architecture, data, chosen))


def _counted(run: Run, data: Dataset) -> np.ndarray | None:
    """Return what counting predicts for a run, fitted once for runs with the same samples."""
    if not baselines.has_counts(data):
        return None
    key = (run.target, run.n_train, run.n_test)
    return data.remember(("count", *key), lambda: baselines.count_predictions(data, *key))


def _description(run: Run, data: Dataset) -> dict[str, Any]:
    ensemble = data.ensemble
    counts = baselines.has_counts(data)
    return {
        "model": MODELS_BY_SPECIES[len(ensemble.energies) - 1] if counts else "i",
        "length": ensemble.length,
        "width": ensemble.width,
        "disorder_t": np.nan if counts else float(ensemble.disorder),
        "hidden": run.options.get("hidden", 0),
        "neurons": run.options.get("neurons", 0),
        "n_test": run.n_test,
        "stopping": run.fit["stopping"],
        "batch": run.fit["batch"],
        "max_epochs": run.fit["epochs"],
        "starts_from": run.starts_from,
    }


def _errors(predicted: np.ndarray, true: np.ndarray) -> dict[str, float]:
    return {
        "mae": metrics.mae(predicted, true),
        "mse": metrics.mse(predicted, true),
        "r2": metrics.r2(predicted, true),
        "fraction_above_03": metrics.fraction_above(predicted, true, 0.3),
        "fraction_above_1": metrics.fraction_above(predicted, true, 1.0),
    }


def mae_by_concentration(
    concentration: np.ndarray, true: np.ndarray, predicted: np.ndarray, counted: np.ndarray
) -> pd.DataFrame:
    """Return MAE of a network and of the impurity counts in ten intervals of the concentration.

    Parameters
    ----------
    concentration : array (n,)
        Probability of an impurity on a site, 0 to 1.
    true, predicted, counted : arrays (n,)
        Conductance, and what the network and the counts say.

    Returns
    -------
    DataFrame
        `concentration_low`, `concentration_high`, `n`, `mae`, `mae_count`: each interval without
        its upper end but the last; errors are NaN where `n` is 0.
    """
    # 10 n rounded, so that a grid of concentrations such as 0.3 falls into its own interval
    interval = np.floor(np.round(concentration * CONCENTRATION_BINS, 9)).astype(int)
    interval = np.minimum(interval, CONCENTRATION_BINS - 1)
    edges = np.linspace(0, 1, CONCENTRATION_BINS + 1).round(9)
    errors = np.abs(np.stack([predicted, counted]) - true)
    rows = []
    for k, (low, high) in enumerate(itertools.pairwise(edges)):
        inside = errors[:, interval == k]
        n = inside.shape[1]
        rows.append((low, high, n, *(inside.mean(axis=1) if n else (np.nan, np.nan))))
    return pd.DataFrame(rows, columns=INTERVAL_COLUMNS)
