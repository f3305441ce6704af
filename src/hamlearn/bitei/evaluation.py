"""What trained networks say of crystals, beside predictors that learn next to nothing."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from hamlearn.bitei import confusion, predictors
from hamlearn.bitei.solver import LABELS
from hamlearn.bitei.training import labels, seen
from hamlearn.dataset import Dataset
from hamlearn.study import Run

if TYPE_CHECKING:
    import keras

__all__ = ["ERROR", "evaluate"]

ERROR = "balanced_error"
METRICS = {
    "ensemble": "that it is applied to",
    "network": "small, large, hybrid, ...",
    "cost": "plain, weighted, soft_trace, resampled",
    "repeat": "number of the repetition, from 0",
    "n_test": "crystals",
    "accuracy": "share of right answers, in per cent",
    "trace": "of the confusion matrix of the test samples, in per cent: 300 at best",
    "trace_train": "the same of the training samples",
    "recall_trivial": "in per cent, as the next two",
    "recall_topological": "",
    "recall_weyl": "",
    "said_weyl": "share of test samples that it calls Weyl semimetals, in per cent",
    "balanced_error": "1 - trace / 300",
    "trivial": "which of the predictors that see u alone is best on the training samples",
    "trace_trivial": "its trace",
    "balanced_error_trivial": "balanced error of the most frequent class",
    "relative_balanced_error": "balanced_error / balanced_error_trivial",
}
"""Columns of the metrics after those of every study."""
AT_ONCE = 256
"""Samples that a network is applied to."""
GROUPS = ("ensemble", "split", "true", "n", *(f"to_{label}" for label in LABELS))
"""Columns of the groups: of the true class, per cent that are said to be each of the others."""


def evaluate(
    run: Run, network: "keras.Model", data: Mapping[str, Dataset], settings: Mapping[str, Any]
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Apply a network to the test samples of the ensembles of its run, and to those of training.

    Returns
    -------
    predictions, metrics, groups : DataFrame
        Predictions: ensemble, sample, true, predicted, and the probability of each class.
        Metrics and groups: with the columns `METRICS` and `GROUPS`.
    """
    tables: tuple[list, list, list] = ([], [], [])
    for name in run.applied_to:
        for kept, table in zip(tables, _applied(run, network, data, name), strict=True):
            kept.append(table)
    return tuple(pd.concat(kept, ignore_index=True) for kept in tables)


def logits_of(network: "keras.Model", given: np.ndarray) -> np.ndarray:
    """Return what a network says of inputs (n, ...), float64 (n, 3)."""
    parts = (given[start : start + AT_ONCE] for start in range(0, len(given), AT_ONCE))
    return np.concatenate(
        [np.asarray(network(part, training=False), dtype=float) for part in parts]
    )


def _applied(
    run: Run, network: "keras.Model", data: Mapping[str, Dataset], name: str
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    known, own = data[name], name == run.trained_on
    tested = known.split(run.n_train, run.n_test)[1] if own else known.test
    phases, given = labels(known), seen(run, known)
    true, logits = phases[tested], logits_of(network, given[tested])
    said = logits.argmax(axis=1)
    groups, trace_train = _groups(name, "test", true, said), np.nan
    if own:
        chosen = slice(0, run.n_train)
        answers = logits_of(network, given[chosen]).argmax(axis=1)
        groups = pd.concat([_groups(name, "train", phases[chosen], answers), groups])
        trace_train = confusion.trace(phases[chosen], answers)
    metrics = _metrics(run, known, tested, true, said) | {"trace_train": trace_train}
    share = np.exp(logits - logits.max(axis=1, keepdims=True))
    share /= share.sum(axis=1, keepdims=True)
    predictions = pd.DataFrame(
        {
            "ensemble": name,
            "sample": np.arange(tested.start, tested.stop),
            "true": true,
            "predicted": said,
            **{f"p_{label}": share[:, at] for at, label in enumerate(LABELS)},
        }
    )
    return predictions, pd.DataFrame([metrics], columns=list(METRICS)), groups


def _metrics(
    run: Run, known: Dataset, tested: slice, true: np.ndarray, said: np.ndarray
) -> dict[str, Any]:
    trivial, answers = _trivial(known, tested)
    most = predictors.majority(labels(known)[: tested.start])(true)
    error, of_trivial = confusion.error(true, said), confusion.error(true, most)
    recalls = np.diag(confusion.matrix(true, said))
    return {
        "ensemble": known.name,
        "network": run.name.removeprefix(f"{run.family}_{run.trained_on}_").rpartition("_")[0],
        "cost": run.fit["cost"],
        "repeat": run.fit["repeat"],
        "n_test": len(true),
        "accuracy": 100 * float((said == true).mean()),
        "trace": confusion.trace(true, said),
        **{f"recall_{label}": r for label, r in zip(LABELS, recalls, strict=True)},
        "said_weyl": 100 * float((said == 2).mean()),
        ERROR: error,
        "trivial": trivial,
        "trace_trivial": confusion.trace(true, answers),
        f"{ERROR}_trivial": of_trivial,
        f"relative_{ERROR}": error / of_trivial if of_trivial else np.nan,
    }


def _trivial(known: Dataset, tested: slice) -> tuple[str, np.ndarray]:
    """Return name and answers of the best predictor that sees u alone."""
    chosen = slice(0, tested.start)

    def computed() -> tuple[str, np.ndarray]:
        u, phases = known.ensemble.u, labels(known)
        return predictors.best_of_u(u[chosen], phases[chosen], u[tested])

    return known.remember(("trivial", tested.start, tested.stop), computed)


def _groups(name: str, split: str, true: np.ndarray, said: np.ndarray) -> pd.DataFrame:
    shares = confusion.matrix(true, said)
    counts = np.bincount(true, minlength=len(LABELS))
    rows = [(name, split, label, counts[at], *shares[:, at]) for at, label in enumerate(LABELS)]
    return pd.DataFrame(rows, columns=list(GROUPS))
