"""Evidence for every claim of the study `wires`, from the small tables of its results."""

from hamlearn.wires.evidence import appendix_a, appendix_b, average, model_i, model_ii
from hamlearn.wires.evidence.tables import EVIDENCE, Tables

__all__ = ["EVIDENCE", "MODULES", "Tables"]

MODULES = (model_i, model_ii, average, appendix_a, appendix_b)
"""Importing them registers their functions."""
