"""Layers of the networks of Fig. 4, read off the Keras models themselves."""

import pandas as pd

from hamlearn import files, jobs
from hamlearn.learning import training
from hamlearn.wires import networks


def layers(architecture: str, model: object) -> pd.DataFrame:
    """Return architecture, layer, kind, output_shape, activation and parameters, layer by layer."""
    shape = "x".join(map(str, model.input_shape[1:]))
    columns = ("architecture", "layer", "kind", "output_shape", "activation", "parameters")
    rows = [dict(zip(columns, (architecture, "input", "InputLayer", shape, "", 0), strict=True))]
    for layer in model.layers:
        activation = getattr(layer, "activation", None)
        rows.append(
            {
                "architecture": architecture,
                "layer": layer.name,
                "kind": type(layer).__name__,
                "output_shape": "x".join(map(str, layer.output.shape[1:])),
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
