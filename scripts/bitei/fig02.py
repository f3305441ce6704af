"""Figure 2: see `fig01.py`; pictures.yaml says how many rotations."""

from bitei.fig01 import draw

__all__ = ["draw"]
