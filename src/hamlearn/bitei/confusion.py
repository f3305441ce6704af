"""Confusion matrices in per cent, their traces, and errors that count each class alike."""

import numpy as np

from hamlearn.bitei.solver import LABELS

CLASSES = len(LABELS)


def matrix(true: np.ndarray, predicted: np.ndarray) -> np.ndarray:
    """Return M (3, 3), in per cent: rows predicted, columns true classes, which add up to 100.

    A class without samples has NaN.
    """
    counts = np.zeros((CLASSES, CLASSES))
    np.add.at(counts, (np.asarray(predicted), np.asarray(true)), 1)
    total = counts.sum(axis=0)
    return 100 * counts / np.where(total, total, np.nan)


def trace(true: np.ndarray, predicted: np.ndarray) -> float:
    """Return the sum of the recalls of all classes that occur, in per cent: 300 at best.

    A class without samples counts as recalled, for any predictor.
    """
    return float(np.nan_to_num(np.diag(matrix(true, predicted)), nan=100.0).sum())


def error(true: np.ndarray, predicted: np.ndarray) -> float:
    """Return the balanced error, 1 - trace / 300."""
    return 1 - trace(true, predicted) / 300
