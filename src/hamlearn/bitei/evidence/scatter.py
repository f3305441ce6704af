"""Recalls and traces with the errors of few repetitions and of few test crystals."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from hamlearn.bitei.evidence.tables import Tables
from hamlearn.bitei.solver import LABELS
from hamlearn.claims import Claim, Evidence
from hamlearn.evidence import Gap, Missing, mean_sd, select


def measured(tables: Tables, frame: pd.DataFrame, column: str, name: str = "") -> Gap:
    """Return accuracy, trace or recall in per cent, mean over the repetitions, a row each.

    Its standard error is that of the repetitions, or that of the test crystals if it is larger.
    Raises Missing where a class has no test crystals.
    """
    recalls = [f"recall_{label}" for label in LABELS]
    if frame[recalls].isna().any(axis=None):
        raise Missing("a class without test crystals at this scale")
    value, sd = mean_sd(frame[column])
    error = max((sd or 0) / len(frame) ** 0.5, _sampled(tables, frame, column))
    return Gap(value, float(error), name)


def _sampled(tables: Tables, frame: pd.DataFrame, column: str) -> float:
    if column == "accuracy":
        return binomial(frame[column].mean(), int(frame["n_test"].iloc[0]))
    labels = LABELS if column == "trace" else [column.removeprefix("recall_")]
    tested = {"run": frame["run"].iloc[0], "ensemble": frame["ensemble"].iloc[0], "split": "test"}
    counts = select(tables.by_group, "test crystals", **tested).set_index("true")["n"]
    errors = [binomial(frame[f"recall_{label}"].mean(), counts[label]) for label in labels]
    return float(np.linalg.norm(errors))


def binomial(percent: Any, n: Any) -> Any:
    """Return the standard error of a share of n crystals, in points; of arrays one by one.

    One more of them is counted, and one more is not: two right answers of two are not certain.
    """
    share = (percent / 100 * n + 1) / (n + 2)
    return 100 * np.sqrt(share * (1 - share) / n)


def ordered(claim: Claim, value: object, gaps: Sequence[Gap], **found: object) -> Evidence:
    """Return evidence for a claim that some differences are above zero.

    It holds if each is by more than two standard errors, fails if one is below zero by more than
    that, and is undecided else.
    """
    signs = [gap.sign for gap in gaps]
    said = f"{', '.join(map(str, gaps))} (points, standard errors)"
    note = "; ".join(part for part in (found.pop("note", ""), said) if part)
    holds, undecided = min(signs) > 0, min(signs) == 0
    return Evidence(claim.id, value, holds=holds, undecided=undecided, note=note, **found)
