"""What trained networks say of images of one's own, under every roll."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from hamlearn import files
from hamlearn.learning.jobs import network_path
from hamlearn.rolling import ensemble, plan
from hamlearn.rolling.ensemble import SCALING
from hamlearn.rolling.targets import CLASS
from hamlearn.study import Run, Study

if TYPE_CHECKING:
    import keras

SETTINGS = "provenance.json"
"""The settings of the results, in their folder."""
KINDS = (".npz", ".npy", ".png")
NAMES = ("images", "x", "x_test", "x_train")
"""Arrays of an npz that hold images, the first one that there is."""
MOST = 10_000
"""Images."""
AT_ONCE = 1024
"""Rolled images that a network is applied to."""
FAMILY, KIND = "hbfree", "torsum"
"""Of the network that is used if none is named: the thesis's best."""
COLUMNS = (*("network", "image", "class", "probability", "mean", "sd", "least", "most", "answers"),)


@dataclass(frozen=True)
class Trained:
    """A trained network, its run, and the ensemble that it was trained on."""

    run: Run
    ensemble: plan.EnsemblePlan
    path: Path

    @property
    def channels(self) -> int:
        return plan.CHANNELS[self.ensemble.source]


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
        except files.DamagedFile as error:
            raise ValueError(
                str(error).partition("; ")[0]
            ) from error  # nothing of theirs to delete
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


def fitted(images: np.ndarray, trained: Trained) -> np.ndarray:
    """Return images (n, N, N, c) as a network takes them, before they are scaled.

    Larger ones are averaged over squares of pixels, colours over channels for a network of grey
    images. Raises ValueError for images that cannot be.
    """
    side, channels = trained.ensemble.side, trained.channels
    height, width, given = images.shape[1:]
    if height != width or height % side:
        raise ValueError(
            f"images of {height} x {width} pixels: {trained.run.name} takes squares of {side}, "
            f"or of a multiple of {side}, which are averaged"
        )
    if given < channels:
        raise ValueError(f"grey images: {trained.run.name} takes images of {channels} channels")
    step = height // side
    images = images.reshape(-1, side, step, side, step, given).mean(axis=(2, 4))
    return images if given == channels else images.mean(axis=-1, keepdims=True)


def study_of(results: str | Path) -> Study:
    """Return the study with the settings of a folder of results; raise ValueError without any."""
    path = Path(results) / SETTINGS
    if not path.is_file():
        raise ValueError(f"{results}: no results; `snakemake --cores 2 rolling` trains networks")
    try:
        return Study("rolling", files.read_small(path, ["settings"])["settings"]["rolling"])
    except (KeyError, TypeError) as error:
        raise ValueError(
            f"{path}: expected the settings of `rolling`; run make all again"
        ) from error


def chosen(results: str | Path, names: Sequence[str]) -> list[Trained]:
    """Return the networks of these names, or the thesis's best one trained at the largest chi.

    Raises ValueError for a name that there is not, and for a network that is not trained yet.
    """
    study = study_of(results)
    runs = {name: run for name, run in study.runs.items() if run.target == CLASS}
    if not names:
        best = [
            run for run in runs.values() if run.family == FAMILY and run.options["kind"] == KIND
        ]
        names = [max(best, key=lambda run: (run.fit["chi"], -run.fit["repeat"])).name]
    found = []
    for name in dict.fromkeys(names):
        if name not in runs:
            raise ValueError(
                f"network {name!r}: expected a name such as {', '.join(list(runs)[:3])}"
            )
        run = runs[name]
        path = network_path(Path(results) / "networks" / study.job(run) / "seed0", name)
        if not path.is_file():
            raise ValueError(f"{path}: not trained yet; `snakemake --cores 2 rolling` trains it")
        found.append(Trained(run, study.ensembles[run.trained_on], path))
    return found


def load(trained: Trained) -> "keras.Model":
    """Read a network; raise ValueError if its file is damaged."""
    from hamlearn.rolling import networks

    return networks.load(trained.path)


def warnings(images: np.ndarray, trained: Trained, results: str | Path) -> list[str]:
    """Return which images (n, N, N, c) are darker or lighter than those that were trained on."""
    path = Path(results) / "data" / trained.ensemble.name / "ensemble.npz"
    if not path.is_file():
        return [f"{path}: not there, so images are not compared with those of the training"]
    known = ensemble.load(path)[: trained.run.n_train]
    seen = known.images.mean(axis=(1, 2, 3)) / known.white
    own = images.mean(axis=(1, 2, 3))
    off = np.flatnonzero((own < seen.min()) | (own > seen.max()))
    if not len(off):
        return []
    return [
        f"{len(off)} of {len(own)} images, the first is {off[0]}, have a mean pixel outside of the "
        f"trained {seen.min():.2f} to {seen.max():.2f}, up to {own[off].max():.2f}"
    ]


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
