"""Layers of the networks as Figs. 3 to 5 draw them, in the thesis and at this scale."""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from hamlearn.bitei.checks import FIG3, THESIS
from hamlearn.bitei.inputs import CELLS, SIZE
from hamlearn.study import Inputs

COLUMNS = ("sizes", "network", "number", "layer", "width", "parameters")


def summarise(inputs: Inputs, settings: Mapping[str, Any]) -> pd.DataFrame:
    """Return a row for each layer: sizes (thesis, here), network, number, name, width, parameters.

    Parameters
    ----------
    settings : mapping
        `networks`.
    """
    rows = [
        (sizes, network, number, *layer)
        for sizes, networks in (("thesis", THESIS), ("here", settings["networks"]))
        for network, options in networks.items()
        for number, layer in enumerate(_layers(options))
    ]
    for name, widths in FIG3.items():
        rows += [("thesis", f"fig3_{name}", *row) for row in enumerate(_dense("input", widths))]
    return pd.DataFrame([(*row[:3], *_flat(row[3:])) for row in rows], columns=list(COLUMNS))


def _flat(row: tuple) -> tuple:
    return row[0] if len(row) == 1 else row


def _dense(first: str, widths: tuple[int, ...]) -> Iterator[tuple[str, int, int]]:
    yield first, widths[0], 0
    for before, width in zip(widths, widths[1:], strict=False):
        yield "dense", width, before * width + width


def _layers(options: Any) -> Iterator[tuple[str, int, int]]:
    """Yield layer, width and parameters of a network of the thesis."""
    if not isinstance(options, Mapping):
        yield from _dense("hoppings", (SIZE, *options, 3))
        return
    features, width = options["features"], options["width"]
    yield "hoppings", SIZE, 0
    kernel = SIZE // len(CELLS) * features
    yield "shared kernels", len(CELLS) * features, kernel + len(CELLS) * features
    yield "dense", width, len(CELLS) * features * width + width
    yield from list(_dense("", (width, *options["widths"], 3)))[1:]
