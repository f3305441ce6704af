"""Conductances that took long to solve, kept in one small checksummed table and read back."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from hamlearn import files
from hamlearn.wires.ensemble import Ensemble


def fingerprint(ensemble: Ensemble) -> str:
    """Return a digest of every site of an ensemble, so that labels are never given to others."""
    sites = ensemble.values if ensemble.species is None else ensemble.species
    return hashlib.sha256(sites.tobytes()).hexdigest()[:16]


def write(
    path: str | Path,
    names: Sequence[str],
    ensembles: Sequence[Ensemble],
    solved: Sequence[pd.DataFrame],
) -> None:
    """Keep the solved conductances of ensembles in one table."""
    tables = [
        table.assign(ensemble=name, sites=fingerprint(drawn))
        for name, drawn, table in zip(names, ensembles, solved, strict=True)
    ]
    files.write_table(path, pd.concat(tables, ignore_index=True))


def read(
    path: str | Path, name: str, ensemble: Ensemble, samples: tuple[int, int]
) -> pd.DataFrame | None:
    """Return the kept conductances of some samples, or None if the ensemble is not in the archive.

    Raises DamagedFile if the archive is damaged or holds another draw of the ensemble.
    """
    table = files.read_table(path)
    table = table[table["ensemble"] == name]
    if table.empty:
        return None
    found = fingerprint(ensemble)
    if len(table) != len(ensemble) or table["sites"].iloc[0] != found:
        raise files.DamagedFile(
            f"{path}: ensemble {name} was drawn with another seed, size or number of samples "
            "(another scale?); set solver: recursive"
        )
    rows = table.iloc[slice(*samples)].drop(columns=["ensemble", "sites"])
    return rows.dropna(axis="columns", how="all").reset_index(drop=True)
