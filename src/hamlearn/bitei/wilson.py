r"""Z2 of a plane that time reversal maps to itself, from centres of hybrid Wannier functions.

For each κ_2 from 0 to 1/2 the overlaps of occupied states along κ_1 multiply to a unitary matrix
whose phases are the centres x_n(κ_2). Z2 is the parity of centres that the middle of their largest
gap jumps over (Soluyanov and Vanderbilt, Phys. Rev. B 83, 235401). All that happens near a point
κ_0 of the plane is resolved by points κ = κ_0 + t - β sin(2πt) / 2π, t equidistant.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hamlearn.bitei.lattice_sum import Crystal

STRETCH = 0.9
"""β."""
MESHES = ((9, 8), (17, 16), (33, 32), (49, 48), (97, 96), (161, 160))
"""Points of a loop and steps of κ_2 from 0 to 1/2, each tried where the one before is in doubt."""
NEAR = 0.08
"""Distance of a centre from the middle of the largest gap of its neighbour that leaves doubt."""
UNCERTAIN = -1


@dataclass(frozen=True)
class Invariant:
    """Z2 of a plane, 0 or 1, or UNCERTAIN; and whether the first mesh left doubt."""

    z2: int
    refined: bool


def stretched(t: np.ndarray, stretch: float = STRETCH) -> np.ndarray:
    """Return t - β sin(2πt) / 2π, dense about every integer."""
    return t - stretch * np.sin(2 * np.pi * t) / (2 * np.pi)


def centres(
    crystal: Crystal, occupied: int, k3: float, mesh: tuple[int, int], stretch: float = STRETCH
) -> np.ndarray:
    """Return the centres (m, occupied), rising from 0 to 1, at m = mesh[1] + 1 values of κ_2."""
    loop = stretched(np.arange(mesh[0]) / mesh[0], stretch)
    across = stretched(np.arange(mesh[1] + 1) / (2 * mesh[1]), stretch)
    bloch = crystal.on_axes(loop, across, np.array([k3]))[:, :, 0]
    states = np.linalg.eigh(bloch)[1][..., :occupied]
    return wannier_centres(states)


def wannier_centres(states: np.ndarray) -> np.ndarray:
    """Return the centres (m, occupied) of states (n, m, N, occupied) on m closed loops."""
    overlaps = np.conj(np.swapaxes(states, -1, -2)) @ np.roll(states, -1, axis=0)
    left, _, right = np.linalg.svd(overlaps)
    unitary = left @ right
    loop = unitary[0]
    for link in unitary[1:]:
        loop = loop @ link
    return np.sort(np.angle(np.linalg.eigvals(loop)) / (2 * np.pi) % 1, axis=-1)


def z2_of(found: np.ndarray) -> tuple[int, bool]:
    """Return Z2 of centres (m, occupied), and whether one comes near the middle of a gap."""
    middle = [_largest_gap(line) for line in found]
    jumps, nearest = 0, 1.0
    for (here, there), line in zip(zip(middle, middle[1:], strict=False), found[1:], strict=True):
        low, high = min(here, there), max(here, there)
        jumps += int(((line > low) & (line < high)).sum())
        away = np.abs(line - here)
        nearest = min(nearest, np.minimum(away, 1 - away).min())
    return jumps % 2, nearest < NEAR


def _largest_gap(line: np.ndarray) -> float:
    gaps = np.diff(np.append(line, line[0] + 1))
    at = int(np.argmax(gaps))
    return float((line[at] + gaps[at] / 2) % 1)


def invariant(
    crystal: Crystal,
    occupied: int,
    k3: float,
    meshes: Sequence[tuple[int, int]] = MESHES,
) -> Invariant:
    """Return Z2 of the plane κ_3 = k3, 0 or 1/2, on the first of the meshes that leaves no doubt.

    Where the finest mesh still does, Z2 is what the last two agree on, or uncertain.
    """
    said = []
    for mesh in meshes:
        z2, doubt = z2_of(centres(crystal, occupied, k3, mesh))
        said.append(z2)
        if not doubt:
            break
    else:
        if said[-1] != said[-2]:
            z2 = UNCERTAIN
    return Invariant(z2, len(said) > 1)
