"""Table: how often each case of Algorithm 1 decides the frame of an edge."""

from hamlearn import tables
from hamlearn.files import read_small

HEADERS = {
    "ensemble": "structure",
    "rule": "rule",
    "case": "decided by",
    "edges": "edges",
    "percent": "% of all",
    "found": "% v₂ searched",
    "turn": "% that turn along",
}


def draw(cases, scale):
    """Return the page, and its frame: that of the module `cases`."""
    frame = read_small(cases)
    columns = {"percent": "share", "found": "searched", "turn": "follow"}
    shown = frame.assign(**{k: [f"{100 * v:.2f}" for v in frame[n]] for k, n in columns.items()})
    note = f"First structure of each ensemble; turned by random rotations. Scale: {scale}."
    return tables.markdown("Cases of Algorithm 1", note, shown, HEADERS), frame
