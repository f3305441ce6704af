"""Kwant reference for square-lattice wires: short, obviously right, about 15 to 70 ms per solve.

Kwant is imported when a wire is solved, so that machines without it can train on solved labels.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np


def _disorder(site, onsite):
    return onsite[site.tag[0], site.tag[1]]


@lru_cache(maxsize=16)
def kwant_system(length: int, width: int):
    """Finalized wire of `length` x `width` sites, hopping -1, clean leads; parameter `onsite`."""
    import kwant

    lattice = kwant.lattice.square(a=1, norbs=1)
    system = kwant.Builder()
    system[(lattice(i, j) for i in range(length) for j in range(width))] = _disorder
    system[lattice.neighbors()] = -1
    lead = kwant.Builder(kwant.TranslationalSymmetry((-1, 0)))
    lead[(lattice(0, j) for j in range(width))] = 0
    lead[lattice.neighbors()] = -1
    system.attach_lead(lead)
    system.attach_lead(lead.reversed())
    return system.finalized()


def kwant_transmission(onsite: np.ndarray, energy: float) -> tuple[float, float]:
    """T and R of one wire by Kwant; `onsite` (L, W) and `energy` in t."""
    import kwant

    onsite = np.asarray(onsite, dtype=float)
    system = kwant_system(*onsite.shape)
    smatrix = kwant.smatrix(system, energy, params={"onsite": onsite})
    return float(smatrix.transmission(1, 0)), float(smatrix.transmission(0, 0))
