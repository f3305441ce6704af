"""Transmissions that took long to solve, kept with their bubbles in one small checksummed table."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from hamlearn import files
from hamlearn.bubbles.ensemble import Ensemble

FIRST = ("ensemble", "sample", "energy_t", "bubbles")


def write(
    path: str | Path,
    names: Sequence[str],
    ensembles: Sequence[Ensemble],
    solved: Sequence[pd.DataFrame],
) -> None:
    """Keep bubbles, energies and solved transmissions of ensembles in one table.

    The column `bubbles` holds the rows of a sample's bubbles one after the other, in a.
    """
    tables = []
    for name, drawn, table in zip(names, ensembles, solved, strict=True):
        bubbles = [drawn.sample(i).ravel() for i in table["sample"]]
        kept = table.assign(ensemble=name, bubbles=bubbles)
        tables.append(kept[[*FIRST, *(c for c in table if c not in FIRST)]])
    files.write_table(path, pd.concat(tables, ignore_index=True))


def read(
    path: str | Path, name: str, ensemble: Ensemble, samples: tuple[int, int]
) -> pd.DataFrame | None:
    """Return the kept transmissions of some samples of an ensemble, or None if they are not there.

    An archive may hold the first samples of an ensemble only: sample i is the same however many
    are drawn. Raises DamagedFile if the archive is damaged or holds other bubbles or energies.
    """
    table = files.read_table(path)
    start, stop = samples
    table = table[(table["ensemble"] == name) & table["sample"].between(start, stop - 1)]
    if len(table) < stop - start:
        return None
    for row in table.itertuples():
        drawn = ensemble.sample(row.sample).ravel()
        if row.energy_t != ensemble.energy[row.sample] or not np.array_equal(row.bubbles, drawn):
            raise files.DamagedFile(
                f"{path}: sample {row.sample} of ensemble {name} was drawn with another seed or "
                "law (another scale?); set solver: recursive"
            )
    return table.drop(columns=["ensemble", "bubbles"]).reset_index(drop=True)
