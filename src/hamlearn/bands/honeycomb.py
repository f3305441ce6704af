"""A honeycomb of six sites a cell: the target bands of the inverse design (Fig. 4)."""

import numpy as np

from hamlearn.bands import brillouin

SITES = 6
NEIGHBOURS = np.array([(1, 0), (0, 1), (-1, 1), (-1, 0), (0, -1), (1, -1)])
"""Lattice vectors, in a1 and a2, by angle: site i lies along vector i from the centre."""


def hamiltonian(
    k: np.ndarray,
    on_site: float,
    inside: float,
    between: float,
    second_inside: float = 0.0,
    second_between: float = 0.0,
) -> np.ndarray:
    """Return H(k) of six sites at the corners of a hexagon: complex (m, 6, 6).

    Parameters
    ----------
    k : array (m, 2)
        In fractions of b1 and b2.
    on_site : float
        ω_0; all energies in V_max.
    inside, between : float
        J to the two neighbours in the hexagon, J' to the one in the next; negative for wells. At
        J = J' the cell is three times that of graphene.
    second_inside, second_between : float
        Hoppings to second neighbours: two in the hexagon, four in the next ones.
    """
    phases = np.exp(2j * np.pi * brillouin.checked(k) @ NEIGHBOURS.T)
    found = np.zeros((len(phases), SITES, SITES), dtype=complex)
    for site in range(SITES):
        ahead, behind, opposite = ((site + step) % SITES for step in (1, -1, 3))
        found[:, site, site] = on_site
        found[:, site, [ahead, behind]] += inside
        found[:, site, [(site + 2) % SITES, (site - 2) % SITES]] += second_inside
        # over the bond along vector `site` to `opposite` of the next cell, and on from there
        found[:, site, opposite] += between * phases[:, site]
        for end in ((opposite + 1) % SITES, (opposite - 1) % SITES):
            found[:, site, end] += second_between * phases[:, site]
        # in the hexagon, then over a neighbour's bond
        for through in (ahead, behind):
            end = (through + 3) % SITES
            found[:, site, end] += second_between * phases[:, through]
    return found


def bands(k: np.ndarray, *energies: float) -> np.ndarray:
    """Return the six bands (m, 6) in V_max; arguments as of :func:`hamiltonian`."""
    return np.linalg.eigvalsh(hamiltonian(k, *energies))
