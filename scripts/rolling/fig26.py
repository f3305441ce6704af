"""Figure 26: see `diagrams.py`; pictures.yaml names its networks."""

from rolling.diagrams import draw

__all__ = ["draw"]
