"""Conductance of disordered quantum wires: G = G0 T (paper eq. 2), G0 = 2e²/h.

`solve` and `conductance` use the exact batched solver of `hamlearn.transport.square`;
`conductance_kwant` solves the same problem by Kwant alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

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


def _checked(onsite, energies) -> tuple[np.ndarray, np.ndarray]:
    onsite = np.asarray(onsite)
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
    energies = np.asarray(energies)
    if energies.ndim > 1 or energies.dtype.kind not in "fiu":
        raise ValueError(f"energies: expected a list of real numbers, got {energies!r}")
    energies = np.atleast_1d(energies).astype(float)
    width = onsite.shape[2]
    for energy in energies:
        if not abs(energy) < 4:
            raise ValueError(f"energies: {energy} t is outside the band |E| < 4 t")
        if open_modes(width, energy)[0] == 0:
            raise ValueError(f"energies: no mode of a lead of width {width} is open at {energy} t")
    return onsite, energies


def _passes(t, r, modes) -> np.ndarray:
    slack = UNITARITY
    return (np.abs(t + r - modes) < UNITARITY) & (t >= -slack) & (t <= modes + slack)


def solve(onsite, energies) -> Solution:
    """Conductance of every sample at every energy, each one checked as it is made.

    Parameters
    ----------
    onsite : (n, length, width) on-site energies in t, axis 1 along transport
    energies : (m,) energies in t, |E| < 4 with at least one open mode

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
    shape = (len(onsite), len(energies))
    conductance, unitarity = np.empty(shape), np.empty(shape)
    resolved = np.zeros(shape, dtype=bool)
    for k, energy in enumerate(energies.tolist()):
        modes = int(open_modes(onsite.shape[2], energy)[0])
        t, r, resolved[:, k] = transmission(onsite, energy)
        for j in np.flatnonzero(~_passes(t, r, modes)):
            t[j], r[j] = kwant_transmission(onsite[j], energy)
            resolved[j, k] = True
            if not _passes(t[j], r[j], modes):
                raise RuntimeError(
                    f"sample {j} at E = {energy} t: T = {t[j]}, R = {r[j]}, but {modes} open modes"
                )
        conductance[:, k], unitarity[:, k] = t, np.abs(t + r - modes)
    return Solution(conductance, unitarity, resolved)


def conductance(onsite, energies) -> np.ndarray:
    """Conductance (n, m) in G0 of on-site energies (n, length, width) at energies (m,), in t."""
    return solve(onsite, energies).conductance


def conductance_kwant(onsite, energies) -> np.ndarray:
    """The same as `conductance`, by Kwant alone: one finalized system, one solve per sample."""
    onsite, energies = _checked(onsite, energies)
    return np.array(
        [
            [kwant_transmission(sample, energy)[0] for energy in energies.tolist()]
            for sample in onsite
        ]
    ).reshape(len(onsite), len(energies))
