"""Labels of an ensemble: transmissions by valley, solved shard by shard, checked against Kwant."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from hamlearn import progress
from hamlearn.bubbles import solver
from hamlearn.bubbles.ensemble import Ensemble
from hamlearn.bubbles.plan import EnsemblePlan

TARGETS = ("t_k_k", "t_k_kp", "t_kp_k", "t_kp_kp")
"""Columns T_αβ in 2e²/h, outgoing valley first; kp stands for K'."""
METHOD, REFERENCE = "recursive", "kwant"
AGREEMENT = 1e-7
"""Largest difference of any target from the reference, in 2e²/h."""
CHECKS = ("unitarity",)
ONE_BY_ONE = {METHOD: solver.transmission, REFERENCE: solver.transmission_kwant}
BATCH = 128
"""Flakes that the solver `batched` takes at once: at 200 a, 109 MB for one matrix of each."""


def solve(
    ensemble: Ensemble,
    numbers: Sequence[int],
    plan: EnsemblePlan,
    settings: Mapping[str, Any],
    method: str = METHOD,
    label: str | None = None,
) -> pd.DataFrame:
    """Solve an ensemble or a part of one.

    Parameters
    ----------
    ensemble : Ensemble of n flakes
    numbers : (n,) of its samples
    plan : EnsemblePlan
        Not looked at: the flakes tell all.
    settings : mapping
        `hopping_decay`, 3.37 of eq. (2).
    method : {"recursive", "batched", "kwant"}
    label : str, optional
        Progress is reported under it.

    Returns
    -------
    DataFrame with columns sample, energy_t, modes, the four :data:`TARGETS` in 2e²/h, `unitarity`
    |R + T - N|, and `resolved` (whether another solver had to solve it).

    Raises
    ------
    RuntimeError
        With the number of the sample, if one cannot be solved by any method.
    """
    rows, decay = [], settings["hopping_decay"]
    flakes = _batched(ensemble, decay) if method == "batched" else _each(ensemble, method, decay)
    for i in progress.track(range(len(ensemble)), label):
        try:
            found = next(flakes)
        except RuntimeError as error:
            raise RuntimeError(f"sample {numbers[i]} at {error}") from error
        checks = (found.unitarity[0], found.resolved[0])
        energy = ensemble.energy[i]
        rows.append((numbers[i], energy, found.modes[0], *found.valley[0].ravel(), *checks))
    columns = ["sample", "energy_t", "modes", *TARGETS, "unitarity", "resolved"]
    return pd.DataFrame(rows, columns=columns)


def _each(ensemble: Ensemble, method: str, decay: float) -> Iterator[solver.Transmission]:
    for i, energy in enumerate(ensemble.energy):
        flake = (ensemble.sample(i), energy, ensemble.side, ensemble.side)
        yield ONE_BY_ONE[method](*flake, kind=ensemble.kind, decay=decay)


def _batched(ensemble: Ensemble, decay: float) -> Iterator[solver.Transmission]:
    """Solve many flakes at once, by JAX on whatever device it finds."""
    import jax

    jax.config.update("jax_enable_x64", True)
    for first in range(0, len(ensemble), BATCH):
        part = ensemble[first : first + BATCH]
        flakes = [part.sample(i) for i in range(len(part))]
        square = (part.energy, part.side, part.side)
        options = {"kind": part.kind, "decay": decay, "xp": jax.numpy}
        yield from solver.transmissions(flakes, *square, **options)


def total(solved: pd.DataFrame) -> np.ndarray:
    """Return the conductance T = Σ T_αβ of each sample, in 2e²/h, (n,)."""
    return solved[list(TARGETS)].to_numpy().sum(axis=1)


def modes(solved: pd.DataFrame) -> np.ndarray:
    """Return the number of lead modes 2n + 1 of each sample, (n,)."""
    return solved["modes"].to_numpy(dtype=float)
