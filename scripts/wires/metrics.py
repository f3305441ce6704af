"""Collect metrics of all networks in one table, their errors by concentration in another."""

from hamlearn import jobs, joined

if "snakemake" in globals():
    with jobs.logged(snakemake.log[0]):
        for name, output in snakemake.output.items():
            joined.join(snakemake.input[name], output)
