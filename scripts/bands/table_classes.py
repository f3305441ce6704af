"""Table: elementary band representations of p6, and the fragile sets that were found."""

import pandas as pd

from hamlearn import tables
from hamlearn.bands import topology
from hamlearn.bands.irreps import NAMES
from hamlearn.files import read_small

COLUMNS = {"name": "name", "bands": "bands", **{n: f"n_{n}" for n in NAMES}, "found": "found"}


def draw(statistics, scale):
    """Return the page in Markdown and the table: names, bands, fingerprints, how often found."""
    found = read_small(statistics)
    found = found[found["quantity"] == "fragile"]
    rows = [{"name": n, "fingerprint": f, "found": ""} for n, f in topology.EBRS.items()]
    for text, group in found.groupby("name"):
        numbers, name = text.split(") ", 1)
        fingerprint = tuple(map(int, numbers.strip("(").split(",")))
        times = ", ".join(
            f"{int(r.value)} of {int(r.n)} ({r.ensemble})" for r in group.itertuples()
        )
        rows.append({"name": name, "fingerprint": fingerprint, "found": times})
    for row in rows:
        row["bands"] = topology.number_of_bands(row["fingerprint"])
        row.update(zip(NAMES, row.pop("fingerprint"), strict=True))
    frame = pd.DataFrame(rows)[list(COLUMNS)]
    note = (
        f"Scale: {scale}. Levels of each irrep at Γ (s, p, d, f), K (0, 1) and M (+, -), a pair "
        "once. First the eight elementary band representations, then the sets that are none and no "
        "sum of any: differences, fragile."
    )
    return tables.markdown("Band representations (App. I, J)", note, frame, COLUMNS), frame
