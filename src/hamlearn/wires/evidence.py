"""Evidence for every claim of the study `wires`, from the small tables of its results."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import pandas as pd

from hamlearn.claims import Evidence, Ledger, LedgerError
from hamlearn.wires import (
    evidence_appendix_a,
    evidence_appendix_b,
    evidence_average,
    evidence_model_i,
    evidence_model_ii,
)
from hamlearn.wires.evidence_tables import EVIDENCE, Missing, Tables

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
    """Return the evidence for every claim of the ledger that is attempted.

    Where something was not computed at this scale, the evidence has no value and its note says
    why. Raises LedgerError for a claim without an evidence function.
    """
    found = []
    for claim in ledger.results:
        if claim.not_attempted is not None:
            continue
        if claim.id not in EVIDENCE:
            raise LedgerError(f"claim {claim.id}: no evidence function and no key not_attempted")
        try:
            found.append(EVIDENCE[claim.id](claim, tables))
        except Missing as missing:
            found.append(Evidence(claim.id, note=str(missing)))
    return found


def records(evidence: list[Evidence]) -> list[dict]:
    """Return evidence as records that JSON can hold."""
    return [asdict(piece) for piece in evidence]
