"""Evidence for every claim of the study `hamiltonians`, from the small tables of its results."""

from hamlearn.hamiltonians.evidence import data, errors, networks
from hamlearn.hamiltonians.evidence.tables import EVIDENCE, Tables

__all__ = ["EVIDENCE", "MODULES", "Tables"]

MODULES = (data, errors, networks)
"""Importing them registers their functions."""
