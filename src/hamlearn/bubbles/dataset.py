"""An ensemble of flakes together with its transmissions, split into training and test samples."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from hamlearn import files
from hamlearn.bubbles import ensemble as ensembles
from hamlearn.bubbles import labels
from hamlearn.bubbles.ensemble import Ensemble
from hamlearn.bubbles.plan import TRAIN
from hamlearn.bubbles.runs import TARGETS, Run

COLUMNS = ("sample", "energy_t", "modes", *labels.VALLEYS)


@dataclass(frozen=True)
class Dataset:
    """An ensemble of n flakes and the table of its transmissions, row by row.

    Of the ensemble that networks are trained on the first `train` samples are for training; of
    every other there are none.
    """

    name: str
    ensemble: Ensemble
    solved: pd.DataFrame
    train: int = 0

    def __len__(self) -> int:
        return len(self.solved)

    @property
    def training(self) -> slice:
        """Samples to train on; ValueError if the ensemble has none, or none besides."""
        if not 0 < self.train < len(self):
            raise ValueError(
                f"ensemble {self.name}: {self.train} training samples of {len(self)}, "
                "expected at least one of them and one to test"
            )
        return slice(0, self.train)

    @property
    def test(self) -> slice:
        """All samples that are not trained on."""
        return slice(self.train, len(self))

    @property
    def modes(self) -> np.ndarray:
        """Number of lead modes 2n + 1 of each sample, (n,)."""
        return self.solved["modes"].to_numpy(dtype=float)

    def targets(self, target: str) -> np.ndarray:
        """Return what a network is to predict, (n, outputs), in 2e²/h; see `runs.TARGETS`."""
        if target not in TARGETS:
            raise ValueError(f"target = {target!r}: expected one of {', '.join(TARGETS)}")
        columns = {"total": labels.total(self.solved)}
        return np.stack([columns.get(name, self.solved.get(name)) for name in TARGETS[target]], 1)


def load(name: str, ensemble_path: str | Path, table_path: str | Path, train: int = 0) -> Dataset:
    """Read an ensemble and its transmissions; raise DamagedFile if they do not belong together."""
    ensemble = ensembles.load(ensemble_path)
    solved = files.read_table(table_path)
    missing = [column for column in COLUMNS if column not in solved]
    if missing:
        raise files.DamagedFile(
            f"{table_path}: no column {', '.join(missing)}; delete it and run again"
        )
    if not np.array_equal(solved["sample"], np.arange(len(ensemble))):
        raise files.DamagedFile(
            f"{table_path}: {len(solved)} rows, expected one for each of the {len(ensemble)} "
            f"samples of {ensemble_path}, in order; delete it and run again"
        )
    differ = np.flatnonzero(solved["energy_t"].to_numpy() != ensemble.energy)
    if len(differ):
        i = differ[0]
        raise files.DamagedFile(
            f"{table_path}: energy_t of sample {i} is {solved['energy_t'][i]}, in "
            f"{ensemble_path} it is {ensemble.energy[i]}; delete it and run again"
        )
    return Dataset(name, ensemble, solved, train)


def ensembles_of(runs: Sequence[Run]) -> list[str]:
    """Return what some runs are trained on and applied to, without repetition."""
    return list(dict.fromkeys([TRAIN, *(name for run in runs for name in run.applied_to)]))


def load_all(
    runs: Sequence[Run],
    ensemble_paths: Sequence[str],
    table_paths: Sequence[str],
    n_train: int,
) -> dict[str, Dataset]:
    """Read every ensemble of some runs, by its name; the paths are in the order of the runs."""
    rows = zip(ensembles_of(runs), ensemble_paths, table_paths, strict=True)
    return {name: load(name, *paths, n_train if name == TRAIN else 0) for name, *paths in rows}


def scaled(run: Run, targets: np.ndarray) -> np.ndarray:
    """Return targets in 2e²/h as the network of a run is trained on, times its factor."""
    return targets * run.factor


def unscaled(run: Run, outputs: np.ndarray) -> np.ndarray:
    """Return outputs of the network of a run in 2e²/h."""
    return outputs / run.factor
