"""Map the features of the first convolution of a trained network to the local hoppings."""

import pandas as pd

from hamlearn import dataset, files, jobs, seeds
from hamlearn.bubbles import linear_map, networks
from hamlearn.bubbles.plan import TRAIN
from hamlearn.learning import training


def compare(
    trained: dict[int, str], ensemble: str, labels: str, train: int, root_seed: int, output: dict,
    **options: object,
) -> None:  # fmt: skip
    """Write the table of all seeds, and the example of the first; `trained` has a path for each."""
    data = dataset.load("bubbles", TRAIN, ensemble, labels, train)
    found = []
    for seed, path in trained.items():
        weights = seeds.seed(root_seed, "bubbles", "linear_map", seed)
        numbers = {"seed": seed, "weights_seed": weights}
        found.append(linear_map.compare(networks.load(path), data, **numbers, **options))
    files.write_arrays(output["example"], **found[0][1])
    files.write_small(output["table"], pd.concat([table for table, _ in found]))


if "snakemake" in globals():
    with jobs.logged(snakemake.log[0]):
        training.configure(snakemake.threads, seed=0)
        params, given = snakemake.params, snakemake.input
        folders = zip(params.seeds, given.networks, strict=True)
        compare(
            {seed: f"{folder}/{params.run}.keras" for seed, folder in folders},
            given.ensemble[0],
            given.labels[0],
            params.train,
            params.root_seed,
            dict(snakemake.output.items()),
            samples=params.samples,
            decay=params.decay,
        )
