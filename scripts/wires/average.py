"""Disorder averages of model II at fixed concentrations, calculated and predicted (Fig. 7)."""

from pathlib import Path

import pandas as pd

from hamlearn import files, jobs, progress
from hamlearn.learning import training
from hamlearn.wires import dataset, evaluation, networks
from hamlearn.wires.runs import Run
from hamlearn.wires.training import network_path


def average(runs: list[dict], ensemble: str, labels: str, folders: list[str], output: str) -> None:
    run = max((Run(**run) for run in runs), key=lambda run: run.n_train)
    data = dataset.load("average", ensemble, labels)
    tables = []
    for folder in progress.track([*map(Path, folders)], "average", "networks"):
        model = networks.load(network_path(folder, run), run.architecture)
        seed = int(folder.name.removeprefix("seed"))
        tables.append(
            evaluation.ensemble_average(model, run.architecture, data, run.target, seed=seed)
        )
    files.write_csv(output, pd.concat(tables))


if "snakemake" in globals():
    with jobs.logged(snakemake.log[0]):
        training.configure(snakemake.threads, seed=0)
        average(
            snakemake.params.runs,
            snakemake.input.ensemble,
            snakemake.input.conductance,
            snakemake.input.networks,
            snakemake.output[0],
        )
