"""Evidence for every claim of the study `bubbles`, from the small tables of its results."""

from hamlearn.bubbles.evidence import beyond, networks, training, transport
from hamlearn.bubbles.evidence.tables import EVIDENCE, Tables

__all__ = ["EVIDENCE", "MODULES", "Tables"]

MODULES = (transport, training, networks, beyond)
"""Importing them registers their functions."""
