"""Rows of the metrics of all networks that a figure, the table or a claim is about."""

import pandas as pd

from hamlearn.wires.runs import PAPER_RULE


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
