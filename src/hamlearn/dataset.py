"""An ensemble together with its labels, split into training and test samples."""

import hashlib
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from hamlearn import files
from hamlearn.study import part

DRAWN = "drawn"
"""Column of labels that says what was drawn for each sample: see :func:`fingerprints`."""


def fingerprints(ensemble: Any) -> np.ndarray:
    """Return a digest of what was drawn for each sample of an ensemble, uint64 (n,)."""
    rows = np.ascontiguousarray(ensemble.rows)
    digests = [hashlib.blake2b(row.tobytes(), digest_size=8).digest() for row in rows]
    return np.frombuffer(b"".join(digests), dtype="<u8")


@dataclass(frozen=True)
class Dataset:
    """An ensemble of n samples and the table of its labels, row by row.

    The first `train` samples are for training, so that smaller training sets are nested in larger
    ones; the last ones are for testing. `labels` is None in a study whose ensembles bring theirs.
    """

    name: str
    ensemble: Any
    labels: pd.DataFrame | None = None
    train: int = 0
    memory: dict = field(default_factory=dict, repr=False, compare=False)

    def __len__(self) -> int:
        return len(self.ensemble)

    @property
    def test(self) -> slice:
        """All samples that are not for training."""
        return slice(self.train, len(self))

    def split(self, n_train: int, n_test: int) -> tuple[slice, slice]:
        """Return the training and the test samples; raise ValueError if they would overlap."""
        n = len(self)
        if n_train < 1 or n_test < 1 or n_train + n_test > n:
            raise ValueError(
                f"ensemble {self.name}: {n_train} training and {n_test} test samples, "
                f"expected at least one of each and at most {n} together"
            )
        return slice(0, n_train), slice(n - n_test, n)

    def remember(self, key: Hashable, compute: Callable[[], Any]) -> Any:
        """Return what `compute` does, computed once for each key: predictors of many runs."""
        if key not in self.memory:
            self.memory[key] = compute()
        return self.memory[key]


def load(
    study: str, name: str, ensemble: str | Path, labels: str | Path | None, train: int
) -> Dataset:
    """Read an ensemble and its labels; raise DamagedFile if they do not belong together."""
    drawn = part(study, "ensemble").load(ensemble)
    if labels is None:
        return Dataset(name, drawn, None, train)
    return Dataset(name, drawn, labels_of(drawn, labels, ensemble), train)


def labels_of(drawn: Any, labels: str | Path, source: str | Path) -> pd.DataFrame:
    """Read the labels of an ensemble; raise DamagedFile if they are those of another.

    Parameters
    ----------
    drawn : ensemble of n samples
    labels : path
    source : path
        Where the ensemble was read, for messages.
    """
    table = files.read_table(labels)
    files.check_names(labels, table, ["sample", DRAWN])
    if not np.array_equal(table["sample"], np.arange(len(drawn))):
        raise files.DamagedFile(
            f"{labels}: {len(table)} labels, expected one for each of the {len(drawn)} samples of "
            f"{source}, in order; delete it and run again"
        )
    differ = np.flatnonzero(table[DRAWN].to_numpy() != fingerprints(drawn))
    if len(differ):
        raise files.DamagedFile(
            f"{labels}: sample {differ[0]} is not that of {source}; delete it and run again"
        )
    return table


def load_all(
    study: str, trains: Mapping[str, int], ensembles: Iterable[str], labels: Iterable[str]
) -> dict[str, Dataset]:
    """Read several ensembles of a study, by name; `trains` has their training samples, in order.

    The labels of an ensemble lie beside it; those of ensembles that bring theirs are not there.
    """
    solved = {Path(path).parent: path for path in labels}
    rows = zip(trains.items(), map(Path, ensembles), strict=True)
    return {
        name: load(study, name, path, solved.get(path.parent), train)
        for (name, train), path in rows
    }
