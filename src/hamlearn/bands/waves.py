"""Plane waves about a maximal k-point, in orbits under its rotations, and the potential's table.

H(k) of a pixel image, in plane waves e^{i(k+G)x}, is |k+G|²/256 on the diagonal plus v_{G-G'}, the
discrete Fourier coefficients of the image. The image is C6-symmetric about the origin, so they are
real, and H(k) is real symmetric.
"""

from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np

from hamlearn.bands import brillouin


class Cutoff(NamedTuple):
    """Radii of two discs |k+G|, in |b1|: waves treated exactly, and those folded into them."""

    inner: float = 7.0
    outer: float = 26.0

    @property
    def reach(self) -> int:
        """Largest index of a difference between an inner and an outer wave."""
        return int(np.ceil((self.inner + self.outer) * 2 / np.sqrt(3))) + 1


CUTOFF = Cutoff()
ORDERS = {"Γ": 6, "K": 3, "M": 2}
"""Rotations of each maximal k-point."""


@dataclass(frozen=True)
class Orbits:
    """Plane waves |k+G| <= outer about a maximal k-point, an orbit a row, by energy.

    Attributes
    ----------
    k : (2,)
    order : int
        n of the rotations C_n of the point.
    kinetic : (o,)
        |k+G|²/256 of each orbit, in V_max.
    inner : int
        Number of orbits in the inner disc.
    members : int (n, o, 2)
        G of each orbit, turned j times.
    differences : int (n, o, inner)
        Where the table of the potential has v_{G_a - R^j G_b}.
    weight : (o,)
        One over the square root of how often each member of an orbit is counted.
    """

    k: np.ndarray
    order: int
    kinetic: np.ndarray
    inner: int
    members: np.ndarray
    differences: np.ndarray
    weight: np.ndarray

    @property
    def fixed(self) -> bool:
        """Whether the first orbit is the one wave that rotations leave as it is, G = 0 at Γ."""
        return bool(self.kinetic[0] == 0)

    @property
    def twice(self) -> np.ndarray:
        """Whether m and -m differ, for m = 0, 1, ... n/2."""
        return 2 * np.arange(self.order // 2 + 1) % self.order > 0


def disc(k: np.ndarray, radius: float) -> np.ndarray:
    """Return all G (g, 2) with |k+G| <= radius, in |b1|, by length."""
    most = int(np.ceil(radius * 2 / np.sqrt(3))) + 1
    waves = np.stack(np.indices((2 * most + 1, 2 * most + 1)) - most, axis=-1).reshape(-1, 2)
    length = brillouin.square(waves + np.asarray(k))
    inside = length <= radius**2 + brillouin.SAME
    return waves[inside][np.argsort(length[inside], kind="stable")]


@cache
def orbits(point: str, cutoff: Cutoff = CUTOFF) -> Orbits:
    """Return the plane waves of a maximal k-point, "Γ", "K" or "M"."""
    k, order = np.array(brillouin.MAXIMAL[point]), ORDERS[point]
    waves = disc(k, cutoff.outer)
    turns = range(0, 6, 6 // order)
    turned = np.stack([brillouin.rotated(waves + k, turn) - k for turn in turns])
    members = np.rint(turned).astype(np.int64)
    names = members[..., 0] * 4 * cutoff.reach + members[..., 1]
    members = members[:, names[0] == names.min(axis=0)]
    kinetic = brillouin.KINETIC * brillouin.square(members[0] + k)
    inner = np.count_nonzero(kinetic <= brillouin.KINETIC * cutoff.inner**2 + brillouin.SAME)
    apart = members[0][:, None] - members[:, None, :inner]
    times = (members == members[0]).all(axis=-1).sum(axis=0)
    return Orbits(
        k, order, kinetic, inner, members, places(apart, cutoff.reach), 1 / np.sqrt(times)
    )


def places(waves: np.ndarray, reach: int) -> np.ndarray:
    """Return where a table of indices -reach..reach has reciprocal vectors (..., 2): (...)."""
    return (waves[..., 0] + reach) * (2 * reach + 1) + waves[..., 1] + reach


@cache
def _aliases(length: int, reach: int) -> tuple[np.ndarray, np.ndarray]:
    """Return where the transform of an image has each wave, and its share of that coefficient.

    Of all waves with the same values on the pixels the shortest has the coefficient, and where
    several are as short, on the edge of the hexagon, they share it.
    """
    side = np.arange(-reach, reach + 1)
    waves = np.stack(np.meshgrid(side, side, indexing="ij"), axis=-1)
    shifts = length * np.stack(np.indices((5, 5)) - 2, axis=-1).reshape(-1, 1, 1, 2)
    others = brillouin.square(waves - length * np.rint(waves / length).astype(int) + shifts)
    shortest = others.min(axis=0)
    share = (brillouin.square(waves) == shortest) / (others == shortest).sum(axis=0)
    place = (waves[..., 0] % length) * length + waves[..., 1] % length
    return place.ravel(), share.ravel() / length**2


def potential(image: np.ndarray, reach: int) -> np.ndarray:
    """Return v_G of an image (L, L) for indices -reach..reach, flat: ((2 reach + 1)²,)."""
    place, share = _aliases(len(image), reach)
    return np.fft.fft2(image).real.ravel()[place] * share
