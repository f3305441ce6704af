"""Predictions of trained networks and their errors, beside those of trivial predictors.

Conductances, MAE and spreads are in G0 = 2e^2/h.
"""

import functools
import itertools
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from hamlearn.learning import metrics, training
from hamlearn.wires import baselines, networks
from hamlearn.wires.dataset import Dataset
from hamlearn.wires.ensemble import Ensemble
from hamlearn.wires.runs import Run
from hamlearn.wires.training import HISTORY, network_path

if TYPE_CHECKING:
    import keras

METRICS = {
    "group": "of runs, the names of which are unique in it",
    "run": "one network",
    "seed": "number of the repetition",
    "ensemble": "",
    "model": "i, ii, iii or iv",
    "length": "sites along the wire",
    "width": "sites across",
    "disorder_t": "width of the distribution of on-site energies; model I only",
    "target": "",
    "architecture": "",
    "hidden": "layers",
    "neurons": "per hidden layer",
    "parameters": "",
    "n_train": "samples, including those held out for validation",
    "n_test": "samples",
    "stopping": "rule",
    "batch": "samples",
    "epochs": "trained",
    "train_seconds": "all epochs, with compilation",
    "seconds_per_epoch": "median without the first epoch, which compiles",
    "mae_g0": "eq. (4) on the test set",
    "train_mae_g0": "the same on all training samples",
    "mse_g02": "eq. (4) on the test set",
    "r2": "share of the variance explained",
    "mae_median_g0": "of a constant",
    "mae_count_g0": "of the conditional median given the impurity counts; models II to IV",
    "mae_trivial_g0": "the better informed of the two",
    "relative_mae": "mae_g0 / mae_trivial_g0",
    "fraction_above_03": "share of the test set with an error above 0.3 G0",
    "fraction_above_1": "the same above 1 G0",
}
MODELS_BY_SPECIES = {1: "ii", 2: "iii", 3: "iv"}
CONCENTRATION_BINS = 10
CONCENTRATION_COLUMNS = [
    *("group", "run", "seed", "target", "concentration_low", "concentration_high"),
    *("n", "mae_g0", "mae_count_g0"),
]


