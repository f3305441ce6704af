"""Bands and gaps of a few cells, exact and of the network (Figs. 1, 2 and 3a)."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from hamlearn.bands import brillouin, records, solver, tight_binding, topology
from hamlearn.bands.irreps import POINT
from hamlearn.bands.plan import EXPLORE, FRESH, HOLES
from hamlearn.bands.predictions import coefficients, levels
from hamlearn.bands.statistics import levels_of_irrep
from hamlearn.study import Inputs

BANDS = 6
PATH = (brillouin.GAMMA, brillouin.K, brillouin.M, brillouin.GAMMA)
GAMMA_IRREPS = ("s", "p", "d", "f")


def summarise(inputs: Inputs, settings: Mapping[str, Any]) -> pd.DataFrame:
    """Return kind, ensemble, sample, q1, q2 (fractions of b1, b2), x, band, exact, network.

    Rows of the kind ``path`` are about Γ-K-M-Γ, x in 1/a; ``irrep`` about the irreps at Γ, K and M
    there, by their numbers in `irreps.NAMES`; ``gap`` about the gap above a band over
    a sixth of the zone; ``level`` about the lowest level of an irrep (band: its number in s, p, d,
    f) of six holes at the distance x, in a; energies in V_max.

    `settings` are `showcase`: points of each line, divisions of the sixth, cells of maps; the last
    of these cells is the first of ``explore`` whose second and third band meet in one free cone.
    """
    part = settings["showcase"]
    rows: list[pd.DataFrame] = []
    maps = _cells(inputs, part["cells"])
    for ensemble, sample in [
        *maps[:1],
        *((EXPLORE, c) for c in settings["data"]["interpolation"]["corners"]),
        *_three(inputs),
    ]:
        rows.append(_path(inputs, ensemble, sample, part["points"]))
        rows.append(_irreps(inputs, ensemble, sample, part["points"]))
    for ensemble, sample in maps:
        rows.append(_gaps(inputs, ensemble, sample, part["divisions"]))
    rows.append(_levels(inputs))
    return pd.concat(rows, ignore_index=True)


def _three(inputs: Inputs) -> Iterator[tuple[str, int]]:
    """Yield the cells of six holes before, at and after the crossing, the last of their law."""
    number = len(inputs.drawn[HOLES])
    yield from ((HOLES, sample) for sample in range(number - 3, number))


def _cells(inputs: Inputs, number: int) -> list[tuple[str, int]]:
    irreps = records.solution(inputs.solved[EXPLORE]).levels.irreps
    below = topology.fingerprints(irreps)
    joined = topology.unsplit(irreps)[:, 1] & (topology.cone_parity(below)[:, 1] == 1)
    last = (EXPLORE, int(np.argmax(joined)))
    return [*((FRESH, sample) for sample in range(number - 1)), last]


def _both(inputs: Inputs, ensemble: str, sample: int, k: np.ndarray) -> tuple:
    image = inputs.drawn[ensemble][sample : sample + 1].images
    own = coefficients(inputs.predicted, ensemble)[sample : sample + 1]
    return solver.bands(image, k, BANDS)[0], tight_binding.bands(own, k, BANDS)[0]


def _path(inputs: Inputs, ensemble: str, sample: int, points: int) -> pd.DataFrame:
    k, x = brillouin.path(PATH, points)
    return _table("path", ensemble, sample, k, x, *_both(inputs, ensemble, sample, k))


def _irreps(inputs: Inputs, ensemble: str, sample: int, points: int) -> pd.DataFrame:
    image = inputs.drawn[ensemble][sample : sample + 1].images
    own = coefficients(inputs.predicted, ensemble)[sample : sample + 1]
    k, x = brillouin.path(PATH, points)
    first = np.array([np.argmax(point == POINT) for point in range(3)])
    numbers = [
        found.irreps[0, :, :BANDS] + first[:, None] for found in (solver.levels(image), levels(own))
    ]
    at = [0, points, 2 * points]
    return _table("irrep", ensemble, sample, k[at], x[at], *numbers)


def _gaps(inputs: Inputs, ensemble: str, sample: int, divisions: int) -> pd.DataFrame:
    corners = np.array([brillouin.K, brillouin.K_PRIME])
    k = brillouin.triangle(divisions) @ corners / divisions
    gaps = (np.diff(bands, axis=1) for bands in _both(inputs, ensemble, sample, k))
    return _table("gap", ensemble, sample, k, np.zeros(len(k)), *gaps)


def _table(kind: str, ensemble: str, sample: int, k: np.ndarray, x: np.ndarray,
           exact: np.ndarray, network: np.ndarray) -> pd.DataFrame:  # fmt: skip
    points, bands = exact.shape
    return pd.DataFrame(
        {
            "kind": kind,
            "ensemble": ensemble,
            "sample": sample,
            "q1": np.repeat(k[:, 0], bands),
            "q2": np.repeat(k[:, 1], bands),
            "x": np.repeat(x, bands),
            "band": np.tile(np.arange(1, bands + 1), points),
            "exact": exact.ravel(),
            "network": network.ravel(),
        }
    )


def _levels(inputs: Inputs) -> pd.DataFrame:
    true = records.solution(inputs.solved[HOLES]).levels
    found = levels(coefficients(inputs.predicted, HOLES))
    distances = inputs.drawn[HOLES].rows[:, 0]
    rows = []
    for band, name in enumerate(GAMMA_IRREPS, start=1):
        both = [levels_of_irrep(one.energies, one.irreps, name) for one in (true, found)]
        rows.append(
            pd.DataFrame(
                {
                    "kind": "level",
                    "ensemble": HOLES,
                    "sample": np.arange(len(distances)),
                    "q1": 0.0,
                    "q2": 0.0,
                    "x": distances,
                    "band": band,
                    "exact": both[0],
                    "network": both[1],
                }
            )
        )
    return pd.concat(rows, ignore_index=True)
