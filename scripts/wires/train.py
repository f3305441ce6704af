"""Train the networks of one job with one seed."""

from hamlearn import files, jobs
from hamlearn.wires import dataset, training
from hamlearn.wires.runs import Run


def train(
    runs: list[dict], ensembles: list[str], solved: list[str], output: str, **options: object
) -> None:
    runs = [Run(**run) for run in runs]
    data = dataset.load_all(runs, ensembles, solved)
    with files.atomic(output) as folder:
        training.train_job(runs, data, folder, **options)


if "snakemake" in globals():
    with jobs.logged(snakemake.log[0]):
        train(
            snakemake.params.runs,
            snakemake.input.ensembles,
            snakemake.input.conductances,
            snakemake.output[0],
            root_seed=snakemake.params.seed,
            seed=int(snakemake.wildcards.seed),
            threads=snakemake.threads,
            stopping=snakemake.params.stopping,
            precision=snakemake.params.training["precision"],
            jit_compile=snakemake.params.training["xla"],
        )
