"""Classes of bands over mixtures of three potentials (Fig. 3f), exact and of the network."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from hamlearn.bands import brillouin, records, topology
from hamlearn.bands.plan import MIXTURES
from hamlearn.bands.predictions import coefficients, levels
from hamlearn.study import Inputs


def summarise(inputs: Inputs, settings: Mapping[str, Any]) -> pd.DataFrame:
    """Return a row for each mixture: weights of the second and third potential, and classes.

    Columns i, j (of as many `divisions` of the triangle), and of either set of bands exact_1,
    exact_2, network_1, network_2.
    """
    pairs = brillouin.triangle(settings["data"]["interpolation"]["divisions"])
    exact = records.solution(inputs.solved[MIXTURES]).levels.irreps
    network = levels(coefficients(inputs.predicted, MIXTURES)).irreps
    found = {"i": pairs[:, 0], "j": pairs[:, 1]}
    for name, irreps in (("exact", exact), ("network", network)):
        sets = topology.sets(irreps)
        for which in (1, 2):
            found[f"{name}_{which}"] = sets.classes[:, which - 1]
    return pd.DataFrame(found)


def regions(frame: pd.DataFrame, column: str, kind: str) -> int:
    """Return the size of the largest connected region of a class in the triangle, in points."""
    inside = {(row.i, row.j) for row in frame[frame[column] == kind].itertuples()}
    largest = 0
    while inside:
        open_, size = [inside.pop()], 0
        while open_:
            i, j = open_.pop()
            size += 1
            steps = ((1, 0), (0, 1), (-1, 1), (-1, 0), (0, -1), (1, -1))
            near = {(i + a, j + b) for a, b in steps} & inside
            inside -= near
            open_ += near
        largest = max(largest, size)
    return largest
