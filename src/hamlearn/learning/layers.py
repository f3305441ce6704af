"""The layers of a Keras model, read off the model itself, and the layers of ours by their names."""

import importlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    import keras

INPUT = "InputLayer"
COLUMNS = ("layer", "type", "output_shape", "parameters", "activation")
OURS = {
    **dict.fromkeys(("ToroidalConv", "ToroidalPool", "Polyphase"), "toroidal"),
    "GlobalPool": "global_pool",
    **dict.fromkeys(("ReadOuts", "Attention", "Weigh"), "attention"),
}
"""Layers for any study, and the module of each."""


def __getattr__(name: str) -> Any:
    """Return a layer of ours; only then is Keras imported, which has to be configured first."""
    if name not in OURS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"hamlearn.learning.{OURS[name]}"), name)


def listed(model: "keras.Model", **more: Callable[["keras.layers.Layer"], Any]) -> pd.DataFrame:
    """Return one row for each layer, in the order of computation, the input of the model first.

    Parameters
    ----------
    model : keras.Model
        A functional or a sequential one.
    more : functions of a layer
        Each gives another column, of its name.

    Returns
    -------
    DataFrame
        layer (its name), type (see :func:`kind`), output_shape (such as 16x16x2, without the
        samples), parameters, activation ("" without one), then the columns of `more`.
    """
    rows = [
        {**_described(layer), **{column: value(layer) for column, value in more.items()}}
        for layer in model.layers
    ]
    if rows[0]["type"] != INPUT:  # a sequential model does not list it
        shape = times(model.input_shape[1:])
        rows.insert(0, dict(zip(COLUMNS, ("input", INPUT, shape, 0, ""), strict=True)))
    return pd.DataFrame(rows)


def _described(layer: "keras.layers.Layer") -> dict[str, Any]:
    shape, activation = times(layer.output.shape[1:]), getattr(layer, "activation", None)
    values = (layer.name, kind(layer), shape, layer.count_params(), name_of(activation))
    return dict(zip(COLUMNS, values, strict=True))


def kind(layer: "keras.layers.Layer") -> str:
    """Return the class of a layer in Keras that it is, or is a faster form of, else its own."""
    classes = [c.__name__ for c in type(layer).__mro__ if c.__module__.startswith("keras")]
    classes = [name for name in classes if not name.startswith("Base")]
    return classes[0] if classes[0] != "Layer" else type(layer).__name__


def name_of(function: Any) -> str:
    """Return the name of an activation, or of the class of an initialiser; "" for None."""
    if function is None:
        return ""
    return getattr(function, "__name__", type(function).__name__)


def times(sizes: Any) -> str:
    """Return sizes as text, such as 3x3x2."""
    return "x".join(map(str, sizes))


def parents(layer: "keras.layers.Layer", model: "keras.Model") -> list["keras.layers.Layer"]:
    """Return the layers whose output a layer takes."""
    import keras

    taken = keras.tree.flatten(layer.input)
    return [other for other in model.layers if any(other.output is x for x in taken)]


def ancestors(layer: "keras.layers.Layer", model: "keras.Model") -> set[str]:
    """Return the names of a layer and of all layers that it depends on."""
    import keras

    if isinstance(layer, keras.layers.InputLayer):
        return {layer.name}
    return {layer.name}.union(*(ancestors(other, model) for other in parents(layer, model)))
