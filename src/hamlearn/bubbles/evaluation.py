"""Predictions of trained networks and their errors, beside those of trivial predictors.

Transmissions, MAE and widths of intervals are in 2e²/h, energies in t (Sec. IV and VI).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from hamlearn.bubbles.dataset import Dataset, unscaled
from hamlearn.bubbles.plan import DEFORMED, MORE, TRAIN, EnsemblePlan
from hamlearn.bubbles.runs import TARGETS, Run
from hamlearn.bubbles.training import HISTORY, network_path
from hamlearn.learning import metrics, training

if TYPE_CHECKING:
    import keras

METRICS = {
    "run": "one network",
    "job": "of runs that are trained together",
    "seed": "number of the repetition",
    "architecture": "",
    "ensemble": "",
    "target": "total = T, or the component T_αβ, outgoing valley first",
    "parameters": "",
    "n_train": "samples",
    "n_test": "samples",
    "epochs": "trained",
    "batch": "samples",
    "learning_rate": "of Adam",
    "factor": "of the targets while training",
    "train_seconds": "all epochs, with compilation and with the monitored test part",
    "samples_per_second": "n_train times epochs, by train_seconds",
    "mae": "of the network after the last epoch",
    "rmse": "",
    "r2": "share of the variance explained; NaN where the targets differ by rounding only",
    "eq6_percent": "mean of |y_p - y_c| / |y_p|, eq. (6)",
    "eq6_median_percent": "median of the same",
    "eq15_percent": "mean of |y_p - y_c| / max(|y_p|, |y_c|), eq. (15)",
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
GROUPS = (
    *("run", "seed", "ensemble", "group", "n", "mae", "eq6_percent", "eq15_percent"),
    *("mae_modes", "eq6_modes_percent", "eq15_modes_percent", "mae_conditional"),
)
SPREAD = 1e-9
"""Transmissions that differ by less are equal, in 2e²/h."""
PREDICTIONS = ("run", "ensemble", "sample", "target", "true", "predicted", "low", "high")


@dataclass(frozen=True)
class Trivial:
    """Predictors of one target that know nothing of the deformation, from the training set."""

    constant: float
    given_energy: Callable[[np.ndarray], np.ndarray]

    @classmethod
    def fitted(cls, data: Dataset, targets: np.ndarray) -> "Trivial":
        """Return the predictors for targets (n,) of the samples to train on."""
        part = data.training
        energy = data.ensemble.energy[part]
        conditional = metrics.conditional_mean_predictor(energy, targets[part])
        return cls(metrics.median_predictor(targets[part]), conditional)


@dataclass(frozen=True)
class Answers:
    """What a network says of one target on the m test samples of an ensemble, all (m,)."""

    target: str
    true: np.ndarray
    predicted: np.ndarray
    low: np.ndarray
    high: np.ndarray


def evaluate_job(
    runs: Sequence[Run],
    directory: str | Path,
    data: Mapping[str, Dataset],
    *,
    seed: int,
    deformed: EnsemblePlan,
    largest_g: float,
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Apply the networks of a job and seed to every ensemble of theirs.

    Parameters
    ----------
    runs : sequence of Run
    directory : path
        Where :func:`hamlearn.bubbles.training.train_job` left the networks.
    data : mapping of Dataset
        `train` and every ensemble that the runs are applied to, by name.
    seed : int
        Number of the repetition, for the tables only.
    deformed : EnsemblePlan
        Of the ensemble `deformed`, for its bins of g.
    largest_g : float
        Upper end of these bins as the settings state it, for a flake of 200 a.

    Returns
    -------
    predictions, metrics, by_group : DataFrame
        With the columns `PREDICTIONS`, `METRICS` and `GROUPS`.

    Raises
    ------
    ValueError
        If a network is missing or damaged.
    """
    history = pd.read_csv(Path(directory) / HISTORY)
    trivial = {}
    predictions, rows, grouped = [], [], []
    for run in runs:
        network = load(network_path(directory, run))
        trained = _description(run, network, history[history["run"] == run.name], seed)
        for ensemble in run.applied_to:
            tested = data[ensemble]
            for number, answers in enumerate(_answers(run, network, tested)):
                key = answers.target
                if key not in trivial:
                    targets = data[TRAIN].targets(run.target)[:, number]
                    trivial[key] = Trivial.fitted(data[TRAIN], targets)
                labels = {**trained, "ensemble": ensemble, "n_train": data[TRAIN].train}
                rows.append(labels | _errors(answers, tested, trivial[key]))
                predictions.append(_table(run, answers, tested))
                group = _groups(tested, deformed, largest_g)
                if group is not None:
                    table = by_group(group, answers, tested, trivial[key])
                    grouped.append(table.assign(run=run.name, seed=seed, ensemble=ensemble))
    summary = pd.DataFrame(rows)
    speed = summary["n_train"] * summary["epochs"] / summary["train_seconds"]
    summary = summary.assign(samples_per_second=speed)[list(METRICS)]
    empty = pd.DataFrame(columns=GROUPS)
    by_groups = pd.concat(grouped, ignore_index=True)[list(GROUPS)] if grouped else empty
    return pd.concat(predictions, ignore_index=True), summary, by_groups


def load(path: str | Path) -> "keras.Model":
    """Read a trained network; raise ValueError if the file is missing or damaged."""
    from hamlearn.bubbles import networks, own  # noqa: F401  Keras then knows their layers

    return training.load(path)


