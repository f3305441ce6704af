"""Conductance of disordered quantum wires: G = G0 T (paper eq. 2), G0 = 2e²/h.

`solve` and `conductance` use the exact batched solver of `hamlearn.transport.square`;
`solve_by_kwant` and `conductance_kwant` solve the same problem by Kwant alone. Any energy with
|E| < 4 t is solved: where no mode of the leads is open, G = 0, and a mode on the edge of its
subband, without velocity, carries nothing (`hamlearn.transport.square`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from hamlearn import maps
from hamlearn.transport.kwant_square import kwant_transmission
from hamlearn.transport.square import open_modes, transmission

UNITARITY = 1e-6


@dataclass(frozen=True)
class Solution:
    """Conductances of an ensemble, each with its check.

    Attributes
    ----------
    conductance : (n, m) in G0
    unitarity : (n, m) |R + T - N|, N open modes
    resolved : (n, m) bool, samples solved again by the complex recursion or by Kwant
    """

    conductance: np.ndarray
    unitarity: np.ndarray
    resolved: np.ndarray


def joined(parts: Sequence[Solution]) -> Solution:
    """Return solutions of samples that follow on one another as one."""
    names = [field.name for field in fields(Solution)]
    return Solution(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


def _checked(onsite, energies) -> tuple[np.ndarray, np.ndarray]:
    onsite = maps.unmasked("onsite", onsite)
    if onsite.ndim != 3:
        raise ValueError(
            f"onsite: expected 3 axes (samples, length, width), got shape {onsite.shape}"
        )
    if onsite.dtype.kind not in "fiub":
        raise ValueError(f"onsite: expected real numbers, got {onsite.dtype}")
    if 0 in onsite.shape[1:]:
        raise ValueError(f"onsite: length and width must be at least 1, got shape {onsite.shape}")
    onsite = onsite.astype(float)
    bad = np.argwhere(~np.isfinite(onsite))
    if len(bad):
        where = tuple(int(i) for i in bad[0])
        raise ValueError(f"onsite: sample, column, row {where} is {onsite[where]}, not finite")
    energies = maps.unmasked("energies", energies)
    if energies.ndim > 1 or energies.dtype.kind not in "fiu":
        raise ValueError(f"energies: expected a list of real numbers, got {energies!r}")
    energies = np.atleast_1d(energies).astype(float)
    for energy in energies:
        if not abs(energy) < 4:
            raise ValueError(f"energies: {energy} t is outside the band |E| < 4 t")
    return onsite, energies


def _passes(t, r, modes) -> np.ndarray:
    slack = UNITARITY
    return (np.abs(t + r - modes) < UNITARITY) & (t >= -slack) & (t <= modes + slack)


def _by_kwant(onsite, energy, modes, number) -> tuple[float, float]:
    try:
        t, r = kwant_transmission(onsite, energy)
    except (RuntimeError, ArithmeticError, np.linalg.LinAlgError) as error:
        raise RuntimeError(f"sample {number} at E = {energy} t: Kwant fails: {error}") from error
    if not _passes(t, r, modes):
        raise RuntimeError(
            f"sample {number} at E = {energy} t: T = {t}, R = {r} by Kwant, but {modes} open modes"
        )
    return t, r


def solve(onsite, energies, numbers: Sequence[int] | None = None) -> Solution:
    """Conductance of every sample at every energy, each one checked as it is made.

    Parameters
    ----------
    onsite : (n, length, width) on-site energies in t, axis 1 along transport
    energies : (m,) energies in t, |E| < 4
    numbers : (n,) what errors call the samples, default 0 to n - 1

    Returns
    -------
    Solution with arrays (n, m)

    Raises
    ------
    ValueError
        One line that names the argument and the value that is wrong.
    RuntimeError
        A sample fails |R + T - N| < 1e-6 or 0 ≤ T ≤ N by every method.
    """
    onsite, energies = _checked(onsite, energies)
    numbers = range(len(onsite)) if numbers is None else numbers
    shape = (len(onsite), len(energies))
    conductance, unitarity = np.empty(shape), np.empty(shape)
    resolved = np.zeros(shape, dtype=bool)
    for k, energy in enumerate(energies.tolist()):
        modes = int(open_modes(onsite.shape[2], energy)[0])
        t, r, resolved[:, k] = transmission(onsite, energy)
        for j in np.flatnonzero(~_passes(t, r, modes)):
            t[j], r[j] = _by_kwant(onsite[j], energy, modes, numbers[j])
            resolved[j, k] = True
        conductance[:, k], unitarity[:, k] = t, np.abs(t + r - modes)
    return Solution(conductance, unitarity, resolved)


def solve_by_kwant(onsite, energies, numbers: Sequence[int] | None = None) -> Solution:
    """The same as :func:`solve`, by Kwant alone; `resolved` is false throughout."""
    onsite, energies = _checked(onsite, energies)
    numbers = range(len(onsite)) if numbers is None else numbers
    shape = (len(onsite), len(energies))
    t, r = np.empty(shape), np.empty(shape)
    modes = open_modes(onsite.shape[2], energies)
    for j, k in np.ndindex(shape):
        t[j, k], r[j, k] = _by_kwant(onsite[j], float(energies[k]), int(modes[k]), numbers[j])
    return Solution(t, np.abs(t + r - modes), np.zeros(shape, dtype=bool))


def conductance(onsite, energies) -> np.ndarray:
    """Conductance (n, m) in G0 of on-site energies (n, length, width) at energies (m,), in t."""
    return solve(onsite, energies).conductance


def conductance_kwant(onsite, energies) -> np.ndarray:
    """The same as `conductance`, by Kwant alone: one finalized system, one solve per sample."""
    return solve_by_kwant(onsite, energies).conductance
