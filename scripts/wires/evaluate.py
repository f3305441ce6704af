"""Apply the networks of one group and seed to their test sets."""

from hamlearn import files, jobs
from hamlearn.learning import training
from hamlearn.wires import dataset, evaluation
from hamlearn.wires.plan import Run


def evaluate(
    runs: list[dict], ensemble: str, labels: str, networks: str, output: dict, **options: object
) -> None:
    runs = [Run(**run) for run in runs]
    data = dataset.load(runs[0].ensemble, ensemble, labels)
    tables = evaluation.evaluate_group(runs, networks, data, **options)
    predictions, metrics, by_concentration = tables
    files.write_table(output["predictions"], predictions)
    files.write_csv(output["concentrations"], by_concentration)
    files.write_csv(output["metrics"], metrics)


if "snakemake" in globals():
    with jobs.logged(snakemake.log[0]):
        training.configure(snakemake.threads, seed=0)
        evaluate(
            snakemake.params.runs,
            snakemake.input.ensemble,
            snakemake.input.conductance,
            snakemake.input.networks,
            dict(snakemake.output.items()),
            seed=int(snakemake.wildcards.seed),
            disorder=snakemake.params.disorder,
        )
