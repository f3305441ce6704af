"""Keep the labels that took long to solve in one small table."""

from hamlearn import archive, files, jobs
from hamlearn.study import part


def keep(
    study: str, names: list[str], ensembles: list[str], labels: list[str], output: str
) -> None:
    load = part(study, "ensemble").load
    drawn = {name: load(path) for name, path in zip(names, ensembles, strict=True)}
    solved = {name: files.read_table(path) for name, path in zip(names, labels, strict=True)}
    archive.write(output, drawn, solved)


if "snakemake" in globals():
    with jobs.logged(snakemake.log[0]):
        given = snakemake.input
        keep(
            snakemake.wildcards.study,
            snakemake.params.names,
            given.ensembles,
            given.labels,
            snakemake.output[0],
        )
