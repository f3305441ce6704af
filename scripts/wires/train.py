"""Train the networks of one group with one seed."""

from hamlearn import files, jobs
from hamlearn.wires import dataset, training
from hamlearn.wires.plan import Run


def train(runs: list[dict], ensemble: str, labels: str, output: str, **options: object) -> None:
    runs = [Run(**run) for run in runs]
    data = dataset.load(runs[0].ensemble, ensemble, labels)
    with files.atomic(output) as folder:
        training.train_group(runs, data, folder, **options)


if "snakemake" in globals():
    with jobs.logged(snakemake.log[0]):
        train(
            snakemake.params.runs,
            snakemake.input.ensemble,
            snakemake.input.conductance,
            snakemake.output[0],
            root_seed=snakemake.params.seed,
            seed=int(snakemake.wildcards.seed),
            threads=snakemake.threads,
            stopping=snakemake.params.stopping,
        )
