"""Recalls and traces with the errors of few repetitions and of few test crystals."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from hamlearn.bitei.evidence.tables import Tables
from hamlearn.bitei.solver import LABELS
from hamlearn.claims import Claim, Evidence
from hamlearn.evidence import Gap, Missing, above_zero, mean_sd, select

RECALLS = [f"recall_{label}" for label in LABELS]


def measured(tables: Tables, frame: pd.DataFrame, column: str, name: str = "") -> Gap:
    """Return accuracy, trace or recall in per cent, mean over the repetitions, a row each.

    Its standard error is that of the repetitions, or that of the test crystals if it is larger.
    Raises Missing where a class has no test crystals.
    """
    if frame[RECALLS].isna().any(axis=None):
        raise Missing("a class without test crystals at this scale")
    return repeated(frame[column], _sampled(tables, frame, column), name)


def repeated(values: pd.Series, errors: Sequence[float], name: str) -> Gap:
    """Return the mean over repetitions, of what sums up parts with errors of the test crystals."""
    value, sd = mean_sd(values)
    return Gap(value, max((sd or 0) / len(values) ** 0.5, float(np.linalg.norm(errors))), name)


def _sampled(tables: Tables, frame: pd.DataFrame, column: str) -> list[float]:
    if column == "accuracy":
        return [binomial(frame[column].mean(), int(frame["n_test"].iloc[0]))]
    labels = LABELS if column == "trace" else [column.removeprefix("recall_")]
    tested = {"run": frame["run"].iloc[0], "ensemble": frame["ensemble"].iloc[0], "split": "test"}
    counts = select(tables.by_group, "test crystals", **tested).set_index("true")["n"]
    return [binomial(frame[f"recall_{label}"].mean(), counts[label]) for label in labels]


def binomial(percent: Any, n: Any) -> Any:
    """Return the standard error of a share of n crystals, in points; of arrays one by one.

    One more of them is counted, and one more is not: two right answers of two are not certain.
    """
    share = (percent / 100 * n + 1) / (n + 2)
    return 100 * np.sqrt(share * (1 - share) / n)


def ordered(claim: Claim, value: object, gaps: Sequence[Gap], **found: object) -> Evidence:
    """Return evidence for a claim that some differences are above zero."""
    said = f"{', '.join(map(str, gaps))} (points, standard errors)"
    note = "; ".join(part for part in (found.pop("note", ""), said) if part)
    return Evidence(claim.id, value, note=note, **above_zero(gaps), **found)
