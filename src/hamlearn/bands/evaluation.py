"""Bands, irreps and classes that trained networks give, beside the exact ones."""

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from hamlearn.bands import brillouin, records, tight_binding, topology
from hamlearn.bands.irreps import Levels
from hamlearn.bands.records import BANDS, POINTS
from hamlearn.bands.runs import CORRECTED
from hamlearn.bands.solver import Solution
from hamlearn.dataset import Dataset
from hamlearn.study import Run

if TYPE_CHECKING:
    import keras

ERROR = "rms"
METRICS = {
    "ensemble": "that it is applied to",
    "n_test": "cells",
    "wave_vectors": "of the grid over a sixth of the zone",
    "rms": "root mean square error of six bands over cells and wave vectors, in V_max",
    "rms_trivial": "of the mean bands of these cells at each wave vector",
    "relative_rms": "rms / rms_trivial",
    "loss": "rms², the paper's loss, in V_max²",
    **{f"rms_{band}": f"of band {band}" for band in range(1, BANDS + 1)},
    "irreps": "share of the irreps of six bands at Γ, K and M that are right",
    **{f"irreps_{point}": f"of those at {point.upper()}" for point in POINTS},
    "class_1": "share of cells whose first isolated set of bands has the right class",
    "class_2": "of the second set",
    "milliseconds": "of a prediction: network, Hamiltonian and bands, for each cell",
}
"""Columns of the metrics after those of every study, :data:`hamlearn.learning.jobs.DESCRIPTION`."""
AT_ONCE = 256


def evaluate(
    run: Run, network: "keras.Model", data: Mapping[str, Dataset], settings: Mapping[str, Any]
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Apply a network to the cells that it was not trained on.

    Returns
    -------
    predictions : DataFrame
        ensemble, sample, true and predicted (mean of the six bands, in V_max), rms, and the
        coefficients, float32 (245,), in V_max; of corrections shifts, float32 (s,), instead.
    metrics : DataFrame
        A row for each ensemble, with the columns `METRICS`.
    groups : DataFrame
        ensemble, point, band, n, irreps: the share of right ones.
    """
    tables: tuple[list, list, list] = ([], [], [])
    for name in run.applied_to:
        known = data[name]
        tested = known.split(run.n_train, run.n_test)[1] if name == run.trained_on else slice(None)
        for kept, table in zip(tables, _applied(run, network, known, tested), strict=True):
            kept.append(table)
    predictions, metrics, groups = (pd.concat(one, ignore_index=True) for one in tables)
    return predictions, metrics[list(METRICS)], groups


def _applied(
    run: Run, network: "keras.Model", known: Dataset, tested: slice
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    labels = known.labels[tested]
    k = brillouin.grid(records.divisions(labels))
    true = records.solution(labels)
    began = time.perf_counter()
    if run.architecture == CORRECTED:
        found, shifts = _shifted(network, known, tested)
        extra = {"shifts": list(shifts)}
    else:
        coefficients = coefficients_of(network, known.ensemble[tested].images)
        found, extra = predicted(coefficients, k), {"coefficients": list(coefficients)}
    seconds = time.perf_counter() - began
    spread = np.sqrt(np.mean((found.bands - true.bands) ** 2, axis=(1, 2)))
    means = {"true": true.bands, "predicted": found.bands}
    predictions = pd.DataFrame(
        {
            "ensemble": known.name,
            "sample": labels["sample"].to_numpy(),
            **{name: bands.mean(axis=(1, 2)) for name, bands in means.items()},
            "rms": spread,
            **extra,
        }
    )
    row = {"ensemble": known.name, "n_test": len(labels), "wave_vectors": len(k)}
    row |= scores(found, true) | {"milliseconds": 1e3 * seconds / len(labels)}
    return predictions, pd.DataFrame([row]), by_band(found.levels, true.levels, known.name)


def coefficients_of(network: "keras.Model", images: np.ndarray) -> np.ndarray:
    """Return what a network says of images (n, L, L): coefficients (n, 245), float32, in V_max."""
    parts = (images[at : at + AT_ONCE] for at in range(0, len(images), AT_ONCE))
    inputs = (part[..., None].astype(np.float32) for part in parts)
    return np.concatenate([np.asarray(network.predict_on_batch(one)) for one in inputs])


def predicted(coefficients: np.ndarray, k: np.ndarray) -> Solution:
    """Return the bands at wave vectors (m, 2) and the levels that coefficients (n, 245) give."""
    points, number = brillouin.distinct(k)
    parts = (coefficients[at : at + AT_ONCE] for at in range(0, len(coefficients), AT_ONCE))
    bands = np.concatenate([tight_binding.bands(part, points, BANDS) for part in parts])
    none = np.zeros(len(bands))
    return Solution(bands[:, number], tight_binding.levels(coefficients), none, none.astype(bool))


def _shifted(network: "keras.Model", known: Dataset, tested: slice) -> tuple[Solution, np.ndarray]:
    from hamlearn.bands.training import prepared

    key = ("folded", (tested.start, tested.stop))
    given, found, _ = known.remember(key, lambda: prepared(known, tested))
    shifts = np.asarray(network.predict(given, verbose=0))
    none = np.zeros(len(shifts))
    return Solution(found.shifted(shifts), found.levels, none, none.astype(bool)), shifts


def scores(found: Solution, true: Solution) -> dict[str, float]:
    """Return the errors of bands, irreps and classes, with the names of `METRICS`."""
    squares = (found.bands - true.bands) ** 2
    rms, trivial = np.sqrt(squares.mean()), np.sqrt(true.bands.var(axis=0).mean())
    right = agreement(found.levels, true.levels)
    classes = [topology.sets(one.levels.irreps).classes for one in (found, true)]
    same = (classes[0] == classes[1]).mean(axis=0)
    return {
        "rms": rms,
        "rms_trivial": trivial,
        "relative_rms": rms / trivial,
        "loss": rms**2,
        **{f"rms_{band}": np.sqrt(squares[..., band - 1].mean()) for band in range(1, BANDS + 1)},
        "irreps": right.mean(),
        **{f"irreps_{point}": right[:, at].mean() for at, point in enumerate(POINTS)},
        "class_1": same[0],
        "class_2": same[1],
    }


def agreement(found: Levels, true: Levels) -> np.ndarray:
    """Return which irreps of the lowest six bands are right, bool (n, 3, 6)."""
    return found.irreps[..., :BANDS] == true.irreps[..., :BANDS]


def by_band(found: Levels, true: Levels, ensemble: str) -> pd.DataFrame:
    """Return the share of right irreps at each point for each band."""
    shares = agreement(found, true).mean(axis=0)
    rows = [
        {"ensemble": ensemble, "point": POINTS[p], "band": b + 1, "n": len(true), "irreps": share}
        for (p, b), share in np.ndenumerate(shares)
    ]
    return pd.DataFrame(rows)
