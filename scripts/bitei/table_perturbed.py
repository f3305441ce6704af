"""Tables 6 to 8: see `table_unperturbed.py`; pictures.yaml names the ensemble."""

from bitei.table_unperturbed import draw

__all__ = ["draw"]
