"""Smallest gap along the path for several strengths of one noise, and where it is closed."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from hamlearn import seeds
from hamlearn.bitei import hoppings, path
from hamlearn.bitei.noise import noise
from hamlearn.bitei.plan import given
from hamlearn.bitei.solver import CLOSED
from hamlearn.study import Inputs

COLUMNS = ("delta", "alpha", "gap_ev", "first", "last")
EVERYWHERE = 0.4
"""δ from which the gap may close away from A, so that all of the zone is searched."""


def summarise(inputs: Inputs, settings: Mapping[str, Any]) -> pd.DataFrame:
    """Return what Fig. 13 draws.

    Parameters
    ----------
    inputs : Inputs
        For the root seed.
    settings : mapping
        `path`: `alphas` (number of them), `deltas`, `halvings`; where the end points come from.

    Returns
    -------
    DataFrame
        The columns `COLUMNS`: δ; α; the smallest gap there, in eV; the first and the last α at
        which it is closed, for this δ, NaN if there is none.
    """
    part = settings["path"]
    ends = hoppings.load(*given(settings) or (hoppings.SHIPPED,), settings["truncation"])
    random = np.random.default_rng(seeds.seed(inputs.root_seed, "bitei", "path"))
    size = np.abs(ends.trivial).mean()
    added = noise(random, ends.vectors, kind=settings["noise"]["kind"], size=size)
    rows = []
    for delta in part["deltas"]:
        crystal = path.crystals(ends.trivial, ends.topological, delta, added)
        region = "zone" if delta >= EVERYWHERE else "a"
        alphas = np.linspace(0, 1, part["alphas"])
        gaps = np.array([path.gap_of(crystal(one), ends.vectors, region) for one in alphas])
        edges = path.edges(crystal, ends.vectors, alphas, gaps < CLOSED, part["halvings"], region)
        rows += [(delta, *row, *edges) for row in zip(alphas, gaps, strict=True)]
    return pd.DataFrame(rows, columns=list(COLUMNS))
