"""Predictions of trained networks and their errors, beside those of trivial predictors.

Transmissions, MAE and widths of intervals are in 2e²/h, energies in t (Sec. IV and VI).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from hamlearn.bubbles import labels, targets
from hamlearn.bubbles.plan import DEFORMED, MORE, largest_g
from hamlearn.dataset import Dataset
from hamlearn.learning import metrics
from hamlearn.study import Run

if TYPE_CHECKING:
    import keras

METRICS = {
    "ensemble": "that it is applied to",
    "target": "total = T, or the component T_αβ, outgoing valley first",
    "n_test": "samples",
    "batch": "samples",
    "learning_rate": "of Adam",
    "factor": "of the targets while training",
    "mae": "of the network after the last epoch",
    "rmse": "",
    "r2": "share of the variance explained; NaN where the targets differ by rounding only",
    "eq6_percent": "mean of |y_p - y_c| / |y_p|, eq. (6)",
    "eq6_se_percent": "standard error of that mean, over the samples",
    "eq6_median_percent": "median of the same",
    "eq15_percent": "mean of |y_p - y_c| / max(|y_p|, |y_c|), eq. (15)",
    "eq15_se_percent": "standard error of that mean, over the samples",
    "share_below_half": "share of predictions with |y_p| < 0.5",
    "mean_true": "",
    "mean_predicted": "",
    "mae_constant": "MAE of the median of the training targets",
    "mae_conditional": "MAE of the mean given the energy, from the training targets",
    "mae_modes": "MAE of T = 2n + 1, the modes of the leads; NaN except for total",
    "eq6_modes_percent": "eq. (6) of the same",
    "mae_trivial": "the smallest of the three",
    "relative_mae": "mae / mae_trivial",
    "coverage": "share of true values in the 90 % interval; NaN without one",
    "interval_width": "mean of high - low",
}
"""Columns of the metrics after those of every study, :data:`hamlearn.learning.jobs.DESCRIPTION`."""
GROUPS = (
    *("ensemble", "group", "n", "mae", "eq6_percent", "eq15_percent", "eq6_median_percent"),
    *("eq6_se_percent", "eq15_se_percent", "eq6_median_se_percent"),
    *("mae_modes", "eq6_modes_percent", "eq15_modes_percent", "eq6_median_modes_percent"),
    "mae_conditional",
)
"""Columns of the errors by group: `se`, standard errors over the samples of a group; `modes`, the
same errors of T = 2n + 1."""
SPREAD = 1e-9
"""Transmissions that differ by less are equal, in 2e²/h."""
PREDICTIONS = ("ensemble", "sample", "target", "true", "predicted", "low", "high")


@dataclass(frozen=True)
class Trivial:
    """Predictors of one target that know nothing of the deformation, from the training set."""

    constant: float
    given_energy: Callable[[np.ndarray], np.ndarray]

    @classmethod
    def fitted(cls, energy: np.ndarray, true: np.ndarray) -> "Trivial":
        """Return the predictors for targets (n,) at energies (n,), of the samples to train on."""
        conditional = metrics.conditional_mean_predictor(energy, true)
        return cls(metrics.median_predictor(true), conditional)


@dataclass(frozen=True)
class Answers:
    """What a network says of one target on the m test samples of an ensemble, all (m,)."""

    target: str
    true: np.ndarray
    predicted: np.ndarray
    low: np.ndarray
    high: np.ndarray


def evaluate(
    run: Run, network: "keras.Model", data: Mapping[str, Dataset], settings: Mapping[str, Any]
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame | None]:
    """Apply the network of a run to every ensemble of its.

    Parameters
    ----------
    run : Run
    network : keras.Model
    data : mapping of Dataset
        What the run is trained on and every ensemble that it is applied to, by name.
    settings : mapping
        `data.deformed`: `bins` and `largest_g`, the upper end of these bins as it is stated for a
        flake of 200 a.

    Returns
    -------
    predictions, metrics, by_group : DataFrame
        With the columns `PREDICTIONS`, `METRICS` and `GROUPS`; no groups for a run that is not
        applied to ensembles that have some.
    """
    predictions, rows, grouped = [], [], []
    deformed = settings["data"]["deformed"]
    fit = {name: run.fit[name] for name in ("batch", "learning_rate", "factor")}
    for ensemble in run.applied_to:
        tested = data[ensemble]
        group = _groups(tested, deformed["bins"], deformed["largest_g"])
        for answers in _answers(run, network, tested):
            trivial = _trivial(run, data[run.trained_on], answers.target)
            row = {"ensemble": ensemble, **fit, **_errors(answers, tested, trivial)}
            rows.append(row)
            predictions.append(_table(answers, tested))
            if group is not None:
                table = by_group(group, answers, tested, trivial)
                grouped.append(table.assign(ensemble=ensemble))
    return (
        pd.concat(predictions, ignore_index=True),
        pd.DataFrame(rows)[list(METRICS)],
        pd.concat(grouped, ignore_index=True)[list(GROUPS)] if grouped else None,
    )


def _trivial(run: Run, known: Dataset, target: str) -> Trivial:
    """Return the trivial predictors of a target, fitted once for all runs that share it."""

    def fitted() -> Trivial:
        chosen, _ = known.split(run.n_train, run.n_test)
        number = targets.OUTPUTS[run.target].index(target)
        true = targets.of_samples(known.labels, run.target)[:, number]
        return Trivial.fitted(known.ensemble.energy[chosen], true[chosen])

    return known.remember(("trivial", target, run.n_train), fitted)


def predict(run: Run, network: "keras.Model", data: Dataset) -> np.ndarray:
    """Return what the network of a run says of the test samples, (m, outputs, 3), in 2e²/h.

    The last axis is the prediction and its 90 % interval; NaN where a network gives none.
    """
    from hamlearn.bubbles import inputs

    tested = data.ensemble[data.test]
    arrays = inputs.of_samples(tested, labels.modes(data.labels)[data.test])
    arrays["heights"] = inputs.height_maps(tested, network.input["heights"].shape[1])
    found = network.predict(inputs.wanted(network, arrays), batch_size=inputs.BATCH, verbose=0)
    found = found.astype(float)
    found = targets.unscaled(run, found.reshape(len(found), len(targets.OUTPUTS[run.target]), -1))
    if found.shape[2] == 3:
        return found
    return np.concatenate([found, np.full((*found.shape[:2], 2), np.nan)], axis=2)


def _answers(run: Run, network: "keras.Model", data: Dataset) -> Iterator[Answers]:
    found = predict(run, network, data)
    true = targets.of_samples(data.labels, run.target)[data.test]
    for k, target in enumerate(targets.OUTPUTS[run.target]):
        yield Answers(target, true[:, k], *found[:, k].T)


def _errors(answers: Answers, data: Dataset, trivial: Trivial) -> dict[str, Any]:
    true, predicted = answers.true, answers.predicted
    energy, modes = data.ensemble.energy[data.test], labels.modes(data.labels)[data.test]
    of_modes = answers.target == "total"
    guesses = {
        "mae_constant": metrics.mae(np.full(len(true), trivial.constant), true),
        "mae_conditional": metrics.mae(trivial.given_energy(energy), true),
        "mae_modes": metrics.mae(modes, true) if of_modes else np.nan,
    }
    mae, percent = metrics.mae(predicted, true), _percent(predicted, true)
    best = np.nanmin(list(guesses.values()))
    eq6_modes = metrics.errors_relative_to_prediction(modes, true).mean() if of_modes else np.nan
    interval = np.isfinite(answers.low).all()
    return {
        "target": answers.target,
        "n_test": len(true),
        "mae": mae,
        "rmse": np.sqrt(metrics.mse(predicted, true)),
        "r2": metrics.r2(predicted, true) if np.ptp(true) > SPREAD else np.nan,
        **{name: value for name, value in percent.items() if name in METRICS},
        "share_below_half": (np.abs(predicted) < 0.5).mean(),
        "mean_true": true.mean(),
        "mean_predicted": predicted.mean(),
        **guesses,
        "eq6_modes_percent": 100 * eq6_modes,
        "mae_trivial": best,
        "relative_mae": metrics.relative(mae, best) if best > 0 else np.nan,
        "coverage": metrics.coverage(answers.low, answers.high, true) if interval else np.nan,
        "interval_width": (answers.high - answers.low).mean(),
    }


def _table(answers: Answers, data: Dataset) -> pd.DataFrame:
    samples = np.arange(len(data))[data.test]
    columns = {name: getattr(answers, name) for name in ("true", "predicted", "low", "high")}
    found = {"ensemble": data.name, "sample": samples, "target": answers.target, **columns}
    return pd.DataFrame(found)[list(PREDICTIONS)]


def _groups(data: Dataset, bins: int, stated: float) -> np.ndarray | None:
    """Return the group of each test sample, or None for an ensemble without groups, (m,).

    The number of bubbles (Fig. 8d), or the centre of the bin of g between 0 and `stated`
    (Fig. 8e); a sample belongs to the bin of the g that its bubbles have.
    """
    part = data.ensemble[data.test]
    if data.name == MORE:
        return part.count
    if data.name != DEFORMED:
        return None
    largest = largest_g(stated, part.side, part.kind)
    number = np.minimum(np.floor(part.g / largest * bins), bins - 1)
    return (number + 0.5) * stated / bins


def by_group(group: np.ndarray, answers: Answers, data: Dataset, trivial: Trivial) -> pd.DataFrame:
    """Return errors of a network, of the modes and of the mean given the energy, by group.

    Parameters
    ----------
    group : array (m,)
        Of each test sample of `data`.

    Returns
    -------
    DataFrame
        Columns `GROUPS` without the ensemble, by rising group.
    """
    energy, modes = data.ensemble.energy[data.test], labels.modes(data.labels)[data.test]
    conditional, rows = trivial.given_energy(energy), []
    for value in np.unique(group):
        inside = group == value
        true, row = answers.true[inside], {"group": value, "n": int(inside.sum())}
        for suffix, predicted in (("", answers.predicted[inside]), ("_modes", modes[inside])):
            row[f"mae{suffix}"] = metrics.mae(predicted, true)
            row |= _percent(predicted, true, suffix)
        rows.append(row | {"mae_conditional": metrics.mae(conditional[inside], true)})
    return pd.DataFrame(rows)[list(GROUPS[1:])]


def _percent(predicted: np.ndarray, true: np.ndarray, suffix: str = "") -> dict[str, float]:
    """Return the errors (6) and (15) in per cent: means, median, and their standard errors.

    The mean of (6) is that of whatever is largest: one prediction of nearly nothing can be all of
    it. The standard error of the median is half the width of its distribution-free 68 % interval.
    """
    eq6 = 100 * metrics.errors_relative_to_prediction(predicted, true)
    eq15 = 100 * metrics.errors_relative_to_larger(predicted, true)
    near = np.clip(0.5 + np.array([-0.5, 0.5]) / np.sqrt(len(true)), 0, 1)
    found = {
        "eq6": eq6.mean(),
        "eq6_se": _standard_error(eq6),
        "eq6_median": np.median(eq6),
        "eq6_median_se": np.ptp(np.quantile(eq6, near)) / 2,
        "eq15": eq15.mean(),
        "eq15_se": _standard_error(eq15),
    }
    return {f"{name}{suffix}_percent": value for name, value in found.items()}


def _standard_error(values: np.ndarray) -> float:
    """Return that of the mean of values (n,), NaN for a single one."""
    return values.std(ddof=1) / np.sqrt(len(values)) if len(values) > 1 else np.nan
