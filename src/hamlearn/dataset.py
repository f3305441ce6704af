"""An ensemble together with its labels, split into training and test samples."""

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from hamlearn import files
from hamlearn.study import part


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
    """Read an ensemble and its labels; raise DamagedFile if they do not belong together.

    Where the labels of a study can tell (`labels.check(ensemble, table)` returns what differs, or
    None), an ensemble that was drawn otherwise is refused too.
    """
    drawn = part(study, "ensemble").load(ensemble)
    if labels is None:
        return Dataset(name, drawn, None, train)
    table = files.read_table(labels)
    if not np.array_equal(table["sample"], np.arange(len(drawn))):
        raise files.DamagedFile(
            f"{labels}: {len(table)} labels, expected one for each of the {len(drawn)} samples of "
            f"{ensemble}, in order; delete it and run again"
        )
    check = getattr(part(study, "labels"), "check", None)
    differs = check(drawn, table) if check else None
    if differs:
        raise files.DamagedFile(f"{labels}: {differs} in {ensemble}; delete it and run again")
    return Dataset(name, drawn, table, train)


def load_all(
    study: str, trains: Mapping[str, int], ensembles: Iterable[str], labels: Iterable[str]
) -> dict[str, Dataset]:
    """Read several ensembles of a study, by name; `trains` has their training samples, in order."""
    labels = list(labels) or [None] * len(trains)
    rows = zip(trains.items(), ensembles, labels, strict=True)
    return {name: load(study, name, *paths, train) for (name, train), *paths in rows}
