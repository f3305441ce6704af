"""Evidence for every claim of the study `wires`, from the small tables of its results."""

import json
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from hamlearn import evidence
from hamlearn.claims import Evidence, Ledger
from hamlearn.evidence import records
from hamlearn.wires import (
    evidence_appendix_a,
    evidence_appendix_b,
    evidence_average,
    evidence_model_i,
    evidence_model_ii,
)
from hamlearn.wires.evidence_tables import EVIDENCE, Tables

__all__ = ["collect", "read", "records"]

MODULES = (  # importing them registers their functions
    evidence_model_i,
    evidence_model_ii,
    evidence_average,
    evidence_appendix_a,
    evidence_appendix_b,
)


def read(paths: Mapping[str, str | Path]) -> Tables:
    """Read the tables that claims are judged by.

    Parameters
    ----------
    paths : mapping
        ``metrics``, ``baselines``, ``average``, ``statistics`` (CSV) and ``timing`` (JSON).
    """
    names = ("metrics", "baselines", "average", "statistics")
    tables = {name: pd.read_csv(paths[name], keep_default_na=True) for name in names}
    timing = json.loads(Path(paths["timing"]).read_text(encoding="utf-8"))
    return Tables(**tables, timing=timing)


def collect(ledger: Ledger, tables: Tables) -> list[Evidence]:
    """Return the evidence for every claim that is attempted: :func:`hamlearn.evidence.collect`."""
    return evidence.collect(ledger, tables, EVIDENCE)
