"""What predictors without a network reach: the yardsticks of every MAE, in G0 = 2e^2/h."""

import itertools
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from hamlearn import progress
from hamlearn.dataset import Dataset
from hamlearn.learning import metrics
from hamlearn.study import Inputs
from hamlearn.wires.plan import TARGETS
from hamlearn.wires.samples import targets

RIDGE_SCALES = (0.01, 0.03, 0.1, 0.3)  # decay of the kernel, per t of |difference|
RIDGE_PENALTIES = (1e-4, 1e-3, 1e-2)
CLASSICAL = ("linear", "quadratic", "kernel_ridge")
COLUMNS = ["ensemble", "target", "predictor", "n_train", "n_test", "mae"]


def summarise(inputs: Inputs, settings: Mapping[str, Any]) -> pd.DataFrame:
    """Return the errors of :func:`baselines` on the ensembles of models I to IV, all targets.

    The regressions are fitted to the first ensemble alone. `settings` has the numbers of test
    samples and how many samples kernel ridge regression is fitted to.
    """
    tables = []
    ridge_train = settings["baselines"]["ridge_train"]
    for name, drawn in progress.track([*inputs.drawn.items()], "baselines", "ensembles"):
        part = settings["model_i" if drawn.species is None else "impurity_models"]
        train = len(drawn) - part["test"]
        data = Dataset(name, drawn, inputs.solved[name], train)
        for target in (target for target in TARGETS if target in data.labels):
            tables.append(baselines(data, target, train, part["test"], ridge_train))
        ridge_train = None
    return pd.concat(tables)


def has_counts(data: Dataset) -> bool:
    """Return whether the wires have impurities to be counted (models II to IV)."""
    return data.ensemble.species is not None


def median_error(data: Dataset, target: str, n_train: int, n_test: int) -> float:
    """Return the test MAE of a constant, the median of the training targets."""
    train, test = data.split(n_train, n_test)
    constant = metrics.median_predictor(targets(data, target, train))
    return metrics.mae(np.full(n_test, constant), targets(data, target, test))


def count_predictions(data: Dataset, target: str, n_train: int, n_test: int) -> np.ndarray:
    """Return what the number of impurities of each species alone says about the test set.

    The conditional median of :func:`hamlearn.learning.metrics.count_predictor`, fitted to the
    training samples: an array (n_test,).
    """
    train, test = data.split(n_train, n_test)
    fitted = metrics.count_predictor(data.ensemble[train].counts, targets(data, target, train))
    return fitted(data.ensemble[test].counts)


def trivial_errors(
    data: Dataset, target: str, n_train: int, n_test: int, count: np.ndarray | None
) -> dict[str, float]:
    """Return `mae_median`, `mae_count` and the one a network is judged by.

    `mae_trivial` is the constant's for model I and that of `count` (n_test,), from
    :func:`count_predictions`, for models II to IV; without it `mae_count` is NaN.
    """
    _, test = data.split(n_train, n_test)
    constant = median_error(data, target, n_train, n_test)
    counted = np.nan if count is None else metrics.mae(count, targets(data, target, test))
    return {
        "mae_median": constant,
        "mae_count": counted,
        "mae_trivial": constant if count is None else counted,
    }


def baselines(
    data: Dataset,
    target: str,
    n_train: int,
    n_test: int,
    ridge_train: int | None = None,
) -> pd.DataFrame:
    """Return the test MAE of predictors without a network.

    Parameters
    ----------
    data : Dataset
    target : str
        Column of the labels.
    n_train, n_test : int
        First and last samples of the ensemble.
    ridge_train : int, optional
        If given, also linear, quadratic and Laplacian kernel ridge regression of the on-site
        energies, the last one (the method of Ref. 27, with which Sec. III compares) on at most
        this many samples: its time grows with their cube, its memory with their square.

    Returns
    -------
    DataFrame
        `ensemble`, `target`, `predictor` (median, count, linear, quadratic, kernel_ridge),
        `n_train`, `n_test`, `mae`.
    """
    train, test = data.split(n_train, n_test)
    true = targets(data, target, test)
    rows = [("median", n_train, median_error(data, target, n_train, n_test))]
    if has_counts(data):
        counted = count_predictions(data, target, n_train, n_test)
        rows.append(("count", n_train, metrics.mae(counted, true)))
    for name in CLASSICAL if ridge_train else ():
        used = min(n_train, ridge_train) if name == "kernel_ridge" else n_train
        fitted = _fit(name, _flat(data, train)[:used], targets(data, target, train)[:used])
        rows.append((name, used, metrics.mae(fitted.predict(_flat(data, test)), true)))
    frame = pd.DataFrame(rows, columns=["predictor", "n_train", "mae"])
    return frame.assign(ensemble=data.name, target=target, n_test=n_test)[COLUMNS]


def _flat(data: Dataset, samples: slice) -> np.ndarray:
    onsite = data.ensemble[samples].exact_onsite
    return onsite.reshape(len(onsite), -1)


def _fit(name: str, inputs: np.ndarray, targets: np.ndarray) -> Any:
    from sklearn.linear_model import LinearRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import PolynomialFeatures

    if name == "linear":
        return LinearRegression().fit(inputs, targets)
    if name == "quadratic":
        model = make_pipeline(PolynomialFeatures(2, include_bias=False), LinearRegression())
        return model.fit(inputs, targets)
    return _kernel_ridge(inputs, targets)


def _kernel_ridge(inputs: np.ndarray, targets: np.ndarray) -> Any:
    """Fit kernel ridge regression; every fifth sample chooses decay and penalty by MAE."""
    from sklearn.compose import TransformedTargetRegressor
    from sklearn.kernel_ridge import KernelRidge
    from sklearn.preprocessing import StandardScaler

    def fitted(samples: np.ndarray, scale: float, penalty: float) -> Any:
        ridge = KernelRidge(alpha=penalty, kernel="laplacian", gamma=scale)
        centred = TransformedTargetRegressor(ridge, transformer=StandardScaler(with_std=False))
        return centred.fit(inputs[samples], targets[samples])

    held_out = np.arange(len(targets)) % 5 == 4

    def error(choice: tuple[float, float]) -> float:
        predicted = fitted(~held_out, *choice).predict(inputs[held_out])
        return metrics.mae(predicted, targets[held_out])

    best = min(itertools.product(RIDGE_SCALES, RIDGE_PENALTIES), key=error)
    return fitted(np.ones(len(targets), dtype=bool), *best)
