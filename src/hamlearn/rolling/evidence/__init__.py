"""Evidence for every claim of the study `rolling`, from the small tables of its results."""

from hamlearn.rolling.evidence import counts
from hamlearn.rolling.evidence.tables import EVIDENCE, Tables

__all__ = ["EVIDENCE", "MODULES", "Tables"]

MODULES = (counts,)
"""Importing them registers their functions."""
