"""Tight-binding models that are fitted to corrected plane waves.

The network of corrections gives bands, no Hamiltonian that hops. Its bands and levels of a cell are
the target of a fit of the 245 coefficients, which starts from those of the network of images.
"""

import time
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from hamlearn.bands import brillouin, corrections, evaluation, fitting, records, tight_binding
from hamlearn.bands.irreps import Levels
from hamlearn.bands.plan import FRESH
from hamlearn.bands.predictions import coefficients
from hamlearn.bands.runs import CORRECTED
from hamlearn.bands.solver import Solution
from hamlearn.study import Inputs

NETWORK, SHIFTED, MODEL = "network", "shifted", "model"
"""Coefficients of the network; corrected plane waves; coefficients that were fitted to these."""


def summarise(inputs: Inputs, settings: Mapping[str, Any]) -> pd.DataFrame:
    """Return method, n_test, wave_vectors, its errors as of networks, and milliseconds of the fit.

    Of the first cells of ``fresh``, and of the corrections that were learned from most cells.
    `settings` are `readout`: cells, steps, and the weight `local` of levels in the fit.
    """
    part = settings["readout"]
    table = inputs.solved[FRESH][: part["cells"]]
    true, k = records.solution(table), brillouin.grid(records.divisions(table))
    start = coefficients(inputs.predicted, FRESH)[: part["cells"]]
    images = inputs.drawn[FRESH][: part["cells"]].images
    shifted = _corrected(images, k, _shifts(inputs)[: part["cells"]])
    began = time.perf_counter()
    fitted = np.array(
        [
            fitting.refined(
                one, shifted.bands[cell], k, shifted.levels[cell : cell + 1], **_options(part)
            ).coefficients
            for cell, one in enumerate(start)
        ]
    )
    seconds = (time.perf_counter() - began) / len(start)
    found = {
        NETWORK: evaluation.predicted(start, k),
        SHIFTED: shifted,
        MODEL: evaluation.predicted(fitted, k),
    }
    size = {"n_test": len(table), "wave_vectors": len(k)}
    rows = [{"method": name, **size, **evaluation.scores(one, true)} for name, one in found.items()]
    return pd.DataFrame(rows).assign(milliseconds=[np.nan, np.nan, 1e3 * seconds])


def _options(part: Mapping[str, Any]) -> dict[str, Any]:
    return {name: part[name] for name in ("steps", "local")}


def _shifts(inputs: Inputs) -> np.ndarray:
    """Return the shifts (n, s) of the cells of ``fresh`` by the run that saw most cells."""
    best = max(
        (run for run in inputs.runs.values() if run.family == CORRECTED), key=lambda r: r.n_train
    )
    return coefficients(inputs.predicted, FRESH, best.name, "shifts")


def _corrected(images: np.ndarray, k: np.ndarray, shifts: np.ndarray) -> Solution:
    """Return the corrected bands, and levels whose lowest six are these at Γ, K and M."""
    found = corrections.folded(images, k)
    bands = found.shifted(shifts)
    energies = found.levels.energies.copy()
    for place, point in enumerate(tight_binding.MAXIMAL):
        at = np.flatnonzero(brillouin.same(brillouin.folded(k), point))[0]
        energies[:, place, : corrections.COUNT] = bands[:, at]
    none = np.zeros(len(images))
    levels = Levels(energies, found.levels.irreps)
    return Solution(bands.astype(np.float64), levels, none, none.astype(bool))
