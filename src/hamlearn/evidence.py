"""From small tables to evidence for claims: what the studies share."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from hamlearn.claims import Claim, Evidence, Ledger, LedgerError, show

Judge = Callable[[Claim, Any], Evidence]
"""A function of a claim and of the tables of its study that returns the evidence."""


class Missing(Exception):
    """What a claim is judged by was not computed; the message says what, for the scorecard."""


ERRORS = 2
"""Standard errors that a difference must exceed to be seen."""


@dataclass(frozen=True)
class Gap:
    """A difference of accuracies, in points, with its standard error, and what it is."""

    value: float
    se: float
    name: str = ""

    def __sub__(self, other: "Gap") -> "Gap":
        name = f"{self.name} - {other.name}"
        return Gap(self.value - other.value, float(np.hypot(self.se, other.se)), name)

    def __str__(self) -> str:
        return f"{self.name} {self.value:+.1f} ± {self.se:.1f}"

    @property
    def sign(self) -> int:
        """1 or -1 where the difference is seen, else 0."""
        return int(np.sign(self.value)) if abs(self.value) > ERRORS * self.se else 0


def above_zero(gaps: Sequence[Gap]) -> dict[str, bool]:
    """Return `holds` and `undecided` of evidence that differences are above zero.

    It holds if each is by more than two standard errors, fails if one is below zero by more than
    that, and is undecided else.
    """
    least = min(gap.sign for gap in gaps)
    return {"holds": least > 0, "undecided": least == 0}


def registry() -> tuple[dict[str, Judge], Callable]:
    """Return an empty dictionary of evidence functions, and the decorator that fills it.

    The decorator takes the ids of claims; the function is called once for each of them.
    """
    functions: dict[str, Judge] = {}

    def evidence(*claims: str) -> Callable:
        def register(function: Judge) -> Judge:
            for claim in claims:
                if claim in functions:
                    raise KeyError(f"claim {claim}: two evidence functions")
                functions[claim] = function
            return function

        return register

    return functions, evidence


def collect(ledger: Ledger, tables: object, functions: Mapping[str, Judge]) -> list[Evidence]:
    """Return the evidence for every claim of the ledger that is attempted.

    Where something was not computed at this scale, the evidence has no value and its note says
    why. Raises LedgerError for a claim without an evidence function.
    """
    found = []
    for claim in ledger.results:
        if claim.not_attempted is not None:
            continue
        if claim.id not in functions:
            raise LedgerError(f"claim {claim.id}: no evidence function and no key not_attempted")
        try:
            found.append(functions[claim.id](claim, tables))
        except Missing as missing:
            found.append(Evidence(claim.id, note=str(missing)))
    return found


def records(evidence: Sequence[Evidence]) -> list[dict]:
    """Return evidence as records that JSON can hold."""
    return [asdict(piece) for piece in evidence]


def select(frame: pd.DataFrame, what: str, **conditions: object) -> pd.DataFrame:
    """Return the rows where each column has the value, or one of the list of values, given.

    Raises Missing, with `what` and the conditions, if there are none.
    """
    for column, wanted in conditions.items():
        if column not in frame:
            raise Missing(f"{what}: no column {column} in the results of this scale")
        values = wanted if isinstance(wanted, list) else [wanted]
        frame = frame[frame[column].isin(values)]
    if frame.empty:
        words = ", ".join(f"{column} {wanted}" for column, wanted in conditions.items())
        raise Missing(f"{what}: none at this scale with {words}")
    return frame


def mean_sd(values: Sequence[float]) -> tuple[float, float | None]:
    """Return mean and standard deviation (1/(n - 1)) over seeds, None for a single seed."""
    array = np.asarray(values, dtype=float)
    return float(array.mean()), float(array.std(ddof=1)) if len(array) > 1 else None


def in_words(values: Sequence[float]) -> str:
    """Return mean and standard deviation over seeds as text."""
    mean, sd = mean_sd(values)
    return show(mean) + (f" ± {show(sd)}" if sd is not None else "")


def lists(columns: Sequence[Sequence[float]]) -> tuple[list[float], list[float] | None]:
    """Return means and standard deviations of several quantities, each over its seeds."""
    pairs = [mean_sd(values) for values in columns]
    spreads = [sd for _, sd in pairs]
    return [mean for mean, _ in pairs], None if None in spreads else spreads


def seeds(frame: pd.DataFrame) -> int:
    """Return over how many seeds the networks were trained."""
    return int(frame["seed"].nunique())


def settings(claim: Claim, frame: pd.DataFrame, **known: object) -> dict[str, object]:
    """Return the settings that a claim needs: those given, else the columns of the metrics.

    A column with several values becomes the list of them, in the order of the rows.
    """
    found = {}
    for key in claim.needs:
        if key in known:
            found[key] = known[key]
            continue
        values = frame[key].drop_duplicates().tolist()
        found[key] = values[0] if len(values) == 1 else values
    return found


def rising(values: Sequence[float], strictly: bool = True) -> bool:
    """Return whether each value is above (or, if not strictly, not below) the one before."""
    steps = np.diff(np.asarray(values, dtype=float))
    return bool(len(steps) and np.all(steps > 0 if strictly else steps >= 0))


def rank_correlation(x: Sequence[float], y: Sequence[float]) -> float:
    """Return Spearman's rank correlation, NaN for fewer than two points."""
    return float(pd.Series(list(x)).corr(pd.Series(list(y)), method="spearman"))
