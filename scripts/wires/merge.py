"""Join the solved shards of an ensemble into one table and check that none is missing."""

from hamlearn import files, jobs
from hamlearn.wires import labels


def merge(shards: list[str], samples: int, output: str) -> None:
    files.write_table(output, labels.merge(shards, samples))


if "snakemake" in globals():
    with jobs.logged(snakemake.log[0]):
        merge(snakemake.input, snakemake.params.samples, snakemake.output[0])
