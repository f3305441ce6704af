"""Dirac cones between two bands, followed while one potential turns into another (Fig. 3b)."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from hamlearn.bands import ensemble, solver, topology
from hamlearn.bands.plan import EXPLORE
from hamlearn.study import Inputs

BANDS = 6


def summarise(inputs: Inputs, settings: Mapping[str, Any]) -> pd.DataFrame:
    """Return kind, path, step, weight (of the second potential), band, fluxes, f, minus, q1, q2.

    A path leads from one cell of ``explore`` to another by mixtures of their fields. A row of kind
    ``count`` has the number of π fluxes, exact, between a band and the next one in a sixth of the
    zone (-1 where a degenerate pair is split), and of the levels f at Γ and - at M among the bands
    below; one of kind ``cone`` has the place of a flux, in fractions of b1 and b2.

    `settings` are `cones`: paths (pairs of cells), steps of each, divisions of the sixth.
    """
    part = settings["cones"]
    weights = np.linspace(0, 1, part["steps"])
    drawn = inputs.drawn[EXPLORE]
    frames = [
        _followed(number, drawn.rows[list(ends)], weights, drawn.length, part["divisions"])
        for number, ends in enumerate(part["paths"])
    ]
    return pd.concat(frames, ignore_index=True)


def _followed(
    path: int, ends: np.ndarray, weights: np.ndarray, length: int, divisions: int
) -> pd.DataFrame:
    mixed = np.multiply.outer(1 - weights, ends[0]) + np.multiply.outer(weights, ends[1])
    images = ensemble.images(mixed, length)
    places = topology.centres(divisions)
    bands = np.arange(1, BANDS + 1)
    rows = []
    for step, (inside, levels) in enumerate(solver.flux_triangles(images, divisions, BANDS)):
        whole = topology.unsplit(levels.irreps)[0]
        below = topology.fingerprints(levels.irreps)[0]
        same = {"path": path, "step": step, "weight": weights[step]}
        counted = {"fluxes": np.where(whole, inside.sum(axis=0), -1)}
        counted |= {"f": below[:, 3], "minus": below[:, 7]}
        rows.append(pd.DataFrame({"kind": "count", **same, "band": bands, **counted}))
        triangle, band = np.nonzero(inside & whole)
        q = {"q1": places[triangle, 0], "q2": places[triangle, 1]}
        rows.append(pd.DataFrame({"kind": "cone", **same, "band": band + 1, **q}))
    return pd.concat([frame for frame in rows if len(frame)], ignore_index=True)


def changes(counts: pd.DataFrame) -> pd.DataFrame:
    """Return path, band, step, before, after, irreps: where the number of cones changes on a path.

    Between that step and the next one, no pair being split; `irreps` says whether f at Γ or - at
    M among the bands below change in number.
    """
    rows = []
    for (path, band), own in counts[counts["kind"] == "count"].groupby(["path", "band"]):
        own = own.sort_values("step")
        for one, next_ in zip(own.itertuples(), list(own.itertuples())[1:], strict=False):
            if min(one.fluxes, next_.fluxes) < 0 or one.fluxes == next_.fluxes:
                continue
            changed = (one.f, one.minus) != (next_.f, next_.minus)
            row = {"path": path, "band": band, "step": one.step, "before": one.fluxes}
            rows.append({**row, "after": next_.fluxes, "irreps": changed})
    return pd.DataFrame(rows, columns=["path", "band", "step", "before", "after", "irreps"])
