"""Layers of the primary network of Fig. 2, read off the Keras model itself."""

import keras
import pandas as pd

from hamlearn import files, jobs
from hamlearn.bubbles import networks
from hamlearn.learning import training


def kind(layer):
    """Return the class of a layer in Keras that it is, or is a faster form of, else its own."""
    classes = [c.__name__ for c in type(layer).__mro__ if c.__module__.startswith("keras")]
    classes = [name for name in classes if not name.startswith("Base")]
    return classes[0] if classes[0] != "Layer" else type(layer).__name__


def parents(layer, model):
    """Return the layers whose output a layer takes."""
    taken = keras.tree.flatten(layer.input)
    return [other for other in model.layers if any(other.output is x for x in taken)]


def ancestors(layer, model):
    """Return the names of a layer and of all layers that it depends on."""
    if isinstance(layer, keras.layers.InputLayer):
        return {layer.name}
    return {layer.name}.union(*(ancestors(other, model) for other in parents(layer, model)))


def branches(model):
    """Return the branch of each layer by its name: convolution, second, both or joined."""
    (flatten,) = (layer for layer in model.layers if isinstance(layer, keras.layers.Flatten))
    images = ancestors(flatten, model)
    found = {}
    for layer in model.layers:
        children = [other for other in model.layers if layer in parents(other, model)]
        if layer.name in images:
            shared = layer is not flatten and {c.name for c in children} - images
            found[layer.name] = "both" if shared else "convolution"
        else:
            found[layer.name] = "joined" if flatten.name in ancestors(layer, model) else "second"
    return found


def layers(model: keras.Model) -> pd.DataFrame:
    """Return one row per layer in the order of computation.

    Columns layer, type, output_shape, parameters, branch; and where a layer has it kernel, pool,
    padding, activation, initialiser, dropout, momentum.
    """
    branch, rows = branches(model), []
    for layer in model.layers:
        activation = getattr(layer, "activation", None)
        initialiser = getattr(layer, "kernel_initializer", None)
        rows.append(
            {
                "layer": layer.name,
                "type": kind(layer),
                "output_shape": times(layer.output.shape[1:]),
                "parameters": layer.count_params(),
                "branch": branch[layer.name],
                "kernel": times(getattr(layer, "kernel_size", ())),
                "pool": times(getattr(layer, "pool_size", ())),
                "padding": getattr(layer, "padding", ""),
                "activation": activation.__name__ if activation else "",
                "initialiser": type(initialiser).__name__ if initialiser else "",
                "dropout": getattr(layer, "rate", None),
                "momentum": getattr(layer, "momentum", None),
            }
        )
    return pd.DataFrame(rows)


def times(sizes):
    """Return sizes as text, such as 3x3x2."""
    return "x".join(map(str, sizes))


if "snakemake" in globals():
    with jobs.logged(snakemake.log[0]):
        training.configure(snakemake.threads, seed=0)
        network = networks.mixed_input(**snakemake.params.sizes)
        files.write_csv(snakemake.output[0], layers(network))
