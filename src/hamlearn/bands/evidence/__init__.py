"""Evidence for every claim of the study `bands`, from the small tables of its results."""

from hamlearn.bands.evidence import accuracy, design, laws, topology, training
from hamlearn.bands.evidence.tables import EVIDENCE, Tables

__all__ = ["EVIDENCE", "MODULES", "Tables"]

MODULES = (laws, accuracy, training, topology, design)
"""Importing them registers their functions."""
