"""Apply the networks of one job and seed to their test sets."""

from hamlearn import files, jobs
from hamlearn.learning import training
from hamlearn.wires import dataset, evaluation
from hamlearn.wires.runs import Run


def evaluate(
    runs: list[dict],
    ensembles: list[str],
    solved: list[str],
    networks: str,
    output: dict,
    **options: object,
) -> None:
    runs = [Run(**run) for run in runs]
    data = dataset.load_all(runs, ensembles, solved)
    tables = evaluation.evaluate_job(runs, networks, data, **options)
    predictions, metrics, by_concentration = tables
    files.write_table(output["predictions"], predictions)
    files.write_csv(output["concentrations"], by_concentration)
    files.write_csv(output["metrics"], metrics)


if "snakemake" in globals():
    with jobs.logged(snakemake.log[0]):
        training.configure(snakemake.threads, seed=0)
        evaluate(
            snakemake.params.runs,
            snakemake.input.ensembles,
            snakemake.input.conductances,
            snakemake.input.networks,
            dict(snakemake.output.items()),
            seed=int(snakemake.wildcards.seed),
            disorder=snakemake.params.disorder,
        )
