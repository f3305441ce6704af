r"""Classical conductance of a deformed flake: the rays of its local tight-binding Hamiltonian.

Where hoppings h_j of the three bond directions δ_j change slowly, an electron of energy E follows

.. math:: H(r, k) = \Big|\sum_j h_j(r) e^{i k·δ_j}\Big| = E, \quad
    \dot r = \partial H / \partial k, \quad \dot k = -\partial H / \partial r.

Strain bends the rays as a magnetic field of opposite sign would in the two valleys; the warping of
the bands at higher energies is included. Rays enter on the left, evenly over the phase space
(y, k_y), of which each mode of the lead has 2π. The edges of a zigzag ribbon reflect them, and
keep E and k_x. The share that leaves on the right, times the number of modes, is the classical
conductance. Nothing is fitted, and nothing interferes or tunnels.
"""

import functools

import numba
import numpy as np
import pandas as pd
from scipy.stats import qmc

from hamlearn import progress
from hamlearn.bubbles.ensemble import Ensemble
from hamlearn.bubbles.solver import BOND, DECAY, DIRECTIONS, hopping
from hamlearn.bubbles.surface import height_map
from hamlearn.transport import brickwall

VALLEYS = (-4 * np.pi / 3, 4 * np.pi / 3)
"""k_x a of K (2π/3 up to a reciprocal lattice vector) and of K'."""
CELLS = 200
"""Of the map of the hoppings, along each side."""
STEP = 0.0125
"""Of the integration, in sides of the flake per velocity a t/ħ."""
LONGEST = 15.0
"""Rays that take longer, likewise, are trapped, and count half."""
RIGHT, LEFT, TRAPPED = 1.0, 0.0, 0.5
compiled = numba.njit(cache=True, fastmath=True)


def classical(
    ensemble: Ensemble, first: int, rays: int, decay: float = DECAY, label: str | None = None
) -> pd.DataFrame:
    """Return the classical conductance of an ensemble (or a slice that begins at sample `first`).

    Returns
    -------
    DataFrame
        sample; `rays_k` and `rays_kp`, the shares of :func:`transmitted`; `classical`, the
        conductance n f_K + (n + 1) f_K' in 2e²/h, where the lead has 2n + 1 modes.
    """
    rows = []
    _, across = brickwall.shape(ensemble.side, ensemble.side)
    modes = brickwall.open_modes(across, ensemble.energy)
    for i in progress.track(range(len(ensemble)), label):
        flake = (ensemble.sample(i), ensemble.side, ensemble.side, CELLS, ensemble.kind)
        shares = transmitted(height_map(*flake), ensemble.energy[i], ensemble.side, rays, decay)
        of_valley = (modes[i] - 1) / 2 + np.array([0, 1])
        rows.append((first + i, *shares, shares @ of_valley))
    return pd.DataFrame(rows, columns=["sample", "rays_k", "rays_kp", "classical"])


def transmitted(
    heights: np.ndarray, energy: float, side: float, rays: int = 256, decay: float = DECAY
) -> np.ndarray:
    """Return the share of the rays of K and K' that cross a square flake, (2,), from 0 to 1.

    Parameters
    ----------
    heights : (CELLS, CELLS) in a, at the centres of the cells, [i, j] at (x_i, y_j)
    energy : float
        In t, between 0 and 1.
    side : float
        Of the flake, in a.
    rays : int
        In each valley, a power of two.
    decay : float
        3.37 of eq. (2).

    Raises
    ------
    ValueError
        For another shape of the map, or an energy outside the window.
    """
    heights = np.asarray(heights, dtype=float)
    if heights.shape != (CELLS, CELLS):
        raise ValueError(f"heights: shape {heights.shape}, expected ({CELLS}, {CELLS})")
    if not 0 < energy < 1:
        raise ValueError(f"energy: {energy} t is outside the window 0 < E < 1 t")
    field = hopping_field(heights, side, decay)
    started = entering(energy, side, rays)
    ended, _ = trace(field, side, started.reshape(-1, 4))
    return ended.reshape(2, rays).mean(axis=1)


