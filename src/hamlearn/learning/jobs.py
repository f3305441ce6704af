"""Jobs that train and apply networks: several runs of one study, one seed, one folder.

    python -m hamlearn.learning.jobs --study bubbles --job full --seed 0 --scale paper \\
        --data data/bubbles.parquet --output results/paper/bubbles/networks/full/seed0

trains one job without Snakemake, on a machine that has Python, Keras and one of its backends. The
workflow takes the folder as its own.
"""

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from hamlearn import archive, config, dataset, files, seeds
from hamlearn.dataset import Dataset
from hamlearn.learning import provenance, training
from hamlearn.study import Run, Study, part

HISTORY = "history.csv"
FIRST, LAST = ("run", "epoch", "loss", "val_loss"), ("seconds",)
"""Columns at both ends of a history; the metrics of the study stand between them."""
DESCRIPTION = {
    "run": "one network",
    "family": "of runs, for figures and claims",
    "job": "of runs that are trained together",
    "seed": "number of the repetition",
    "architecture": "",
    "target": "what it predicts",
    "trained_on": "ensemble",
    "n_train": "samples, including those held out for validation",
    "parameters": "of the network",
    "epochs": "trained",
    "train_seconds": "all epochs, with compilation and validation",
    "seconds_per_epoch": "median without the first epoch, which compiles",
    "samples_per_second": "n_train times epochs, by train_seconds",
}
"""Columns that the metrics of every study begin with."""


def network_path(directory: str | Path, run: str) -> Path:
    """Return where the network of a run is kept in the folder of its job and seed."""
    return Path(directory) / f"{run}.keras"


def train_job(
    study: str,
    runs: Sequence[Run],
    data: Mapping[str, Dataset],
    directory: str | Path,
    *,
    settings: Mapping[str, Any],
    root_seed: int,
    seed: int,
    threads: int,
    precision: str = "float32",
    jit_compile: bool = False,
    eager: bool = False,
) -> None:
    """Train the runs of a job one after the other.

    Writes `<run>.keras` for each run, `history.csv` (run, epoch, loss, val_loss, the metrics of
    the study, seconds) and `provenance.json` into `directory`. What a run learns depends on its
    name and the seeds, not on the runs before it, except that a run may continue one of these.

    Parameters
    ----------
    study : str
    runs : sequence of Run
    data : mapping of Dataset
        Every ensemble that the runs are trained on, by its name.
    directory : path
        Made if missing; a temporary one, which the caller renames.
    settings : mapping
        Those that the study names for the stage `train`.
    root_seed, seed : int
        Seed of the whole workflow, and number of the repetition from 0.
    threads : int
        CPU threads; trainings with one thread are equal bit for bit on one machine.
    precision, jit_compile, eager
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
    exact = {"deterministic": not jit_compile, "precision": precision, "eager": eager}
    training.configure(threads, root_seed, **exact)
    found = provenance.record(threads, xla=jit_compile)
    module = part(study, "training")
    forget = not getattr(module, "TRAINS_AGAIN", False)
    histories, speed = [], {}
    for number, run in enumerate(runs, start=1):
        run_seed = seeds.seed(root_seed, study, run.name, seed)
        start = network_path(directory, run.starts_from) if run.starts_from else None
        training.fresh(run_seed, forget=forget)
        how = {"start": start, "jit_compile": jit_compile}
        network, history = module.train(run, data, settings, run_seed, **how)
        path = network_path(directory, run.name)
        path.parent.mkdir(parents=True, exist_ok=True)
        training.save(network, path)
        histories.append(history.assign(run=run.name))
        speed[run.name] = provenance.speed(history, run.n_train)
        print(f"[{number}/{len(runs)}] {run.name} seed {seed}: {_summary(history)}", flush=True)
    files.write_small(directory / HISTORY, _ordered(pd.concat(histories, ignore_index=True)))
    files.write_small(directory / provenance.FILE, {**found, provenance.SPEED: speed})


def _summary(history: pd.DataFrame) -> str:
    last = history.drop(columns=["run", "epoch", "seconds"], errors="ignore").iloc[-1]
    shown = [f"{name} {value:.4g}" for name, value in last.items() if np.isfinite(value)]
    return ", ".join([f"{len(history)} epochs", f"{history['seconds'].sum():.1f} s", *shown])


def _ordered(history: pd.DataFrame) -> pd.DataFrame:
    metrics = [name for name in history if name not in (*FIRST, *LAST)]
    return history[[*FIRST, *metrics, *LAST]]


def evaluate_job(
    study: str,
    runs: Sequence[Run],
    directory: str | Path,
    data: Mapping[str, Dataset],
    *,
    settings: Mapping[str, Any],
    job: str,
    seed: int,
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Apply the networks of a job and seed to the ensembles of theirs.

    Parameters
    ----------
    study : str
    runs : sequence of Run
    directory : path
        Where :func:`train_job` left the networks.
    data : mapping of Dataset
        Every ensemble that the runs are trained on or applied to, by its name.
    settings : mapping
        Those that the study names for the stage `evaluate`.
    job, seed
        For the tables only.

    Returns
    -------
    predictions, metrics, groups : DataFrame
        What `evaluation.evaluate` of the study returns for each run, one below the other, after
        the columns run and seed; the metrics after :data:`DESCRIPTION`. Without groups, an empty
        table with the columns run and seed.

    Raises
    ------
    ValueError
        If a network is missing or damaged.
    """
    history = files.read_small(Path(directory) / HISTORY, [*FIRST, *LAST])
    load, evaluate = part(study, "networks").load, part(study, "evaluation").evaluate
    tables: tuple[list, list, list] = ([], [], [])
    for run in runs:
        network = load(network_path(directory, run.name))
        label = {"run": run.name, "seed": seed}
        known = {
            **asdict(run),
            **label,
            "job": job,
            "parameters": network.count_params(),
            **_duration(history[history["run"] == run.name], run.n_train),
        }
        described = {name: known[name] for name in DESCRIPTION}
        found = evaluate(run, network, data, settings)
        for kept, table, before in zip(tables, found, (label, described, label), strict=True):
            if table is not None:
                kept.append(_after(before, table))
    predictions, metrics, groups = tables
    return (
        pd.concat(predictions, ignore_index=True),
        pd.concat(metrics, ignore_index=True),
        pd.concat(groups, ignore_index=True) if groups else pd.DataFrame(columns=list(label)),
    )


