"""Distributions of conductances and predictions, from which claims are judged."""

from pathlib import Path

from hamlearn import files, jobs
from hamlearn.wires import ensemble, statistics


def summarise(
    names: list[str], ensembles: list[str], solved: list[str], predictions: list[str],
    runs: dict, output: str, **options: object,
) -> None:  # fmt: skip
    drawn = zip(names, ensembles, strict=True)
    predicted = [
        (int(path.stem.removeprefix("seed")), files.read_table(path))
        for path in map(Path, predictions)
    ]
    table = statistics.statistics(
        {name: files.read_table(path) for name, path in zip(names, solved, strict=True)},
        {name: ensemble.load(path) for name, path in drawn if not name.startswith("i_")},
        predicted,
        runs,
        **options,
    )
    files.write_csv(output, table)


if "snakemake" in globals():
    with jobs.logged(snakemake.log[0]):
        summarise(
            snakemake.params.names,
            snakemake.input.ensembles,
            snakemake.input.conductances,
            snakemake.input.predictions,
            snakemake.params.runs,
            snakemake.output[0],
            half_bin=snakemake.params.half_bin,
            clean_size=snakemake.params.clean_size,
            energies=snakemake.params.energies,
        )
