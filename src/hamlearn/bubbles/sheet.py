"""A measured height map as the sheet of a flake: placed, continued, and interpolated.

Only slopes act on electrons, so a height is one above the level of the surroundings. Lengths in a,
with the flake centred at the origin; rows of a map run along x, columns along y.
"""

from dataclasses import dataclass

import numpy as np
from scipy.interpolate import RectBivariateSpline

from hamlearn.bubbles.surface import pixel_centres
from hamlearn.maps import Lengths

FLAT = 0.05
"""Heights that differ by less than this share of a map's range are flat,"""
SMALLEST = 0.02
"""and so are those that differ by less than this, in a: slopes that weaken bonds by 1e-4."""
FEWEST = 4
"""Heights that a cubic spline takes along each side."""
HIGHEST = 1e4
"""Most that heights may differ by, in a: two micrometres, where slopes long broke every bond."""
MARGIN = 4
"""Heights outside the flake that are kept, so that the spline is the same inside."""


@dataclass(frozen=True)
class Sheet:
    """Heights of a square flake of a given side, by cubic splines through those of a map.

    Beyond the outermost heights of the map the sheet goes on as it ends there.
    """

    side: float
    spline: RectBivariateSpline

    def heights(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Return the heights (...) at positions x and y (...), in a."""
        return self.spline.ev(x, y)

    def pixels(self, number: int) -> np.ndarray:
        """Return the heights (number, number) at the centres of pixels, [i, j] at (x_i, y_j)."""
        centres = pixel_centres(self.side, number)
        return self.spline(centres, centres)


def levelled(z: np.ndarray) -> np.ndarray:
    """Return a map (rows, columns) less the plane that fits its outermost heights best."""
    row, column = np.indices(z.shape)
    plane = np.stack([np.ones(z.shape), row, column], axis=-1)
    rim = _rim(z.shape)
    return z - plane @ np.linalg.lstsq(plane[rim], z[rim], rcond=None)[0]


def place(
    z: np.ndarray,
    spacing: tuple[float, float],
    side: float,
    lengths: Lengths,
    *,
    crop: bool = False,
) -> tuple[Sheet, list[str]]:
    """Place a map on a square flake, centre on centre.

    Along a direction in which the map is as long as the flake, within one spacing, it is taken as
    it is. A shorter map is continued by a flat sheet, a longer one is cut, and either only where
    the map is flat: a rim that is not would become a cliff, and bubbles that are cut off belong to
    the device. Flat is what differs from the median by at most 5 % of the range of all heights.

    Parameters
    ----------
    z : (rows, columns) heights in a, evenly spaced
    spacing : distances of rows and of columns, in a
    side : of the flake, in a
    lengths : Lengths
        For messages.
    crop : bool
        Cut the map whether it is flat outside the flake or not.

    Returns
    -------
    sheet : Sheet
    notes : list of str
        What was added or cut off, one line each.

    Raises
    ------
    ValueError
        One line: the map has too few heights on the flake, or is not flat where it would have to.
    """
    if not np.ptp(z) <= HIGHEST:
        raise ValueError(
            f"map: heights differ by {lengths.nm(np.ptp(z))}, expected at most "
            f"{lengths.nm(HIGHEST)}; is the unit right?"
        )
    extent = [n * step for n, step in zip(z.shape, spacing, strict=True)]
    inside = [abs(pixel_centres(e, n)) <= side / 2 for e, n in zip(extent, z.shape, strict=True)]
    if min(np.count_nonzero(kept) for kept in inside) < FEWEST:
        raise ValueError(
            f"map: {z.shape[0]} x {z.shape[1]} heights on {lengths.nm(*extent)}, expected at least "
            f"{FEWEST} along each side of the flake of {lengths.nm(side, side)}"
        )
    short = [e + step < side for e, step in zip(extent, spacing, strict=True)]
    long = [e - step > side for e, step in zip(extent, spacing, strict=True)]
    added, cut = _to_be_flat(inside, short, long)
    flat = added if crop else added | cut
    z = z - np.median(z[flat if flat.any() else _rim(z.shape)])
    _check_flat(z, flat, added, spacing, lengths)
    centres = []
    for axis in (0, 1):
        z, places = _continued(z, axis, spacing[axis], side)
        centres.append(places)
    return Sheet(side, RectBivariateSpline(*centres, z)), _notes(extent, side, short, long, lengths)


def _rim(shape: tuple[int, int]) -> np.ndarray:
    """Return whether a height is one of the outermost, (rows, columns)."""
    rim = np.ones(shape, dtype=bool)
    rim[1:-1, 1:-1] = False
    return rim


def _to_be_flat(inside, short, long) -> tuple[np.ndarray, np.ndarray]:
    """Return the rims next to which sheet is added, and what is cut off, (rows, columns)."""
    rows, columns = inside
    kept = rows[:, None] & columns[None, :]
    added, cut = np.zeros(kept.shape, dtype=bool), np.zeros(kept.shape, dtype=bool)
    if short[0]:
        added[[0, -1]] = kept[[0, -1]]
    if short[1]:
        added[:, [0, -1]] |= kept[:, [0, -1]]
    if long[0]:
        cut |= ~rows[:, None]
    if long[1]:
        cut |= ~columns[None, :]
    return added, cut


def _check_flat(z, flat, added, spacing, lengths: Lengths) -> None:
    """Raise ValueError unless a level map is flat where it has to be."""
    allowed = max(FLAT * np.ptp(z), SMALLEST)
    off = np.where(flat, abs(z), 0.0)
    if off.max() <= allowed:
        return
    worst = np.unravel_index(off.argmax(), z.shape)
    steps = zip(worst, z.shape, spacing, strict=True)
    x, y = (lengths.nm((i + 0.5 - n / 2) * step) for i, n, step in steps)
    amount = (
        f"{lengths.nm(off.max())} off at x = {x}, y = {y}, at most {lengths.nm(allowed)} allowed"
    )
    if added[worst]:
        raise ValueError(
            f"map: smaller than the flake, and its rim is not flat ({amount}); "
            "--level subtracts a plane"
        )
    raise ValueError(
        f"map: larger than the flake, and not flat outside it ({amount}); "
        "--crop cuts it, --level subtracts a plane"
    )


def _continued(z: np.ndarray, axis: int, step: float, side: float) -> tuple[np.ndarray, np.ndarray]:
    """Return a level map without what is far from the flake or with flat sheet, and its places."""
    number = z.shape[axis]
    places = pixel_centres(number * step, number)
    near = np.flatnonzero(abs(places) <= side / 2 + MARGIN * step)
    z, places = z.take(near, axis), places[near]
    if number * step + step >= side:
        return z, places
    more = int(np.ceil((side / 2 - places[-1]) / step))
    beyond = step * np.arange(1, more + 1)
    widths = [(more, more) if k == axis else (0, 0) for k in (0, 1)]
    places = np.concatenate([places[0] - beyond[::-1], places, places[-1] + beyond])
    return np.pad(z, widths), places


def _notes(extent, side, short, long, lengths: Lengths) -> list[str]:
    sizes = f"the map covers {lengths.nm(*extent)}, the flake {lengths.nm(side, side)}"
    notes = []
    for which, done in ((short, "flat sheet is added"), (long, "the map is cut")):
        axes = [name for name, wanted in zip("xy", which, strict=True) if wanted]
        if axes:
            notes.append(f"{sizes}: {done} along {' and '.join(axes)}")
    return notes
