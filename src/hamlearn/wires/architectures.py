"""Layers of the networks of Fig. 4, read off the Keras models themselves."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from hamlearn.learning import layers, training
from hamlearn.study import Inputs
from hamlearn.wires import networks


def summarise(inputs: Inputs, settings: Mapping[str, Any]) -> pd.DataFrame:
    """Return the layers of the dense network of the smallest wire and of the convolutional one.

    The column architecture, then those of :func:`hamlearn.learning.layers.listed`, and kernel and
    stride (such as 2x2, "" of a layer that has none).
    """
    training.configure(inputs.threads, seed=0)
    part, image = settings["model_i"], settings["impurity_models"]["size"]
    made = {
        "dnn": networks.dnn(part["sizes"][0] ** 2, part["neurons"][0], part["hidden"]),
        "cnn": networks.cnn(image, image),
    }
    more = {
        "kernel": lambda layer: layers.times(getattr(layer, "kernel_size", ())),
        "stride": lambda layer: layers.times(getattr(layer, "strides", ())),
    }
    tables = {name: layers.listed(network, **more) for name, network in made.items()}
    return pd.concat(tables, names=["architecture"]).reset_index("architecture")
