"""Folded plane waves: a small real Hamiltonian of k for each image, from nothing but the image.

Inner plane waves are those of a disc about Γ; those of the ring around it are folded in (Löwdin).
At energies E near the middle of the potential, (v_min + v_max) / 2, which is also the potential
among outer waves, these contribute to first order in E

    W - E' S,  W = -Σ_G V|k+G> (1/T_G) <k+G|V,  S = Σ_G V|k+G> (1/T_G²) <k+G|V,

with T_G = |k+G|²/256 and E' = E - middle. In an orthonormal basis that is
H(k) = H_0 + W - {S, H_0 + W - middle} / 2.
"""

import numpy as np

from hamlearn.bands import brillouin, image, waves

CUTOFF = waves.Cutoff(3.0, 16.0)
"""37 inner plane waves, 931 in all."""


def hamiltonian(images: np.ndarray, k: np.ndarray, cutoff: waves.Cutoff = CUTOFF) -> np.ndarray:
    """Return H(k) between inner plane waves: float64 (n, m, d, d), real symmetric, in V_max.

    Levels at k and at k turned by 60° are equal; pairs at K split, as the disc is one about Γ.

    Parameters
    ----------
    images : array (n, L, L) in [0, 1]
        With the rotations of p6 about the origin, else ValueError.
    k : array (m, 2)
        In fractions of b1 and b2, in the first zone.
    cutoff : Cutoff
        Radii of the inner disc and of all waves.
    """
    images, k = image.checked(images), brillouin.checked(k)
    inner = waves.disc(np.zeros(2), cutoff.inner)
    outer = waves.disc(np.zeros(2), cutoff.outer)[len(inner) :]
    places = [waves.places(g[:, None] - inner, cutoff.reach) for g in (inner, outer)]
    free = [brillouin.KINETIC * brillouin.square(k[:, None] + g) for g in (inner, outer)]
    one = np.eye(len(inner))
    found = np.empty((len(images), len(k), len(inner), len(inner)))
    for sample, v in enumerate(images):
        among, between = (waves.potential(v, cutoff.reach)[place] for place in places)
        driven = between / free[1][..., None]
        middle = (float(v.min()) + float(v.max())) / 2
        relative = among + (free[0] - middle)[..., None] * one - between.T @ driven
        change = np.swapaxes(driven, 1, 2) @ driven @ relative
        found[sample] = relative + middle * one - (change + np.swapaxes(change, 1, 2)) / 2
    return found
