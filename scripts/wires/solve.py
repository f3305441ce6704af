"""Solve the conductances of one shard of an ensemble of wires, or read them from the archive."""

from hamlearn import files, jobs
from hamlearn.wires import archive, ensemble, labels


def solve(
    name: str, source: str, samples: tuple[int, int], kept: str | None, output: str, **options
) -> None:
    drawn = ensemble.load(source)
    solved = archive.read(kept, name, drawn, samples) if kept else None
    if solved is None:
        shard = drawn[slice(*samples)]
        solved = labels.solve(shard, samples[0], **options, label=f"solve {name}")
    files.write_table(output, solved)
    print(f"{name}: {solved['resolved'].sum()} of {len(solved)} samples needed another solver")


if "snakemake" in globals():
    with jobs.logged(snakemake.log[0]):
        solve(
            snakemake.wildcards.ensemble,
            snakemake.input.ensemble,
            snakemake.params.samples,
            snakemake.input.get("archive"),
            snakemake.output[0],
            targets=snakemake.params.targets,
            method=snakemake.params.solver,
            **snakemake.params.energies,
        )
