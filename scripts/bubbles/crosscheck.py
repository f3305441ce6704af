"""Solve a random subset of every ensemble again by Kwant; fail on disagreement."""

import pandas as pd

from hamlearn import files, jobs, progress
from hamlearn.bubbles import ensemble, labels


def crosscheck(
    names: list[str], ensembles: list[str], solved: list[str], output: str, **options: object
) -> None:
    tables = list(zip(names, ensembles, solved, strict=True))
    rows = [
        labels.crosscheck(name, ensemble.load(drawn), files.read_table(labelled), **options)
        for name, drawn, labelled in progress.track(tables, "crosscheck", "ensembles")
    ]
    files.write_csv(output, pd.concat(rows))


if "snakemake" in globals():
    with jobs.logged(snakemake.log[0]):
        crosscheck(
            snakemake.params.names,
            snakemake.input.ensembles,
            snakemake.input.solved,
            snakemake.output[0],
            samples=snakemake.params.samples,
            root_seed=snakemake.params.seed,
            decay=snakemake.params.decay,
        )
