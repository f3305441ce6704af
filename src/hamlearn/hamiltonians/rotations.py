r"""Rotations of real spherical harmonics, :math:`Y(R\,\mathbf r) = D(R)\,Y(\mathbf r)`.

Orders: p (y, z, x), d (xy, yz, z², xz, x²−y²), the orders m = −l … l.
"""

import functools

import numpy as np

SHELLS = (0, 0, 1, 1, 2)
"""Angular momenta of the basis s2p2d1, 13 orbitals."""
ORBITALS = sum(2 * n + 1 for n in SHELLS)
_P = [1, 2, 0]
"""Cartesian components in the order of p."""
_ROOT = np.sqrt(3) / 2


def _quadrics() -> np.ndarray:
    """Return the matrices Q of Y ∝ r^T Q r in the order of d, (5, 3, 3); Tr Q Q' = 3/2 δ."""
    found = np.zeros((5, 3, 3))
    for m, (a, b) in ((0, (0, 1)), (1, (1, 2)), (3, (0, 2))):
        found[m, a, b] = found[m, b, a] = _ROOT
    found[2] = np.diag([-0.5, -0.5, 1.0])
    found[4] = np.diag([_ROOT, -_ROOT, 0.0])
    return found


_Q = _quadrics()


def wigner(rotation: np.ndarray, shells: tuple[int, ...] = SHELLS) -> np.ndarray:
    """Return D(R), block by block of the shells: (..., 3, 3) to (..., M, M).

    D(AB) = D(A) D(B) and D(R^T) = D(R)^T; for the default shells M is 13. Raises ValueError for
    angular momenta above 2.
    """
    rotation = np.asarray(rotation, dtype=float)
    if max(shells, default=0) > 2:
        raise ValueError(f"shells = {shells}: expected angular momenta of 0, 1 and 2")
    blocks = {n: _BLOCKS[n](rotation) for n in set(shells)}
    size = sum(2 * n + 1 for n in shells)
    found = np.zeros((*rotation.shape[:-2], size, size))
    start = 0
    for n in shells:
        stop = start + 2 * n + 1
        found[..., start:stop, start:stop] = blocks[n]
        start = stop
    return found


def _s(rotation: np.ndarray) -> np.ndarray:
    return np.ones((*rotation.shape[:-2], 1, 1))


def _p(rotation: np.ndarray) -> np.ndarray:
    return rotation[..., _P, :][..., :, _P]


def _d(rotation: np.ndarray) -> np.ndarray:
    turned = np.einsum("...ca,mcd,...db->...mab", rotation, _Q, rotation, optimize=True)
    return 2 / 3 * np.einsum("...mab,nab->...mn", turned, _Q, optimize=True)


_BLOCKS = {0: _s, 1: _p, 2: _d}


@functools.cache
def orbitals(shells: tuple[int, ...] = SHELLS) -> tuple[str, ...]:
    """Return the names of the orbitals in their order."""
    names = {0: ["s"], 1: ["y", "z", "x"], 2: ["xy", "yz", "z²", "xz", "x²−y²"]}
    return tuple(name for n in shells for name in names[n])
