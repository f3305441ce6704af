"""Figure 5: see `fig04.py`; pictures.yaml names its network."""

from bitei.fig04 import draw

__all__ = ["draw"]
