"""Training of the networks of one group: an ensemble, its labels, one seed, several runs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from hamlearn import files, seeds
from hamlearn.learning import training
from hamlearn.wires import networks
from hamlearn.wires import ensemble as ensembles
from hamlearn.wires.ensemble import Ensemble
from hamlearn.wires.plan import Run

HISTORY = "history.csv"


@dataclass(frozen=True)
class Labelled:
    """An ensemble of n wires and the table of its conductances, row by row.

    The first samples are for training, so that smaller training sets are nested in larger ones;
    the last ones are for testing.
    """

    ensemble: Ensemble
    conductance: pd.DataFrame

    def __len__(self) -> int:
        return len(self.conductance)

    def train_rows(self, run: Run) -> slice:
        """Return the training samples of a run; raise ValueError if they reach the test set."""
        if not 0 < run.n_train <= len(self) - run.n_test:
            raise ValueError(
                f"{run.group}/{run.name}: {run.n_train} training and {run.n_test} test samples, "
                f"but ensemble {run.ensemble} has {len(self)}"
            )
        return slice(0, run.n_train)

    def test_rows(self, run: Run) -> slice:
        """Return the test samples of a run."""
        return slice(len(self) - run.n_test, len(self))

    def targets(self, run: Run, rows: slice) -> np.ndarray:
        """Return the labels of some samples in G0; raise ValueError where there are none."""
        if run.target not in self.conductance:
            raise ValueError(
                f"{run.group}/{run.name}: the labels of ensemble {run.ensemble} have no column "
                f"{run.target}; found {', '.join(self.conductance.columns)}"
            )
        return self.conductance[run.target].to_numpy()[rows]

    def inputs(self, run: Run, rows: slice) -> np.ndarray:
        """Return the on-site energies of some samples in the shape that the network takes."""
        return networks.model_inputs(run.architecture, self.ensemble[rows].onsite)


def load(ensemble_path: str | Path, conductance_path: str | Path) -> Labelled:
    """Read an ensemble and its labels; raise DamagedFile if they do not belong together."""
    ensemble = ensembles.load(ensemble_path)
    conductance = files.read_table(conductance_path)
    if not np.array_equal(conductance["sample"], np.arange(len(ensemble))):
        raise files.DamagedFile(
            f"{conductance_path}: {len(conductance)} labels, expected one for each of the "
            f"{len(ensemble)} samples of {ensemble_path}, in order; delete it and run again"
        )
    return Labelled(ensemble, conductance)


def network_path(directory: str | Path, run: Run) -> Path:
    """Return where the trained network of a run is kept in the folder of its group and seed."""
    return Path(directory) / f"{run.name}.keras"


def train_group(
    runs: Sequence[Run],
    data: Labelled,
    directory: str | Path,
    seed: int,
    threads: int,
    stopping: Mapping[str, Mapping[str, float]] | None = None,
    precision: str = "float32",
    jit_compile: bool = False,
) -> None:
    """Train the runs of a group one after the other (Sec. II.B).

    Writes `<run>.keras` for each run, `history.csv` (run, epoch, loss, val_loss, mae, seconds;
    losses in G0^2, errors in G0) and `provenance.json` into `directory`. What a run learns depends
    on its group, its name and the seed, not on the runs before it.

    Parameters
    ----------
    runs : sequence of Run
        Runs that share one ensemble.
    data : Labelled
    directory : path
        Made if missing; a temporary one, which the caller renames.
    seed : int
        Number of the repetition, from 0.
    threads : int
        CPU threads; trainings with one thread are equal bit for bit on one machine.
    stopping : mapping, optional
        Settings of each stopping rule by its name, e.g. {"validation": {"patience": 15}}.
    precision, jit_compile
        See :func:`hamlearn.learning.training.configure` and `fit`; XLA needs a training that is
        not deterministic.

    Raises
    ------
    DivergedTraining
        When a loss is no longer finite.
    ValueError
        For a run that its ensemble cannot serve.
    """
    directory = Path(directory)
    directory.mkdir(parents=True, exist_ok=True)
    training.configure(threads, seed, deterministic=not jit_compile, precision=precision)
    histories = []
    for number, run in enumerate(runs, start=1):
        history = _train(
            run, data, directory, seed, (stopping or {}).get(run.stopping), jit_compile
        )
        histories.append(history.assign(run=run.name))
        print(
            f"[{number}/{len(runs)}] {run.group}/{run.name} seed {seed}: {len(history)} epochs, "
            f"{history['seconds'].sum():.1f} s, training loss {history['loss'].iloc[-1]:.4g}",
            flush=True,
        )
    columns = ["run", "epoch", "loss", "val_loss", "mae", "seconds"]
    files.write_csv(directory / HISTORY, pd.concat(histories, ignore_index=True)[columns])
    files.write_json(directory / "provenance.json", training.provenance(threads))


def _train(
    run: Run,
    data: Labelled,
    directory: Path,
    seed: int,
    stopping: Mapping[str, float] | None,
    jit_compile: bool,
) -> pd.DataFrame:
    import keras

    rows = data.train_rows(run)
    run_seed = seeds.seed(seed, "training", run.group, run.name)
    keras.backend.clear_session()  # frees the graphs and the memory of the run before
    keras.utils.set_random_seed(run_seed)
    model = networks.build(run, data.ensemble.length, data.ensemble.width)
    options = {"learning_rate": run.learning_rate, "batch": run.batch, "jit_compile": jit_compile}
    history = training.fit(
        model,
        data.inputs(run, rows),
        data.targets(run, rows),
        seed=run_seed,
        max_epochs=run.max_epochs,
        stopping=training.Stopping.named(run.stopping, stopping),
        label=f"{run.group}/{run.name}",
        **{**options, **networks.fit_options(run.architecture)},
    )
    training.save(model, network_path(directory, run))
    return history
