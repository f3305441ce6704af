"""Time Kwant, the exact solver and the primary network on the same flakes (Sec. VII)."""

from pathlib import Path

from hamlearn import files, jobs
from hamlearn.bubbles import ensemble
from hamlearn.bubbles.timing import timing


def measure(
    run: str, source: str, solved: str, networks: str, output: str, **options: object
) -> None:
    modes = files.read_table(solved)["modes"].to_numpy()
    network = Path(networks) / f"{run}.keras"
    files.write_json(output, timing(network, ensemble.load(source), modes, **options))


if "snakemake" in globals():
    with jobs.logged(snakemake.log[0]):
        measure(
            snakemake.params.run,
            snakemake.input.ensemble,
            snakemake.input.solved,
            snakemake.input.networks,
            snakemake.output[0],
            kwant_solves=snakemake.params.kwant_solves,
            predictions=snakemake.params.predictions,
            decay=snakemake.params.decay,
            threads=snakemake.threads,
        )
