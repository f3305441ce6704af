"""Layers of the networks of Fig. 4, read off the Keras models themselves."""

import pandas as pd

from hamlearn import files, jobs
from hamlearn.learning import training
from hamlearn.wires import networks


def layers(architecture: str, model: object) -> pd.DataFrame:
    """Return architecture, layer, kind, output_shape, activation and parameters, layer by layer."""
    rows = []
    for layer in model.layers:
        shape = layer.output.shape[1:]
        activation = getattr(layer, "activation", None)
        rows.append(
            {
                "architecture": architecture,
                "layer": layer.name,
                "kind": type(layer).__name__,
                "output_shape": "x".join(map(str, shape)),
                "activation": activation.__name__ if activation else "",
                "parameters": layer.count_params(),
            }
        )
    return pd.DataFrame(rows)


def architectures(size: int, neurons: int, hidden: int, image_size: int, output: str) -> None:
    tables = [
        layers("dnn", networks.dnn(size * size, neurons, hidden)),
        layers("cnn", networks.cnn(image_size, image_size)),
    ]
    files.write_csv(output, pd.concat(tables))


if "snakemake" in globals():
    with jobs.logged(snakemake.log[0]):
        training.configure(snakemake.threads, seed=0)
        architectures(**snakemake.params.sizes, output=snakemake.output[0])
