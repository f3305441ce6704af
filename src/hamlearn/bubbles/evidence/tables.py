"""The small tables from which claims on `bubbles` are judged, and what every function needs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from hamlearn import evidence as shared
from hamlearn.bubbles.plan import TRAIN
from hamlearn.bubbles.statistics import CALCULATED, TOTAL
from hamlearn.claims import Claim, Evidence, show
from hamlearn.evidence import lists, mean_sd, registry, seeds, select

EVIDENCE, evidence = registry()

FULL, SMOOTH = "full", "smooth"
DIAGONAL, OFF_DIAGONAL, UNSCALED = "valley_diag", "valley_off", "valley_off_unscaled"


@dataclass
class Tables:
    """Results of one scale.

    `metrics` has a row for each run, seed, ensemble and target; `by_group` splits the errors by
    number of bubbles and by g; `statistics` is the long table of
    :mod:`hamlearn.bubbles.statistics`; `linear_map` has a row for each map that was fitted;
    `histories` one for each epoch; `graph` one for each statement about graphs; `timing` holds
    seconds and ratios; `settings` the `side` of the flake in a, `pixels` of its map, and of the
    `networks` the widths of the `dense` layers.
    """

    metrics: pd.DataFrame
    by_group: pd.DataFrame = field(default_factory=pd.DataFrame)
    statistics: pd.DataFrame = field(default_factory=pd.DataFrame)
    linear_map: pd.DataFrame = field(default_factory=pd.DataFrame)
    histories: pd.DataFrame = field(default_factory=pd.DataFrame)
    graph: pd.DataFrame = field(default_factory=pd.DataFrame)
    timing: Mapping[str, object] = field(default_factory=dict)
    settings: Mapping[str, object] = field(default_factory=dict)


def tested(
    tables: Tables, run: str, target: str | list[str] = TOTAL, ensemble: str = TRAIN
) -> pd.DataFrame:
    """Return the metrics of a run, for each seed, on an ensemble (of ``train``, the test part)."""
    what = f"network {run}"
    return select(tables.metrics, what, run=run, target=target, ensemble=ensemble)


def known(claim: Claim, tables: Tables, frame: pd.DataFrame, **more: object) -> dict[str, object]:
    """Return the settings that a claim needs, from the configuration, the metrics and `more`."""
    trained = {"seeds": seeds(frame)} if "seed" in frame else {}
    given = {**tables.settings, **tables.settings["networks"]}
    return shared.settings(claim, frame, **{**given, **trained, **more})


def network_error(
    claim: Claim, tables: Tables, frame: pd.DataFrame, column: str, trivial: str, note: str = ""
) -> Evidence:
    """Return one error of a network over its seeds, beside that of the trivial predictor."""
    value, sd = mean_sd(frame[column])
    beside = float(frame[trivial].mean())
    used = known(claim, tables, frame)
    return Evidence(claim.id, value, sd, seeds(frame), used, trivial=beside, note=note)


def several(
    claim: Claim,
    tables: Tables,
    columns: Sequence[Sequence[float]],
    holds: bool | None = None,
    note: str = "",
    **more: object,
) -> Evidence:
    """Return one quantity or a list of several, each over its seeds.

    `holds` says whether the criterion of the claim does, if it has one. The settings are those of
    the primary network's metrics and of `more`.
    """
    value, sd = lists(columns) if len(columns) > 1 else mean_sd(columns[0])
    frame, holds = tested(tables, FULL), None if holds is None else bool(holds)
    used = known(claim, tables, frame, **more)
    return Evidence(claim.id, value, sd, seeds(frame), used, holds=holds, note=note)


def statistic(tables: Tables, quantity: str, **conditions: object) -> pd.DataFrame:
    """Return the rows of one quantity from the table of statistics, or raise Missing."""
    return select(tables.statistics, f"statistic {quantity}", quantity=quantity, **conditions)


def calculated(tables: Tables, quantity: str, **conditions: object) -> pd.Series:
    """Return the one row of a quantity that involves no network, or raise Missing."""
    return statistic(tables, quantity, run=CALCULATED, **conditions).iloc[0]


def over_seeds(tables: Tables, quantity: str, **conditions: object) -> pd.Series:
    """Return the values of one quantity of a run, one for each seed."""
    return statistic(tables, quantity, **conditions).sort_values("seed")["value"]


def beside_eq6(frame: pd.DataFrame) -> list[str]:
    """Return in words the errors to read beside the mean of eq. (6), which one sample can spoil."""
    names = {"eq6_median_percent": "median", "eq15_percent": "eq. (15)"}
    means = {name: frame[column].mean() for column, name in names.items()}
    return [f"{name} {show(float(mean))} %" for name, mean in means.items() if mean == mean]
