"""The small tables from which claims are judged, and what every evidence function needs."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from hamlearn.claims import Claim, Evidence
from hamlearn.evidence import registry

EVIDENCE, evidence = registry()


@dataclass
class Tables:
    """Results of one scale; the README of each is the module that computes it."""

    metrics: pd.DataFrame
    by_group: pd.DataFrame
    histories: pd.DataFrame
    assembled: pd.DataFrame
    cases: pd.DataFrame
    checks: Mapping
    local_lists: pd.DataFrame
    timing: Mapping
    levels: pd.DataFrame
    example: Mapping
    settings: Mapping


def holds(claim: Claim, value: object, good: bool, **others: object) -> Evidence:
    """Return evidence for a claim of words."""
    return Evidence(claim.id, value, n=1, holds=bool(good), **others)


def by_dft(tables: Tables) -> str:
    """Return what to know where the Hamiltonians are no DFT's."""
    return "" if tables.settings["source"] != "synthetic" else "Hamiltonians by a formula, no DFT"
