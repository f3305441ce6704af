"""Accuracy against the degree of rolling, over repetitions: the curves of Figs. 15 to 21 and 29."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from hamlearn.study import Inputs

NETWORK = (
    *("ensemble", "target", "family", "architecture", "kind", "downsample", "floor"),
    *("learning_rate", "n_train"),
)
"""Columns of the metrics that tell networks apart, besides chi and repetition."""
COLUMNS = (
    *(*NETWORK, "chi_trained", "chi", "repeats", "n_test"),
    *("accuracy", "accuracy_sd", "accuracy_se", "accuracy_max", "log10_cost", "log10_cost_sd"),
    *("error", "error_sd", "accuracy_chance", "accuracy_class_mean", "error_trivial"),
)


def summarise(inputs: Inputs, settings: Mapping[str, Any]) -> pd.DataFrame:
    """Return accuracy and cost of each network against chi, over its repetitions.

    Parameters
    ----------
    inputs : Inputs
        The tables `metrics` and `by_group`.
    settings : mapping
        Empty.

    Returns
    -------
    DataFrame
        The columns `COLUMNS`: what tells networks apart, chi_trained and chi (of training and of
        test images), repeats, n_test; mean, standard deviation (1/(n - 1), NaN for one repetition),
        standard error and maximum of the accuracy over the repetitions; mean and standard
        deviation of the decimal logarithm of the cross-entropy, and of the error; what trivial
        predictors reach. The standard error is that of the repetitions or that of the test images,
        which all share, whichever is larger.
    """
    table = joined(inputs.tables["metrics"], inputs.tables["by_group"])
    table["log10_cost"] = np.log10(table["cross_entropy"])
    keys = [*NETWORK, "chi_trained", "chi"]
    grouped = table.groupby(keys, dropna=False, sort=False)
    found = grouped.agg(
        repeats=("repeat", "nunique"),
        n_test=("n", "first"),
        accuracy=("accuracy", "mean"),
        accuracy_sd=("accuracy", "std"),
        accuracy_se=("accuracy_se", "mean"),
        accuracy_max=("accuracy", "max"),
        log10_cost=("log10_cost", "mean"),
        log10_cost_sd=("log10_cost", "std"),
        error=("error", "mean"),
        error_sd=("error", "std"),
        accuracy_chance=("accuracy_chance", "mean"),
        accuracy_class_mean=("accuracy_class_mean", "mean"),
        error_trivial=("error_trivial", "mean"),
    ).reset_index()
    spread = found["accuracy_sd"] / np.sqrt(found["repeats"])
    found["accuracy_se"] = np.fmax(found["accuracy_se"], spread)
    return found[list(COLUMNS)]


def joined(metrics: pd.DataFrame, by_group: pd.DataFrame) -> pd.DataFrame:
    """Return accuracies by chi with what describes their networks, a row for each run and chi.

    The chi of the test images is `chi`, that of the images trained on `chi_trained`.
    """
    described = metrics[["run", *NETWORK, "chi", "repeat"]].rename(columns={"chi": "chi_trained"})
    rows = by_group[by_group["group"] == "chi"].drop(columns="ensemble")
    return rows.merge(described, on="run", validate="many_to_one")
