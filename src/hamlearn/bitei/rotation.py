"""Rotate, convolve, rotate back, take the largest: features that no rotation hides (Fig. 2)."""

import numpy as np
from scipy import ndimage

TURNS = 6
"""Rotations in a full turn of Fig. 2, θ = π / 3."""


def response(image: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """Return the correlation of an image (n, n) with a kernel, beyond whose edges there is 0."""
    return ndimage.correlate(image, kernel, mode="constant")


def rotated(image: np.ndarray, turn: float) -> np.ndarray:
    """Return an image turned about its middle by a part of a full turn, quarters exactly."""
    quarters = 4 * turn
    if float(quarters).is_integer():
        return np.rot90(image, int(quarters))
    return ndimage.rotate(image, 360 * turn, reshape=False, order=1)


def encoded(image: np.ndarray, kernel: np.ndarray, turns: int = TURNS) -> np.ndarray:
    """Return the largest response over `turns` rotations of an image (n, n), rotated back."""
    found = [rotated(response(rotated(image, m / turns), kernel), -m / turns) for m in range(turns)]
    return np.max(found, axis=0)


def violation(random: np.random.Generator, side: int = 15) -> float:
    """Return by how much the encoding of an image turned by a quarter is not turned itself."""
    image, kernel = random.standard_normal((side, side)), random.standard_normal((3, 3))
    turned = encoded(np.rot90(image), kernel, 4)
    return float(np.abs(turned - np.rot90(encoded(image, kernel, 4))).max())


def motif_slice(side: int = 41) -> tuple[np.ndarray, np.ndarray]:
    """Return an image (side, side) with one motif upright and one turned by π/3, and a kernel.

    The motif is a bar with a twofold axis, as a gap closing along one direction would look like
    in a slice of the zone.
    """
    x, y = np.meshgrid(*[np.arange(side) - side // 2] * 2, indexing="xy")
    image = np.zeros((side, side))
    for centre, angle in (((-9, 7), 0.0), ((9, -7), np.pi / 3)):
        along = (x - centre[0]) * np.cos(angle) + (y - centre[1]) * np.sin(angle)
        across = -(x - centre[0]) * np.sin(angle) + (y - centre[1]) * np.cos(angle)
        image += np.exp(-((along / 4) ** 4) - (across / 1.2) ** 2)
    size = 11
    u, v = np.meshgrid(*[np.arange(size) - size // 2] * 2, indexing="xy")
    kernel = np.exp(-((u / 4) ** 4) - (v / 1.2) ** 2)
    kernel -= kernel.mean()
    return image, kernel / np.abs(kernel).sum()
