"""How trainings ended: by their stopping rule, or at the largest number of epochs.

Figures and verdicts say the same words.
"""

import pandas as pd

from hamlearn.wires.runs import PAPER_RULE

PAPERS = "until the loss is lowest"
"""How long the paper trains (Sec. II.C); it names neither epochs nor a criterion."""


def capped(metrics: pd.DataFrame) -> pd.Series:
    """Return whether each training went on until the largest number of epochs that it had."""
    return metrics["epochs"] >= metrics["max_epochs"]


def epochs_in_words(metrics: pd.DataFrame) -> str:
    """Return :data:`PAPERS` if no training was cut at its cap, else the caps and how many were.

    It stands in the scorecard beside what the paper did.
    """
    cut = metrics[capped(metrics)]
    if cut.empty:
        return PAPERS
    some = "" if len(cut) == len(metrics) else f" for {len(cut)} of {len(metrics)} networks"
    return f"{_listed(cut['max_epochs'])} (cap){some}"


def in_words(metrics: pd.DataFrame) -> str:
    """Return what ended some trainings, such as `60 epochs (cap)`, for a legend or a note.

    By the paper's rule the last weights are kept, by the other one those with the lowest loss on
    held-out samples. Rules that occur beside each other are joined by `and`.
    """
    rules = metrics.groupby("stopping", sort=True)
    return " and ".join(_one_rule(rule, part) for rule, part in rules)


def _one_rule(rule: str, metrics: pd.DataFrame) -> str:
    cut = capped(metrics)
    caps = f"{_listed(metrics.loc[cut, 'max_epochs'])} epochs (cap)"
    if rule != PAPER_RULE:
        low, high = int(metrics["epochs"].min()), int(metrics["epochs"].max())
        epochs = f"{high}" if low == high else f"{low} to {high}"
        return f"lowest held-out loss of {epochs} epochs{' (cap)' if cut.any() else ''}"
    if cut.all():
        return caps
    return "flat training loss" + (f" or {caps}" if cut.any() else "")


def _listed(numbers: pd.Series) -> str:
    return " or ".join(f"{number:.0f}" for number in sorted(numbers.unique()))
