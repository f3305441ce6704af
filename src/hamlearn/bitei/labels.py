"""Labels of an ensemble: its phases, and the smallest direct gaps."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from hamlearn.bitei import path, reference, solver
from hamlearn.bitei.ensemble import Ensemble
from hamlearn.bitei.lattice_sum import Crystal
from hamlearn.bitei.plan import EnsemblePlan
from hamlearn.progress import track

__all__ = ["AGREEMENT", "CHECKS", "METHOD", "REFERENCE", "TARGETS", "solve"]

METHOD, REFERENCE = "wilson", "lattice"
TARGETS = ("phase",)
AGREEMENT = 0
"""Phases are the same."""
CHECKS = ("kramers",)
"""Largest splitting, in eV, of a pair of levels at a point that time reversal maps to itself."""
TRIM = np.stack(np.meshgrid(*[[0, 0.5]] * 3, indexing="ij"), axis=-1).reshape(-1, 3)


def solve(
    ensemble: Ensemble,
    numbers: Sequence[int],
    plan: EnsemblePlan,
    settings: Mapping[str, Any],
    method: str = METHOD,
    label: str | None = None,
) -> pd.DataFrame:
    """Solve crystals, or some of them, with the `numbers` (n,) of these samples.

    Parameters
    ----------
    settings : mapping
        Empty.
    method : {"wilson", "lattice"}
        :func:`hamlearn.bitei.solver.phase` around A, or :mod:`hamlearn.bitei.reference`. Without
        noise the former needs α alone: see :func:`on_path`.
    label : str, optional
        Report progress under this name.

    Returns
    -------
    DataFrame
        sample; u and δ of each; phase (int8, an index in `solver.LABELS`); gap_ev (float32, with
        noise alone); the columns `CHECKS`; resolved (whether the first mesh of a plane was too
        coarse). Where no mesh resolves a plane, the reference is asked; -1 is where it is uncertain
        as well.
    """
    if method == METHOD and not ensemble.delta.any():
        return _table(on_path(ensemble), ensemble, numbers).drop(columns="gap_ev")
    found = []
    vectors = ensemble.vectors
    crystals = ensemble.crystals()
    for _ in track(range(len(ensemble)), label):
        crystal = next(crystals)
        if method == METHOD:
            phase = solver.phase(crystal, vectors, path.OCCUPIED, region="a")
        if method == REFERENCE or phase.label < 0:
            phase = replace(reference.phase(crystal, vectors, path.OCCUPIED), refined=True)
        found.append((phase.label, phase.gap_ev, kramers(crystal, vectors), phase.refined))
    return _table(found, ensemble, numbers)


def _table(found: Sequence[tuple], ensemble: Ensemble, numbers: Sequence[int]) -> pd.DataFrame:
    table = pd.DataFrame(found, columns=["phase", "gap_ev", *CHECKS, "resolved"])
    table.insert(0, "sample", np.asarray(numbers))
    table.insert(1, "u", ensemble.u)
    table.insert(2, "delta", ensemble.delta)
    return table.astype({"phase": np.int8, "gap_ev": np.float32, CHECKS[0]: np.float32})


def on_path(ensemble: Ensemble) -> list[tuple]:
    """Return phase, NaN, the violation of `CHECKS` and False of crystals without noise.

    They are a line: trivial before the interval of α in which the gap is closed, which was found
    by halving, topological behind it.
    """
    ends, alpha = ensemble.ends, ensemble.alpha
    phases = np.array([solver.TRIVIAL, solver.WEYL, solver.TOPOLOGICAL])
    labels = phases[np.searchsorted(ends.window, alpha)]
    first, last = (
        Crystal(end, ends.vectors).at(TRIM)[None] for end in (ends.trivial, ends.topological)
    )
    mixture = alpha[:, None, None, None]
    split = _split((1 - mixture) * first + mixture * last)
    return [(label, np.nan, one, False) for label, one in zip(labels, split, strict=True)]


def kramers(crystal: np.ndarray, vectors: np.ndarray) -> float:
    """Return the largest splitting of a pair of levels at the eight points -κ = κ, in eV."""
    return float(_split(Crystal(crystal, vectors).at(TRIM)))


def _split(bloch: np.ndarray) -> np.ndarray:
    """Return the largest splitting of a pair of levels of matrices (..., points, N, N)."""
    levels = np.linalg.eigvalsh(bloch)
    return (levels[..., 1::2] - levels[..., ::2]).max(axis=(-2, -1))
