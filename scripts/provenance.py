"""Record where the results of a study come from."""

from pathlib import Path

from hamlearn import files, jobs, provenance

if "snakemake" in globals():
    with jobs.logged(snakemake.log[0]):
        networks = [Path(folder) / "provenance.json" for folder in snakemake.input.networks]
        params = snakemake.params
        found = provenance.record(params.settings, networks, params.benchmarks)
        files.write_json(snakemake.output[0], found)
