"""Errors of predictors without a network: constants, impurity counts, regressions."""

import pandas as pd

from hamlearn import files, jobs, progress
from hamlearn.wires import baselines, dataset


def predictors(
    plans: list[dict], ensembles: list[str], solved: list[str], ridge_train: int, output: str
) -> None:
    rows = []
    tables = list(zip(plans, ensembles, solved, strict=True))
    for plan, drawn, labelled in progress.track(tables, "baselines", "ensembles"):
        data = dataset.load(plan["name"], drawn, labelled)
        ridge = ridge_train if plan is plans[0] else None
        for target in plan["targets"]:
            rows.append(baselines.baselines(data, target, plan["train"], plan["test"], ridge))
    files.write_csv(output, pd.concat(rows))


if "snakemake" in globals():
    with jobs.logged(snakemake.log[0]):
        predictors(
            snakemake.params.plans,
            snakemake.input.ensembles,
            snakemake.input.conductances,
            snakemake.params.ridge_train,
            snakemake.output[0],
        )
