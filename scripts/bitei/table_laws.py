"""Table: what is exact."""

import pandas as pd

from hamlearn import tables
from hamlearn.files import read_small

HEADERS = {"name": "quantity", "value": "value"}


def draw(checks, scale):
    """Return the page, and its frame: name and value of each check, parts of it one by one."""
    frame = pd.DataFrame(_flat("", read_small(checks)), columns=["name", "value"])
    note = f"Energies in eV. Scale: {scale}."
    return tables.markdown("Exact laws and sizes", note, frame, HEADERS), frame


def _flat(name, value):
    """Yield name and value of each number in nested mappings and lists."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _flat(f"{name}, {key}" if name else key.replace("_", " "), inner)
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from _flat(f"{name} {at + 1}", inner)
    else:
        yield name, str(value) if isinstance(value, bool | str) else f"{value:.6g}"
