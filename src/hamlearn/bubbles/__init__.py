"""Conductance of nano-bubbled graphene from a height map (Nedell et al., arXiv:2108.01057)."""

from hamlearn.bubbles.surface import height_map, heights

__all__ = ["height_map", "heights"]
