"""Where images come from: scikit-learn's digits, MNIST and CIFAR-10, and what is asked of them.

Files are npz archives as Keras has them: x_train, y_train, x_test, y_test, uint8. An archive that
can be read at all is whole, as each array has a CRC of its own; counts, shapes and checksums tell
whether it is the data set that is meant, in its official order.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from hamlearn import files
from hamlearn.rolling.plan import CIFAR10, DIGITS, MNIST

ARRAYS = ("x_train", "y_train", "x_test", "y_test")
LABELS = 10
WHITE = {DIGITS: 16, MNIST: 255, CIFAR10: 255}
"""Largest value of a pixel."""


@dataclass(frozen=True)
class Content:
    """What the arrays of a data set hold.

    Attributes
    ----------
    shape : tuple
        Of an image as it is stored.
    train, test : int
        Images in the whole set.
    known : mapping
        By the name of an array, (n, SHA-256 of its first n entries). The first images of CIFAR-10
        are those before the first one that the copy at hand has from a JPEG file.
    part : bool
        Whether the first training images alone are a set as well.
    """

    shape: tuple[int, ...]
    train: int
    test: int
    known: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    part: bool = False


CONTENTS = {
    MNIST: Content(
        (28, 28),
        60_000,
        10_000,
        {
            "x_train": (60_000, "741c988805d008ac6e4c904b69001ba184c24b2c540a4ef403f4c71b676cf757"),
            "y_train": (60_000, "1feba77c54802fa5339a11837ea4b2866434b83314ec45192930f1df69120c13"),
            "x_test": (10_000, "6d87418db22cc8025d05968bec9bd5c3932904b23485740db143a061a2c9d161"),
            "y_test": (10_000, "ddeff807876a9661a1110d45c266c86239a3a1b7d37da0c3716a7a683c852ff5"),
        },
    ),
    CIFAR10: Content(
        (32, 32, 3),
        50_000,
        10_000,
        {
            "x_train": (4_000, "bac45b45504ed1289a3f437be4bfbefece248abbc094a428a0b4dfab00e776ae"),
            "y_train": (25_000, "9ef1e35b36c36e9b94da8fff1667bcf18bc6460248d263f936d71a6ecbd0e781"),
            "x_test": (1_000, "da362006b99671213d1a5d856cab2bedf64d40bad4501630ee60f4ceb2d3ec7f"),
            "y_test": (10_000, "cec8a24a1e92aa2ecaa0bbd3dbfa86bf6cd8759fbd209a832824c8cf0afca9d5"),
        },
        part=True,
    ),
}


@dataclass(frozen=True)
class Pool:
    """Images that samples are drawn from.

    Attributes
    ----------
    images : (n, N, N, c), uint8
    classes : (n,), uint8
        From 0 on.
    train : int
        The first ones, which are for training; 0 if any image may be.
    """

    images: np.ndarray
    classes: np.ndarray
    train: int = 0

    @property
    def parts(self) -> tuple[int, ...]:
        """Number of images for training and for testing, or of all of them."""
        n = len(self.images)
        return (self.train, n - self.train) if self.train else (n,)


def load(source: str, given: Sequence[str | Path] = ()) -> Pool:
    """Return a data set.

    Parameters
    ----------
    source : {"digits", "mnist", "cifar10"}
    given : paths
        The npz of MNIST or CIFAR-10; after it a JSON file {x_train: [...], x_test: [...]} with
        the numbers of images to leave out. Without any, `keras.datasets` fetches the set.

    Raises
    ------
    ValueError
        In one line: for a file that is missing, truncated, or not this data set; and where the
        set can neither be read nor fetched.
    """
    if source == DIGITS:
        from sklearn.datasets import load_digits

        digits = load_digits()
        return Pool(digits.images[..., None].astype(np.uint8), digits.target.astype(np.uint8))
    path, *others = given or [None]
    arrays = _read(path) if path else _fetched(source)
    checked(source, arrays, path or f"keras.datasets.{source}")
    kept = _kept(others[0], arrays) if others else {"train": slice(None), "test": slice(None)}
    train, test = (arrays[f"x_{part}"][rows] for part, rows in kept.items())
    images = np.concatenate([train, test])
    classes = [arrays[f"y_{part}"].reshape(-1)[rows] for part, rows in kept.items()]
    if images.ndim == 3:
        images = images[..., None]
    return Pool(images, np.concatenate(classes).astype(np.uint8), len(train))


def _read(path: str | Path) -> dict[str, np.ndarray]:
    try:
        return files.read_arrays(path)
    except files.DamagedFile as error:
        reason = str(error).partition("; ")[0]  # it is the user's: nothing is to be deleted
        raise ValueError(reason) from error


def _fetched(source: str) -> dict[str, np.ndarray]:
    import keras

    try:
        pairs = getattr(keras.datasets, source).load_data()
    except Exception as error:  # of the network, of the disk, of a broken download
        reason = " ".join(str(error).split()) or type(error).__name__
        raise ValueError(
            f"rolling.files.{source} names no file, and keras.datasets cannot fetch it: {reason}"
        ) from error
    (x_train, y_train), (x_test, y_test) = pairs
    return dict(zip(ARRAYS, (x_train, y_train, x_test, y_test), strict=True))


def checked(source: str, arrays: Mapping[str, np.ndarray], path: str | Path) -> None:
    """Raise ValueError if arrays are not those of a data set; `path` says where they are from."""
    content, place = CONTENTS[source], f"{path}: not {source} as Keras has it"
    missing = [name for name in ARRAYS if name not in arrays]
    if missing:
        raise ValueError(f"{place}: no {', '.join(missing)} in it")
    for part in ("train", "test"):
        images, classes = arrays[f"x_{part}"], arrays[f"y_{part}"]
        whole = getattr(content, part)
        least = content.known[f"y_{part}"][0] if content.part else whole
        if images.shape[1:] != content.shape or images.dtype != np.uint8:
            raise ValueError(
                f"{place}: x_{part} is {images.dtype} of shape {images.shape}, "
                f"expected uint8 of shape (n, {', '.join(map(str, content.shape))})"
            )
        if not least <= len(images) <= whole or classes.size != len(images):
            numbers = whole if least == whole else f"{least} to {whole}"
            raise ValueError(
                f"{place}: {len(images)} images and {classes.size} labels to {part}, "
                f"expected {numbers} of each"
            )
        if classes.min() < 0 or classes.max() >= LABELS:
            raise ValueError(
                f"{place}: y_{part} from {classes.min()} to {classes.max()}, "
                f"expected classes from 0 to {LABELS - 1}"
            )
    for name, (number, digest) in content.known.items():
        first = np.ascontiguousarray(arrays[name][:number].astype(np.uint8))
        if hashlib.sha256(first.tobytes()).hexdigest() != digest:
            raise ValueError(f"{place}: the checksum of the first {number} of {name} differs")


def _kept(path: str | Path, arrays: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return the numbers of the images of both parts that a JSON file does not list."""
    kept = {}
    try:
        listed = json.loads(Path(path).read_text(encoding="utf-8"))
        for part in ("train", "test"):
            numbers = np.array(listed[f"x_{part}"], dtype=int)
            if numbers.size and numbers.min() < 0:
                raise ValueError(f"image {numbers.min()}")
            kept[part] = np.setdiff1d(np.arange(len(arrays[f"x_{part}"])), numbers)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ValueError(
            f"{path}: expected JSON with x_train and x_test, lists of the numbers of images, "
            f"found: {error}"
        ) from error
    return kept


def averaged(images: np.ndarray, side: int, white: int) -> tuple[np.ndarray, int]:
    """Return sums of pixels over squares, (n, side, side, c), and the largest that one can be.

    Their ratio is the mean over the square. Images are (n, N, N, c), their largest value is
    `white`. Raises ValueError for a side that does not divide N.
    """
    length, channels = images.shape[1], images.shape[3]
    if length % side:
        raise ValueError(f"side = {side}: expected a divisor of {length}")
    step = length // side
    if step == 1:
        return images, white
    largest = white * step**2
    blocks = images.reshape(-1, side, step, side, step, channels)
    return blocks.sum(axis=(2, 4), dtype=np.min_scalar_type(largest)), largest
