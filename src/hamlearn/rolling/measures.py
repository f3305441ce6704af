"""What is measured of a network: accuracy on rolled images, invariance, attention, flatness."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from hamlearn import seeds

if TYPE_CHECKING:
    import keras

ROLLS = 2023
"""Seed of the stream of rolls of test images, the same for all networks."""
CLOSED, SAME = 0.01, 1e-3
"""Mean attention below which a read-out is unseen, and spread below which it stays so."""
SMALL = 3
"""Largest chi that counts as small."""
NEARLY = 0.015
"""Difference of accuracies that does not count."""


def accuracy(
    network: "keras.Model",
    images: np.ndarray,
    labels: np.ndarray,
    chi: int,
    *,
    seed: int = ROLLS,
    passes: int = 1,
) -> float:
    """Return the share of images (n, N_1, ..., c) that a network gives their class, labels (n,).

    Each image is rolled by up to chi pixels along each axis, in several passes with other rolls
    each; for chi = 0 there is but one.
    """
    found = logits(network, images, chi, passes=passes, seed=seed)
    return float((found.argmax(axis=2) == np.ravel(labels)).mean())


def logits(
    network: Callable[..., Any], images: np.ndarray, chi: int, *, passes: int, seed: int = ROLLS
) -> np.ndarray:
    """Return logits (passes, n, classes) of rolled images; one pass for chi = 0."""
    from hamlearn.rolling import device

    streams = (seeds.seed(seed, "rolls", chi, number) for number in range(passes if chi else 1))
    return np.stack([device.rolled(network, images, chi, stream) for stream in streams])


def invariance_error(
    network: Callable[..., Any], images: np.ndarray, shifts: Iterable[Sequence[int]]
) -> float:
    """Return how much rolls change what a network says: max |f(T X) - f(X)| / max |f(X)|.

    Parameters
    ----------
    network : keras.Model
        f, from images to any array.
    images : (n, N_1, ..., N_r, c)
    shifts : sequence of (r,)
        In pixels, each for all images.
    """
    from hamlearn.rolling import device

    axes = tuple(range(1, images.ndim - 1))
    moved = [images, *(np.roll(images, shift, axes) for shift in shifts)]
    said = device.rolled(network, np.concatenate(moved), 0, 0)
    before, *after = said.reshape(len(moved), len(images), -1)
    return float(np.abs(np.array(after) - before).max() / np.abs(before).max())


@dataclass(frozen=True)
class Attention:
    """Mean and standard deviation over samples of the attention of each read-out, both (r,)."""

    mean: np.ndarray
    sd: np.ndarray

    @property
    def centre(self) -> float:
        """Centre of mass over the read-outs, sum r a_r / sum a_r."""
        return float((np.arange(len(self.mean)) * self.mean).sum() / self.mean.sum())

    @property
    def spread(self) -> float:
        """(max - min) / mean over the read-outs."""
        return float(np.ptp(self.mean) / self.mean.mean())

    def frozen(self, floor: float = 0.0) -> int:
        """Return how many read-outs have no more than the floor, whatever the sample."""
        return int(((self.mean - floor < CLOSED) & (self.sd < SAME)).sum())


def attention(
    network: "keras.Model", images: np.ndarray, chi: int = 0, *, seed: int = ROLLS
) -> Attention:
    """Return statistics of the attention of a network over images (n, N_1, ..., c) rolled by chi.

    Raises ValueError for a network without attention.
    """
    from hamlearn.rolling import device, networks

    values = device.rolled(networks.attention(network), images, chi, seed)
    return Attention(values.mean(axis=0), values.std(axis=0))


@dataclass(frozen=True)
class Flatness:
    """How accuracy depends on chi.

    Attributes
    ----------
    difference, se : float
        Mean for chi of half a period or more, minus mean for small chi; its standard error.
    slope, slope_se : float
        Of the straight line through all points, weighted by their errors, per pixel.
    """

    difference: float
    se: float
    slope: float
    slope_se: float

    @property
    def invariant(self) -> bool:
        """Whether the difference is within two standard errors, or within 1.5 %."""
        return abs(self.difference) <= max(2 * self.se, NEARLY)


def flatness(
    chi: Sequence[int], accuracy: Sequence[float], se: Sequence[float], side: int
) -> Flatness:
    """Return how accuracy (n,) with standard errors (n,) depends on chi (n,).

    Rolls have the period `side`, in pixels. What cannot be told, without a chi on either side, is
    NaN.
    """
    chi, accuracy, se = (np.asarray(values, dtype=float) for values in (chi, accuracy, se))
    large = chi >= side / 2
    parts = large, ~large & (chi <= SMALL)
    if not all(part.any() for part in parts):
        return Flatness(*(np.nan,) * 4)
    after, before = (accuracy[part].mean() for part in parts)
    spread = np.sqrt(sum((se[part] ** 2).sum() / part.sum() ** 2 for part in parts))
    weights = 1 / np.maximum(se, 1e-6) ** 2
    centred = chi - np.average(chi, weights=weights)
    curvature = (weights * centred**2).sum()
    slope = (weights * centred * accuracy).sum() / curvature
    return Flatness(float(after - before), float(spread), float(slope), float(curvature**-0.5))
