"""Layers of the primary network of Fig. 2, read off the Keras model itself."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from hamlearn.learning import layers, training
from hamlearn.study import Inputs

if TYPE_CHECKING:
    import keras

COLUMNS = (
    *("layer", "type", "output_shape", "parameters", "branch", "kernel", "pool", "padding"),
    *("activation", "initialiser", "dropout", "momentum"),
)


def summarise(inputs: Inputs, settings: Mapping[str, Any]) -> pd.DataFrame:
    """Return the layers of the primary network; `settings` are `pixels` and `networks`."""
    from hamlearn.bubbles import networks

    training.configure(inputs.threads, seed=0)
    return table(networks.mixed_input(settings["pixels"], **settings["networks"]))


def table(model: "keras.Model") -> pd.DataFrame:
    """Return one row for each layer, with :data:`COLUMNS`; what a layer does not have is empty."""
    branch = branches(model)
    found = layers.listed(
        model,
        branch=lambda layer: branch[layer.name],
        kernel=lambda layer: layers.times(getattr(layer, "kernel_size", ())),
        pool=lambda layer: layers.times(getattr(layer, "pool_size", ())),
        padding=lambda layer: getattr(layer, "padding", ""),
        initialiser=lambda layer: layers.name_of(getattr(layer, "kernel_initializer", None)),
        dropout=lambda layer: getattr(layer, "rate", None),
        momentum=lambda layer: getattr(layer, "momentum", None),
    )
    return found[list(COLUMNS)]


def branches(model: "keras.Model") -> dict[str, str]:
    """Return the branch of each layer by its name: convolution, second, both or joined."""
    import keras

    (flatten,) = (layer for layer in model.layers if isinstance(layer, keras.layers.Flatten))
    images = layers.ancestors(flatten, model)
    found = {}
    for layer in model.layers:
        children = [other for other in model.layers if layer in layers.parents(other, model)]
        if layer.name in images:
            shared = layer is not flatten and {c.name for c in children} - images
            found[layer.name] = "both" if shared else "convolution"
        else:
            before = layers.ancestors(layer, model)
            found[layer.name] = "joined" if flatten.name in before else "second"
    return found
