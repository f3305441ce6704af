"""Bands by mirror parity along the lines of cells of group p6m, and where they cross (Fig. 6)."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from hamlearn.bands import brillouin, ensemble, mirrors, solver
from hamlearn.bands.plan import EXPLORE
from hamlearn.study import Inputs

ENDS = {
    "ΓM": (brillouin.GAMMA, brillouin.M),
    "ΓK": (brillouin.GAMMA, brillouin.K),
    "MK": (brillouin.M, brillouin.K),
}
COUNT = 7
PAST = 1e-2
"""Of a line, from its ends, where levels of both parities may be degenerate. Nearer to these the
two of a pair, which part as the square of the distance, are as far apart as they are inexact."""


def summarise(inputs: Inputs, settings: Mapping[str, Any]) -> pd.DataFrame:
    """Return levels of mirrored cells along each line, and a row for each crossing.

    Columns kind (``level`` or ``crossing``), sample, line, x (part of the line), band, energy in
    V_max, parity; of a crossing of band and the next one, which the odd levels below at both ends
    tell, gap is the distance of the two in V_max at its place, by the solver that knows no mirror.
    """
    part = settings["mirror_lines"]
    drawn = inputs.drawn[EXPLORE][: part["cells"]]
    cells = ensemble.images(ensemble.with_mirror(drawn.rows), drawn.length)
    x = np.linspace(PAST, 1 - PAST, part["points"])
    found = []
    for sample, cell in enumerate(cells):
        for line, ends in ENDS.items():
            k = np.add(ends[0], np.multiply.outer(x, np.subtract(ends[1], ends[0])))
            energies, parities = mirrors.levels(cell, k, line, COUNT)
            levels = {
                "kind": "level",
                "sample": sample,
                "line": line,
                "x": np.repeat(x, COUNT),
                "band": np.tile(np.arange(1, COUNT + 1), len(x)),
                "energy": energies.ravel(),
                "parity": parities.ravel(),
            }
            found.append(pd.DataFrame(levels))
            found.append(_crossings(cell, sample, line, x, energies, parities))
    return pd.concat(found, ignore_index=True)


def _crossings(cell: np.ndarray, sample: int, line: str, x: np.ndarray,
               energies: np.ndarray, parities: np.ndarray) -> pd.DataFrame:  # fmt: skip
    """Return where bands cross: for each number of bands the first place where odd ones change."""
    odd = np.cumsum(parities < 0, axis=1)
    rows = []
    for band in range(1, COUNT - 1):
        if odd[0, band - 1] == odd[-1, band - 1]:
            continue
        at = int(np.flatnonzero(np.diff(odd[:, band - 1]))[0])
        above = [
            _apart(energies[i], parities[i], band, parities[at, band - 1]) for i in (at, at + 1)
        ]
        place = x[at] + (x[at + 1] - x[at]) * above[0] / (above[0] - above[1])
        ends = np.array(ENDS[line])
        k = ends[0] + place * (ends[1] - ends[0])
        bands = solver.bands(cell[None], k[None], COUNT)[0, 0]
        row = {"kind": "crossing", "sample": sample, "line": line, "x": place, "band": band}
        rows.append({**row, "energy": bands[band - 1], "gap": bands[band] - bands[band - 1]})
    return pd.DataFrame(rows)


def _apart(energies: np.ndarray, parities: np.ndarray, band: int, parity: int) -> float:
    """Return how far the level of the other parity is above the one of a parity, near a band."""
    pair = slice(band - 1, band + 1)
    own = energies[pair][parities[pair] == parity]
    other = energies[pair][parities[pair] != parity]
    return float(other[0] - own[0]) if len(own) and len(other) else 0.0
