"""Labels of an ensemble: transmissions by valley, solved shard by shard, checked against Kwant."""

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from hamlearn import progress, seeds
from hamlearn.bubbles import solver
from hamlearn.bubbles.ensemble import Ensemble

AGREEMENT_WITH_KWANT = 1e-7
VALLEYS = ("t_k_k", "t_k_kp", "t_kp_k", "t_kp_kp")
"""Columns T_αβ in 2e²/h, outgoing valley first; kp stands for K'."""
ONE_BY_ONE = {"recursive": solver.transmission, "kwant": solver.transmission_kwant}
BATCH = 128
"""Flakes that the solver `batched` takes at once: at 200 a, 109 MB for one matrix of each."""


def solve(
    ensemble: Ensemble,
    first: int,
    method: str = "recursive",
    decay: float = solver.DECAY,
    label: str | None = None,
) -> pd.DataFrame:
    """Solve an ensemble (or a slice of one that begins at sample `first`).

    Progress is reported under `label`.

    Returns
    -------
    DataFrame with columns sample, energy_t, modes, the four :data:`VALLEYS` in 2e²/h, `unitarity`
    |R + T - N|, and `resolved` (whether another solver had to solve it).

    Raises RuntimeError, with the number of the sample, if one cannot be solved by any method.
    """
    return _solve(ensemble, range(first, first + len(ensemble)), method, decay, label)


def _solve(
    ensemble: Ensemble, numbers: Sequence[int], method: str, decay: float, label: str | None = None
) -> pd.DataFrame:
    rows = []
    flakes = _batched(ensemble, decay) if method == "batched" else _each(ensemble, method, decay)
    for i in progress.track(range(len(ensemble)), label):
        try:
            found = next(flakes)
        except RuntimeError as error:
            raise RuntimeError(f"sample {numbers[i]} at {error}") from error
        checks = (found.unitarity[0], found.resolved[0])
        energy = ensemble.energy[i]
        rows.append((numbers[i], energy, found.modes[0], *found.valley[0].ravel(), *checks))
    columns = ["sample", "energy_t", "modes", *VALLEYS, "unitarity", "resolved"]
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
    return solved[list(VALLEYS)].to_numpy().sum(axis=1)


def crosscheck(
    name: str, ensemble: Ensemble, solved: pd.DataFrame, samples: int, root_seed: int, decay: float
) -> pd.DataFrame:
    """Solve a random subset of an ensemble again by Kwant alone.

    Returns one row: ensemble, samples checked, the largest difference of any component in 2e²/h,
    how many samples the solver handed to Kwant, and the largest violation of unitarity. Raises
    ArithmeticError if a difference exceeds 1e-7.
    """
    random = np.random.default_rng(seeds.seed(root_seed, "bubbles", name, "crosscheck"))
    chosen = np.sort(random.choice(len(ensemble), min(samples, len(ensemble)), replace=False))
    again = _solve(ensemble[chosen], chosen, "kwant", decay)[list(VALLEYS)].to_numpy()
    difference = np.abs(again - solved[list(VALLEYS)].to_numpy()[chosen]).max()
    if not difference <= AGREEMENT_WITH_KWANT:
        raise ArithmeticError(
            f"ensemble {name}: {difference:.2g} from Kwant, "
            f"expected at most {AGREEMENT_WITH_KWANT:g}"
        )
    return pd.DataFrame(
        {
            "ensemble": [name],
            "n": [len(chosen)],
            "max_difference": [difference],
            "resolved": [int(solved["resolved"].sum())],
            "max_unitarity": [solved["unitarity"].max()],
        }
    )
