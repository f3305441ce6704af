"""Peers of the networks: the mean bands, plane waves without any training, the exact solver."""

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from hamlearn.bands import brillouin, corrections, evaluation, records, reference, solver
from hamlearn.bands.plan import FRESH
from hamlearn.bands.solver import Solution
from hamlearn.study import Inputs

GRIDS = {3: 0, 79: 11, 821: 39}
"""Wave vectors of App. G, and the divisions of their grids; three are Γ, K and M."""


def summarise(inputs: Inputs, settings: Mapping[str, Any]) -> pd.DataFrame:
    """Return method, its errors on new cells, as the metrics of networks, and its times.

    Methods are ``mean`` (mean bands of these cells at each wave vector), ``folded`` (37 plane
    waves, the outer ones folded in, untrained), ``exact``, ``lanczos`` (the paper's). The columns
    ms_3, ms_79, ms_821 are milliseconds of wall time for six bands of one cell at as many wave
    vectors, by one thread; those of the paper's method are some wave vectors' times their number.
    """
    part = settings["baselines"]
    table, drawn = inputs.solved[FRESH][: part["cells"]], inputs.drawn[FRESH][: part["cells"]]
    true, images = records.solution(table), drawn.images
    k = brillouin.grid(records.divisions(table))
    found = corrections.folded(images, k)
    none = np.zeros(len(images))
    folded = Solution(found.bands.astype(np.float64), found.levels, none, none.astype(bool))
    mean = Solution(
        np.broadcast_to(true.bands.mean(axis=0), true.bands.shape), true.levels, none, none
    )
    rows = [{"method": "mean", **_without(evaluation.scores(mean, true))}]
    rows += [{"method": "folded", **evaluation.scores(folded, true)}]
    rows += [{"method": name} for name in ("exact", "lanczos")]
    times = {row["method"]: {} for row in rows} | _times(images, part)
    return pd.DataFrame([{**row, **times[row["method"]]} for row in rows])


def _without(scores: dict[str, float]) -> dict[str, float]:
    """Return the scores of bands alone."""
    return {name: value for name, value in scores.items() if name[:6] not in ("irreps", "class_")}


def _times(images: np.ndarray, part: Mapping[str, Any]) -> dict[str, dict[str, float]]:
    cells = images[: part["timed_cells"]]
    solver.solve(cells[:1], brillouin.grid(3))  # tables of plane waves, once a process
    ways: dict[str, Callable] = {
        "folded": lambda k: corrections.folded(cells, k),
        "exact": lambda k: solver.solve(cells, k, 6),
    }
    found = {
        name: {f"ms_{points}": 1e3 * _seconds(way, k) / len(cells) for points, k in _grids()}
        for name, way in ways.items()
    }
    k = brillouin.grid(11)[:: max(1, 79 // part["lanczos_points"])][: part["lanczos_points"]]
    once = 1e3 * _seconds(lambda k: reference.bands_lanczos(cells[:1], k, 6), k) / len(k)
    return {**found, "lanczos": {f"ms_{points}": points * once for points in GRIDS}}


def _grids() -> Iterator[tuple[int, np.ndarray]]:
    for points, divisions in GRIDS.items():
        maximal = np.array(list(brillouin.MAXIMAL.values()))
        yield points, brillouin.grid(divisions) if divisions else maximal


def _seconds(way: Callable, k: np.ndarray) -> float:
    began = time.perf_counter()
    way(k)
    return time.perf_counter() - began
