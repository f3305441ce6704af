"""Evidence for every claim of the study `bubbles`, from the small tables of its results."""

import json
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from hamlearn import evidence
from hamlearn.bubbles import (
    evidence_beyond,
    evidence_networks,
    evidence_training,
    evidence_transport,
)
from hamlearn.bubbles.evidence_tables import EVIDENCE, Tables
from hamlearn.claims import Evidence, Ledger
from hamlearn.evidence import records

__all__ = ["collect", "read", "records"]

MODULES = (  # importing them registers their functions
    evidence_transport,
    evidence_training,
    evidence_networks,
    evidence_beyond,
)


def read(paths: Mapping[str, str | Path], settings: Mapping[str, object]) -> Tables:
    """Read the tables that claims are judged by.

    Parameters
    ----------
    paths : mapping
        ``metrics``, ``by_group``, ``statistics``, ``linear_map``, ``histories``, ``graph`` (CSV)
        and ``timing`` (JSON).
    settings : mapping
        ``side`` in a, ``pixels``, ``dense``.
    """
    names = ("metrics", "by_group", "statistics", "linear_map", "histories", "graph")
    tables = {name: pd.read_csv(paths[name]) for name in names}
    timing = json.loads(Path(paths["timing"]).read_text(encoding="utf-8"))
    return Tables(**tables, timing=timing, settings=settings)


def collect(ledger: Ledger, tables: Tables) -> list[Evidence]:
    """Return the evidence for every claim that is attempted: :func:`hamlearn.evidence.collect`."""
    return evidence.collect(ledger, tables, EVIDENCE)
