"""What networks of bands are trained on: batches of images, wave vectors, bands and levels."""

from collections.abc import Sequence
from dataclasses import dataclass

import keras
import numpy as np

from hamlearn.bands import brillouin, image, records
from hamlearn.bands.irreps import Levels, by_irrep
from hamlearn.dataset import Dataset

FIRST, DECAY = 0.6, 0.3
"""Of the weight of the local costs, r_i = 0.6 / (1 + i)^0.3 after i epochs (App. C)."""


@dataclass(frozen=True)
class Targets:
    """Images of n cells and what is learned of them.

    Attributes
    ----------
    images : uint8 (n, L, L)
    k : float64 (m, 2)
        In fractions of b1 and b2.
    bands : float32 (n, m, 6)
        In V_max.
    local, present : float32 (n, 56), bool (n, 56)
        Levels of each irrep at Γ, K and M in V_max, and which there are.
    """

    images: np.ndarray
    k: np.ndarray
    bands: np.ndarray
    local: np.ndarray
    present: np.ndarray

    def __len__(self) -> int:
        return len(self.images)


def targets(data: Dataset, samples: slice, levels: int) -> Targets:
    """Return some samples of an ensemble; of the lowest `levels` bands at Γ, K and M."""
    table = data.labels[samples]
    found = records.solution(table)
    lowest = Levels(found.levels.energies[..., :levels], found.levels.irreps[..., :levels])
    local, present = (one.reshape(len(table), -1) for one in by_irrep(lowest))
    images = data.remember("images", lambda: data.ensemble.images)[samples]
    bands = found.bands.astype(np.float32)
    k = brillouin.grid(records.divisions(table))
    return Targets(images, k, bands, local.astype(np.float32), present)


def weight(epoch: int) -> float:
    """Return r_i, i being the epochs done before `epoch`, which counts from 1."""
    return FIRST / epoch**DECAY


class Cells(keras.utils.PyDataset):
    """Batches ({image, k}, {bands, local}, weights) of cells.

    Parameters
    ----------
    cells : Targets
    batch : int
    seed : int
    points : sequence of int, or None
        Numbers of the wave vectors that are used; None for all.
    at_once : int, optional
        How many of these a batch has, others each time.
    mirror : bool
        Whether half of the images are replaced by their mirror images, others each epoch, with
        the wave vectors where these have the same bands.
    local : bool
        Whether the local costs count.
    shuffle : bool
    """

    def __init__(
        self,
        cells: Targets,
        batch: int,
        seed: int,
        *,
        points: Sequence[int] | None = None,
        at_once: int | None = None,
        mirror: bool = False,
        local: bool = True,
        shuffle: bool = True,
    ):
        super().__init__()
        self.cells, self.batch, self.seed = cells, batch, seed
        self.points = np.arange(len(cells.k)) if points is None else np.asarray(points)
        self.at_once = min(at_once or len(self.points), len(self.points))
        self.mirror, self.local, self.shuffle = mirror, local, shuffle
        # so that the mean over all samples is that over those levels which there are
        number = cells.present.reshape(len(cells), 8, -1).sum(axis=(0, 2)) / len(cells)
        times = cells.present.shape[1] / np.maximum(number, 1e-9)
        self.of_levels = cells.present * times.repeat(cells.present.shape[1] // 8)
        self.begin_epoch(1)

    @property
    def num_batches(self) -> int:
        return -(-len(self.cells) // self.batch)

    def begin_epoch(self, epoch: int) -> None:
        """Draw the order of the samples and which of them are mirrored; epochs count from 1."""
        random = np.random.default_rng([self.seed, epoch])
        number = len(self.cells)
        order = random.permutation(number) if self.shuffle else np.arange(number)
        mirrored = random.random(number) < 0.5 if self.mirror else np.zeros(number, dtype=bool)
        self.state = (epoch, order, mirrored)

    def __getitem__(self, index: int) -> tuple:
        epoch, order, mirrored = self.state
        rows = order[index * self.batch : (index + 1) * self.batch]
        turned, points = mirrored[rows], self._points(epoch, index)
        images = self.cells.images[rows].astype(np.float32)
        images[turned] = image.mirrored(images[turned])
        k = np.repeat(self.cells.k[points][None], len(rows), axis=0)
        k[turned] = k[turned][..., ::-1]
        inputs = {"image": images[..., None], "k": k.astype(np.float32)}
        learned = {
            "bands": self.cells.bands[rows][:, points],
            "local": self.cells.local[rows][..., None],
        }
        scale = weight(epoch) if self.local else 0.0
        local = (scale * self.of_levels[rows]).astype(np.float32)
        return inputs, learned, {"bands": np.ones((len(rows), 1), np.float32), "local": local}

    def _points(self, epoch: int, index: int) -> np.ndarray:
        if self.at_once == len(self.points):
            return self.points
        random = np.random.default_rng([self.seed, epoch, index])
        return random.choice(self.points, self.at_once, replace=False)
