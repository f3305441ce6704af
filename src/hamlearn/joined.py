"""Many small tables joined into one: metrics and training histories of all networks."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from hamlearn import files

HISTORY = "history.csv"


def join(paths: Sequence[str | Path], output: str | Path) -> None:
    """Write the rows of CSV tables one after the other; tables without rows add no columns."""
    tables = [pd.read_csv(path) for path in paths]
    files.write_csv(output, pd.concat([table for table in tables if len(table)]))


def join_histories(folders: Sequence[str | Path], output: str | Path) -> None:
    """Write the training histories in folders ``<job>/seed<k>``, with both as first columns."""
    histories = []
    for folder in map(Path, folders):
        history = pd.read_csv(folder / HISTORY)
        history.insert(0, "job", folder.parent.name)
        history.insert(1, "seed", int(folder.name.removeprefix("seed")))
        histories.append(history)
    files.write_csv(output, pd.concat(histories))
