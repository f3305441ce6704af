"""Map the features of the first convolution of one trained network to the local hoppings."""

from hamlearn import files, jobs, seeds
from hamlearn.bubbles import dataset, evaluation, linear_map
from hamlearn.bubbles.plan import TRAIN
from hamlearn.learning import training


def compare(
    network: str, ensemble: str, solved: str, n_train: int, samples: int, output: dict, **options
) -> None:
    data = dataset.load(TRAIN, ensemble, solved, n_train)
    table, example = linear_map.compare(evaluation.load(network), data, samples, **options)
    files.write_arrays(output["example"], **example)
    files.write_csv(output["table"], table)


if "snakemake" in globals():
    with jobs.logged(snakemake.log[0]):
        training.configure(snakemake.threads, seed=0)
        seed = int(snakemake.wildcards.seed)
        compare(
            f"{snakemake.input.networks}/full.keras",
            snakemake.input.ensemble[0],
            snakemake.input.solved[0],
            snakemake.params.n_train,
            snakemake.params.samples,
            dict(snakemake.output.items()),
            seed=seed,
            weights_seed=seeds.seed(snakemake.params.seed, "bubbles", "linear_map", seed),
            decay=snakemake.params.decay,
        )
