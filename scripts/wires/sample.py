"""Draw the on-site energies of an ensemble of wires."""

from hamlearn import jobs
from hamlearn.wires import ensemble
from hamlearn.wires.plan import EnsemblePlan


def sample(plan: dict, seed: int, output: str) -> None:
    ensemble.save(output, ensemble.draw(EnsemblePlan(**plan), seed))


if "snakemake" in globals():
    with jobs.logged(snakemake.log[0]):
        sample(snakemake.params.plan, snakemake.params.seed, snakemake.output[0])
