"""Bands of the group p6m by their parity under the mirror of a line of the zone (App. J, Fig. 6).

Along Γ-M, Γ-K and M-K a mirror leaves each wave vector as it is. A set of bands with as many odd
states at both ends of each line may be isolated there, (J1) to (J3); else bands of either parity
cross on it, in Dirac cones.
"""

import numpy as np

from hamlearn.bands import brillouin, image, waves

LINES = {
    "ΓM": (np.array([[0, 1], [1, 0]]), np.zeros(2)),
    "ΓK": (np.array([[1, 0], [1, -1]]), np.zeros(2)),
    "MK": (np.array([[0, -1], [-1, 0]]), np.ones(2)),
}
"""Of each line its mirror, and the reciprocal vector that takes the image of a point back to it."""
RADIUS = 9.0
"""Of the disc of plane waves, in |b1|."""


def levels(
    v: np.ndarray, k: np.ndarray, line: str, count: int = 7
) -> tuple[np.ndarray, np.ndarray]:
    """Return energies in V_max and parities 1 or -1 of the lowest bands on a line, both (m, count).

    In 290 plane waves, 1e-3 V_max above the bands of :mod:`hamlearn.bands.solver`.

    Parameters
    ----------
    v : array (L, L)
        An image of p6m: that of p6 which its own transpose is.
    k : array (m, 2)
        Wave vectors on the line.
    line : {"ΓM", "ΓK", "MK"}
    count : int

    Raises
    ------
    ValueError
        For an image without mirrors, or a wave vector that is not on the line.
    """
    (v,), k = image.checked(np.asarray(v)[None]), brillouin.checked(k)
    if np.abs(v - image.mirrored(v)).max() > image.SYMMETRIC:
        raise ValueError("the image is not p6m: it differs from its transpose")
    matrix, shift = LINES[line]
    if np.abs(k @ matrix.T + shift - k).max() > brillouin.SAME:
        raise ValueError(f"k: expected wave vectors on the line {line}")
    reach = waves.Cutoff(RADIUS, RADIUS).reach
    potential = waves.potential(v, reach)
    found = [_by_parity(potential, reach, q, matrix, count) for q in k]
    return tuple(np.array(one) for one in zip(*found, strict=True))


def _by_parity(
    potential: np.ndarray, reach: int, k: np.ndarray, matrix: np.ndarray, count: int
) -> tuple[np.ndarray, np.ndarray]:
    members = waves.disc(k, RADIUS)
    turned = np.rint((members + k) @ matrix.T - k).astype(int)
    mirror = (turned[:, None] == members).all(axis=-1).astype(float)
    hamiltonian = potential[waves.places(members[:, None] - members, reach)]
    hamiltonian += np.diag(brillouin.KINETIC * brillouin.square(members + k))
    weights, every = np.linalg.eigh(mirror)
    energies, parities = [], []
    for parity in (1, -1):
        states = every[:, np.abs(weights - parity) < 0.5]
        own = np.linalg.eigvalsh(states.T @ hamiltonian @ states)[:count]
        energies.append(own)
        parities.append(np.full(len(own), parity))
    order = np.argsort(np.concatenate(energies), kind="stable")[:count]
    return np.concatenate(energies)[order], np.concatenate(parities)[order]
