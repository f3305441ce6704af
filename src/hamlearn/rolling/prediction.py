"""What trained networks say of images of one's own, under every roll."""

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from hamlearn import files, trained
from hamlearn.rolling import ensemble, plan
from hamlearn.rolling.ensemble import SCALING
from hamlearn.rolling.targets import CLASS
from hamlearn.study import Study
from hamlearn.trained import Trained

if TYPE_CHECKING:
    import keras

KINDS = (".npz", ".npy", ".png")
NAMES = ("images", "x", "x_test", "x_train")
"""Arrays of an npz that hold images, the first one that there is."""
MOST = 10_000
"""Images."""
AT_ONCE = 1024
"""Rolled images that a network is applied to."""
FAMILY, KIND = "hbfree", "torsum"
"""Of the network of a folder: the thesis's best."""
COLUMNS = (*("network", "image", "class", "probability", "mean", "sd", "least", "most", "answers"),)


def names(study: Study) -> Collection[str]:
    """Return the name of the thesis's best network, trained at the largest chi."""
    best = [
        run
        for run in study.runs.values()
        if (run.family, run.target) == (FAMILY, CLASS) and run.options["kind"] == KIND
    ]
    return [max(best, key=lambda run: (run.fit["chi"], -run.fit["repeat"])).name]


def plan_of(one: Trained) -> plan.EnsemblePlan:
    """Return the ensemble of a network; raise ValueError for one that tells no classes."""
    if one.run.target != CLASS:
        raise ValueError(f"{one.path}: expected a network that tells classes of images")
    return one.known.study.ensembles[one.run.trained_on]


def read(paths: Sequence[str | Path]) -> np.ndarray:
    """Return images (n, H, W, c), float64 in [0, 1], from files ``.npz``, ``.npy`` or ``.png``.

    Arrays are (n, H, W) or (n, H, W, c), or (H, W) for one image; whole numbers are divided by the
    largest of their type. All images must have one shape.

    Raises
    ------
    ValueError
        In one line: for a file that is missing, damaged or no image, and for other values.
    """
    found = [_checked(path, _read(Path(path))) for path in paths]
    shapes = sorted({images.shape[1:] for images in found})
    if len(shapes) > 1:
        raise ValueError(f"images of shapes {shapes[0]} and {shapes[1]}: expected one shape")
    images = np.concatenate(found)
    if not 0 < len(images) <= MOST:
        raise ValueError(f"{len(images)} images: expected 1 to {MOST}")
    return images


def _read(path: Path) -> np.ndarray:
    if path.suffix not in KINDS:
        raise ValueError(f"{path}: expected a file {', '.join(KINDS)}")
    if path.suffix == ".npz":
        try:
            arrays = files.read_arrays(path)
        except files.DamagedFile as error:  # nothing of theirs to delete
            raise ValueError(str(error).partition("; ")[0]) from error
        names = [name for name in NAMES if name in arrays] or list(arrays)[: len(arrays) == 1]
        if not names:
            raise ValueError(f"{path}: expected an array {', '.join(NAMES)}, or a single one")
        return arrays[names[0]]
    try:
        return np.load(path, allow_pickle=False) if path.suffix == ".npy" else _picture(path)
    except (OSError, ValueError, SyntaxError) as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise ValueError(f"{path}: not readable: {reason}") from error


def _picture(path: Path) -> np.ndarray:
    from PIL import Image

    with Image.open(path) as picture:
        if picture.mode.startswith("I"):  # of 16 bits, which a conversion would cut off
            return np.asarray(picture).astype(np.uint16)
        grey = picture.mode in ("1", "L", "LA")
        return np.asarray(picture.convert("L" if grey else "RGB"))[None, ...]


def _checked(path: str | Path, images: np.ndarray) -> np.ndarray:
    """Return images (n, H, W, c) in [0, 1]; raise ValueError for an array that holds none."""
    images = images[None] if images.ndim == 2 else images
    images = images[..., None] if images.ndim == 3 else images
    if images.ndim != 4 or images.shape[3] not in (1, 3) or 0 in images.shape:
        raise ValueError(
            f"{path}: an array of shape {images.shape}, expected images (n, H, W), or "
            "(n, H, W, c) with 1 or 3 channels"
        )
    if images.dtype.kind not in "buif":
        raise ValueError(f"{path}: an array of {images.dtype}, expected numbers")
    white = np.iinfo(images.dtype).max if images.dtype.kind in "ui" else 1
    pixels = images.astype(np.float64) / white
    if not (pixels.min() >= 0 and pixels.max() <= 1):  # NaN is neither
        raise ValueError(f"{path}: expected pixels from 0 to 1, or whole numbers from 0 to {white}")
    return pixels


