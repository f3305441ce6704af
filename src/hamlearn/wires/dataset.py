"""An ensemble of wires together with its conductances, split into training and test samples."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from hamlearn import files
from hamlearn.wires import ensemble as ensembles
from hamlearn.wires.ensemble import Ensemble
from hamlearn.wires.runs import Run, ensembles_of


@dataclass(frozen=True)
class Dataset:
    """An ensemble of n wires and the table of its conductances, row by row.

    The first samples are for training, so that smaller training sets are nested in larger ones;
    the last ones are for testing.
    """

    name: str
    ensemble: Ensemble
    conductance: pd.DataFrame

    def __len__(self) -> int:
        return len(self.conductance)

    @property
    def has_counts(self) -> bool:
        """Whether the wires have impurities to be counted (models II to IV)."""
        return self.ensemble.species is not None

    def split(self, n_train: int, n_test: int) -> tuple[slice, slice]:
        """Return the training and the test samples; raise ValueError if they would overlap."""
        n = len(self)
        if n_train < 1 or n_test < 1 or n_train + n_test > n:
            raise ValueError(
                f"ensemble {self.name}: {n_train} training and {n_test} test samples, "
                f"expected at least one of each and at most {n} together"
            )
        return slice(0, n_train), slice(n - n_test, n)

    def targets(self, name: str, samples: slice) -> np.ndarray:
        """Return labels in G0 of some samples; raise ValueError if there are none of that name."""
        if name not in self.conductance:
            raise ValueError(
                f"ensemble {self.name}: its labels have no column {name}, "
                f"only {', '.join(self.conductance.columns)}"
            )
        return self.conductance[name].to_numpy()[samples]


def load(name: str, ensemble_path: str | Path, conductance_path: str | Path) -> Dataset:
    """Read an ensemble and its labels; raise DamagedFile if they do not belong together."""
    ensemble = ensembles.load(ensemble_path)
    conductance = files.read_table(conductance_path)
    if not np.array_equal(conductance["sample"], np.arange(len(ensemble))):
        raise files.DamagedFile(
            f"{conductance_path}: {len(conductance)} labels, expected one for each of the "
            f"{len(ensemble)} samples of {ensemble_path}, in order; delete it and run again"
        )
    return Dataset(name, ensemble, conductance)


def load_all(
    runs: Sequence[Run], ensemble_paths: Sequence[str], conductance_paths: Sequence[str]
) -> dict[str, Dataset]:
    """Read every ensemble of some runs, by its name; the paths stand in the order of the runs."""
    rows = zip(ensembles_of(runs), ensemble_paths, conductance_paths, strict=True)
    return {name: load(name, ensemble, conductance) for name, ensemble, conductance in rows}
