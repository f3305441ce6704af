"""Join the errors and the training histories of all networks of a study."""

from hamlearn import jobs, joined

if "snakemake" in globals():
    with jobs.logged(snakemake.log[0]):
        joined.join(snakemake.input.metrics, snakemake.output.metrics)
        joined.join(snakemake.input.by_group, snakemake.output.by_group)
        joined.join_histories(snakemake.input.networks, snakemake.output.histories)
