"""Keep the transmissions that took long to solve in one small table."""

from hamlearn import files, jobs
from hamlearn.bubbles import archive, ensemble


def keep(names: list[str], ensembles: list[str], solved: list[str], output: str) -> None:
    drawn = [ensemble.load(path) for path in ensembles]
    archive.write(output, names, drawn, [files.read_table(path) for path in solved])


if "snakemake" in globals():
    with jobs.logged(snakemake.log[0]):
        keep(
            snakemake.params.names,
            snakemake.input.ensembles,
            snakemake.input.solved,
            snakemake.output[0],
        )
