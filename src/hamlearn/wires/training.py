"""Training of the networks of one job: several runs, one seed."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from hamlearn import files, seeds
from hamlearn.learning import provenance, training
from hamlearn.wires import networks
from hamlearn.wires.dataset import Dataset
from hamlearn.wires.runs import Run

HISTORY = "history.csv"
HISTORY_COLUMNS = ["group", "run", "epoch", "loss", "val_loss", "mae", "seconds"]


def network_path(directory: str | Path, run: Run) -> Path:
    """Return where the trained network of a run is kept in the folder of its job and seed."""
    return _kept(directory, run.path)


def _kept(directory: str | Path, path: str) -> Path:
    return Path(directory) / f"{path}.keras"


def train_job(
    runs: Sequence[Run],
    data: Mapping[str, Dataset],
    directory: str | Path,
    *,
    root_seed: int,
    seed: int,
    threads: int,
    stopping: Mapping[str, Mapping[str, float]] | None = None,
    precision: str = "float32",
    jit_compile: bool = False,
) -> None:
    """Train the runs of a job one after the other (Sec. II.C).

    Writes `<group>/<run>.keras` for each run, `history.csv` (group, run, epoch, loss, val_loss,
    mae, seconds; losses in G0^2, errors in G0) and `provenance.json` into `directory`. What a run
    learns depends on its group, its name and the seeds, not on the runs before it, except that a
    run may continue one of these.

    Parameters
    ----------
    runs : sequence of Run
    data : mapping of Dataset
        Every ensemble that the runs are trained on, by its name.
    directory : path
        Made if missing; a temporary one, which the caller renames.
    root_seed, seed : int
        Seed of the whole workflow, and number of the repetition from 0.
    threads : int
        CPU threads; trainings with one thread are equal bit for bit on one machine.
    stopping : mapping, optional
        Settings of each stopping rule by its name, e.g. {"validation": {"patience": 15}}.
    precision, jit_compile
        See :func:`hamlearn.learning.training.configure` and `fit`. XLA gives up determinism.

    Raises
    ------
    DivergedTraining
        When a loss is no longer finite.
    ValueError
        For a run that the data cannot serve.
    """
    directory = Path(directory)
    directory.mkdir(parents=True, exist_ok=True)
    training.configure(threads, root_seed, deterministic=not jit_compile, precision=precision)
    found = provenance.record(threads, xla=jit_compile)
    histories, speed = [], {}
    for number, run in enumerate(runs, start=1):
        rule = training.Stopping.named(run.stopping, (stopping or {}).get(run.stopping))
        run_seed = seeds.seed(root_seed, "wires", run.group, run.name, seed)
        model, history = _train(
            run, data[run.ensemble], run_seed, directory, stopping=rule, jit_compile=jit_compile
        )
        path = network_path(directory, run)
        path.parent.mkdir(exist_ok=True)
        training.save(model, path)
        histories.append(history.assign(group=run.group, run=run.name))
        speed[run.path] = provenance.speed(history, run.n_train)
        print(
            f"[{number}/{len(runs)}] {run.path} seed {seed}: {len(history)} epochs, "
            f"{history['seconds'].sum():.1f} s, training loss {history['loss'].iloc[-1]:.4g}",
            flush=True,
        )
    table = pd.concat(histories, ignore_index=True)[HISTORY_COLUMNS]
    files.write_csv(directory / HISTORY, table)
    files.write_json(directory / provenance.FILE, {**found, provenance.SPEED: speed})


def _train(
    run: Run, data: Dataset, seed: int, directory: Path, **options: Any
) -> tuple[Any, pd.DataFrame]:
    train, _ = data.split(run.n_train, run.n_test)
    training.fresh(seed)
    length, width = data.ensemble.length, data.ensemble.width
    if run.starts_from:
        model = networks.continued(_kept(directory, run.starts_from), length, width)
    else:
        model = networks.build(run, length, width)
    settings = {"batch": run.batch, "learning_rate": run.learning_rate, **options}
    history = training.fit(
        model,
        networks.model_inputs(run.architecture, data.ensemble[train].onsite),
        data.targets(run.target, train),
        seed=seed,
        max_epochs=run.max_epochs,
        label=run.path,
        **{**settings, **networks.fit_options(run.architecture)},
    )
    return model, history
