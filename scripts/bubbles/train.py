"""Train the networks of one job with one seed."""

from hamlearn import files, jobs
from hamlearn.bubbles import dataset, training
from hamlearn.bubbles.plan import TRAIN
from hamlearn.bubbles.runs import Run


def train(
    runs: list[dict], ensemble: str, solved: str, n_train: int, output: str, **options: object
) -> None:
    data = dataset.load(TRAIN, ensemble, solved, n_train)
    with files.atomic(output) as folder:
        training.train_job([Run(**run) for run in runs], data, folder, **options)


if "snakemake" in globals():
    with jobs.logged(snakemake.log[0]):
        train(
            snakemake.params.runs,
            snakemake.input.ensemble[0],
            snakemake.input.solved[0],
            snakemake.params.n_train,
            snakemake.output[0],
            settings=snakemake.params.settings,
            root_seed=snakemake.params.seed,
            seed=int(snakemake.wildcards.seed),
            threads=snakemake.threads,
            precision=snakemake.params.training["precision"],
            jit_compile=snakemake.params.training["xla"],
        )
