"""The small tables from which claims are judged, and what every evidence function needs."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from hamlearn import evidence as shared
from hamlearn.claims import Claim, Evidence
from hamlearn.evidence import mean_sd, registry, seeds, select
from hamlearn.wires import ending
from hamlearn.wires.runs import PAPER_RULE

EVIDENCE, evidence = registry()


@dataclass
class Tables:
    """Results of one scale; the README of each column is the function that computes it.

    `metrics` has a row for each run and seed, `baselines` one for each predictor without a
    network, `average` one for each seed and concentration, `statistics` is the long table of
    :mod:`hamlearn.wires.statistics`, and `timing` holds seconds and ratios. No claim needs a
    setting.
    """

    metrics: pd.DataFrame
    baselines: pd.DataFrame = field(default_factory=pd.DataFrame)
    average: pd.DataFrame = field(default_factory=pd.DataFrame)
    statistics: pd.DataFrame = field(default_factory=pd.DataFrame)
    timing: Mapping[str, object] = field(default_factory=dict)
    settings: Mapping[str, object] = field(default_factory=dict)


def runs(tables: Tables, family: str, **conditions: object) -> pd.DataFrame:
    """Return metrics of a family; of runs under both stopping rules, those under the paper's."""
    frame = select(tables.metrics, "training", family=family, **conditions)
    by_the_paper = frame[frame["stopping"] == PAPER_RULE]
    return frame if by_the_paper.empty else by_the_paper


def settings(claim: Claim, frame: pd.DataFrame, **known: object) -> dict[str, object]:
    """Return the settings that a claim needs: the size of a wire is its length, `epochs` a text.

    `frame` are the metrics of all networks that the evidence is about.
    """
    known = {"epochs": ending.epochs_in_words(frame), **known}
    return shared.settings(claim, frame.assign(size=frame["length"]), **known)


def network_mae(claim: Claim, frame: pd.DataFrame, note: str = "") -> Evidence:
    """Return the test MAE of one network over its seeds, beside the trivial predictor."""
    value, sd = mean_sd(frame["mae"])
    return Evidence(
        claim.id,
        value,
        sd,
        seeds(frame),
        settings(claim, frame),
        trivial=float(frame["mae_trivial"].mean()),
        note="; ".join(part for part in (ending.in_words(frame), note) if part),
    )


def statistic(tables: Tables, quantity: str, **conditions: object) -> pd.DataFrame:
    """Return the rows of one quantity from the table of statistics, or raise Missing."""
    return select(tables.statistics, f"statistic {quantity}", quantity=quantity, **conditions)


def grid(frame: pd.DataFrame, *keys: str) -> pd.Series:
    """Return the MAE averaged over the seeds, by the keys."""
    return frame.groupby(list(keys))["mae"].mean().sort_index()
