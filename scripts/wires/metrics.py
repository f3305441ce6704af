"""Collect metrics of all networks in one table, their errors by concentration in another."""

import pandas as pd

from hamlearn import files, jobs


def collect(paths: list[str], output: str) -> None:
    tables = [pd.read_csv(path) for path in paths]
    files.write_csv(output, pd.concat([table for table in tables if len(table)]))


if "snakemake" in globals():
    with jobs.logged(snakemake.log[0]):
        collect(snakemake.input.metrics, snakemake.output.metrics)
        collect(snakemake.input.concentrations, snakemake.output.concentrations)
