"""Join the errors and the training histories of all networks of a study."""

from hamlearn import jobs, joined

if "snakemake" in globals():
    with jobs.logged(snakemake.log[0]):
        given, made, runs = snakemake.input, snakemake.output, snakemake.params.runs
        joined.join(given.metrics, made.metrics, runs)
        joined.join(given.by_group, made.by_group, dict.fromkeys(runs, ()))  # some have no groups
        joined.join_histories(given.networks, made.histories, runs)
