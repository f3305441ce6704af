"""Apply the networks of one job and seed to every ensemble of theirs."""

from hamlearn import files, jobs
from hamlearn.bubbles import dataset, evaluation
from hamlearn.bubbles.plan import EnsemblePlan
from hamlearn.bubbles.runs import Run
from hamlearn.learning import training


def evaluate(
    runs: list[dict],
    ensembles: list[str],
    solved: list[str],
    n_train: int,
    networks: str,
    output: dict,
    **options: object,
) -> None:
    runs = [Run(**run) for run in runs]
    data = dataset.load_all(runs, ensembles, solved, n_train)
    predictions, metrics, by_group = evaluation.evaluate_job(runs, networks, data, **options)
    files.write_table(output["predictions"], predictions)
    files.write_csv(output["by_group"], by_group)
    files.write_csv(output["metrics"], metrics)


if "snakemake" in globals():
    with jobs.logged(snakemake.log[0]):
        training.configure(snakemake.threads, seed=0)
        evaluate(
            snakemake.params.runs,
            snakemake.input.ensembles,
            snakemake.input.solved,
            snakemake.params.n_train,
            snakemake.input.networks,
            dict(snakemake.output.items()),
            seed=int(snakemake.wildcards.seed),
            deformed=EnsemblePlan(**snakemake.params.deformed),
            largest_g=snakemake.params.largest_g,
        )
