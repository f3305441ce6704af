"""Kwant reference for deformed graphene flakes: plain, and seconds per solve at 200 x 200 a."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import kwant
import numpy as np

from hamlearn.transport.brickwall import positions, shape

HONEYCOMB = kwant.lattice.general(
    [(1, 0), (0.5, np.sqrt(3) / 2)], [(0, 0), (0, 1 / np.sqrt(3))], norbs=1
)


def _hop(site_1, site_2, hopping):
    return hopping(site_1.pos, site_2.pos)


@lru_cache(maxsize=4)
def kwant_flake(length: int, width: int):
    """Return a finalized flake with two flat leads; parameter `hopping(r_1, r_2)`, in t.

    Positions are those of the infinite lattice; :func:`centre` is what to subtract from them.
    """
    x, y = positions(*shape(length, width))
    x_0, y_0 = centre(length, width)
    half_length, half_width = x.max() + 0.1, y.max() + 0.1  # less than to the next site

    def inside_width(position):
        return abs(position[1] - y_0) < half_width

    def inside(position):
        return abs(position[0] - x_0) < half_length and inside_width(position)

    flake = kwant.Builder()
    start = (np.round(x_0), np.round(y_0 * 2 / np.sqrt(3)) * np.sqrt(3) / 2)
    flake[HONEYCOMB.shape(inside, start)] = 0
    flake[HONEYCOMB.neighbors()] = _hop
    lead = kwant.Builder(kwant.TranslationalSymmetry((-1, 0)))
    lead[HONEYCOMB.shape(inside_width, start)] = 0
    lead[HONEYCOMB.neighbors()] = -1
    flake.attach_lead(lead)
    flake.attach_lead(lead.reversed())
    return flake.finalized()


def centre(length: int, width: int) -> np.ndarray:
    """Return what to subtract from Kwant's positions so that the flake is centred, (2,) in a."""
    x, y = positions(*shape(length, width))
    return np.array([-x[0, 0], -y[0, 0]])


def kwant_scatter(
    hopping: Callable, energy: float, length: int, width: int, solver=None
) -> tuple[np.ndarray, float, np.ndarray]:
    """Return mode-resolved transmission, total reflection, and the valleys, by Kwant alone.

    Parameters
    ----------
    hopping : callable of two positions (2,) of the centred flake, in a, returns t_ij in t
    energy : in t
    length, width : of the flake, in a
    solver : module of `kwant.solvers`, default the one that Kwant chooses

    Returns
    -------
    transmission : (N, N), [outgoing on the right, incoming on the left]
    reflection : float
    incoming_k, outgoing_k : (N,) bool, whether a mode is in valley K
    """
    origin = centre(length, width)

    def centred(r_1, r_2):
        return hopping(r_1 - origin, r_2 - origin)

    smatrix = (solver or kwant).smatrix(
        kwant_flake(length, width), energy, params={"hopping": centred}
    )
    transmission = np.abs(smatrix.submatrix(1, 0)) ** 2
    # Kwant measures momenta along each lead's own direction: -x on the left, +x on the right
    incoming, outgoing = (smatrix.lead_info[lead] for lead in (0, 1))
    incoming_k = -incoming.momenta[incoming.velocities < 0]
    outgoing_k = outgoing.momenta[outgoing.velocities > 0]
    valleys = [np.remainder(k, 2 * np.pi) < np.pi for k in (incoming_k, outgoing_k)]
    return transmission, float(smatrix.transmission(0, 0)), *valleys
