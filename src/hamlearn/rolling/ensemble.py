"""Ensembles of images, drawn from a data set in an order that depends on the seed, or of flakes."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hamlearn import files, seeds
from hamlearn.rolling import sources
from hamlearn.rolling.plan import FLAKES, EnsemblePlan

SCALING = {
    "cifar10": ((0.4914, 0.4822, 0.4465), (0.2470, 0.2435, 0.2616)),
}
"""Mean and standard deviation of each channel of the training images, of a pixel from 0 to 1.

Digits keep a background of exactly 0: a roll then moves nothing into it, and what is beyond the
edges of a flat convolution is no other than what is inside.
"""


@dataclass(frozen=True)
class Ensemble:
    """Images and their classes, or flakes and their impurities.

    Attributes
    ----------
    images : (n, N, N, c), uint8 or uint16
        Pixels from 0 to `white`; of a flake 1 where there is an impurity.
    white : int
    source : str
        Data set that they are from, or flakes.
    classes : (n,), uint8, or None
        From 0 on; flakes have none.
    """

    images: np.ndarray
    white: int
    source: str
    classes: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, samples: slice | np.ndarray) -> "Ensemble":
        classes = None if self.classes is None else self.classes[samples]
        return Ensemble(self.images[samples], self.white, self.source, classes)

    @property
    def rows(self) -> np.ndarray:
        """All that was drawn for each sample: its pixels, then its class, (n, N N c + 1)."""
        pixels = self.images.reshape(len(self), -1)
        return pixels if self.classes is None else np.column_stack([pixels, self.classes])

    @property
    def shape(self) -> tuple[int, ...]:
        """Of an image, (N, N, c)."""
        return self.images.shape[1:]

    @property
    def inputs(self) -> np.ndarray:
        """What networks take, (n, N, N, c), float32: pixels from 0 to 1, scaled by `SCALING`."""
        pixels = self.images.astype(np.float32) / np.float32(self.white)
        if self.source not in SCALING:
            return pixels
        mean, spread = np.array(SCALING[self.source], dtype=np.float32)
        return (pixels - mean) / spread


def draw(
    plan: EnsemblePlan,
    root_seed: int,
    start: int = 0,
    stop: int | None = None,
    *,
    given: Sequence[str] | None = None,
) -> Ensemble:
    """Draw samples `start` to `stop` (default: all) of an ensemble.

    Samples to train on are the first ones of a permutation of the training part of the data set,
    those to test on of its test part; of a set that is one part, the last ones of the same
    permutation. Impurities of a flake are at sites that are chosen with equal probability. Sample
    i depends only on the root seed, the ensemble's plan and i. `given` are the files of the plan,
    unless others are named.

    Raises ValueError for a data set that cannot be read, or has fewer images.
    """
    stop = plan.samples if stop is None else stop
    if plan.source == FLAKES:
        return Ensemble(_flakes(plan, root_seed, start, stop), 1, FLAKES)
    pool = sources.load(plan.source, plan.given if given is None else given)
    chosen = _order(plan, root_seed, pool.parts)[start:stop]
    images, white = pool.images[chosen], sources.WHITE[plan.source]
    images, white = sources.averaged(images, plan.side, white)
    return Ensemble(images, white, plan.source, pool.classes[chosen])


def _flakes(plan: EnsemblePlan, root_seed: int, start: int, stop: int) -> np.ndarray:
    """Return where flakes have impurities, (n, N, N, 1), uint8."""
    sites = plan.side**2
    numbers = seeds.uniform(seeds.key(root_seed, "rolling", plan.name), start, stop, sites)
    ranks = np.argsort(np.argsort(numbers, axis=1), axis=1)
    occupied = (ranks < plan.impurities).astype(np.uint8)
    return occupied.reshape(-1, plan.side, plan.side, 1)


def _order(plan: EnsemblePlan, root_seed: int, parts: Sequence[int]) -> np.ndarray:
    """Return which images of a pool are the samples of an ensemble, (plan.samples,)."""
    _check(plan, parts)
    orders = [
        np.random.default_rng(seeds.seed(root_seed, "rolling", plan.name, part)).permutation(n)
        for part, n in enumerate(parts)
    ]
    if len(parts) == 1:
        return np.concatenate([orders[0][: plan.train], orders[0][parts[0] - plan.test :]])
    return np.concatenate([orders[0][: plan.train], parts[0] + orders[1][: plan.test]])


def _check(plan: EnsemblePlan, parts: Sequence[int]) -> None:
    wanted = (plan.samples,) if len(parts) == 1 else (plan.train, plan.test)
    for number, most in zip(wanted, parts, strict=True):
        if number > most:
            raise ValueError(
                f"ensemble {plan.name}: {number} images asked for of a part that has {most}; "
                "lower train or test of rolling in the config"
            )


def save(path: str | Path, ensemble: Ensemble) -> None:
    """Write an ensemble as ``.npz``."""
    classes = {} if ensemble.classes is None else {"classes": ensemble.classes}
    scalars = {name: np.array(getattr(ensemble, name)) for name in ("white", "source")}
    files.write_arrays(path, images=ensemble.images, **scalars, **classes)


def load(path: str | Path) -> Ensemble:
    """Read an ensemble; raise DamagedFile if the file is truncated or altered."""
    arrays = files.read_arrays(path, ("images", "white", "source"))
    scalars = int(arrays["white"]), str(arrays["source"])
    return Ensemble(arrays["images"], *scalars, arrays.get("classes"))
