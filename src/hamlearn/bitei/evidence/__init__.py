"""Evidence for every claim of the study `bitei`, from the small tables of its results."""

from hamlearn.bitei.evidence import confusion, counts, networks, physics, proposals
from hamlearn.bitei.evidence.tables import EVIDENCE, Tables

__all__ = ["EVIDENCE", "MODULES", "Tables"]

MODULES = (counts, confusion, networks, physics, proposals)
"""Importing them registers their functions."""