def _after(columns: Mapping[str, Any], table: pd.DataFrame) -> pd.DataFrame:
    """Put columns before those of a table, which has its own of some of them."""
    table = table.reset_index(drop=True)
    first = {name: table.get(name, value) for name, value in columns.items()}
    return pd.DataFrame(first, index=table.index).join(
        table.drop(columns=list(first), errors="ignore")
    )


def _duration(history: pd.DataFrame, samples: int) -> dict[str, float]:
    seconds = history["seconds"].to_numpy()
    return {
        "epochs": len(seconds),
        "train_seconds": seconds.sum(),
        "seconds_per_epoch": np.median(seconds[1:] if len(seconds) > 1 else seconds),
        "samples_per_second": samples * len(seconds) / seconds.sum(),
    }


def data_of(study: Study, names: Sequence[str], source: Path, root_seed: int) -> dict[str, Dataset]:
    """Return ensembles with their labels from a folder that the workflow filled, or an archive.

    For an archive (a Parquet file) the ensembles are drawn anew. Raises ValueError for labels
    that the archive does not have.
    """
    plans = {name: study.ensembles[name] for name in names}
    if source.is_dir():
        labels = [source / name / "labels.parquet" for name in names if name in study.solved]
        ensembles = [source / name / "ensemble.npz" for name in names]
        trains = {name: plan.train for name, plan in plans.items()}
        return dataset.load_all(study.name, trains, ensembles, labels)
    found = {}
    for name, plan in plans.items():
        drawn = part(study.name, "ensemble").draw(plan, root_seed)
        samples, settings = (0, plan.samples), study.settings_of("solve")
        labels = archive.read(source, plan, drawn, samples, settings)
        found[name] = Dataset(name, drawn, labels, plan.train)
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Train one job from the command line; return the exit status."""
    parser = argparse.ArgumentParser(description="Train one job of a study.")
    parser.add_argument("--study", required=True)
    parser.add_argument("--job", required=True)
    parser.add_argument("--seed", type=int, default=0, help="number of the repetition, from 0")
    parser.add_argument("--scale", default="default", choices=config.SCALES)
    parser.add_argument("--configfile", type=Path, nargs="+", default=[Path("config.yaml")])
    parser.add_argument("--data", type=Path, required=True, help="folder or archive of labels")
    parser.add_argument("--output", type=Path, required=True, help="folder to be made")
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args(arguments)
    try:
        if options.output.exists():
            raise ValueError(f"{options.output} exists already; name a folder to be made")
        everything = config.load({**config.read(options.configfile), "scale": options.scale})
        if options.study not in everything["studies"]:
            known = ", ".join(everything["studies"])
            raise ValueError(f"study = {options.study!r}: expected one of {known}")
        os.environ.setdefault("KERAS_BACKEND", everything["training"]["backend"])
        study = Study(options.study, everything[options.study])
        if options.job not in study.jobs or options.seed not in study.seeds(options.job):
            jobs = ", ".join(
                f"{job} (seeds 0 to {len(study.seeds(job)) - 1})" for job in study.jobs
            )
            raise ValueError(f"job {options.job}, seed {options.seed}: expected one of {jobs}")
        data = data_of(study, study.trained_on(options.job), options.data, everything["seed"])
        with files.atomic(options.output) as folder:
            train_job(
                study.name,
                study.jobs[options.job],
                data,
                folder,
                settings=study.settings_of("train"),
                root_seed=everything["seed"],
                seed=options.seed,
                threads=options.threads,
                precision=everything["training"]["precision"],
                jit_compile=everything["training"]["xla"],
                eager=everything["training"]["eager"],
            )
    except (ValueError, ArithmeticError, OSError) as error:
        print(f"error: {' '.join(str(error).split())}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
