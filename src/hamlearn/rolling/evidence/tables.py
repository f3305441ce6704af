"""The small tables from which claims are judged, and what every evidence function needs."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from hamlearn.evidence import registry, select

EVIDENCE, evidence = registry()


@dataclass
class Tables:
    """Results of one scale; the README of each column is the module that computes it.

    `settings` are those of the sections `plain` and `pipeline`.
    """

    metrics: pd.DataFrame
    by_group: pd.DataFrame
    histories: pd.DataFrame
    statistics: pd.DataFrame
    flatness: pd.DataFrame
    baselines: pd.DataFrame
    architectures: pd.DataFrame
    exact: Mapping
    settings: Mapping


def of_thesis(tables: Tables, **conditions: object) -> pd.DataFrame:
    """Return layers of networks of the sizes of the thesis, at whatever scale."""
    return select(tables.architectures, "layers", sizes="thesis", **conditions)


def parameters(layers: pd.DataFrame) -> pd.Series:
    """Return the number of parameters of each network, by family and kind."""
    layers = layers.assign(kind=layers["kind"].fillna(""))
    total = layers["parameters"] + layers["norm_parameters"]
    return total.groupby([layers["family"], layers["kind"]]).sum()