def evaluate_job(
    runs: Sequence[Run],
    directory: str | Path,
    data: Mapping[str, Dataset],
    *,
    seed: int,
    disorder: Mapping[str, float | None],
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Apply the networks of a job and seed to their test sets.

    Parameters
    ----------
    runs : sequence of Run
    directory : path
        Where :func:`hamlearn.wires.training.train_job` left the networks.
    data : mapping of Dataset
        Every ensemble that the runs were trained on, by its name.
    seed : int
        Number of the repetition, for the tables only.
    disorder : mapping
        Width w of the distribution of on-site energies, in t, of each ensemble; None for models
        II to IV.

    Returns
    -------
    predictions : DataFrame
        `group`, `run`, `sample` (index in the ensemble), `true_g0`, `predicted_g0`.
    metrics : DataFrame
        A row per run with the columns `METRICS`.
    by_concentration : DataFrame
        `group`, `run`, `seed`, `target`, `concentration_low`, `concentration_high`, `n`, `mae_g0`,
        `mae_count_g0`: ten intervals of the nominal concentration, each without its upper end but
        the last; errors are NaN where `n` is 0. Empty for model I.

    Raises
    ------
    ValueError
        If a network is missing or damaged.
    """
    histories = dict(list(pd.read_csv(Path(directory) / HISTORY).groupby(["group", "run"])))
    predictions, rows, intervals = [], [], []
    counting = {name: _count_predictor(dataset) for name, dataset in data.items()}
    for run in runs:
        dataset, count = data[run.ensemble], counting[run.ensemble]
        train, test = dataset.split(run.n_train, run.n_test)
        model = networks.load(network_path(directory, run), run.architecture)
        apply = functools.partial(_apply, model, run.architecture, dataset.ensemble)
        true, predicted, counted = dataset.targets(run.target, test), apply(test), count(run)
        labels = {"group": run.group, "run": run.name, "seed": seed, "target": run.target}
        predictions.append(
            pd.DataFrame(
                {
                    "group": run.group,
                    "run": run.name,
                    "sample": np.arange(test.start, test.stop),
                    "true_g0": true,
                    "predicted_g0": predicted,
                }
            )
        )
        row = {
            **labels,
            **_description(run, dataset, disorder[run.ensemble], model.count_params()),
            **_duration(histories[run.group, run.name]),
            **_errors(predicted, true),
            "train_mae_g0": metrics.mae(apply(train), dataset.targets(run.target, train)),
            **baselines.trivial_errors(dataset, run.target, run.n_train, run.n_test, counted),
        }
        row["relative_mae"] = metrics.relative(row["mae_g0"], row["mae_trivial_g0"])
        rows.append(row)
        if counted is not None:
            concentration = dataset.ensemble.concentration[test]
            table = mae_by_concentration(concentration, true, predicted, counted)
            intervals.append(table.assign(**labels))
    if intervals:
        by_concentration = pd.concat(intervals, ignore_index=True)[CONCENTRATION_COLUMNS]
    else:
        by_concentration = pd.DataFrame(columns=CONCENTRATION_COLUMNS)
    return (
        pd.concat(predictions, ignore_index=True),
        pd.DataFrame(rows)[list(METRICS)],
        by_concentration,
    )


def _apply(
    model: "keras.Model", architecture: str, ensemble: Ensemble, samples: slice
) -> np.ndarray:
    return training.predict(model, networks.model_inputs(architecture, ensemble[samples].onsite))


def _count_predictor(data: Dataset) -> Callable[[Run], np.ndarray | None]:
    """Return what counting predicts for a run, fitted once for runs with the same samples."""
    if not data.has_counts:
        return lambda run: None
    fitted = functools.cache(functools.partial(baselines.count_predictions, data))
    return lambda run: fitted(run.target, run.n_train, run.n_test)


def _description(
    run: Run, data: Dataset, disorder: float | None, parameters: int
) -> dict[str, Any]:
    names = ("ensemble", "architecture", "hidden", "neurons", "n_train", "n_test")
    ensemble = data.ensemble
    return {
        **{name: getattr(run, name) for name in (*names, "stopping")},
        "batch": networks.fit_options(run.architecture).get("batch", run.batch),
        "model": MODELS_BY_SPECIES[len(ensemble.energies) - 1] if data.has_counts else "i",
        "length": ensemble.length,
        "width": ensemble.width,
        "disorder_t": np.nan if disorder is None else disorder,
        "parameters": parameters,
    }


def _duration(history: pd.DataFrame) -> dict[str, float]:
    seconds = history["seconds"].to_numpy()
    return {
        "epochs": len(seconds),
        "train_seconds": seconds.sum(),
        "seconds_per_epoch": np.median(seconds[1:] if len(seconds) > 1 else seconds),
    }


def _errors(predicted: np.ndarray, true: np.ndarray) -> dict[str, float]:
    return {
        "mae_g0": metrics.mae(predicted, true),
        "mse_g02": metrics.mse(predicted, true),
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
        `concentration_low`, `concentration_high`, `n`, `mae_g0`, `mae_count_g0`.
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
    return pd.DataFrame(rows, columns=CONCENTRATION_COLUMNS[4:])


def ensemble_average(
    model: "keras.Model", architecture: str, data: Dataset, target: str, *, seed: int
) -> pd.DataFrame:
    r"""Return mean and spread of true and predicted conductance at each concentration (Fig. 7).

    .. math::
        \bar G_\mathrm{ens} = \frac{1}{N_C} \sum_k \bar G_k, \qquad
        \bar G_\mathrm{variance} = \sqrt{\frac{1}{N_C} \sum_k (\bar G_k - \bar G_\mathrm{ens})^2}

    Eq. (5); the "variance" of the paper is a standard deviation, with N_C in the denominator.

    Parameters
    ----------
    model : keras.Model
    architecture : str
    data : Dataset
        n samples at fixed concentrations.
    target : str
    seed : int
        Number of the repetition, for the table only.

    Returns
    -------
    DataFrame
        `seed`, `concentration`, `configurations`, `mean_true_g0`, `mean_predicted_g0`,
        `std_true_g0`, `std_predicted_g0`, by rising concentration.
    """
    everything = slice(0, len(data))
    frame = pd.DataFrame(
        {
            "concentration": data.ensemble.concentration,
            "true": data.targets(target, everything),
            "predicted": _apply(model, architecture, data.ensemble, everything),
        }
    )
    by_concentration = frame.groupby("concentration", sort=True)
    mean, spread = by_concentration.mean(), by_concentration.std(ddof=0)
    return pd.DataFrame(
        {
            "seed": seed,
            "concentration": mean.index.to_numpy(),
            "configurations": by_concentration.size().to_numpy(),
            "mean_true_g0": mean["true"].to_numpy(),
            "mean_predicted_g0": mean["predicted"].to_numpy(),
            "std_true_g0": spread["true"].to_numpy(),
            "std_predicted_g0": spread["predicted"].to_numpy(),
        }
    )
