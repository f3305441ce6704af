"""Solve the labels of one shard of an ensemble, or read them from the archive."""

import numpy as np

from hamlearn import archive, files, jobs
from hamlearn.dataset import DRAWN, fingerprints
from hamlearn.study import ARCHIVED, part


def solve(
    study: str,
    plan: dict,
    source: str,
    samples: tuple[int, int],
    kept: str | None,
    solver: str,
    settings: dict,
    output: str,
) -> None:
    plan = part(study, "plan").EnsemblePlan(**plan)
    drawn = part(study, "ensemble").load(source)
    start, stop = samples
    if kept:
        labels = archive.read(kept, plan, drawn, samples, settings)
    else:
        module = part(study, "labels")
        method = module.METHOD if solver == ARCHIVED else solver
        numbers = np.arange(start, stop)
        options = {"method": method, "label": f"solve {plan.name}"}
        labels = module.solve(drawn[start:stop], numbers, plan, settings, **options)
    labels[DRAWN] = fingerprints(drawn[start:stop])
    files.write_table(output, labels)
    print(f"{plan.name}: {labels['resolved'].sum()} of {len(labels)} needed another solver")


if "snakemake" in globals():
    with jobs.logged(snakemake.log[0]):
        params = snakemake.params
        solve(
            snakemake.wildcards.study,
            params.plan,
            snakemake.input.ensemble,
            params.samples,
            snakemake.input.archive or None,
            params.solver,
            params.settings,
            snakemake.output[0],
        )
