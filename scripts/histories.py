"""Collect the training histories of all networks in one table."""

from hamlearn import jobs, joined

if "snakemake" in globals():
    with jobs.logged(snakemake.log[0]):
        joined.join_histories(snakemake.input, snakemake.output[0])
