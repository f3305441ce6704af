"""How far a height map is from those that a network was trained on.

Lengths in a, energies in t; the strain is 1 - |t|, by how much bonds are weaker, eq. (2).
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from scipy.ndimage import maximum_filter

from hamlearn.bubbles import ensemble as ensembles
from hamlearn.bubbles.ensemble import Ensemble
from hamlearn.bubbles.prediction import BATCH, Flake
from hamlearn.bubbles.surface import pixel_centres
from hamlearn.maps import Lengths

if TYPE_CHECKING:
    import keras

TRAINED_ON = Path("data/train/ensemble.npz")
"""The training ensemble, in the folder of results that the networks are in."""
SAMPLES = 4000
"""The first of its samples, which are enough to know the largest of them."""
LEVELS = 4
"""Folders between a network and its folder of results, at most."""
FAINT = 0.1
"""Share of the highest bubble below which a maximum does not count."""
ROUNDING = 1e-5
"""Of single precision, which differs with the number of maps computed at once."""


@dataclass(frozen=True)
class TrainedRange:
    """The largest of what a network has seen in its training ensemble.

    Attributes
    ----------
    height : float
        Difference between the highest and the lowest point of a flake, in a.
    mean_strain, largest_strain : float
        Mean of 1 - |t| over a flake, and its value at one place.
    centre : float
        |x_c| and |y_c| of a bubble, in a.
    energies : (float, float)
        The smallest and the largest, in t.
    """

    height: float
    mean_strain: float
    largest_strain: float
    centre: float
    energies: tuple[float, float]


def compared(
    network: "keras.Model",
    path: str | Path,
    flake: Flake,
    heights: np.ndarray,
    energies: np.ndarray,
    lengths: Lengths,
) -> list[str]:
    """Return :func:`warnings` about a map, from the training ensemble beside a network.

    Raises ValueError if that ensemble is damaged or of other flakes; without one there is a
    warning of it.
    """
    ensemble = beside(path)
    if ensemble is None:
        return [f"{path}: no {TRAINED_ON} in its folder of results, to compare the map with"]
    flakes = ensembles.load(ensemble)
    if flakes.side != flake.side:
        raise ValueError(
            f"{ensemble}: flakes of {flakes.side:g} a, the network was trained for {flake.side:g} a"
        )
    seen = known(flakes[slice(0, SAMPLES)], network, flake.pixels)
    return warnings(heights, energies, network, flake, seen, lengths)


def beside(network: str | Path) -> Path | None:
    """Return the training ensemble in the folder of results of a network, if it is there."""
    folders = list(Path(network).resolve().parents)[:LEVELS]
    return next((f / TRAINED_ON for f in folders if (f / TRAINED_ON).is_file()), None)


def known(flakes: Ensemble, network: "keras.Model", pixels: int) -> TrainedRange:
    """Return the largest of everything over an ensemble, as a network sees it."""
    from hamlearn.bubbles import inputs

    parts = []
    for start in range(0, len(flakes), BATCH):
        maps = inputs.height_maps(flakes[slice(start, start + BATCH)], pixels)
        parts.append(np.max([measured(z, s) for z, s in _strained(network, maps)], axis=0))
    centre = np.nanmax(np.abs(flakes.bubbles[:, :, 3:5]))
    energies = (flakes.energy.min(), flakes.energy.max())
    return TrainedRange(*np.max(parts, axis=0), centre, energies)


def _strained(network: "keras.Model", maps: np.ndarray):
    from hamlearn.bubbles import own

    bonds = own.one_orientation(network).get_layer("bonds")
    return zip(maps, np.asarray(bonds(maps)), strict=True)


def measured(heights: np.ndarray, strain: np.ndarray) -> tuple[float, float, float]:
    """Return height, mean and largest strain of one map, as in :class:`TrainedRange`."""
    return np.ptp(heights), strain.mean(), strain.max()


def warnings(
    heights: np.ndarray,
    energies: np.ndarray,
    network: "keras.Model",
    flake: Flake,
    seen: TrainedRange,
    lengths: Lengths,
) -> list[str]:
    """Return in which respect a map and energies are unlike all that a network has seen.

    Parameters
    ----------
    heights : array (pixels, pixels) in a
    energies : array (m,) in t

    Returns
    -------
    list of str
        One line each, with how far it is outside.
    """
    ((_, strain),) = _strained(network, np.float32(heights)[None])
    height, mean, largest = measured(heights, strain)
    found = []
    for name, value, most, text in (
        ("heights differ by", height, seen.height, lengths.nm),
        ("mean strain 1 - |t| is", mean, seen.mean_strain, "{:.2g}".format),
        ("largest strain 1 - |t| is", largest, seen.largest_strain, "{:.2g}".format),
    ):
        if value > most * (1 + ROUNDING):
            found.append(
                f"{name} {text(value)}, {value / most:.2g} times the largest in training "
                f"({text(most)})"
            )
    off = [max(abs(x), abs(y)) for x, y in bubbles(heights, flake)]
    outside = [distance for distance in off if distance > seen.centre + flake.side / flake.pixels]
    if outside:
        found.append(
            f"{len(outside)} of {len(off)} bubbles outside the trained |x|, |y| < "
            f"{lengths.nm(seen.centre)}, by up to {lengths.nm(max(outside) - seen.centre)}"
        )
    low, high = seen.energies
    slack = 0.01 * (high - low)
    if energies.min() < low - slack or energies.max() > high + slack:
        found.append(
            f"energies from {energies.min():g} to {energies.max():g} t, trained from {low:.3g} to "
            f"{high:.3g} t"
        )
    return found


def bubbles(heights: np.ndarray, flake: Flake) -> list[tuple[float, float]]:
    """Return the places (x, y) in a where a map is highest, or deepest if it has dents.

    A place counts if no neighbour is higher and it is above a tenth of the highest.
    """
    z = heights - np.median(heights)
    z = z if z.max() >= -z.min() else -z
    highest = (z == maximum_filter(z, size=3)) & (z > FAINT * z.max()) & (z > 0)
    centres = pixel_centres(flake.side, flake.pixels)
    return [(centres[i], centres[j]) for i, j in np.argwhere(highest).tolist()]
