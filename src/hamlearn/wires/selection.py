"""Rows of the metrics of all networks that a figure, the table or a claim is about."""

import pandas as pd

from hamlearn.wires.runs import PAPER_RULE

PAPER_DEPTH = 3
"""Hidden layers of the dense networks of Fig. 12."""


def of_family(metrics: pd.DataFrame, family: str, **columns: object) -> pd.DataFrame:
    """Return the networks of a family whose columns have the values given."""
    chosen = metrics["family"] == family
    for column, value in columns.items():
        chosen &= metrics[column] == value
    return metrics[chosen]


def largest(metrics: pd.DataFrame, column: str = "n_train") -> pd.DataFrame:
    """Return the rows with the largest value of a column, by default the most samples."""
    return metrics[metrics[column] == metrics[column].max()]


def model_ii(metrics: pd.DataFrame, target: str) -> pd.DataFrame:
    """Return the networks of Fig. 6: without those of the paper's rule, if there are others."""
    found = of_family(metrics, "model_ii", target=target)
    others = found[found["stopping"] != PAPER_RULE]
    return found if others.empty else others


def model_ii_by_the_papers_rule(metrics: pd.DataFrame, target: str) -> pd.DataFrame:
    """Return the networks that stand beside those of :func:`model_ii`; empty if it has them."""
    found = of_family(metrics, "model_ii", target=target)
    return found.drop(model_ii(metrics, target).index)


def fig12(metrics: pd.DataFrame) -> pd.DataFrame:
    """Return the dense networks that Fig. 12 compares with the convolutional ones.

    The widest, with three hidden layers, or with the most below.
    """
    dense = of_family(metrics, "species", architecture="dnn")
    dense = dense[dense["hidden"] <= PAPER_DEPTH]
    return largest(largest(dense, "hidden"), "neurons")


def gain_of_width(metrics: pd.DataFrame) -> pd.DataFrame:
    """Return by how much the last step in the number of neurons changes the MAE of Fig. 8.

    Relative to the MAE before, averaged over the seeds: a positive number is a larger error.
    Rows are numbers of hidden layers, columns lengths of the wire.
    """
    by_width = metrics.pivot_table("mae", ["hidden", "length"], "neurons").sort_index(axis=1)
    return (by_width.iloc[:, -1] / by_width.iloc[:, -2] - 1).unstack("length")


def with_starts(metrics: pd.DataFrame) -> pd.DataFrame:
    """Add what each network was started from: `start_n_train`, `start_length`, `all_seconds`.

    The samples and the length of the wires that the network it continues was trained on (none: 0),
    and the seconds of both trainings.
    """
    wanted = ["n_train", "length", "train_seconds"]
    starts = metrics.set_index(["run", "seed"])[wanted].add_prefix("start_")
    found = metrics.assign(starts_from=metrics["starts_from"].fillna("").astype(str))
    found = found.join(starts, on=["starts_from", "seed"])
    found = found.fillna({f"start_{name}": 0 for name in wanted})
    return found.assign(all_seconds=found["train_seconds"] + found["start_train_seconds"])
