"""What networks are set beside, on every ensemble: see :mod:`hamlearn.bitei.predictors`."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from hamlearn.bitei import confusion, inputs, predictors
from hamlearn.bitei.ensemble import Ensemble
from hamlearn.bitei.plan import STRONG
from hamlearn.bitei.solver import LABELS
from hamlearn.study import Inputs

COLUMNS = (
    *("ensemble", "predictor", "sees", "n_train", "n_test", "accuracy", "trace"),
    *(f"recall_{label}" for label in LABELS),
)
LOGS = 9, 10
"""Of what is known of a point: log10 of its gap, and of the one that is foreseen."""


def summarise(inputs_: Inputs, settings: Mapping[str, Any]) -> pd.DataFrame:
    """Return how well each predictor classifies the test samples of every ensemble.

    Parameters
    ----------
    inputs_ : Inputs
        The ensembles with their labels.
    settings : mapping
        `baselines`: `linear` (whether the hoppings themselves are looked at); `test` of each
        ensemble; `baselines.n`, `own.n` of the meshes.

    Returns
    -------
    DataFrame
        The columns `COLUMNS`; recalls and trace in per cent.
    """
    rows: list[tuple] = []
    for name, drawn in inputs_.drawn.items():
        phases = inputs_.solved[name]["phase"].to_numpy().astype(int)
        test = settings[name]["test"]
        pair = slice(0, len(drawn) - test), slice(len(drawn) - test, len(drawn))
        found = _answers(name, drawn, phases, pair, settings)
        for predictor, sees, answers in found:
            rows.append((name, predictor, sees, *_row(phases, pair, answers)))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _row(phases: np.ndarray, pair: tuple[slice, slice], answers: np.ndarray) -> tuple:
    true = phases[pair[1]]
    recalls = np.diag(confusion.matrix(true, answers))
    accuracy = 100 * float((answers == true).mean())
    n = pair[0].stop - pair[0].start, len(true)
    return (*n, accuracy, confusion.trace(true, answers), *recalls)


def _answers(
    name: str,
    drawn: Ensemble,
    phases: np.ndarray,
    pair: tuple[slice, slice],
    settings: Mapping[str, Any],
) -> Iterator[tuple[str, str, np.ndarray]]:
    """Yield name, what it sees and answers for the test samples of each predictor."""
    known, tested = pair
    u = drawn.u
    for predictor, predict in predictors.of_u(u[known], phases[known]).items():
        yield predictor, "u", predict(u[tested])
    if settings["baselines"]["linear"]:
        given = inputs.cells(drawn)
        for fitted in (predictors.nearest, predictors.logistic):
            predict = fitted(given[known], phases[known])
            yield fitted.__name__, "hoppings", predict(given[tested])
        del given
    if name == STRONG:
        for predictor, gaps in _gaps(drawn, settings).items():
            predict = predictors.gap_and_threshold(u[known], gaps[known], phases[known])
            yield predictor, "u, smallest gap", predict(u[tested], gaps[tested])


def _gaps(drawn: Ensemble, settings: Mapping[str, Any]) -> dict[str, np.ndarray]:
    """Return the smallest gap on a mesh, or foreseen on it, of every sample: {name: (n,)}."""
    zone = inputs.meshed(drawn, "stretched", settings["baselines"]["n"])[..., -1]
    points = inputs.foreseen_by(drawn, settings["own"]["n"])
    return {
        "gap_stretched": zone.reshape(len(drawn), -1).min(axis=1),
        "gap_window": points[..., LOGS[0]].min(axis=1),
        "gap_foreseen": points[..., LOGS[1]].min(axis=1),
    }
