"""Collect the training histories of all networks in one table."""

from pathlib import Path

import pandas as pd

from hamlearn import files, jobs
from hamlearn.wires.training import HISTORY


def collect(folders: list[str], output: str) -> None:
    tables = [
        pd.read_csv(folder / HISTORY).assign(group=folder.parent.name, seed=folder.name[4:])
        for folder in map(Path, folders)
    ]
    histories = pd.concat(tables)
    first = ["group", "seed"]
    files.write_csv(output, histories[first + [c for c in histories if c not in first]])


if "snakemake" in globals():
    with jobs.logged(snakemake.log[0]):
        collect(snakemake.input, snakemake.output[0])
