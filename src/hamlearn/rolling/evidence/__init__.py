"""Evidence for every claim of the study `rolling`, from the small tables of its results."""

from hamlearn.rolling.evidence import attended, counts, exactly, pipeline, plain
from hamlearn.rolling.evidence.tables import EVIDENCE, Tables

__all__ = ["EVIDENCE", "MODULES", "Tables"]

MODULES = (attended, counts, exactly, pipeline, plain)
"""Importing them registers their functions."""
