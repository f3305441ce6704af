"""How far a height map is from those that a network was trained on.

Lengths in a, energies in t; the strain is 1 - |t|, by how much bonds are weaker, eq. (2).
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.ndimage import maximum_filter

from hamlearn import trained
from hamlearn.bubbles import ensemble as ensembles
from hamlearn.bubbles.ensemble import Ensemble
from hamlearn.bubbles.plan import TRAIN
from hamlearn.bubbles.prediction import BATCH, Flake
from hamlearn.bubbles.surface import pixel_centres
from hamlearn.maps import Lengths
from hamlearn.trained import Trained

if TYPE_CHECKING:
    import keras

SAMPLES = 4000
"""The first of its samples, which are enough to know the largest of them."""
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
    one: Trained,
    flake: Flake,
    heights: np.ndarray,
    energies: np.ndarray,
    lengths: Lengths,
) -> list[str]:
    """Return :func:`unlike` of a map, from the training ensemble in the results of a network.

    Raises ValueError if that ensemble is damaged or of other flakes; without one there is a
    warning of it.
    """
    path = one.drawn(TRAIN)
    if not path.is_file():
        return [trained.uncompared(path)]
    flakes = ensembles.load(path)
    if flakes.side != flake.side:
        raise ValueError(
            f"{path}: flakes of {flakes.side:g} a, the network was trained for {flake.side:g} a"
        )
    seen = known(flakes[slice(0, SAMPLES)], network, flake.pixels)
    return unlike(heights, energies, network, flake, seen, lengths)


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


def unlike(
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
        ("difference of heights", height, seen.height, lengths.nm),
        ("mean strain 1 - |t|", mean, seen.mean_strain, "{:.2g}".format),
        ("largest strain 1 - |t|", largest, seen.largest_strain, "{:.2g}".format),
    ):
        if value > most * (1 + ROUNDING):
            times = f"a factor of {value / most:.2g}"
            found.append(trained.unseen(f"{name} {text(value)}", f"up to {text(most)}", times))
    off = [max(abs(x), abs(y)) for x, y in bubbles(heights, flake)]
    outside = [distance for distance in off if distance > seen.centre + flake.side / flake.pixels]
    if outside:
        what, area = (
            f"{len(outside)} of {len(off)} bubbles",
            f"|x|, |y| < {lengths.nm(seen.centre)}",
        )
        beyond = f"up to {lengths.nm(max(outside) - seen.centre)}"
        found.append(trained.unseen(what, area, beyond))
    low, high = seen.energies
    slack = 0.01 * (high - low)
    beyond = max(low - energies.min(), energies.max() - high)
    if beyond > slack:
        what = f"energies from {energies.min():g} to {energies.max():g} t"
        found.append(trained.unseen(what, f"{low:.3g} to {high:.3g} t", f"up to {beyond:.2g} t"))
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
