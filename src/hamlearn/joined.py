"""Many tables joined into one: shards of an ensemble, metrics and histories of all networks."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from hamlearn import files

HISTORY = "history.csv"


def join(
    paths: Sequence[str | Path], output: str | Path, expected: Mapping[str, Sequence[str]]
) -> None:
    """Write the rows of tables ``<job>/seed<k>.csv`` one after the other.

    Tables without rows add no columns. `expected` names the runs of each job: DamagedFile is raised
    for a table that lacks any of them.
    """
    tables = []
    for path in map(Path, paths):
        table = files.read_small(path, ["run", "seed"])
        _check(path, table, expected[path.parent.name])
        tables.append(table)
    files.write_small(output, pd.concat([table for table in tables if len(table)] or tables))


def join_histories(
    folders: Sequence[str | Path], output: str | Path, expected: Mapping[str, Sequence[str]]
) -> None:
    """Write the training histories in folders ``<job>/seed<k>``, with both as first columns."""
    histories = []
    for folder in map(Path, folders):
        history = files.read_small(folder / HISTORY, ["run", "epoch", "loss"])
        _check(folder / HISTORY, history, expected[folder.parent.name])
        history.insert(0, "job", folder.parent.name)
        history.insert(1, "seed", int(folder.name.removeprefix("seed")))
        histories.append(history)
    files.write_small(output, pd.concat(histories))


def _check(path: Path, table: pd.DataFrame, runs: Sequence[str]) -> None:
    missing = [run for run in runs if run not in set(table["run"])]
    if missing:
        raise files.DamagedFile(f"{path}: no rows of {missing[0]}; delete it and run again")


def join_shards(paths: Sequence[str], samples: int) -> pd.DataFrame:
    """Join the solved shards of an ensemble; raise DamagedFile if one is damaged or incomplete."""
    joined = pd.concat([files.read_table(path) for path in paths], ignore_index=True)
    files.check_names(paths[0], joined, ["sample"])
    if not np.array_equal(joined["sample"], np.arange(samples)):
        raise files.DamagedFile(
            f"{paths[0]} and its {len(paths) - 1} neighbours: expected samples 0 to {samples - 1} "
            f"in order, found {len(joined)}; delete the shards and run again"
        )
    return joined
