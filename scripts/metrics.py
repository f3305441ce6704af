"""Collect small tables of all networks, one output for each input of its name."""

from hamlearn import jobs, joined

if "snakemake" in globals():
    with jobs.logged(snakemake.log[0]):
        for name, output in snakemake.output.items():
            joined.join(snakemake.input[name], output)
