"""Layers of the networks: those of App. B, and their numbers of parameters."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from hamlearn.bands.tight_binding import COEFFICIENTS
from hamlearn.study import Inputs

CONVOLUTIONS = (
    (32, 10, 2, "same"),
    (64, 10, 1, "same"),
    (128, 10, 2, "same"),
    (128, 6, 1, "valid"),
    (128, 6, 1, "valid"),
    (128, 5, 1, "valid"),
    (128, 5, 1, "valid"),
    (128, 5, 1, "valid"),
)
"""Filters, kernel, stride and padding of each convolution of the paper."""
DENSE = (512, 256, 256)
"""Its dense layers, before the one that gives the coefficients."""
DROPOUT = 0.15


def side(length: int, kernel: int, stride: int, padding: str) -> int:
    """Return how many pixels along each side a convolution leaves."""
    return -(-(length if padding == "same" else length - kernel + 1) // stride)


def layers(
    pixels: int, convolutions: Sequence[tuple], dense: Sequence[int]
) -> Iterator[dict[str, Any]]:
    """Yield layer, filters, kernel, stride, padding, output and parameters of a network.

    Raises ValueError for an image that its kernels do not fit in.
    """
    length, channels = pixels, 1
    for number, (filters, kernel, stride, padding) in enumerate(convolutions, start=1):
        length = side(length, kernel, stride, padding)
        if length < 1:
            raise ValueError(f"pixels = {pixels}: too few for convolution {number}")
        yield {
            "layer": f"convolution {number}",
            **{"filters": filters, "kernel": kernel, "stride": stride, "padding": padding},
            "output": f"{length} × {length} × {filters}",
            "parameters": filters * (channels * kernel**2 + 1),
        }
        channels = filters
    inputs = length**2 * channels
    for number, width in enumerate((*dense, COEFFICIENTS), start=1):
        parameters = width * (inputs + 1)
        yield {"layer": f"dense {number}", "output": str(width), "parameters": parameters}
        inputs = width


def summarise(inputs: Inputs, settings: Mapping[str, Any]) -> pd.DataFrame:
    """Return the layers of the paper's network; `settings` has the `pixels` of an image."""
    return pd.DataFrame(layers(settings["pixels"], CONVOLUTIONS, DENSE))
