"""Train the networks of one job with one seed."""

from hamlearn import files, jobs
from hamlearn.dataset import load_all
from hamlearn.learning.jobs import train_job
from hamlearn.study import Run


def train(
    study: str, runs: list[dict], trains: dict, ensembles: list[str], labels: list[str],
    output: str, **options: object,
) -> None:  # fmt: skip
    data = load_all(study, trains, ensembles, labels)
    with files.atomic(output) as folder:
        train_job(study, [Run(**run) for run in runs], data, folder, **options)


if "snakemake" in globals():
    with jobs.logged(snakemake.log[0]):
        params = snakemake.params
        train(
            snakemake.wildcards.study,
            params.runs,
            params.trains,
            snakemake.input.ensembles,
            snakemake.input.get("labels", []),
            snakemake.output[0],
            settings=params.settings,
            root_seed=params.seed,
            seed=int(snakemake.wildcards.seed),
            threads=snakemake.threads,
            precision=params.training["precision"],
            jit_compile=params.training["xla"],
            eager=params.training["eager"],
        )
