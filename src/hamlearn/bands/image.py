"""Images of unit cells: their rotations, their checks, and files of them.

Pixel (i, j) of an image (L, L) is at x = (i a1 + j a2) / L. A rotation by 60° about the origin
takes it to (-j, i + j), modulo L.
"""

from functools import cache
from pathlib import Path

import numpy as np

from hamlearn import files

SYMMETRIC = 1e-6
"""Pixels of grey images that rotations relate are equal to this."""
SMALLEST = 4
AT_ONCE = 64
"""Images whose symmetry is checked together."""
KINDS = (".npy", ".png")


@cache
def orbits(length: int) -> tuple[np.ndarray, np.ndarray]:
    """Return one pixel (p, 2) of each orbit under rotations, and the orbit (L, L) of each pixel."""
    i, j = np.indices((length, length))
    smallest = i * length + j
    for _ in range(5):
        i, j = -j % length, (i + j) % length
        smallest = np.minimum(smallest, i * length + j)
    first, number = np.unique(smallest, return_inverse=True)
    return np.stack(np.divmod(first, length), axis=1), number.reshape(length, length)


def rotated(images: np.ndarray, turns: int = 1) -> np.ndarray:
    """Return images (..., L, L) turned by `turns` times 60° about the origin."""
    length = images.shape[-1]
    i, j = np.indices((length, length))
    for _ in range(turns % 6):
        i, j = (i + j) % length, -i % length
    return images[..., i, j]


def mirrored(images: np.ndarray) -> np.ndarray:
    """Return images (..., L, L) with a1 and a2 exchanged: bands at (q2, q1) instead of (q1, q2)."""
    return np.swapaxes(images, -1, -2)


def asymmetry(images: np.ndarray) -> np.ndarray:
    """Return the largest share of pixels, (...), that a rotation by k 60° changes."""
    images = np.asarray(images, dtype=np.float64)
    turned = [np.abs(images - rotated(images, k)) > SYMMETRIC for k in (1, 2, 3)]
    return np.max([change.mean(axis=(-2, -1)) for change in turned], axis=0)


def symmetrised(image: np.ndarray) -> np.ndarray:
    """Return an image (L, L) in which each orbit of pixels has its mean value."""
    _, number = orbits(len(image))
    flat = number.ravel()
    means = np.bincount(flat, np.asarray(image, dtype=np.float64).ravel()) / np.bincount(flat)
    return means[number]


def checked(images: np.ndarray) -> np.ndarray:
    """Return images as an array (n, L, L) of numbers.

    Raises
    ------
    ValueError
        For another shape, values outside of [0, 1], or an image without sixfold rotations about
        the origin; the message says by how much.
    """
    images = np.asarray(images)
    if images.ndim != 3 or images.shape[1] != images.shape[2] or images.shape[1] < SMALLEST:
        expected = f"(n, L, L), L at least {SMALLEST}"
        raise ValueError(f"images of shape {images.shape}: expected {expected}")
    if images.dtype.kind not in "buif":
        raise ValueError(f"images of type {images.dtype}: expected numbers")
    images = images.astype(np.uint8) if images.dtype.kind == "b" else images
    if images.size and not (images.min() >= 0 and images.max() <= 1):
        raise ValueError("images: expected values from 0 to 1, in V_max")
    parts = range(0, len(images), AT_ONCE)
    share = np.concatenate([np.zeros(0), *(asymmetry(images[i : i + AT_ONCE]) for i in parts)])
    if share.any():
        worst = int(np.argmax(share))
        raise ValueError(
            f"image {worst} is not p6: a rotation by 60° about pixel (0, 0) or a power of it "
            f"changes {share[worst]:.2%} of its pixels"
        )
    return images


def is_binary(image: np.ndarray) -> bool:
    """Return whether all pixels are 0 or 1."""
    return bool(np.isin(image, (0, 1)).all())


def read(path: str | Path) -> np.ndarray:
    """Return an image, float64 (L, L) in [0, 1], from a file ``.npy`` or ``.png``.

    A picture holds pixel (i, j) in row i and column j, white for V_max; colours are averaged.

    Raises
    ------
    DamagedFile
        If the file cannot be read, or holds no square array of numbers.
    """
    from PIL import Image

    path = Path(path)
    if path.suffix not in KINDS:
        raise files.DamagedFile(f"{path}: expected a file {' or '.join(KINDS)}")
    try:
        found = np.load(path) if path.suffix == ".npy" else _picture(path)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise files.DamagedFile(f"{path}: not readable: {reason}") from error
    if found.ndim != 2 or found.shape[0] != found.shape[1] or found.dtype.kind not in "buif":
        raise files.DamagedFile(
            f"{path}: an array {found.dtype} {found.shape}, expected numbers (L, L)"
        )
    return found.astype(np.float64)


def _picture(path: Path) -> np.ndarray:
    from PIL import Image

    with Image.open(path) as picture:
        if picture.mode.startswith("I"):  # of 16 bits, which a conversion would cut off
            return np.asarray(picture, dtype=np.float64) / 65535
        pixels = np.asarray(picture.convert("RGB"), dtype=np.float64)
    return pixels.mean(axis=-1) / 255


def write(path: str | Path, image: np.ndarray) -> None:
    """Write an image (L, L) in [0, 1] as :func:`read` reads it; greys of ``.png`` have 8 bits."""
    from PIL import Image

    path = Path(path)
    with files.atomic(path) as temporary:
        if path.suffix == ".npy":
            np.save(temporary, image)
        else:
            levels = np.rint(np.asarray(image, dtype=np.float64) * 255).astype(np.uint8)
            Image.fromarray(levels).save(temporary)
