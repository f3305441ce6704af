"""Every network as a list of layers, with maps and parameters: what is drawn and counted.

Computed from the lists of operations, without Keras; the tests hold it against the models.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from hamlearn.rolling import pipelines
from hamlearn.rolling.pipelines import Operation
from hamlearn.rolling.plan import SECTIONS, networks, shape
from hamlearn.rolling.sources import LABELS
from hamlearn.study import Inputs

THESIS = {"plain": (28, 28, 1), "pipeline": (32, 32, 3)}
CHANNELS = 64
"""Sizes of the thesis."""
HERE, THERE = "here", "thesis"


@dataclass(frozen=True, kw_only=True)
class Layer:
    """One layer, or several that act as one.

    Attributes
    ----------
    layer : str
        input, conv, pool, dense, mean (over the last map), and of the heads values, scores,
        attention and features.
    out : str
        Shape of what comes out, such as 32x32x3.
    size, stride : str
        Of kernel or window, such as 3x3; empty for a layer without one.
    periodic, bypass : bool
    padding : str
        Along flat axes.
    read_out : int
        Number of the read-out that is taken behind it, -1 without one.
    parameters, norm_parameters : int
        Of the layer, and of the normalisation behind it, that are trained.
    """

    layer: str
    out: str
    size: str = ""
    stride: str = ""
    periodic: bool = False
    padding: str = ""
    bypass: bool = False
    read_out: int = -1
    parameters: int = 0
    norm_parameters: int = 0


def summarise(inputs: Inputs, settings: Mapping[str, Any]) -> pd.DataFrame:
    """Return the layers of every network, at the sizes of this scale and at those of the thesis.

    Returns
    -------
    DataFrame
        sizes (here, thesis), section, family, kind (empty for a dense network), number (from 0),
        then the attributes of :class:`Layer`.
    """
    rows = []
    for section in SECTIONS:
        part = settings[section]
        used = {
            HERE: (shape(settings, section), part["channels"]),
            THERE: (THESIS[section], CHANNELS),
        }
        for sizes, (image, channels) in used.items():
            for family, kind in networks(section):
                found = layers(family, kind, image, channels)
                rows += [
                    {
                        **{"sizes": sizes, "section": section, "family": family},
                        **{"kind": kind or "", "number": number, **asdict(layer)},
                    }
                    for number, layer in enumerate(found)
                ]
    return pd.DataFrame(rows)


def layers(
    family: str, kind: str | None, image: Sequence[int], channels: int, classes: int = LABELS
) -> list[Layer]:
    """Return the layers of a network of images (N_1, ..., c), from the image to the logits.

    The normalisation of the pipeline of CIFAR-10 has two parameters for each channel. Raises
    ValueError as :func:`hamlearn.rolling.pipelines.operations`.
    """
    head = _Head(family)
    found = [Layer(layer="input", out=_times(image), read_out=0 if head.reads else -1)]
    if family in pipelines.DENSE:
        width = math.prod(image)
        for number in pipelines.DENSE[family]:
            found.append(_dense("dense", width, number))
            width = number
        return [*found, _dense("dense", width, classes)]
    lengths, filters = image[:-1], [image[-1]]
    steps = pipelines.operations(family, kind, shape=image, channels=channels)
    for number, step in enumerate(steps, start=1):
        lengths = _lengths(lengths, step)
        norm = step.kind == "conv" and family in pipelines.CIFAR
        found.append(
            Layer(
                layer=step.kind,
                out=_times((*lengths, step.filters)),
                size=_times(step.size),
                stride=str(step.stride),
                periodic=step.periodic,
                padding="" if step.periodic else step.padding,
                bypass=step.bypass,
                read_out=number if head.reads else -1,
                parameters=_weights(step, filters[-1]),
                norm_parameters=2 * step.filters if norm else 0,
            )
        )
        filters.append(step.filters)
    if head.reads:
        return [*found, *head.layers(filters, classes)]
    if kind == "torsum":
        found.append(Layer(layer="mean", out=str(channels)))
    width = channels if kind == "torsum" else channels * math.prod(lengths)
    return [*found, _dense("dense", width, classes)]


def _lengths(lengths: Sequence[int], step: Operation) -> tuple[int, ...]:
    """Return the lengths of the map that an operation makes of one."""
    flat = not step.periodic and step.padding == "valid"
    shorter = [n - step.dilation * (k - 1) * flat for n, k in zip(lengths, step.size, strict=True)]
    return tuple(-(-n // (step.stride * step.polyphase)) for n in shorter)


def _weights(step: Operation, channels: int) -> int:
    if step.kind == "pool":
        return 0
    return (math.prod(step.size) * channels + 1) * step.filters


def _dense(name: str, given: int, width: int) -> Layer:
    return Layer(layer=name, out=str(width), parameters=(given + 1) * width)


def _times(lengths: Sequence[int]) -> str:
    return "x".join(map(str, lengths))


class _Head:
    """The layers behind the read-outs of a medium extractor."""

    def __init__(self, family: str):
        self.free = family in pipelines.FREE
        self.reads = self.free or family == "tuned"
        self.pools = len(pipelines.POOLS.get(family, pipelines.MEAN))

    def layers(self, channels: Sequence[int], classes: int) -> Iterator[Layer]:
        """Yield them, for read-outs of maps with so many channels each."""
        lengths, number = [self.pools * c for c in channels], len(channels)

        def branch(name: str, width: int) -> Layer:
            weights = sum((length + 1) * width for length in lengths)
            return Layer(layer=name, out=_times((number, width)), parameters=weights)

        values, scores = pipelines.VALUES, pipelines.SCORES
        if self.free:
            width, dense = scores["attention_width"], scores["attention_dense"]
            yield branch("scores", width)
            yield _dense("scores", number * width, dense)
            yield _dense("attention", dense, number)
        yield branch("values", values["width"])
        yield _dense("features", number * values["width"], values["dense"])
        yield _dense("dense", values["dense"], classes)
