"""Keep the labels that took long to solve in one small table."""

from hamlearn import archive, jobs
from hamlearn.dataset import labels_of
from hamlearn.study import part


def keep(
    study: str, plans: list[dict], ensembles: list[str], labels: list[str], settings: dict,
    output: str,
) -> None:  # fmt: skip
    load, plan = part(study, "ensemble").load, part(study, "plan").EnsemblePlan
    laws = {law["name"]: plan(**law) for law in plans}
    tables = zip(laws, ensembles, labels, strict=True)
    solved = {name: labels_of(load(drawn), path, drawn) for name, drawn, path in tables}
    archive.write(output, laws, solved, settings)


if "snakemake" in globals():
    with jobs.logged(snakemake.log[0]):
        given, params = snakemake.input, snakemake.params
        keep(
            snakemake.wildcards.study,
            params.plans,
            given.ensembles,
            given.labels,
            params.settings,
            snakemake.output[0],
        )
