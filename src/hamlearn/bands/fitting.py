"""Coefficients of the tight-binding model that fit given bands and levels, without a network."""

from functools import cache
from typing import NamedTuple

import numpy as np
from scipy import linalg, optimize, sparse

from hamlearn.bands import brillouin, tight_binding
from hamlearn.bands.irreps import DIMENSION, Levels, by_irrep


class Fit(NamedTuple):
    """Coefficients (245,) and the root mean square of the deviations of bands, in V_max."""

    coefficients: np.ndarray
    rms: float


def start(levels: Levels, rng: np.random.Generator) -> np.ndarray:
    """Return coefficients (245,): on-site energies spread above the lowest level, weak hopping."""
    bottom = levels.energies.min()
    on_site = np.concatenate([bottom + 0.3 * np.arange(n) for n in tight_binding.NUMBERS])
    hopping = rng.normal(scale=0.02, size=tight_binding.COEFFICIENTS - len(on_site))
    return np.concatenate([on_site, hopping])


def fit(
    bands: np.ndarray,
    k: np.ndarray,
    levels: Levels,
    steps: int = 350,
    local: float = 0.1,
    seed: int = 0,
) -> Fit:
    """Fit one band structure by L-BFGS, with the cost of App. C for it alone.

    Parameters
    ----------
    bands : array (m, count)
        In V_max, ascending.
    k : array (m, 2)
    levels : Levels
        Of one sample; their weight is `local`.
    steps : int
        At most.
    seed : int
        Of the hoppings to start from.
    """
    waves = tight_binding.waves(k)
    energies, present = (one[0] for one in by_irrep(levels))

    def cost(coefficients: np.ndarray) -> tuple[float, np.ndarray]:
        value, gradient = band_cost(coefficients, waves, bands)
        more, slope = level_cost(coefficients, energies, present)
        return value + local * more, gradient + local * slope

    first = start(levels, np.random.default_rng(seed))
    found = optimize.minimize(
        cost, first, jac=True, method="L-BFGS-B", options={"maxiter": steps, "maxcor": 30}
    ).x
    return Fit(found, float(np.sqrt(band_cost(found, waves, bands)[0])))


def refined(
    coefficients: np.ndarray,
    bands: np.ndarray,
    k: np.ndarray,
    levels: Levels,
    steps: int = 20,
    local: float = 0.1,
) -> Fit:
    """Fit as :func:`fit`, from coefficients (245,) nearby, by the steps of Levenberg-Marquardt."""
    first = np.unique(brillouin.distinct(k)[1], return_index=True)[1]
    waves, bands = tight_binding.waves(k[first]), bands[first]
    energies, present = (one[0] for one in by_irrep(levels))

    def apart(found: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        own = _apart(found, waves, bands), _levels_apart(found, energies, present)
        residuals, slopes = zip(*own, strict=True)
        weight = np.repeat([1, np.sqrt(local)], [len(one) for one in residuals])
        return weight * np.concatenate(residuals), weight[:, None] * np.concatenate(slopes)

    found, damping = np.array(coefficients, dtype=np.float64), 1e-5
    residual, slope = apart(found)
    for _ in range(steps):
        normal, downhill = slope.T @ slope, -slope.T @ residual
        step = linalg.solve(normal + damping * np.eye(len(found)), downhill, assume_a="pos")
        tried = apart(found + step)
        better = tried[0] @ tried[0] < residual @ residual
        damping = max(1e-9, damping * (0.2 if better else 10))
        if better:
            found, (residual, slope) = found + step, tried
    return Fit(found, float(np.sqrt(band_cost(found, waves, bands)[0])))


def _apart(
    coefficients: np.ndarray, waves: np.ndarray, bands: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return deviations whose squares sum up to :func:`band_cost`, (r,), and slopes (r, 245)."""
    size, (number, count) = tight_binding.ORBITALS, bands.shape
    parts = (coefficients @ _flat()).reshape(7, -1)
    found, states = np.linalg.eigh((waves @ parts).reshape(-1, size, size))
    states = states[..., :count]
    density = np.einsum("mib,mjb->mbij", states, states).reshape(number, count, 1, -1)
    moved = (waves[:, None, :, None] * density).reshape(number * count, -1)
    slope = (_sparse() @ moved.T).T / np.sqrt(bands.size)
    return (found[:, :count] - bands).ravel() / np.sqrt(bands.size), slope


def _levels_apart(
    coefficients: np.ndarray, energies: np.ndarray, present: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return deviations whose squares sum up to :func:`level_cost`, (r,), and slopes (r, 245)."""
    residuals, slopes = [np.zeros(0)], [np.zeros((0, len(coefficients)))]
    for irrep, tensor in enumerate(tight_binding.block_tensors()):
        number, times = int(present[irrep].sum()), DIMENSION[irrep]
        if number:
            found, states = np.linalg.eigh(np.tensordot(coefficients, tensor, 1))
            pairs = states[:, : number * times].T.reshape(number, times, -1)
            density = np.einsum("nti,ntj->nij", pairs, pairs) / times
            found = found[: number * times].reshape(number, times).mean(axis=1)
            residuals.append((found - energies[irrep, :number]) / np.sqrt(number))
            slopes.append(np.tensordot(density, tensor, ((1, 2), (1, 2))) / np.sqrt(number))
    return np.concatenate(residuals), np.concatenate(slopes)


def band_cost(
    coefficients: np.ndarray, waves: np.ndarray, bands: np.ndarray
) -> tuple[float, np.ndarray]:
    """Return the mean square deviation of bands, eq. (2), and its gradient (245,).

    `waves` (m, 7) is from :func:`tight_binding.waves`, `bands` (m, count) is the target.
    """
    parts = (coefficients @ _flat()).reshape(7, -1)
    size = tight_binding.ORBITALS
    found, states = np.linalg.eigh((waves @ parts).reshape(-1, size, size))
    count = bands.shape[1]
    apart, states = found[:, :count] - bands, states[..., :count]
    density = (states * apart[:, None]) @ np.swapaxes(states, 1, 2)
    slope = _flat() @ (waves.T @ density.reshape(len(waves), -1)).ravel()
    return float(np.mean(apart**2)), 2 / apart.size * slope


def level_cost(
    coefficients: np.ndarray, energies: np.ndarray, present: np.ndarray
) -> tuple[float, np.ndarray]:
    """Return the sum over irreps of the mean square deviation of levels, and its gradient (245,).

    `energies` and `present` (8, slots) are from :func:`irreps.by_irrep`.
    """
    value, slope = 0.0, np.zeros(tight_binding.COEFFICIENTS)
    for irrep, tensor in enumerate(tight_binding.block_tensors()):
        number = int(present[irrep].sum())
        if not number:
            continue
        times = DIMENSION[irrep]
        found, states = np.linalg.eigh(np.tensordot(coefficients, tensor, 1))
        states = states[:, : number * times]
        found = found[: number * times].reshape(number, times).mean(axis=1)
        apart = found - energies[irrep, :number]
        density = (states * apart.repeat(times) / times) @ states.T
        value += float(np.mean(apart**2))
        slope += 2 / number * np.tensordot(tensor, density, 2)
    return value, slope


def _flat() -> np.ndarray:
    return tight_binding.tensor().reshape(tight_binding.COEFFICIENTS, -1)


@cache
def _sparse() -> sparse.csr_matrix:
    return sparse.csr_matrix(_flat())
