r"""Density of states of periodic flakes with impurities, which no roll changes.

A flake is a square lattice on a torus with hopping -1 between neighbours and an energy U at each
impurity. Its density of states at the energy E, each level a Lorentzian of half-width Γ, is

.. math:: \rho(E) = \frac{1}{n} \sum_k \frac{\Gamma / \pi}{(E - \epsilon_k)^2 + \Gamma^2}

per site, in 1/t. The reference inverts the Hamiltonian that Kwant builds, ρ = -Im Tr G / nπ.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from hamlearn.progress import track
from hamlearn.rolling.ensemble import Ensemble
from hamlearn.rolling.plan import DOS, EnsemblePlan

METHOD, REFERENCE = "levels", "kwant"
TARGETS = (DOS,)
AGREEMENT = 1e-10
"""Largest difference of the density of states from the reference, in 1/t."""
CHECKS = ("trace", "second_moment")
"""Relative violation of the sums of all levels, n_i U, and of their squares, n_i U² + 4 n t²."""
BONDS = 4
"""Of a site."""
AT_ONCE = 1000
"""Flakes whose Hamiltonians are in memory."""


def solve(
    ensemble: Ensemble,
    numbers: Sequence[int],
    plan: EnsemblePlan,
    settings: Mapping[str, Any],
    method: str = METHOD,
    label: str | None = None,
) -> pd.DataFrame:
    """Solve flakes, or some of them, with the `numbers` (n,) of these samples.

    Parameters
    ----------
    settings : mapping
        `flakes`: impurity_energy U, energy E and width Γ, all in t.
    method : {"levels", "kwant"}
    label : str, optional
        Report progress under this name.

    Returns
    -------
    DataFrame
        sample, dos (in 1/t), the columns `CHECKS`, resolved (False: there is nothing that only
        another method could solve).
    """
    part = settings["flakes"]
    solver = {METHOD: _by_levels, REFERENCE: _by_kwant}[method]
    starts = range(0, len(ensemble), AT_ONCE)
    occupied = ensemble.images[..., 0].astype(bool)
    found = [
        solver(occupied[start : start + AT_ONCE], **part)
        for start in track(starts, label, "thousands")
    ]
    density, first, second = np.concatenate(found, axis=1)
    impurities, sites = occupied.sum(axis=(1, 2)), occupied[0].size
    expected = impurities * part["impurity_energy"] ** 2 + BONDS * sites
    return pd.DataFrame(
        {
            "sample": numbers,
            DOS: density,
            "trace": np.abs(first - impurities * part["impurity_energy"]) / expected,
            "second_moment": np.abs(second / expected - 1),
            "resolved": False,
        }
    )


def _by_levels(
    occupied: np.ndarray, impurity_energy: float, energy: float, width: float
) -> np.ndarray:
    """Return density of states, sum of levels and of their squares of flakes (n, N, N), (3, n)."""
    levels = np.linalg.eigvalsh(hamiltonians(occupied, impurity_energy))
    density = (width / np.pi / ((energy - levels) ** 2 + width**2)).mean(axis=1)
    return np.stack([density, levels.sum(axis=1), (levels**2).sum(axis=1)])


def hamiltonians(occupied: np.ndarray, impurity_energy: float) -> np.ndarray:
    """Return Hamiltonians (n, N N, N N), in t, of flakes (n, N, N), N > 2; sites row by row."""
    n, side, _ = occupied.shape
    sites = np.arange(side**2).reshape(side, side)
    found = np.zeros((side**2, side**2))
    for axis in (0, 1):
        for step in (1, -1):
            found[sites.ravel(), np.roll(sites, step, axis).ravel()] = -1
    found = np.repeat(found[None], n, axis=0)
    found[:, sites.ravel(), sites.ravel()] += impurity_energy * occupied.reshape(n, -1)
    return found


def _by_kwant(
    occupied: np.ndarray, impurity_energy: float, energy: float, width: float
) -> np.ndarray:
    import kwant

    side = occupied.shape[1]
    lattice = kwant.lattice.square(norbs=1)
    flake = kwant.Builder()
    sites = {(i, j): lattice(i, j) for i in range(side) for j in range(side)}
    flake[sites.values()] = lambda site, raised: impurity_energy * raised[tuple(site.tag)]
    for (i, j), site in sites.items():
        for neighbour in ((i + 1) % side, j), (i, (j + 1) % side):
            flake[site, sites[neighbour]] = -1
    system, found = flake.finalized(), []
    for raised in occupied:
        hamiltonian = system.hamiltonian_submatrix(params={"raised": raised})
        inverse = np.linalg.inv((energy + 1j * width) * np.eye(side**2) - hamiltonian)
        density = -np.trace(inverse).imag / np.pi / side**2
        moments = np.trace(hamiltonian).real, np.trace(hamiltonian @ hamiltonian).real
        found.append((density, *moments))
    return np.transpose(found)
