"""Draw an ensemble of a study."""

from hamlearn import jobs
from hamlearn.study import part


def sample(study: str, plan: dict, seed: int, given: list[str], output: str) -> None:
    module = part(study, "ensemble")
    plan = part(study, "plan").EnsemblePlan(**plan)
    drawn = module.draw(plan, seed, **({"given": given} if given else {}))
    module.save(output, drawn)


if "snakemake" in globals():
    with jobs.logged(snakemake.log[0]):
        params = snakemake.params
        given = list(snakemake.input)
        sample(snakemake.wildcards.study, params.plan, params.seed, given, snakemake.output[0])
