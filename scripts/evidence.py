"""Find the evidence for every claim of a study."""

from collections.abc import Mapping

from hamlearn import claims, evidence, files, jobs
from hamlearn.study import part


def write(study: str, tables: Mapping[str, str], settings: dict, ledger: str, output: str) -> None:
    module = part(study, "evidence")
    read = {name: files.read_small(path) for name, path in tables.items()}
    found = evidence.collect(
        claims.load(ledger), module.Tables(**read, settings=settings), module.EVIDENCE
    )
    files.write_small(output, evidence.records(found))


if "snakemake" in globals():
    with jobs.logged(snakemake.log[0]):
        tables = dict(snakemake.input.items())
        ledger = tables.pop("ledger")
        tables.pop("crosscheck", None)  # that it passed is enough
        write(
            snakemake.wildcards.study,
            tables,
            snakemake.params.settings,
            ledger,
            snakemake.output[0],
        )
