"""Find the evidence for every claim of the study."""

from collections.abc import Mapping

from hamlearn import claims, files, jobs
from hamlearn.bubbles import evidence


def write(tables: Mapping[str, str], settings: Mapping, ledger: str, output: str) -> None:
    found = evidence.collect(claims.load(ledger), evidence.read(tables, settings))
    files.write_json(output, evidence.records(found))


if "snakemake" in globals():
    with jobs.logged(snakemake.log[0]):
        write(
            dict(snakemake.input.items()),
            snakemake.params.settings,
            snakemake.input.ledger,
            snakemake.output[0],
        )
