"""Heights of deformed graphene: Gaussian bubbles (eq. 5), and those of the robustness tests.

Lengths in lattice constants a = 2.46 Å, with the flake centred at the origin.
"""

import numpy as np

from hamlearn.maps import unmasked

COLUMNS = ("amplitude_a", "sigma_x_a", "sigma_y_a", "x_a", "y_a")
"""Columns of an array of bubbles; for a Lorentzian, sigma stands for the width Γ."""
QUARTIC_COLUMNS = (*COLUMNS, "quartic_x", "quartic_y")
KINDS = ("gaussian", "quartic", "quartic_scaled", "lorentzian_printed", "lorentzian")


def heights(bubbles: np.ndarray, x: np.ndarray, y: np.ndarray, kind: str = "gaussian"):
    """Return the height of a deformed sheet, z = Σ_n z_n, in a.

    With u = (x - x_n) / σ_xn, v = (y - y_n) / σ_yn, one bubble is

    - ``gaussian``: A exp(-(u² + v²)/2), eq. (5);
    - ``quartic``: A exp(-(u² + c (x - x_n)² u² + v² + d (y - y_n)² v²)/2), eq. (13), with c and d
      in a⁻²;
    - ``quartic_scaled``: the same with c u⁴ and d v⁴, c and d without unit;
    - ``lorentzian_printed``: A Γ_x Γ_y / (π [(x - x_n)² + (y - y_n)² + Γ_x² + Γ_y²]), eq. (16),
      where the paper has A = 1 a, so that it is at most 1/2π high;
    - ``lorentzian``: A / (1 + u² + v²), of the height and the half width that the text speaks of.

    Parameters
    ----------
    bubbles : (N, 5) or, for the quartic kinds, (N, 7)
        Columns :data:`COLUMNS` or :data:`QUARTIC_COLUMNS`.
    x, y : (...) positions in a
    kind : str
        One of :data:`KINDS`.

    Returns
    -------
    (...) heights in a

    Raises
    ------
    ValueError
        One line that says which bubble or argument is wrong.
    """
    bubbles = checked(bubbles, kind)
    x, y = np.broadcast_arrays(np.asarray(x, dtype=float), np.asarray(y, dtype=float))
    z = np.zeros(x.shape)
    for bubble in bubbles:  # one at a time: the arrays are large, the bubbles few
        z += _one(kind, bubble, x - bubble[3], y - bubble[4])
    return z


def _one(kind: str, bubble: np.ndarray, dx: np.ndarray, dy: np.ndarray) -> np.ndarray:
    amplitude, width_x, width_y = bubble[:3]
    if kind == "lorentzian_printed":
        square = dx**2 + dy**2 + width_x**2 + width_y**2
        return amplitude * width_x * width_y / (np.pi * square)
    u2, v2 = (dx / width_x) ** 2, (dy / width_y) ** 2
    if kind == "lorentzian":
        return amplitude / (1 + u2 + v2)
    if kind == "quartic":
        u2, v2 = u2 * (1 + bubble[5] * dx**2), v2 * (1 + bubble[6] * dy**2)
    elif kind == "quartic_scaled":
        u2, v2 = u2 * (1 + bubble[5] * u2), v2 * (1 + bubble[6] * v2)
    return amplitude * np.exp(-(u2 + v2) / 2)


def checked(bubbles: np.ndarray, kind: str = "gaussian") -> np.ndarray:
    """Return bubbles as a float array; raise ValueError for what no sheet can have."""
    if kind not in KINDS:
        raise ValueError(f"kind = {kind!r}: expected one of {', '.join(KINDS)}")
    columns = QUARTIC_COLUMNS if kind.startswith("quartic") else COLUMNS
    bubbles = unmasked("bubbles", bubbles)
    if bubbles.ndim != 2 or bubbles.shape[1] != len(columns):
        raise ValueError(f"bubbles: expected shape (N, {len(columns)}), got {bubbles.shape}")
    if not len(bubbles):
        raise ValueError("bubbles: expected at least one, got an empty list")
    if bubbles.dtype.kind not in "fiu":
        raise ValueError(f"bubbles: expected real numbers, got {bubbles.dtype}")
    bubbles = bubbles.astype(float)
    bad = np.argwhere(~np.isfinite(bubbles))
    if len(bad):
        n, column = bad[0]
        raise ValueError(f"bubbles: {columns[column]} of bubble {n} is {bubbles[n, column]}")
    bad = np.argwhere(bubbles[:, 1:3] <= 0)
    if len(bad):
        n, column = bad[0]
        width = bubbles[n, 1 + column]
        raise ValueError(
            f"bubbles: {columns[1 + column]} of bubble {n} is {width}, must be above 0"
        )
    return bubbles


def pixel_centres(side: float, pixels: int) -> np.ndarray:
    """Return the centres of `pixels` equal cells of [-side/2, side/2], (pixels,), in a."""
    return (np.arange(pixels) + 0.5) * side / pixels - side / 2


def height_map(
    bubbles: np.ndarray,
    length: float = 200,
    width: float = 200,
    pixels: int = 100,
    kind: str = "gaussian",
) -> np.ndarray:
    """Return the heights (pixels, pixels) in a at the cell centres, [i, j] at (x_i, y_j)."""
    x, y = pixel_centres(length, pixels), pixel_centres(width, pixels)
    return heights(bubbles, x[:, None], y[None, :], kind)
