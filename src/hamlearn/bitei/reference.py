r"""Phases by another route: simplices for the gap, fields of links for Z2.

The gap is looked for on a grid of the whole zone and another one around A, then by Nelder-Mead,
without derivatives. Z2 of a plane is the lattice sum of Fukui and Hatsugai, J. Phys. Soc. Jpn. 76,
053702: with U = det⟨u(κ)|u(κ')⟩ of a link, A = arg U and F the sum of A around a square, in
(-π, π],

.. math:: 2 \pi \nu = \sum_{\partial B} A - \sum_B F \pmod{4 \pi}

over half of the plane, 0 ≤ κ_2 ≤ 1/2, where states on its two edges obey u(-κ) = Θ u(κ) and are
pairs u, Θu where -κ = κ. No wave function is followed from one κ to the next.
"""

import numpy as np
from scipy.optimize import minimize

from hamlearn.bitei import hoppings
from hamlearn.bitei.gap import A_POINT
from hamlearn.bitei.solver import CLOSED, PLANES, WEYL, Phase
from hamlearn.bitei.wilson import UNCERTAIN, stretched

GRID = 10
AROUND = (9, 9, 9)
REACH = (0.12, 0.12, 0.25)
STARTS, APART = 10, 0.05
MESHES = (40, 64, 96, 128)
"""Squares along κ_1, and twice those along κ_2; two of these must agree."""


def phase(crystal: np.ndarray, vectors: np.ndarray, occupied: int) -> Phase:
    """Return the phase of a crystal, hoppings (V, N, N) in eV."""
    gap, k = minimum(crystal, vectors, occupied)
    if gap < CLOSED:
        return Phase(gap, k, np.full(2, -1, dtype=np.int8), WEYL)
    z2 = np.array([plane(crystal, vectors, occupied, k3) for k3 in PLANES], dtype=np.int8)
    label = UNCERTAIN if UNCERTAIN in z2 else int(z2.sum() % 2)
    return Phase(gap, k, z2, label)


def minimum(crystal: np.ndarray, vectors: np.ndarray, occupied: int) -> tuple[float, np.ndarray]:
    """Return the smallest direct gap, in eV, and where it is."""

    def gaps(k: np.ndarray) -> np.ndarray:
        levels = np.linalg.eigvalsh(hoppings.bloch(crystal, vectors, k))
        return levels[:, occupied] - levels[:, occupied - 1]

    box = [np.linspace(-r, r, n) for r, n in zip(REACH, AROUND, strict=True)]
    near = np.stack(np.meshgrid(*box, indexing="ij"), axis=-1).reshape(-1, 3) + A_POINT
    k = np.concatenate([hoppings.grid_uniform(GRID), near])
    found = gaps(k)
    best, starts = (np.inf, A_POINT), []
    for at in np.argsort(found):
        if all(np.abs(k[at] - other).max() > APART for other in starts):
            starts.append(k[at])
        if len(starts) == STARTS:
            break
    for start in starts:
        simplex = np.vstack([start, start + 0.02 * np.eye(3)])
        options = {"initial_simplex": simplex, "xatol": 1e-7, "fatol": 1e-7, "maxiter": 400}
        end = minimize(lambda x: gaps(x[None])[0], start, method="Nelder-Mead", options=options)
        best = min(best, (float(end.fun), end.x), key=lambda one: one[0])
        if best[0] < CLOSED / 10:
            break
    return best


def plane(crystal: np.ndarray, vectors: np.ndarray, occupied: int, k3: float) -> int:
    """Return Z2 of the plane κ_3 = k3 that two meshes agree on, UNCERTAIN if no two do."""
    said: list[int] = []
    for n in MESHES:
        said.append(lattice_z2(crystal, vectors, occupied, k3, n))
        if len(said) > 1 and said[-1] == said[-2]:
            return said[-1]
    return UNCERTAIN


def lattice_z2(crystal: np.ndarray, vectors: np.ndarray, occupied: int, k3: float, n: int) -> int:
    """Return Z2 of a plane from n × n/2 squares, n even."""
    along = stretched(np.arange(n) / n - 0.5, 0.9)  # -1/2 to 1/2, its end left out
    across = stretched(np.arange(n // 2 + 1) / n, 0.9)
    k = np.stack(np.meshgrid(along, across, [k3], indexing="ij"), axis=-1).reshape(-1, 3)
    states = np.linalg.eigh(hoppings.bloch(crystal, vectors, k))[1][..., :occupied]
    states = states.reshape(n, n // 2 + 1, -1, occupied)
    for edge in (0, n // 2):
        states[:, edge] = _paired(states[:, edge])
    first = _links(states, np.roll(states, -1, axis=0))
    second = _links(states[:, :-1], states[:, 1:])
    square = first[:, :-1] + np.roll(second, -1, axis=0) - first[:, 1:] - second
    field = square - 2 * np.pi * np.round(square / (2 * np.pi))
    total = first[:, 0].sum() - first[:, -1].sum() - field.sum()
    return int(np.rint(total / (2 * np.pi))) % 2


def _links(here: np.ndarray, there: np.ndarray) -> np.ndarray:
    return np.angle(np.linalg.det(np.conj(np.swapaxes(here, -1, -2)) @ there))


def _reversed(states: np.ndarray) -> np.ndarray:
    """Return Θu = i σ_y u* of states (..., N, m)."""
    found = np.empty_like(states)
    found[..., 0::2, :], found[..., 1::2, :] = (
        states[..., 1::2, :].conj(),
        -states[..., 0::2, :].conj(),
    )
    return found


def _paired(line: np.ndarray) -> np.ndarray:
    """Return states (n, N, m) on a line from -1/2 on in the gauge of time reversal."""
    n, found = len(line), line.copy()
    for at in (0, n // 2):
        found[at] = _pairs(line[at])
    positive = np.arange(n // 2 + 1, n)
    found[n - positive] = _reversed(found[positive])
    return found


def _pairs(states: np.ndarray) -> np.ndarray:
    """Return a basis of states (N, m) that consists of pairs u, Θu."""
    rest, found = states, []
    while rest.shape[1]:
        one = rest[:, :1]
        found += [one, _reversed(one)]
        basis = np.hstack(found)
        left = states - basis @ (basis.conj().T @ states)
        rest = np.linalg.svd(left, full_matrices=False)[0][:, : states.shape[1] - basis.shape[1]]
    return np.hstack(found)