def predict(run: Run, network: "keras.Model", data: Dataset) -> np.ndarray:
    """Return what the network of a run says of the test samples, (m, outputs, 3), in 2e²/h.

    The last axis is the prediction and its 90 % interval; NaN where a network gives none.
    """
    from hamlearn.bubbles import inputs

    tested = data.ensemble[data.test]
    arrays = inputs.of_samples(tested, data.modes[data.test])
    arrays["heights"] = inputs.height_maps(tested, network.input["heights"].shape[1])
    found = network.predict(inputs.wanted(network, arrays), batch_size=inputs.BATCH, verbose=0)
    found = found.astype(float)
    found = unscaled(run, found.reshape(len(found), len(TARGETS[run.target]), -1))
    if found.shape[2] == 3:
        return found
    return np.concatenate([found, np.full((*found.shape[:2], 2), np.nan)], axis=2)


def _answers(run: Run, network: "keras.Model", data: Dataset) -> Iterator[Answers]:
    found, true = predict(run, network, data), data.targets(run.target)[data.test]
    for k, target in enumerate(TARGETS[run.target]):
        yield Answers(target, true[:, k], *found[:, k].T)


def _description(
    run: Run, network: "keras.Model", history: pd.DataFrame, seed: int
) -> dict[str, Any]:
    names = ("job", "architecture", "batch", "learning_rate", "factor")
    return {
        "run": run.name,
        **{name: getattr(run, name) for name in names},
        "seed": seed,
        "parameters": network.count_params(),
        "epochs": len(history),
        "train_seconds": history["seconds"].sum(),
    }


def _errors(answers: Answers, data: Dataset, trivial: Trivial) -> dict[str, Any]:
    true, predicted = answers.true, answers.predicted
    eq6 = metrics.errors_relative_to_prediction(predicted, true)
    energy, modes = data.ensemble.energy[data.test], data.modes[data.test]
    of_modes = answers.target == "total"
    guesses = {
        "mae_constant": metrics.mae(np.full(len(true), trivial.constant), true),
        "mae_conditional": metrics.mae(trivial.given_energy(energy), true),
        "mae_modes": metrics.mae(modes, true) if of_modes else np.nan,
    }
    mae = metrics.mae(predicted, true)
    best = np.nanmin(list(guesses.values()))
    eq6_modes = metrics.errors_relative_to_prediction(modes, true).mean() if of_modes else np.nan
    interval = np.isfinite(answers.low).all()
    return {
        "target": answers.target,
        "n_test": len(true),
        "mae": mae,
        "rmse": np.sqrt(metrics.mse(predicted, true)),
        "r2": metrics.r2(predicted, true) if np.ptp(true) > SPREAD else np.nan,
        "eq6_percent": 100 * eq6.mean(),
        "eq6_median_percent": 100 * np.median(eq6),
        "eq15_percent": 100 * metrics.errors_relative_to_larger(predicted, true).mean(),
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


def _table(run: Run, answers: Answers, data: Dataset) -> pd.DataFrame:
    samples = np.arange(len(data))[data.test]
    columns = {name: getattr(answers, name) for name in ("true", "predicted", "low", "high")}
    return pd.DataFrame(
        {
            "run": run.name,
            "ensemble": data.name,
            "sample": samples,
            "target": answers.target,
            **columns,
        }
    )[list(PREDICTIONS)]


def _groups(data: Dataset, plan: EnsemblePlan, largest_g: float) -> np.ndarray | None:
    """Return the group of each test sample, or None for an ensemble without groups, (m,).

    The number of bubbles (Fig. 8d), or the centre of the bin of g between 0 and `largest_g`
    (Fig. 8e); a sample belongs to the bin of the g that its bubbles have.
    """
    part = data.ensemble[data.test]
    if data.name == MORE:
        return part.count
    if data.name != DEFORMED:
        return None
    number = np.minimum(np.floor(part.g / plan.largest_g * plan.groups), plan.groups - 1)
    return (number + 0.5) * largest_g / plan.groups


def by_group(group: np.ndarray, answers: Answers, data: Dataset, trivial: Trivial) -> pd.DataFrame:
    """Return errors of a network, of the modes and of the mean given the energy, by group.

    Parameters
    ----------
    group : array (m,)
        Of each test sample of `data`.

    Returns
    -------
    DataFrame
        Columns `GROUPS` without run, seed and ensemble, by rising group.
    """
    energy, modes = data.ensemble.energy[data.test], data.modes[data.test]
    conditional, rows = trivial.given_energy(energy), []
    for value in np.unique(group):
        inside = group == value
        true, row = answers.true[inside], {"group": value, "n": int(inside.sum())}
        for suffix, predicted in (("", answers.predicted[inside]), ("_modes", modes[inside])):
            eq6 = metrics.errors_relative_to_prediction(predicted, true).mean()
            eq15 = metrics.errors_relative_to_larger(predicted, true).mean()
            row[f"mae{suffix}"] = metrics.mae(predicted, true)
            row[f"eq6{suffix}_percent"] = 100 * eq6
            row[f"eq15{suffix}_percent"] = 100 * eq15
        rows.append(row | {"mae_conditional": metrics.mae(conditional[inside], true)})
    return pd.DataFrame(rows)