def hopping_field(heights: np.ndarray, side: float, decay: float = DECAY) -> np.ndarray:
    """Return h_j, ∂h_j/∂x and ∂h_j/∂y, j = 1 to 3, of a map (p, p) of a flake, (p, p, 9)."""
    spacing = side / len(heights)
    slopes = np.stack(np.gradient(heights, spacing), axis=-1)
    found = hopping(BOND * slopes @ DIRECTIONS.T, decay)
    along, across = np.gradient(found, spacing, axis=(0, 1))
    return np.concatenate([found, along, across], axis=-1).astype(np.float32)


def entering(energy: float, side: float, rays: int) -> np.ndarray:
    """Return x, y in a, k_x, k_y in 1/a of rays that enter on the left, (2, rays, 4), by valley."""
    evenly = _evenly(rays)
    found = np.empty((2, rays, 4))
    for valley, centre in enumerate(VALLEYS):
        kx, ky = right_movers(energy, centre)
        found[valley, :, 0] = -side / 2
        found[valley, :, 1] = (evenly[:, 0] - 0.5) * side
        found[valley, :, 3] = ky[0] + evenly[:, 1] * (ky[-1] - ky[0])
        found[valley, :, 2] = np.interp(found[valley, :, 3], ky, kx)
    return found


@functools.cache
def _evenly(points: int) -> np.ndarray:
    return qmc.Sobol(2, seed=0).random(points)


@compiled
def right_movers(energy, centre, angles=360):
    """Return k_x, k_y (rising) of the contour H = E of a flat sheet around a valley, moving right.

    Each from a bisection along a ray from the valley's centre.
    """
    kx, ky, number = np.empty(angles), np.empty(angles), 0
    for i in range(angles):
        angle = 2 * np.pi * (i + 0.5) / angles - np.pi
        low, high = 0.0, 1.2  # below the saddle at E = t
        for _ in range(30):
            middle = (low + high) / 2
            found = _flat(centre + middle * np.cos(angle), middle * np.sin(angle))
            low, high = (middle, high) if found < energy else (low, middle)
        x, y = centre + low * np.cos(angle), low * np.sin(angle)
        if _flat(x + 1e-4, y) > _flat(x - 1e-4, y):
            kx[number], ky[number], number = x, y, number + 1
    order = np.argsort(ky[:number])
    return kx[:number][order], ky[:number][order]


@compiled
def _flat(kx, ky):
    """Return H of a flat sheet."""
    c = 2 * np.cos(kx / 2)
    return np.sqrt(max(0.0, 1 + c * c + 2 * c * np.cos(1.5 * BOND * ky)))


@compiled
def trace(field, side, started, step=STEP, longest=LONGEST):
    """Follow rays until they leave.

    Parameters
    ----------
    field : (p, p, 9) of :func:`hopping_field`
    side : float
    started : (n, 4) x, y, k_x, k_y

    Returns
    -------
    ended : (n,) RIGHT, LEFT or TRAPPED
    last : (n, 4) where they were then
    """
    ended, last = np.full(len(started), TRAPPED), started.copy()
    work = np.empty((6, 9))
    for n in range(len(started)):
        for _ in range(int(longest / step)):
            _advance(field, side, last[n], step * side, work)
            if abs(last[n, 0]) > side / 2:
                ended[n] = RIGHT if last[n, 0] > 0 else LEFT
                break
    return ended, last


@compiled
def path(field, side, start, step=STEP, longest=LONGEST):
    """Return the places (m, 2) of one ray, x, y, k_x, k_y (4,) at its start, until it leaves."""
    ray, work = start.copy(), np.empty((6, 9))
    places = np.empty((int(longest / step) + 1, 2))
    places[0] = ray[:2]
    for m in range(1, len(places)):
        _advance(field, side, ray, step * side, work)
        places[m] = ray[:2]
        if abs(ray[0]) > side / 2:
            return places[: m + 1]
    return places


