"""Labels that took long to solve, kept in one small checksummed table and read back.

An archive holds labels, and a fingerprint of what each sample is. The samples themselves are
drawn anew, so that labels are never given to others.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from hamlearn import files

DRAWN = "drawn"
"""Column of the fingerprints."""


def fingerprints(ensemble: Any) -> np.ndarray:
    """Return a digest of what was drawn for each sample of an ensemble, uint64 (n,)."""
    rows = np.ascontiguousarray(ensemble.rows)
    digests = [hashlib.blake2b(row.tobytes(), digest_size=8).digest() for row in rows]
    return np.frombuffer(b"".join(digests), dtype="<u8")


def write(
    path: str | Path, ensembles: Mapping[str, Any], labels: Mapping[str, pd.DataFrame]
) -> None:
    """Keep the labels of ensembles, by their names, in one table."""
    tables = []
    for name, drawn in ensembles.items():
        kept = {"ensemble": name, "sample": labels[name]["sample"], DRAWN: fingerprints(drawn)}
        others = labels[name].drop(columns="sample")
        tables.append(pd.concat([pd.DataFrame(kept), others], axis="columns"))
    files.write_table(path, pd.concat(tables, ignore_index=True))


def read(
    path: str | Path, name: str, ensemble: Any, samples: tuple[int, int]
) -> pd.DataFrame | None:
    """Return the kept labels of some samples of an ensemble, or None if they are not all there.

    An archive may hold the first samples of an ensemble only: sample i is the same however many
    are drawn. Raises DamagedFile if the archive is damaged or holds labels of other samples.
    """
    table = files.read_table(path)
    start, stop = samples
    table = table[(table["ensemble"] == name) & table["sample"].between(start, stop - 1)]
    if len(table) < stop - start:
        return None
    differ = np.flatnonzero(table[DRAWN].to_numpy() != fingerprints(ensemble[start:stop]))
    if len(differ):
        raise files.DamagedFile(
            f"{path}: sample {start + differ[0]} of ensemble {name} was drawn with another seed or "
            "law (another scale?); set another solver than archived"
        )
    table = table.drop(columns=["ensemble", DRAWN]).reset_index(drop=True)
    return table.dropna(axis="columns", how="all")
