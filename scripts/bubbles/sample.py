"""Draw the bubbles and energies of an ensemble of flakes."""

from hamlearn import jobs
from hamlearn.bubbles import ensemble
from hamlearn.bubbles.plan import EnsemblePlan


def sample(plan: dict, seed: int, output: str) -> None:
    ensemble.save(output, ensemble.draw(EnsemblePlan(**plan), seed))


if "snakemake" in globals():
    with jobs.logged(snakemake.log[0]):
        sample(snakemake.params.plan, snakemake.params.seed, snakemake.output[0])
