"""Follow classical rays through the flakes of an ensemble."""

from hamlearn import files, jobs
from hamlearn.bubbles import ensemble, rays


def follow(name: str, source: str, samples: tuple[int, int], output: str, **options) -> None:
    flakes = ensemble.load(source)[slice(*samples)]
    files.write_table(output, rays.classical(flakes, samples[0], **options, label=f"rays {name}"))


if "snakemake" in globals():
    with jobs.logged(snakemake.log[0]):
        follow(
            snakemake.wildcards.ensemble,
            snakemake.input[0],
            snakemake.params.samples,
            snakemake.output[0],
            rays=snakemake.params.rays,
            decay=snakemake.params.decay,
        )
