"""Predictions and errors of trained networks, beside what trivial and classical predictors do.

Conductances, MAE and spreads are in G0 = 2e^2/h.
"""

import functools
import itertools
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from hamlearn import seeds
from hamlearn.learning import metrics, training
from hamlearn.wires import networks, solver
from hamlearn.wires.ensemble import Ensemble
from hamlearn.wires.plan import Run
from hamlearn.wires.training import HISTORY, Labelled, network_path

if TYPE_CHECKING:
    import keras

MODELS_BY_SPECIES = {1: "ii", 2: "iii", 3: "iv"}
OUTLIERS = {"fraction_above_03": 0.3, "fraction_above_1": 1.0}
CONCENTRATION_BINS = np.linspace(0, 1, 11)
RIDGE_SCALES = (0.01, 0.03, 0.1, 0.3)  # 1/t, decay of the Laplacian kernel per unit of |difference|
RIDGE_PENALTIES = (1e-4, 1e-3, 1e-2, 1e-1)
CLASSICAL = ("linear", "quadratic", "kernel_ridge")


def evaluate_group(
    runs: Sequence[Run],
    directory: str | Path,
    data: Labelled,
    seed: int,
    disorder: float | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Apply the networks of a group and seed to their test sets.

    Parameters
    ----------
    runs : sequence of Run
    directory : path
        Where :func:`hamlearn.wires.training.train_group` left the networks.
    data : Labelled
    seed : int
    disorder : float, optional
        Width w of the distribution of on-site energies, in t; model I only.

    Returns
    -------
    predictions : DataFrame
        `run`, `sample` (index in the ensemble), `true_g0`, `predicted_g0`.
    metrics : DataFrame
        A row per run: what was trained and how long, MAE and MSE of eq. (4) on the test set,
        `train_mae_g0` on all training samples, the trivial predictors, and shares of outliers.
        `seconds_per_epoch` is the median without the first epoch, which compiles.

    Raises
    ------
    ValueError
        If a network is missing or damaged.
    """
    history = pd.read_csv(Path(directory) / HISTORY)
    predictions, rows = [], []
    for run in runs:
        model = networks.load(network_path(directory, run), run.architecture)
        test, train = data.test_rows(run), data.train_rows(run)
        true, predicted = data.targets(run, test), training.predict(model, data.inputs(run, test))
        predictions.append(
            pd.DataFrame(
                {
                    "run": run.name,
                    "sample": np.arange(test.start, test.stop),
                    "true_g0": true,
                    "predicted_g0": predicted,
                }
            )
        )
        learned = training.predict(model, data.inputs(run, train))
        rows.append(
            {
                **_description(run, data, seed, disorder, model.count_params()),
                **_duration(history[history["run"] == run.name]),
                **_errors(predicted, true),
                "train_mae_g0": metrics.mae(learned, data.targets(run, train)),
                **_trivial(run, data, metrics.mae(predicted, true)),
            }
        )
    return pd.concat(predictions, ignore_index=True), pd.DataFrame(rows)[METRIC_COLUMNS]


METRIC_COLUMNS = (
    "group run seed ensemble model length width disorder_t target architecture hidden neurons "
    "parameters n_train n_test stopping batch epochs train_seconds seconds_per_epoch mae_g0 "
    "train_mae_g0 mse_g02 r2 mae_median_g0 mae_count_g0 mae_trivial_g0 relative_mae "
    "fraction_above_03 fraction_above_1"
).split()


def _description(
    run: Run, data: Labelled, seed: int, disorder: float | None, parameters: int
) -> dict[str, Any]:
    names = ("group", "ensemble", "target", "architecture", "hidden", "neurons")
    return {
        **{name: getattr(run, name) for name in (*names, "n_train", "n_test", "stopping", "batch")},
        "run": run.name,
        "seed": seed,
        "model": _model(data.ensemble),
        "length": data.ensemble.length,
        "width": data.ensemble.width,
        "disorder_t": np.nan if disorder is None else disorder,
        "parameters": parameters,
    }


def _model(ensemble: Ensemble) -> str:
    return "i" if ensemble.species is None else MODELS_BY_SPECIES[len(ensemble.energies) - 1]


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
        **{name: metrics.fraction_above(predicted, true, at) for name, at in OUTLIERS.items()},
    }


def _trivial(run: Run, data: Labelled, error: float) -> dict[str, float]:
    true = data.targets(run, data.test_rows(run))
    constant = metrics.median_predictor(data.targets(run, data.train_rows(run)))
    found = {"mae_median_g0": metrics.mae(np.full(len(true), constant), true)}
    found["mae_count_g0"] = np.nan
    if data.ensemble.species is not None:
        found["mae_count_g0"] = metrics.mae(count_predictions(run, data), true)
    trivial = found["mae_median_g0" if data.ensemble.species is None else "mae_count_g0"]
    return {**found, "mae_trivial_g0": trivial, "relative_mae": metrics.relative(error, trivial)}


def count_predictions(run: Run, data: Labelled) -> np.ndarray:
    """Return what the impurity counts alone say about the test set of a run, (n_test,).

    The conditional median of :func:`hamlearn.learning.metrics.count_predictor`, fitted to the
    training samples of the run.
    """
    train, test = data.train_rows(run), data.test_rows(run)
    predictor = metrics.count_predictor(data.ensemble[train].counts, data.targets(run, train))
    return predictor(data.ensemble[test].counts)


def mae_by_concentration(
    runs: Sequence[Run], predictions: pd.DataFrame, data: Labelled, seed: int
) -> pd.DataFrame:
    """Return the MAE of networks and of the impurity count by interval of the concentration.

    Parameters
    ----------
    runs : sequence of Run
        Runs on models II to IV.
    predictions : DataFrame
        From :func:`evaluate_group`.
    data : Labelled
    seed : int

    Returns
    -------
    DataFrame
        `group`, `run`, `seed`, `target`, `concentration_low`, `concentration_high`, `n`, `mae_g0`,
        `mae_count_g0`: ten intervals of width 0.1 of the nominal concentration, each without its
        upper end but the last; errors are NaN where `n` is 0.
    """
    rows = []
    for run in runs:
        part = predictions[predictions["run"] == run.name]
        concentration = data.ensemble.concentration[part["sample"]]
        last = len(CONCENTRATION_BINS) - 2
        interval = np.minimum(np.digitize(concentration, CONCENTRATION_BINS) - 1, last)
        true = part["true_g0"].to_numpy()
        network = np.abs(part["predicted_g0"].to_numpy() - true)
        count = np.abs(count_predictions(run, data) - true)
        for k, (low, high) in enumerate(itertools.pairwise(CONCENTRATION_BINS)):
            inside = interval == k
            some = inside.any()
            rows.append(
                {
                    "group": run.group,
                    "run": run.name,
                    "seed": seed,
                    "target": run.target,
                    "concentration_low": low,
                    "concentration_high": high,
                    "n": int(inside.sum()),
                    "mae_g0": network[inside].mean() if some else np.nan,
                    "mae_count_g0": count[inside].mean() if some else np.nan,
                }
            )
    return pd.DataFrame(rows)


def ensemble_average(
    model: "keras.Model", architecture: str, ensemble: Ensemble, true: np.ndarray, seed: int
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
    ensemble : Ensemble
        n samples at fixed concentrations.
    true : array (n,)
    seed : int

    Returns
    -------
    DataFrame
        `seed`, `concentration`, `mean_true_g0`, `mean_predicted_g0`, `std_true_g0`,
        `std_predicted_g0`, by rising concentration.
    """
    predicted = training.predict(model, networks.model_inputs(architecture, ensemble.onsite))
    frame = pd.DataFrame(
        {"concentration": ensemble.concentration, "true": true, "predicted": predicted}
    )
    by_concentration = frame.groupby("concentration", sort=True)
    mean, spread = by_concentration.mean(), by_concentration.std(ddof=0)
    return pd.DataFrame(
        {
            "seed": seed,
            "concentration": mean.index.to_numpy(),
            "mean_true_g0": mean["true"].to_numpy(),
            "mean_predicted_g0": mean["predicted"].to_numpy(),
            "std_true_g0": spread["true"].to_numpy(),
            "std_predicted_g0": spread["predicted"].to_numpy(),
        }
    )


def baselines(run: Run, data: Labelled, ridge_train: int, classical: bool = False) -> pd.DataFrame:
    """Return the test MAE of predictors without a network, on the samples of a run.

    Parameters
    ----------
    run : Run
        Names ensemble, target and numbers of samples; its architecture plays no part.
    data : Labelled
    ridge_train : int
        Largest number of training samples of the kernel ridge regression, whose cost grows with
        its cube and whose memory grows with its square.
    classical : bool
        Also linear, quadratic and Laplacian kernel ridge regression of the on-site energies; the
        last is the method of Ref. 27, with which Sec. III compares.

    Returns
    -------
    DataFrame
        `ensemble`, `target`, `predictor`, `n_train`, `n_test`, `mae_g0`.
    """
    true = data.targets(run, data.test_rows(run))
    trivial = _trivial(run, data, 0.0)
    errors = {"median": (run.n_train, trivial["mae_median_g0"])}
    if data.ensemble.species is not None:
        errors["count"] = (run.n_train, trivial["mae_count_g0"])
    for name in CLASSICAL if classical else ():
        n_train = min(run.n_train, ridge_train) if name == "kernel_ridge" else run.n_train
        train = slice(0, n_train)
        fitted = _regression(name)(_flat(data, train), data.targets(run, train))
        predicted = fitted.predict(_flat(data, data.test_rows(run)))
        errors[name] = (n_train, metrics.mae(predicted, true))
    return pd.DataFrame(
        [
            {
                "ensemble": run.ensemble,
                "target": run.target,
                "predictor": name,
                "n_train": n_train,
                "n_test": run.n_test,
                "mae_g0": error,
            }
            for name, (n_train, error) in errors.items()
        ]
    )


def _flat(data: Labelled, rows: slice) -> np.ndarray:
    return networks.model_inputs("dnn", data.ensemble[rows].onsite).astype(float)


def _regression(name: str) -> Callable[[np.ndarray, np.ndarray], Any]:
    from sklearn.linear_model import LinearRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import PolynomialFeatures

    if name == "linear":
        return LinearRegression().fit
    if name == "quadratic":
        return make_pipeline(PolynomialFeatures(2, include_bias=False), LinearRegression()).fit
    return _kernel_ridge


def _kernel_ridge(inputs: np.ndarray, targets: np.ndarray) -> Any:
    """Fit kernel ridge regression; every fifth sample chooses decay and penalty by MAE."""
    from sklearn.compose import TransformedTargetRegressor
    from sklearn.kernel_ridge import KernelRidge
    from sklearn.preprocessing import StandardScaler

    def fitted(rows: np.ndarray, scale: float, penalty: float) -> Any:
        ridge = KernelRidge(alpha=penalty, kernel="laplacian", gamma=scale)
        centred = TransformedTargetRegressor(ridge, transformer=StandardScaler(with_std=False))
        return centred.fit(inputs[rows], targets[rows])

    held_out = np.arange(len(targets)) % 5 == 4

    def error(choice: tuple[float, float]) -> float:
        predicted = fitted(~held_out, *choice).predict(inputs[held_out])
        return metrics.mae(predicted, targets[held_out])

    best = min(itertools.product(RIDGE_SCALES, RIDGE_PENALTIES), key=error)
    return fitted(np.ones(len(targets), bool), *best)


def timing(
    path: str | Path,
    architecture: str,
    ensemble: Ensemble,
    energies: Sequence[float],
    configurations: int,
    kwant_solves: int,
    threads: int,
) -> dict[str, Any]:
    """Time Kwant, the recursive solver and a network on the same configurations (Sec. III).

    Parameters
    ----------
    path : path
        A trained network, which predicts the mean over `energies`.
    architecture : str
    ensemble : Ensemble
        Configurations are spread evenly over it.
    energies : sequence (m,), in t
    configurations : int
        How many are solved and predicted.
    kwant_solves : int
        Solves of one configuration at one energy that Kwant is timed with; `kwant_seconds` is
        extrapolated from them to all configurations and energies.
    threads : int
        CPU threads of the network; the solvers use what the environment grants.

    Returns
    -------
    dict
        Seconds and their ratios. `network_seconds` is the fastest of three predictions of all
        configurations after a first one, `network_first_seconds`, which compiles;
        `network_load_seconds` reads the file. Importing the libraries is not counted.
    """
    training.configure(threads, seed=0)
    chosen = np.linspace(0, len(ensemble) - 1, min(configurations, len(ensemble))).astype(int)
    subset = ensemble[np.unique(chosen)]
    onsite, solves = subset.exact_onsite, len(subset) * len(energies)
    pairs = _spread(len(subset), list(energies), min(kwant_solves, solves))
    kwant = _seconds(
        lambda: [solver.conductance_kwant(onsite[i : i + 1], [energy]) for i, energy in pairs]
    )
    kwant *= solves / len(pairs)
    recursive = _seconds(lambda: solver.conductance(onsite, np.asarray(energies)))
    model, load = _timed(lambda: networks.load(path, architecture))
    inputs = networks.model_inputs(architecture, subset.onsite)
    predict = functools.partial(training.predict, model, inputs)
    first = _seconds(predict)
    network = min(_seconds(predict) for _ in range(3))
    return {
        "hardware": {key: training.provenance()[key] for key in ("cpu", "cores")},
        "threads": threads,
        "configurations": len(subset),
        "energies": len(energies),
        "size": [ensemble.length, ensemble.width],
        "kwant_solves": len(pairs),
        "kwant_seconds": kwant,
        "solver_seconds": recursive,
        "network_load_seconds": load,
        "network_first_seconds": first,
        "network_seconds": network,
        "ratio_kwant_network": kwant / network,
        "ratio_solver_network": recursive / network,
        "ratio_kwant_solver": kwant / recursive,
    }


def _spread(samples: int, energies: list[float], solves: int) -> list[tuple[int, float]]:
    """Return `solves` pairs of a sample and an energy, both in turn."""
    places = np.linspace(0, samples - 1, solves).astype(int)
    return [(int(i), energies[k % len(energies)]) for k, i in enumerate(places)]


def _seconds(work: Callable[[], Any]) -> float:
    return _timed(work)[1]


def _timed(work: Callable[[], Any]) -> tuple[Any, float]:
    started = time.perf_counter()
    result = work()
    return result, time.perf_counter() - started
