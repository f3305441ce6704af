"""Join the solved shards of an ensemble into one table and check that none is missing."""

from hamlearn import files, jobs, joined

if "snakemake" in globals():
    with jobs.logged(snakemake.log[0]):
        table = joined.join_shards(snakemake.input, snakemake.params.samples)
        files.write_table(snakemake.output[0], table)