def fitted(images: np.ndarray, one: Trained) -> np.ndarray:
    """Return images (n, N, N, c) as a network takes them, before they are scaled.

    Larger ones are averaged over squares of pixels, colours over channels for a network of grey
    images. Raises ValueError for images that cannot be.
    """
    known = plan_of(one)
    side, channels = known.side, plan.CHANNELS[known.source]
    height, width, given = images.shape[1:]
    if height != width or height % side:
        raise ValueError(
            f"images of {height} x {width} pixels: {one.name} takes squares of {side}, "
            f"or of a multiple of {side}, which are averaged"
        )
    if given < channels:
        raise ValueError(f"grey images: {one.name} takes images of {channels} channels")
    step = height // side
    images = images.reshape(-1, side, step, side, step, given).mean(axis=(2, 4))
    return images if given == channels else images.mean(axis=-1, keepdims=True)


def load(one: Trained) -> "keras.Model":
    """Read a network; raise ValueError if its file is damaged."""
    from hamlearn.rolling import networks

    return networks.load(one.path)


def unlike(images: np.ndarray, one: Trained) -> list[str]:
    """Return which images (n, N, N, c) are darker or lighter than those that were trained on."""
    path = one.drawn(one.run.trained_on)
    if not path.is_file():
        return [trained.uncompared(path)]
    known = ensemble.load(path)[: one.run.n_train]
    seen = known.images.mean(axis=(1, 2, 3)) / known.white
    own = images.mean(axis=(1, 2, 3))
    off = np.maximum(seen.min() - own, own - seen.max())
    outside = np.flatnonzero(off > 0)
    if not len(outside):
        return []
    what = f"mean pixel of {len(outside)} of {len(own)} images, the first is {outside[0]}"
    return [trained.unseen(what, f"{seen.min():.2f} to {seen.max():.2f}", f"up to {off.max():.2f}")]


def probabilities(network: object, images: np.ndarray, source: str) -> np.ndarray:
    """Return probabilities (n, N, N, classes) of images (n, N, N, c) rolled by (a, b) pixels."""
    side, pixels = images.shape[1], images.astype(np.float32)
    if source in SCALING:
        mean, spread = np.array(SCALING[source], dtype=np.float32)
        pixels = (pixels - mean) / spread
    found = []
    for part in _parts(pixels):
        logits = np.asarray(network(part, training=False), dtype=float)
        weights = np.exp(logits - logits.max(axis=1, keepdims=True))
        found.append(weights / weights.sum(axis=1, keepdims=True))
    return np.concatenate(found).reshape(len(images), side, side, -1)


def _parts(pixels: np.ndarray) -> Iterator[np.ndarray]:
    """Yield all rolls of images, some at once: image by image, then row by row."""
    side = pixels.shape[1]
    shifts = [
        (image, a, b) for image in range(len(pixels)) for a in range(side) for b in range(side)
    ]
    for start in range(0, len(shifts), AT_ONCE):
        part = shifts[start : start + AT_ONCE]
        yield np.stack([np.roll(pixels[image], (a, b), (0, 1)) for image, a, b in part])


def summary(found: np.ndarray, name: str) -> pd.DataFrame:
    """Return what a network says of each image and class, over all rolls (n, N, N, classes).

    Returns
    -------
    DataFrame
        The columns `COLUMNS`: probability of the image as it is; mean, standard deviation, least
        and most over all rolls; answers, the share of rolls under which the class is the answer.
    """
    n, *_, classes = found.shape
    flat = found.reshape(n, -1, classes)
    answers = (flat.argmax(axis=2)[..., None] == np.arange(classes)).mean(axis=1)
    statistics = (
        flat[:, 0],
        flat.mean(axis=1),
        flat.std(axis=1),
        flat.min(axis=1),
        flat.max(axis=1),
    )
    columns = [np.repeat(np.arange(n), classes), np.tile(np.arange(classes), n)]
    columns += [values.ravel() for values in (*statistics, answers)]
    return pd.DataFrame(dict(zip(COLUMNS, [name, *columns], strict=True)))


def every_roll(found: np.ndarray, name: str) -> pd.DataFrame:
    """Return probabilities (n, N, N, classes) as rows: network, image, roll_y, roll_x, p0, ..."""
    n, side, _, classes = found.shape
    image, y, x = (index.ravel() for index in np.indices((n, side, side)))
    rows = pd.DataFrame(found.reshape(-1, classes), columns=[f"p{c}" for c in range(classes)])
    return pd.concat(
        [pd.DataFrame({"network": name, "image": image, "roll_y": y, "roll_x": x}), rows], axis=1
    )
