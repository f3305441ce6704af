r"""Gradient descent on a crystal: from a trivial one through a closed gap to a topological one.

What is lowered is (s E_gap - E*)² / 2, with s = 1 before the gap has closed and -1 behind, and
E* = -0.1 eV, so that the target is a topological gap. The gradient is that of Hellmann and Feynman
at the point κ of the smallest gap,

.. math:: \partial E_{gap} / \partial p
    = \langle c | \partial_p H(\kappa) | c \rangle - \langle v | \partial_p H(\kappa) | v \rangle.

p is the mixture α, or all hoppings: then the gradient is projected on what is hermitian and
symmetric under time reversal. Inside the window, where the gap is closed and has no slope, the last
step is repeated.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from hamlearn.bitei import hoppings, solver
from hamlearn.bitei.path import OCCUPIED
from hamlearn.bitei.plan import given
from hamlearn.study import Inputs

COLUMNS = ("parameters", "step", "alpha", "gap_ev", "phase", "target_ev", "distance_ev")
MIXTURE, ALL = "alpha", "hoppings"


def summarise(inputs: Inputs, settings: Mapping[str, Any]) -> pd.DataFrame:
    """Return the steps of both descents.

    Parameters
    ----------
    settings : mapping
        `descent`: `start` (α), `target` (eV, of the topological gap), `steps` (at most), `reach`
        (largest change of the gap in a step, eV); where the end points come from.

    Returns
    -------
    DataFrame
        The columns `COLUMNS`: what is changed; step; α (NaN for all hoppings); smallest gap, eV;
        phase, an index in `solver.LABELS`, recomputed at each step; target; distance of the
        hoppings from those of the start, root mean square over the Bloch matrix, in eV.
    """
    part = settings["descent"]
    ends = hoppings.load(*given(settings) or (hoppings.SHIPPED,), settings["truncation"])
    rows = []
    for parameters in (MIXTURE, ALL):
        rows += [(parameters, *row) for row in _steps(ends, parameters, part)]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def slope(
    crystal: np.ndarray, vectors: np.ndarray, k: np.ndarray, occupied: int = OCCUPIED
) -> np.ndarray:
    """Return dE_gap / dH (V, N, N) at κ (3,): a change δH changes the gap by Re Σ slope* δH."""
    states = np.linalg.eigh(hoppings.bloch(crystal, vectors, k[None])[0])[1]
    valence, conduction = states[:, occupied - 1], states[:, occupied]
    own = np.outer(conduction, conduction.conj()) - np.outer(valence, valence.conj())
    return np.exp(-2j * np.pi * (vectors @ k))[:, None, None] * own


def projected(change: np.ndarray, vectors: np.ndarray) -> np.ndarray:
    """Return what of a change (V, N, N) is hermitian and symmetric under time reversal."""
    adjoint = np.conj(np.swapaxes(change, 1, 2))[hoppings.opposite(vectors)]
    change = (change + adjoint) / 2
    return (change + hoppings.flipped(change)) / 2


def _steps(ends: hoppings.EndPoints, parameters: str, part: Mapping[str, Any]) -> list[tuple]:
    """Return (step, alpha, gap, phase, target, distance) of every step of a descent."""
    vectors, alpha = ends.vectors, part["start"]
    first = hoppings.interpolate(ends.trivial, ends.topological, alpha)
    crystal, target, rows, sign, last = first.copy(), -part["target"], [], 1, None
    for step in range(part["steps"] + 1):
        found = solver.phase(crystal, vectors, region="zone" if parameters == ALL else "a")
        away = float(np.sqrt((np.abs(crystal - first) ** 2).sum() / crystal.shape[-1]))
        shown = alpha if parameters == MIXTURE else np.nan
        rows.append((step, shown, found.gap_ev, found.label, part["target"], away))
        if found.label == solver.TOPOLOGICAL:
            sign = -1
        missing = target - sign * found.gap_ev
        if abs(missing) < part["tolerance"] or step == part["steps"]:
            break
        if found.label != solver.WEYL:
            wanted = sign * float(np.clip(missing, -part["reach"], part["reach"]))
            direction = slope(crystal, vectors, found.k)
            if parameters == ALL:
                direction = projected(direction, vectors)
                last = wanted * direction / np.sum(np.abs(direction) ** 2)
            else:
                rate = np.sum(direction.conj() * (ends.topological - ends.trivial)).real
                last = wanted / rate
        if parameters == MIXTURE:
            alpha = float(np.clip(alpha + last, 0, 1))
            crystal = hoppings.interpolate(ends.trivial, ends.topological, alpha)
        else:
            crystal = crystal + last
    return rows
