"""Predictors that learn next to nothing: thresholds, neighbours, a linear map of the hoppings.

All are fitted to as large a trace of the training samples' confusion matrix as they can reach.
"""

from collections.abc import Callable, Sequence

import numpy as np

from hamlearn.bitei.confusion import trace
from hamlearn.bitei.solver import TOPOLOGICAL, TRIVIAL, WEYL

QUANTILES = 121
Predictor = Callable[..., np.ndarray]


def majority(phases: np.ndarray) -> Predictor:
    """Return the predictor of the most frequent class."""
    most = int(np.bincount(phases).argmax())
    return lambda u: np.full(len(u), most)


def one_threshold(u: np.ndarray, phases: np.ndarray) -> Predictor:
    """Return the predictor of trivial below, topological above a threshold in u."""
    edges = _candidates(u)
    found = max(edges, key=lambda t: trace(phases, np.where(u < t, TRIVIAL, TOPOLOGICAL)))
    return lambda x: np.where(x < found, TRIVIAL, TOPOLOGICAL)


def two_thresholds(u: np.ndarray, phases: np.ndarray) -> Predictor:
    """Return the predictor of Weyl between two thresholds in u."""

    def between(x: np.ndarray, low: float, high: float) -> np.ndarray:
        return np.where(x < low, TRIVIAL, np.where(x < high, WEYL, TOPOLOGICAL))

    edges = _candidates(u)
    pairs = [(a, b) for at, a in enumerate(edges) for b in edges[at:]]
    best = max(pairs, key=lambda pair: trace(phases, between(u, *pair)))
    return lambda x: between(x, *best)


def gap_and_threshold(u: np.ndarray, gaps: np.ndarray, phases: np.ndarray) -> Predictor:
    """Return the predictor of Weyl below a gap, else by a threshold in u."""

    def by(x: np.ndarray, gap: np.ndarray, closed: float, edge: float) -> np.ndarray:
        return np.where(gap < closed, WEYL, np.where(x < edge, TRIVIAL, TOPOLOGICAL))

    pairs = [(a, b) for a in _candidates(gaps) for b in _candidates(u)]
    best = max(pairs, key=lambda pair: trace(phases, by(u, gaps, *pair)))
    return lambda x, gap: by(x, gap, *best)


def _candidates(values: np.ndarray) -> np.ndarray:
    """Return thresholds between the samples, at most `QUANTILES` of them."""
    ordered = np.unique(values)
    middle = (ordered[1:] + ordered[:-1]) / 2 if len(ordered) > 1 else ordered
    return np.unique(np.quantile(middle, np.linspace(0, 1, QUANTILES), method="nearest"))


def nearest(given: np.ndarray, phases: np.ndarray) -> Predictor:
    """Return the predictor of the class of the nearest training sample, of inputs (n, m)."""
    square = np.einsum("ij,ij->i", given, given)
    return lambda x: phases[np.argmin(square - 2 * x @ given.T, axis=1)]


def logistic(given: np.ndarray, phases: np.ndarray, penalty: float = 1.0) -> Predictor:
    """Return a logistic regression of inputs (n, m), centred and scaled, each class alike.

    It is fitted in the space that the training samples span, which is exact for such a penalty.
    """
    from sklearn.linear_model import LogisticRegression

    centre = given.mean(axis=0)
    _, values, axes = np.linalg.svd(given - centre, full_matrices=False)
    kept = axes[values > 1e-6 * values[0]]
    scale = values[0] / np.sqrt(len(given))
    model = LogisticRegression(class_weight="balanced", C=penalty, max_iter=300)
    model.fit((given - centre) @ kept.T / scale, phases)
    return lambda x: model.predict((x - centre) @ kept.T / scale)


def of_u(u: np.ndarray, phases: np.ndarray) -> dict[str, Predictor]:
    """Return those that look at u alone, by name."""
    return {
        "majority": majority(phases),
        "one_threshold": one_threshold(u, phases),
        "two_thresholds": two_thresholds(u, phases),
    }


def best_of_u(u: np.ndarray, phases: np.ndarray, tested: np.ndarray) -> tuple[str, np.ndarray]:
    """Return name and answers for `tested` (m,) of the one that does best in training."""
    fitted = of_u(u, phases)
    name = max(fitted, key=lambda one: trace(phases, fitted[one](u)))
    return name, fitted[name](tested)


NAMES: Sequence[str] = ("majority", "one_threshold", "two_thresholds")
