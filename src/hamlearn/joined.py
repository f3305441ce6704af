"""Many tables joined into one: shards of an ensemble, metrics and histories of all networks."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from hamlearn import files

HISTORY = "history.csv"


def join(paths: Sequence[str | Path], output: str | Path) -> None:
    """Write the rows of CSV tables one after the other; tables without rows add no columns."""
    tables = [pd.read_csv(path) for path in paths]
    files.write_csv(output, pd.concat([table for table in tables if len(table)] or tables))


def join_histories(folders: Sequence[str | Path], output: str | Path) -> None:
    """Write the training histories in folders ``<job>/seed<k>``, with both as first columns."""
    histories = []
    for folder in map(Path, folders):
        history = pd.read_csv(folder / HISTORY)
        history.insert(0, "job", folder.parent.name)
        history.insert(1, "seed", int(folder.name.removeprefix("seed")))
        histories.append(history)
    files.write_csv(output, pd.concat(histories))


def join_shards(paths: Sequence[str], samples: int) -> pd.DataFrame:
    """Join the solved shards of an ensemble; raise DamagedFile if one is damaged or incomplete."""
    joined = pd.concat([files.read_table(path) for path in paths], ignore_index=True)
    if not np.array_equal(joined["sample"], np.arange(samples)):
        raise files.DamagedFile(
            f"{paths[0]} and its {len(paths) - 1} neighbours: expected samples 0 to {samples - 1} "
            f"in order, found {len(joined)}; delete the shards and run again"
        )
    return joined
