"""Solve a random subset of every ensemble again by the reference; fail on disagreement."""

import pandas as pd

from hamlearn import files, jobs, progress
from hamlearn.crosscheck import crosscheck
from hamlearn.dataset import labels_of
from hamlearn.study import part


def check(
    study: str, plans: list[dict], ensembles: list[str], labels: list[str], output: str,
    **options: object,
) -> None:  # fmt: skip
    load, plan = part(study, "ensemble").load, part(study, "plan").EnsemblePlan
    tables = list(zip(plans, ensembles, labels, strict=True))
    rows = [
        crosscheck(study, plan(**law), ensemble, labels_of(ensemble, solved, drawn), **options)
        for law, drawn, solved in progress.track(tables, "crosscheck", "ensembles")
        for ensemble in [load(drawn)]
    ]
    files.write_csv(output, pd.concat(rows))


if "snakemake" in globals():
    with jobs.logged(snakemake.log[0]):
        check(
            snakemake.wildcards.study,
            snakemake.params.plans,
            snakemake.input.ensembles,
            snakemake.input.labels,
            snakemake.output[0],
            settings=snakemake.params.settings,
            samples=snakemake.params.samples,
            root_seed=snakemake.params.seed,
        )