@compiled
def _advance(field, side, ray, dt, work):
    """Move a ray by one step of the classical Runge-Kutta method, and turn it at an edge."""
    h, trial = work[0], work[1, :4]
    k1, k2, k3, k4 = work[2, :4], work[3, :4], work[4, :4], work[5, :4]
    _motion(field, side, ray, h, k1)
    for i in range(4):
        trial[i] = ray[i] + dt / 2 * k1[i]
    _motion(field, side, trial, h, k2)
    for i in range(4):
        trial[i] = ray[i] + dt / 2 * k2[i]
    _motion(field, side, trial, h, k3)
    for i in range(4):
        trial[i] = ray[i] + dt * k3[i]
    _motion(field, side, trial, h, k4)
    for i in range(4):
        ray[i] += dt / 6 * (k1[i] + 2 * k2[i] + 2 * k3[i] + k4[i])
    if abs(ray[1]) > side / 2:
        _reflect(field, side, ray, h)


@compiled
def _motion(field, side, ray, h, rate):
    """Write velocity and force, (4,), at a point of phase space into `rate`."""
    _look_up(field, side, ray[0], ray[1], h)
    a, b = 0.5 * ray[2], 0.5 * BOND * ray[3]
    c1, c2, c3 = np.cos(a - b), np.cos(a + b), np.cos(2 * b)
    s1, s2, s3 = np.sin(a - b), -np.sin(a + b), np.sin(2 * b)
    re = h[0] * c1 + h[1] * c2 + h[2] * c3
    im = h[0] * s1 + h[1] * s2 + h[2] * s3
    energy = np.sqrt(re * re + im * im)
    w1, w2, w3 = im * c1 - re * s1, im * c2 - re * s2, im * c3 - re * s3
    g1, g2, g3 = re * c1 + im * s1, re * c2 + im * s2, re * c3 + im * s3
    rate[0] = 0.5 * (h[0] * w1 - h[1] * w2) / energy
    rate[1] = BOND * (h[2] * w3 - 0.5 * (h[0] * w1 + h[1] * w2)) / energy
    rate[2] = -(h[3] * g1 + h[4] * g2 + h[5] * g3) / energy
    rate[3] = -(h[6] * g1 + h[7] * g2 + h[8] * g3) / energy


@compiled
def _look_up(field, side, x, y, h):
    """Write hoppings and derivatives at a place, by linear interpolation, into `h`."""
    cells = len(field)
    u = min(max((x / side + 0.5) * cells - 0.5, 0.0), cells - 1.001)
    v = min(max((y / side + 0.5) * cells - 0.5, 0.0), cells - 1.001)
    i, j = int(u), int(v)
    p, q = u - i, v - j
    for n in range(9):
        near = (1 - q) * field[i, j, n] + q * field[i, j + 1, n]
        far = (1 - q) * field[i + 1, j, n] + q * field[i + 1, j + 1, n]
        h[n] = (1 - p) * near + p * far


@compiled
def _reflect(field, side, ray, h):
    """Turn a ray at an edge: to the other k_y of the same k_x, valley and energy.

    With C = h_1 e^{i k_x/2} + h_2 e^{-i k_x/2}, H² goes with cos(3 k_y/2√3 - arg C).
    """
    edge = side / 2 if ray[1] > 0 else -side / 2
    ray[1] = 2 * edge - ray[1]
    _look_up(field, side, ray[0], edge, h)
    re, im = (h[0] + h[1]) * np.cos(ray[2] / 2), (h[0] - h[1]) * np.sin(ray[2] / 2)
    ray[3] = 2 * np.arctan(im / re) / (1.5 * BOND) - ray[3]
