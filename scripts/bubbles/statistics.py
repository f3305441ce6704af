"""Statistics of solved and predicted transmissions, from which claims are judged."""

from pathlib import Path

from hamlearn import files, jobs
from hamlearn.bubbles import ensemble, statistics


def summarise(
    names: list[str], ensembles: list[str], solved: list[str], predictions: list[str], output: str,
    **options: object,
) -> None:  # fmt: skip
    predicted = [
        (int(path.stem.removeprefix("seed")), files.read_table(path))
        for path in map(Path, predictions)
    ]
    table = statistics.statistics(
        {name: ensemble.load(path) for name, path in zip(names, ensembles, strict=True)},
        {name: files.read_table(path) for name, path in zip(names, solved, strict=True)},
        predicted,
        **options,
    )
    files.write_csv(output, table)


if "snakemake" in globals():
    with jobs.logged(snakemake.log[0]):
        summarise(
            snakemake.params.names,
            snakemake.input.ensembles,
            snakemake.input.solved,
            snakemake.input.predictions,
            snakemake.output[0],
            runs=snakemake.params.runs,
            train=snakemake.params.train,
            window=snakemake.params.window,
            decay=snakemake.params.decay,
        )
