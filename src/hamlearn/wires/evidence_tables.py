"""The small tables from which claims are judged, and what every evidence function needs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from hamlearn.claims import Claim, Evidence, show

PAPER_RULE = "train_plateau"  # trained until the training loss is at its minimum (Sec. II.C)
OTHER_RULE = "validation"
RULES = {PAPER_RULE: "until the training loss is flat", OTHER_RULE: "stopped by validation"}

EVIDENCE: dict[str, Callable[[Claim, "Tables"], Evidence]] = {}


class Missing(Exception):
    """What a claim is judged by was not computed; the message says what, for the scorecard."""


@dataclass
class Tables:
    """Results of one scale; the README of each column is the function that computes it.

    `metrics` has a row for each run and seed, `baselines` one for each predictor without a
    network, `average` one for each seed and concentration, `statistics` is the long table of
    :mod:`hamlearn.wires.statistics`, and `timing` holds seconds and ratios.
    """

    metrics: pd.DataFrame
    baselines: pd.DataFrame = field(default_factory=pd.DataFrame)
    average: pd.DataFrame = field(default_factory=pd.DataFrame)
    statistics: pd.DataFrame = field(default_factory=pd.DataFrame)
    timing: Mapping[str, object] = field(default_factory=dict)


def evidence(*claims: str) -> Callable:
    """Register a function that returns the evidence for claims (called once for each)."""

    def register(function: Callable[[Claim, Tables], Evidence]) -> Callable:
        for claim in claims:
            if claim in EVIDENCE:
                raise KeyError(f"claim {claim}: two evidence functions")
            EVIDENCE[claim] = function
        return function

    return register


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


def runs(tables: Tables, groups: Sequence[str], **conditions: object) -> pd.DataFrame:
    """Return the metrics of groups; of runs under both stopping rules, those under the paper's."""
    frame = select(tables.metrics, "training", group=list(groups), **conditions)
    by_the_paper = frame[frame["stopping"] == PAPER_RULE]
    return frame if by_the_paper.empty else by_the_paper


def groups_of(tables: Tables, prefix: str) -> list[str]:
    """Return the names of the groups that begin with a prefix, or raise Missing."""
    names = tables.metrics["group"].astype(str)
    found = sorted(set(names[names.str.startswith(prefix)]))
    if not found:
        raise Missing(f"no network of a group {prefix}* was trained at this scale")
    return found


def largest(frame: pd.DataFrame, column: str) -> pd.DataFrame:
    """Return the rows with the largest value of a column."""
    return frame[frame[column] == frame[column].max()]


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
        values = frame["length" if key == "size" else key].drop_duplicates().tolist()
        found[key] = values[0] if len(values) == 1 else values
    return found


def network_mae(claim: Claim, frame: pd.DataFrame, note: str = "") -> Evidence:
    """Return the test MAE of one network over its seeds, beside the trivial predictor."""
    value, sd = mean_sd(frame["mae_g0"])
    epochs = f"{show(sorted(frame['epochs'].unique().tolist()))} epochs"
    rules = " and ".join(RULES[rule] for rule in sorted(frame["stopping"].unique()))
    return Evidence(
        claim.id,
        value,
        sd,
        seeds(frame),
        settings(claim, frame),
        trivial=float(frame["mae_trivial_g0"].mean()),
        note="; ".join(part for part in (f"{epochs}, {rules}", note) if part),
    )


def rising(values: Sequence[float], strictly: bool = True) -> bool:
    """Return whether each value is above (or, if not strictly, not below) the one before."""
    steps = np.diff(np.asarray(values, dtype=float))
    return bool(len(steps) and np.all(steps > 0 if strictly else steps >= 0))


def rank_correlation(x: Sequence[float], y: Sequence[float]) -> float:
    """Return Spearman's rank correlation, NaN for fewer than two points."""
    return float(pd.Series(list(x)).corr(pd.Series(list(y)), method="spearman"))


def statistic(tables: Tables, quantity: str, **conditions: object) -> pd.DataFrame:
    """Return the rows of one quantity from the table of statistics, or raise Missing."""
    return select(tables.statistics, f"statistic {quantity}", quantity=quantity, **conditions)


def grid(frame: pd.DataFrame, *keys: str) -> pd.Series:
    """Return the MAE averaged over the seeds, by the keys."""
    return frame.groupby(list(keys))["mae_g0"].mean().sort_index()
