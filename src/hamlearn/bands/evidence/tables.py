"""The small tables from which claims on `bands` are judged, and what every function needs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from hamlearn.bands.plan import BEST, FRESH
from hamlearn.bands.runs import FIRST
from hamlearn.claims import Claim, Evidence
from hamlearn.evidence import Missing, registry, seeds, select

EVIDENCE, evidence = registry()


@dataclass
class Tables:
    """Results of one scale.

    `metrics` has a row for each run, seed and ensemble, `by_group` one for each band and point
    besides, `histories` one for each epoch; `statistics`, `laws`, `baselines`, `showcase`,
    `phases`, `embedding`, `mirror_lines`, `cones`, `readout`, `architectures` and `design` are the
    summaries of these names; `settings` are those of the study that the plan names.
    """

    metrics: pd.DataFrame
    by_group: pd.DataFrame
    histories: pd.DataFrame
    statistics: pd.DataFrame
    laws: pd.DataFrame
    baselines: pd.DataFrame
    showcase: pd.DataFrame
    phases: pd.DataFrame
    embedding: pd.DataFrame
    mirror_lines: pd.DataFrame
    cones: pd.DataFrame
    readout: pd.DataFrame
    architectures: pd.DataFrame
    design: Mapping[str, Any]
    settings: Mapping[str, Any] = field(default_factory=dict)


def tested(tables: Tables, run: str = BEST, ensemble: str = FRESH) -> pd.DataFrame:
    """Return the metrics of a run, for each seed, on an ensemble."""
    return select(tables.metrics, f"network {run}", run=run, ensemble=ensemble)


def known(tables: Tables, claim: Claim, **more: Any) -> dict[str, Any]:
    """Return the settings that a claim needs: those of the best network, and `more`."""
    own = tested(tables).iloc[0]
    epochs = tested(tables, FIRST)["epochs"].iloc[0]
    names = ("n_train", "architecture", "wave_vectors", "n_test")
    found = {name: own[name] for name in names} | {"epochs": epochs} | more
    return {name: _plain(found[name]) for name in claim.needs}


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else value


def number(
    tables: Tables, claim: Claim, value: Any, n: int = 0, *, trivial: float | None = None,
    note: str = "", **more: Any,
) -> Evidence:  # fmt: skip
    """Return a number as evidence."""
    used = known(tables, claim, **more)
    return Evidence(claim.id, _plain(value), n=n, settings=used, trivial=trivial, note=note)


def held(
    tables: Tables, claim: Claim, value: Any, holds: bool, n: int = 0, note: str = "", **more: Any
) -> Evidence:
    """Return whether a criterion holds, with the number that decides."""
    used = known(tables, claim, **more)
    value = [_plain(one) for one in value] if isinstance(value, list | tuple) else _plain(value)
    return Evidence(claim.id, value, n=n, settings=used, holds=bool(holds), note=note)


def of_network(tables: Tables, claim: Claim, frame: pd.DataFrame, column: str,
               trivial: str | None = None) -> Evidence:  # fmt: skip
    """Return a column of metrics, mean over seeds."""
    beside = None if trivial is None else float(frame[trivial].mean())
    return number(tables, claim, frame[column].mean(), seeds(frame), trivial=beside)


def statistic(tables: Tables, quantity: str, **conditions: Any) -> pd.Series:
    """Return the first row of a quantity from the table of statistics, or raise Missing."""
    rows = select(tables.statistics, f"statistic {quantity}", quantity=quantity, **conditions)
    return rows.iloc[0]


def law(tables: Tables, name: str) -> tuple[float, int]:
    """Return by how much a law is violated, and among how many models or cells."""
    row = select(tables.laws, f"law {name}", law=name).iloc[0]
    if row["violation"] != row["violation"]:
        raise Missing(f"law {name}: nothing to check at this scale")
    return float(row["violation"]), int(row["n"])
