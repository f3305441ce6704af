"""Kwant reference for square-lattice wires: short, obviously right, about 15 to 70 ms per solve.

Near the edge of a subband Kwant cannot tell an open mode from a closed one: two solutions of its
eigenvalue problem coincide there. Within `NEAR_EDGE` the leads are therefore those of
:mod:`hamlearn.transport.square`, in closed form, with its rule of what is open; Kwant solves the
wire between them.

Kwant is imported when a wire is solved, so that machines without it can train on solved labels.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from hamlearn.transport.square import LeadModes, lead_modes, probabilities

#: Distance of |x| from 1 (`hamlearn.transport.square.LeadModes`). With its own modes Kwant is
#: right within 2·10⁻¹⁰ there, at 10⁻¹³ within 4·10⁻⁸, and closer it miscounts open modes.
NEAR_EDGE = 1.0e-8


def _disorder(site, onsite):
    return onsite[site.tag[0], site.tag[1]]


@lru_cache(maxsize=16)
def kwant_system(length: int, width: int, closed_form: bool = False):
    """Finalized wire of `length` x `width` sites, hopping -1, clean leads; parameter `onsite`.

    Leads in closed form are self-energies, without modes of Kwant's own.
    """
    import kwant

    lattice = kwant.lattice.square(a=1, norbs=1)
    system = kwant.Builder()
    system[(lattice(i, j) for i in range(length) for j in range(width))] = _disorder
    system[lattice.neighbors()] = -1
    if closed_form:
        for end in (0, length - 1):
            touched = [lattice(end, j) for j in range(width)]
            system.leads.append(kwant.builder.SelfEnergyLead(_self_energy(width), touched, ()))
        return system.finalized()
    lead = kwant.Builder(kwant.TranslationalSymmetry((-1, 0)))
    lead[(lattice(0, j) for j in range(width))] = 0
    lead[lattice.neighbors()] = -1
    system.attach_lead(lead)
    system.attach_lead(lead.reversed())
    return system.finalized()


def _self_energy(width: int) -> Callable:
    def self_energy(energy, args=(), *, params=None):
        return lead_modes(width, energy).self_energy

    return self_energy


def kwant_transmission(onsite: np.ndarray, energy: float) -> tuple[float, float]:
    """T and R of one wire by Kwant; `onsite` (L, W) and `energy` in t."""
    import kwant

    onsite = np.asarray(onsite, dtype=float)
    modes = lead_modes(onsite.shape[1], energy)
    if np.abs(np.abs(modes.x) - 1).min() < NEAR_EDGE:
        return _between_leads_in_closed_form(onsite, energy, modes)
    smatrix = kwant.smatrix(kwant_system(*onsite.shape), energy, params={"onsite": onsite})
    return float(smatrix.transmission(1, 0)), float(smatrix.transmission(0, 0))


def _between_leads_in_closed_form(onsite, energy, modes: LeadModes) -> tuple[float, float]:
    """T and R by Kwant's Green's function between the end columns."""
    import kwant

    system = kwant_system(*onsite.shape, closed_form=True)
    green = kwant.greens_function(system, energy, params={"onsite": onsite})
    ports = np.sqrt(2) * np.kron(np.eye(2), modes.ports)
    t, r = probabilities((ports.T @ green.data @ ports)[None], modes)
    return float(t[0]), float(r[0])
