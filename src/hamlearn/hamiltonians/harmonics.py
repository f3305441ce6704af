"""Real spherical harmonics up to l = 4 as polynomials, 25 functions, m = −l … l for each l."""

import numpy as np

FUNCTIONS = 25
_PI = np.pi


def harmonics(x: np.ndarray, y: np.ndarray, z: np.ndarray) -> np.ndarray:
    """Return Y_lm of unit vectors, arrays of one shape, as (..., 25) of their precision.

    Without the Condon-Shortley phase: Y_1 are proportional to (y, z, x). With a vector of zeros
    all but Y_00 are what the polynomials give.
    """
    x2, y2, z2 = x * x, y * y, z * z
    xy, yz, xz, difference = x * y, y * z, x * z, x2 - y2
    third, other = 3 * x2 - y2, x2 - 3 * y2
    c = np.sqrt(np.array([1 / 4, 3 / 4, 15 / 4, 5 / 16, 15 / 16]) / _PI)
    f = np.sqrt(np.array([35 / 32, 105 / 4, 21 / 32, 7 / 16, 105 / 16]) / _PI)
    g = np.sqrt(np.array([35 / 16, 35 / 32, 5 / 16, 5 / 32, 1 / 256, 5 / 64, 35 / 256]) * 9 / _PI)
    found = np.empty((*np.shape(x), FUNCTIONS), np.asarray(x).dtype)
    parts = (
        *(c[0] + 0 * x, c[1] * y, c[1] * z, c[1] * x),
        *(c[2] * xy, c[2] * yz, c[3] * (3 * z2 - 1), c[2] * xz, c[4] * difference),
        *(f[0] * y * third, f[1] * xy * z, f[2] * y * (5 * z2 - 1), f[3] * z * (5 * z2 - 3)),
        *(f[2] * x * (5 * z2 - 1), f[4] * z * difference, f[0] * x * other),
        *(g[0] * xy * difference, g[1] * yz * third, g[2] * xy * (7 * z2 - 1)),
        *(g[3] * yz * (7 * z2 - 3), g[4] * (35 * z2 * z2 - 30 * z2 + 3)),
        *(g[3] * xz * (7 * z2 - 3), g[5] * difference * (7 * z2 - 1), g[1] * xz * other),
        g[6] * (x2 * other - y2 * third),
    )
    for place, part in enumerate(parts):
        found[..., place] = part
    return found
