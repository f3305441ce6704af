"""Solve the conductances of one shard of an ensemble of wires."""

from hamlearn import files, jobs
from hamlearn.wires import ensemble, labels


def solve(source: str, samples: tuple[int, int], output: str, **options: object) -> None:
    start, stop = samples
    shard = ensemble.load(source)[start:stop]
    files.write_table(output, labels.solve(shard, start, **options))


if "snakemake" in globals():
    with jobs.logged(snakemake.log[0]):
        solve(
            snakemake.input[0],
            snakemake.params.samples,
            snakemake.output[0],
            targets=snakemake.params.targets,
            method=snakemake.params.solver,
            **snakemake.params.energies,
        )
