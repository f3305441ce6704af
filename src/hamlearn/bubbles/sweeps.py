"""Calculated and predicted transmission of an ensemble, and its range over a network's seeds."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd

from hamlearn.bubbles.labels import TARGETS
from hamlearn.files import read_table


def calculated(path: str | Path) -> pd.DataFrame:
    """Return sample, energy_t, modes, and in 2e²/h the four t_αβ and `total`, by rising energy."""
    table = read_table(path)
    valleys = list(TARGETS)
    table = table[["sample", "energy_t", "modes", *valleys]]
    return table.assign(total=table[valleys].sum(axis=1)).sort_values("energy_t", ignore_index=True)


def predicted(
    paths: Iterable[str | Path], run: str, ensemble: str, target: str = "total"
) -> pd.DataFrame:
    """Return what a network predicts for an ensemble, in 2e²/h, one row for each sample.

    Parameters
    ----------
    paths : iterable of path
        Tables of predictions; those without this network add nothing.

    Returns
    -------
    pandas.DataFrame
        sample; `predicted`, `low` and `high` (90 % interval, NaN if the network gives none) of the
        smallest seed; `least` and `most` predicted over the seeds, and how many `seeds` there are.
        Empty without predictions.
    """
    parts = []
    for table in map(read_table, paths):
        chosen = (table["run"] == run) & (table["ensemble"] == ensemble)
        rows = table[chosen & (table["target"] == target)]
        parts.append(rows[["seed", "sample", "predicted", "low", "high"]])
    seeds = pd.concat(parts, ignore_index=True).sort_values("seed", kind="stable")
    groups = seeds.groupby("sample")["predicted"]
    seeds = seeds.assign(
        least=groups.transform("min"), most=groups.transform("max"), seeds=groups.transform("size")
    )
    first = seeds.drop_duplicates("sample").sort_values("sample", ignore_index=True)
    return first.drop(columns="seed")


def around_thresholds(sweep: pd.DataFrame, steps: int) -> tuple[float, float]:
    """Return limits (t) in the middle of a sweep between which modes open at some energies.

    Parameters
    ----------
    sweep : DataFrame with energy_t, rising, and modes
    steps : int
        Number of these energies; fewer where the sweep has not two more.
    """
    energy, modes = sweep["energy_t"].to_numpy(), sweep["modes"].to_numpy()
    opened = np.flatnonzero(np.diff(modes) > 0)
    steps = min(steps, len(opened) - 2)
    if steps < 1:
        return energy[0], energy[-1]
    thresholds = (energy[opened] + energy[opened + 1]) / 2
    first = (len(opened) - steps) // 2
    limits = (thresholds[:-1] + thresholds[1:]) / 2
    return limits[first - 1], limits[first + steps - 1]
