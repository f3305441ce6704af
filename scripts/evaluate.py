"""Apply the networks of one job and seed to every ensemble of theirs."""

from hamlearn import files, jobs
from hamlearn.dataset import load_all
from hamlearn.learning import training
from hamlearn.learning.jobs import evaluate_job
from hamlearn.study import Run


def evaluate(
    study: str, runs: list[dict], trains: dict, ensembles: list[str], labels: list[str],
    networks: str, output: dict, **options: object,
) -> None:  # fmt: skip
    data = load_all(study, trains, ensembles, labels)
    found = evaluate_job(study, [Run(**run) for run in runs], networks, data, **options)
    predictions, metrics, by_group = found
    files.write_table(output["predictions"], predictions)
    files.write_small(output["by_group"], by_group)
    files.write_small(output["metrics"], metrics)


if "snakemake" in globals():
    with jobs.logged(snakemake.log[0]):
        training.configure(snakemake.threads, seed=0, eager=snakemake.params.eager)
        wildcards, params = snakemake.wildcards, snakemake.params
        evaluate(
            wildcards.study,
            params.runs,
            params.trains,
            snakemake.input.ensembles,
            snakemake.input.get("labels", []),
            snakemake.input.networks,
            dict(snakemake.output.items()),
            settings=params.settings,
            job=wildcards.job,
            seed=int(wildcards.seed),
        )
