"""Ensembles of p6 unit cells: random fields (App. A), six holes (Fig. 2), mixtures (Fig. 3f)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from scipy.special import expit, ndtri

from hamlearn import files, seeds
from hamlearn.bands import brillouin, image

CUTOFF = 6
"""Largest index of a wave vector of the field: of the hexagon that rotations leave as it is."""
ORBITS = np.array([(n, m) for n in range(1, CUTOFF + 1) for m in range(n)])
"""A wave vector (n1, n2) of each of the 21 orbits of the field, without k = 0."""
LENGTH = 100
"""Pixels along each lattice vector."""
SMALLEST_NUMBER = 2.0**-54  # in place of 0, of which the normal quantile is infinite


@dataclass(frozen=True, kw_only=True)
class RandomField:
    """Law of random fields, eq. (A3): <A(k)²> = constant / |ka|^exponent.

    C6 and a real field leave one real coefficient for each of 21 orbits; <A(0)> = 0. The image is
    v = 1 where the field is positive, β → ∞ in eq. (A4).
    """

    exponent: float = 1.0
    constant: float = 2.0
    length: int = LENGTH

    @property
    def spread(self) -> np.ndarray:
        """Standard deviation of the coefficient of each orbit, (21,)."""
        k = 4 * np.pi / np.sqrt(3) * np.sqrt(brillouin.square(ORBITS))
        return np.sqrt(self.constant / k**self.exponent)


@dataclass(frozen=True, kw_only=True)
class Holes:
    """Six holes of a radius at some distances from the C6 centre, in a: see :func:`holes`.

    The last samples have the distances `fixed`, the others one each at random in equal parts of
    the interval `between`.
    """

    fixed: Sequence[float]
    between: Sequence[float]
    radius: float = 0.12
    length: int = LENGTH

    def distances(self, numbers: np.ndarray) -> np.ndarray:
        """Return the distances (n,) of all samples, from uniform numbers (n,)."""
        low, high = self.between
        others = max(0, len(numbers) - len(self.fixed))
        spread = low + (high - low) * (np.arange(others) + numbers[:others]) / max(1, others)
        return np.concatenate([spread, self.fixed])[: len(numbers)]


@dataclass(frozen=True, kw_only=True)
class Mixtures:
    """Convex mixtures of three fields: points of a triangle with this many divisions.

    The fields are some samples, by their numbers, of an ensemble of random fields.
    """

    of: str
    corners: Sequence[int]
    divisions: int
    field: RandomField = RandomField()

    @property
    def length(self) -> int:
        return self.field.length


@dataclass(frozen=True, kw_only=True)
class Grey:
    """Fields through a sigmoid, eq. (A4) with finite β: as many samples of each of some `betas`."""

    field: RandomField
    betas: Sequence[float]

    @property
    def length(self) -> int:
        return self.field.length

    def of_samples(self, number: int) -> np.ndarray:
        """Return β of each of a number of samples, (n,)."""
        return np.asarray(self.betas)[np.arange(number) * len(self.betas) // number]


@dataclass(frozen=True)
class Ensemble:
    """n unit cells: fields by their coefficients, float64 (n, 21), or six holes by their distance.

    Attributes
    ----------
    length : int
        Pixels along each lattice vector.
    rows : float64 (n, 21) or (n, 1)
        All that was drawn of each sample: coefficients, or the distance of the holes in a.
    radius : float
        Of the holes, in a.
    grey : bool
        Whether v = 1 / (1 + exp(-field)), not 1 where the field is positive and else 0.
    """

    length: int
    rows: np.ndarray
    radius: float = 0.0
    grey: bool = False

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, samples: slice | np.ndarray) -> "Ensemble":
        return replace(self, rows=self.rows[samples])

    @property
    def images(self) -> np.ndarray:
        """v of each pixel, uint8 (n, L, L); float64 if grey."""
        if self.radius:
            return holes(self.rows[:, 0], self.radius, self.length)
        if self.grey:
            return grey_images(self.rows, 1.0, self.length)
        return images(self.rows, self.length)

    @property
    def filling(self) -> np.ndarray:
        """Share of each cell where V = V_max, (n,)."""
        return self.images.mean(axis=(1, 2))


def draw(plan: Any, root_seed: int, start: int = 0, stop: int | None = None) -> Ensemble:
    """Draw samples `start` to `stop` (default: all) of an ensemble.

    `plan` has a name, a number of samples, and a law: :class:`RandomField`, :class:`Holes`,
    :class:`Mixtures` or :class:`Grey`. Sample i depends only on the root seed, the ensemble's name
    and i.

    Raises ValueError for an empty or reversed range.
    """
    stop = plan.samples if stop is None else stop
    if not 0 <= start < stop:
        raise ValueError(f"ensemble {plan.name}: no samples between {start} and {stop}")
    law = plan.law
    if isinstance(law, Holes):
        stream = seeds.key(root_seed, "bands", plan.name)
        distances = law.distances(seeds.uniform(stream, 0, plan.samples, 1)[:, 0])
        return Ensemble(law.length, distances[start:stop, None], law.radius)
    if isinstance(law, Mixtures):
        corners = [_fields(law.field, law.of, root_seed, at, at + 1)[0] for at in law.corners]
        return Ensemble(law.length, mixtures(corners, law.divisions)[start:stop])
    if isinstance(law, Grey):
        fields = _fields(law.field, plan.name, root_seed, start, stop)
        steepness = law.of_samples(plan.samples)[start:stop]
        return Ensemble(law.length, steepness[:, None] * fields, grey=True)
    return Ensemble(law.length, _fields(law, plan.name, root_seed, start, stop))


def _fields(law: RandomField, name: str, root_seed: int, start: int, stop: int) -> np.ndarray:
    """Return the coefficients (n, 21) of samples of an ensemble of random fields."""
    stream = seeds.key(root_seed, "bands", name)
    numbers = seeds.uniform(stream, start, stop, len(ORBITS))
    return ndtri(np.maximum(numbers, SMALLEST_NUMBER)) * law.spread


def images(coefficients: np.ndarray, length: int = LENGTH) -> np.ndarray:
    """Return v = 1 where the field is positive, else 0: uint8 (n, L, L), axes (i, j).

    Parameters
    ----------
    coefficients : array (n, 21)
        A_o of the field Σ_o A_o Σ_{j<6} cos(G_oj·x), G_oj the six rotations of row o of `ORBITS`.
    length : int
        L, pixels along a1 and along a2.
    """
    return _by_orbit(field(coefficients, length) > 0, length).astype(np.uint8)


def grey_images(coefficients: np.ndarray, beta: float, length: int = LENGTH) -> np.ndarray:
    """Return v = 1 / (1 + exp(-β field)), eq. (A4): float64 (n, L, L)."""
    return _by_orbit(expit(beta * field(coefficients, length)), length)


def field(coefficients: np.ndarray, length: int) -> np.ndarray:
    """Return the field (n, p) at one pixel of each orbit; the same bits however many samples."""
    coefficients = np.asarray(coefficients, dtype=np.float64)
    if coefficients.ndim != 2 or coefficients.shape[1] != len(ORBITS):
        raise ValueError(f"coefficients of shape {coefficients.shape}: expected (n, {len(ORBITS)})")
    values = np.zeros((len(coefficients), len(image.orbits(length)[0])))
    for amplitude, wave in zip(coefficients.T, waves(length), strict=True):
        values += amplitude[:, None] * wave
    return values


@cache
def waves(length: int) -> np.ndarray:
    """Return Σ_{j<6} cos(G_oj·x) at one pixel of each orbit, (21, p)."""
    pixels, _ = image.orbits(length)
    turned = np.stack([brillouin.rotated(ORBITS, turns) for turns in range(3)], axis=1)
    phase = np.einsum("ojc,pc->ojp", turned, pixels)
    return 2 * np.cos(2 * np.pi / length * (phase % length)).sum(axis=1)


def _by_orbit(values: np.ndarray, length: int) -> np.ndarray:
    return values[:, image.orbits(length)[1]]


def holes(distances: Sequence[float], radius: float, length: int = 102) -> np.ndarray:
    """Return images with six holes (v = 0) around the C6 centre, v = 1 elsewhere: Fig. 2.

    Parameters
    ----------
    distances : (n,)
        Of the centres of the holes from that of the cell, along ±a1, ±a2, ±a3, in a.
    radius : float
        Of each hole, in a.
    length : int
        A multiple of 3 holds the smaller cell at distance 1/3.

    Returns
    -------
    uint8 (n, L, L)
    """
    pixels, _ = image.orbits(length)
    centres = np.array([(1, 0), (0, 1), (-1, 1), (-1, 0), (0, -1), (1, -1)])
    apart = pixels[:, None] / length - np.multiply.outer(distances, centres)[:, None]
    apart -= np.rint(apart)
    # the nearest of the periodic images of a hole: among those of the nearest corners
    shifts = np.array([(i, j) for i in (-1, 0, 1) for j in (-1, 0, 1)])
    x, y = np.moveaxis(apart[..., None, :] + shifts, -1, 0)
    nearest = (x * x + y * y + x * y).min(axis=(-1, -2))
    return _by_orbit(nearest >= radius**2, length).astype(np.uint8)


def mixtures(corners: Sequence[Sequence[float]], divisions: int) -> np.ndarray:
    """Return convex mixtures of the coefficients (3, 21) of three fields.

    Rows, ((divisions + 1)(divisions + 2) / 2, 21), in the order of `brillouin.triangle`.
    """
    i, j = brillouin.triangle(divisions).T
    weights = np.stack([divisions - i - j, i, j], axis=1) / divisions
    return weights @ np.asarray(corners, dtype=np.float64)


def with_mirror(coefficients: np.ndarray) -> np.ndarray:
    """Return coefficients (n, 21) of fields that are their own mirror images, of group p6m.

    The mean over a field and the one with a1 and a2 exchanged.
    """
    number = {tuple(o): at for at, o in enumerate(ORBITS)}
    mirrored = [
        next(number[tuple(turned)] for turned in _turned(wave[::-1]) if tuple(turned) in number)
        for wave in ORBITS
    ]
    return (coefficients + coefficients[:, mirrored]) / 2


def _turned(wave: np.ndarray) -> list[np.ndarray]:
    return [brillouin.rotated(wave, turns) for turns in range(6)]


def save(path: str | Path, ensemble: Ensemble) -> None:
    """Write an ensemble as ``.npz``."""
    numbers = {name: np.array(getattr(ensemble, name)) for name in ("length", "radius", "grey")}
    files.write_arrays(path, rows=ensemble.rows, **numbers)


def load(path: str | Path) -> Ensemble:
    """Read an ensemble; raise DamagedFile if the file is truncated or altered."""
    found = files.read_arrays(path, ["length", "rows", "radius", "grey"])
    numbers = float(found["radius"]), bool(found["grey"])
    return Ensemble(int(found["length"]), found["rows"], *numbers)
