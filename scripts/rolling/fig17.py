"""Figure 17: see `curves.py`; pictures.yaml names its panels."""

from rolling.curves import draw

__all__ = ["draw"]
