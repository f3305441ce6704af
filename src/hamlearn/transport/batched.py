"""Exact transmission of many zigzag graphene flakes at once, for an accelerator.

Lattice, leads and scattering matrices are those of :mod:`hamlearn.transport.brickwall`, by the
recursion of Green's functions in complex arithmetic. Column by column, with A_m = E - h_m (and -Σ
where a lead begins), the diagonal coupling w_m, and Y_0 = Vᵀ of the open modes of the left lead,

    g_m = (A_m - w_{m-1} g_{m-1} w_{m-1})⁻¹,   Z_m = Y_m g_m,   Y_{m+1} = -Z_m w_m.

Z_m is VᵀG_1m, and VᵀG_11V is the sum of all Z_m Y_mᵀ, so that t = i(Z V)ᵀ and r = -1 + i VᵀG_11V.
That is more arithmetic than a block of columns in one step, but none of it depends on the values,
and so it runs as a few thousand operations on arrays (flakes, rows, rows). It is written once for
libraries with NumPy's functions, and tested with NumPy and JAX.
"""

from collections.abc import Sequence
from types import ModuleType
from typing import Any

import numpy as np

from hamlearn.transport.brickwall import Scattering, lead_modes


def scatter_many(
    w: np.ndarray, v: np.ndarray, energies: Sequence[float], xp: ModuleType = np
) -> list[Scattering]:
    """Scatter the modes of flat leads at n flakes of one shape, each at its own energy.

    Parameters
    ----------
    w : (n, columns - 1, rows) bonds along x, positive, in t (hopping -w); rows odd
    v : (n, columns, rows - 1) bonds along y, 0 where there is none
    energies : (n,) in t, 0 < energy < 1
    xp : the library that computes, in double precision (of JAX, `jax_enable_x64` must be set)

    Returns
    -------
    list of n Scattering, with |R + T - N| for an error
    """
    modes = [lead_modes(v.shape[2] + 1, float(energy)) for energy in energies]
    most = max(lead.ports.shape[1] for lead in modes)
    padded = [np.pad(lead.ports, ((0, 0), (0, most - lead.ports.shape[1]))) for lead in modes]
    ports = np.stack(padded)
    sigma = np.stack([lead.real - 0.5j * (lead.ports @ lead.ports.T) for lead in modes])
    z, k = _responses(*(xp.asarray(array) for array in (w, v, energies, ports, sigma)), xp)
    found = zip(np.asarray(z), np.asarray(k), modes, strict=True)
    return [_scattering(z, k, lead.in_valley_k) for z, k, lead in found]


def _responses(w: Any, v: Any, energies: Any, ports: Any, sigma: Any, xp: ModuleType) -> tuple:
    """Return V_1ᵀ G_1L V_L and V_1ᵀ G_11 V_1, both (n, N, N), of the whole flakes."""
    columns, rows = v.shape[1], v.shape[2] + 1
    one = xp.eye(rows)
    last = slice(None, None, -1 if columns % 2 == 0 else 1)  # an odd column sees rows reversed
    source, k, coupled = xp.swapaxes(ports, 1, 2), 0.0, 0.0
    for m in range(columns):
        a = energies[:, None, None] * one + _rungs(v[:, m], xp) - coupled
        if m == 0:
            a = a - sigma
        if m == columns - 1:
            a = a - sigma[:, last, last]
        g = xp.linalg.inv(a)
        z = source @ g
        k = k + z @ xp.swapaxes(source, 1, 2)
        if m < columns - 1:
            coupled = w[:, m, :, None] * g * w[:, m, None, :]
            source = -z * w[:, m, None, :]
    return z @ ports[:, last], k


def _rungs(v: Any, xp: ModuleType) -> Any:
    """Return the bonds within a column, (n, rows - 1), as matrices -h, (n, rows, rows)."""
    n, between = v.shape
    above = xp.concatenate([xp.zeros((n, 1)), v], axis=1)[:, None, :] * xp.eye(between + 1, k=1)
    return above + xp.swapaxes(above, 1, 2)


def _scattering(z: np.ndarray, k: np.ndarray, in_valley_k: np.ndarray) -> Scattering:
    number = len(in_valley_k)
    transmission = np.abs(z[:number, :number].T) ** 2
    reflection = float((np.abs(1j * k[:number, :number] - np.eye(number)) ** 2).sum())
    error = abs(reflection + transmission.sum() - number)
    return Scattering(transmission, reflection, in_valley_k, float(error))
