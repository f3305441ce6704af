"""What networks see of a crystal: hoppings of 27 cells, or energies on a mesh of the zone."""

from collections.abc import Sequence

import numpy as np

from hamlearn.bitei.ensemble import Ensemble
from hamlearn.bitei.gap import A_POINT, expanded
from hamlearn.bitei.hoppings import opposite
from hamlearn.bitei.lattice_sum import Crystal
from hamlearn.bitei.path import OCCUPIED
from hamlearn.bitei.plan import BALL, CUBE
from hamlearn.bitei.wilson import stretched

CELLS = np.stack(np.meshgrid(*[range(3)] * 3, indexing="ij"), axis=-1).reshape(-1, 3)
"""The lattice vectors {0, 1, 2}³ that the thesis keeps."""
KINDS = (CUBE, BALL)
"""Of cells."""
ORBITALS = 18
SIZE = len(CELLS) * ORBITALS**2 * 2
SIDE = 4
"""Bands on each side of the gap whose energies a mesh holds."""
BANDS = slice(OCCUPIED - SIDE, OCCUPIED + SIDE)
CHANNELS = 2 * SIDE + 1
"""Energies of eight bands, from the middle of the gap, and the direct gap."""
WINDOW, REACH = (11, 11, 9), (0.13, 0.13, 0.35)
MESHES = ("uniform", "stretched", "window")


def half_ball(vectors: np.ndarray, cell: np.ndarray) -> np.ndarray:
    """Return the 27 shortest of some lattice vectors (V, 3), one of each A and -A, int (27, 3).

    {0, 1, 2}³ lacks neighbours such as (1, -1, 0), as near as (1, 0, 0), and has far ones instead.
    The rows of `cell` (3, 3) are the vectors of the cell, in Å.
    """
    half = vectors[np.arange(len(vectors)) <= opposite(vectors)]
    length = np.linalg.norm(half @ cell, axis=1).round(6)
    return half[np.argsort(length, kind="stable")[: len(CELLS)]]


def truncate(
    hoppings: np.ndarray, vectors: np.ndarray, kept_cells: np.ndarray = CELLS
) -> np.ndarray:
    """Return the hoppings of the 27 cells, float32 (..., 17496): A1, A2, A3, i, j, re and im.

    Parameters
    ----------
    hoppings : complex (..., V, 18, 18)
        In eV.
    vectors : int (V, 3)
        A cell that is not among them has zeros.
    kept_cells : int (27, 3)
        Others than {0, 1, 2}³.
    """
    kept = np.zeros((*hoppings.shape[:-3], len(CELLS), *hoppings.shape[-2:]), dtype=np.complex64)
    place = {tuple(vector): at for at, vector in enumerate(vectors.tolist())}
    for number, cell in enumerate(kept_cells.tolist()):
        if tuple(cell) in place:
            kept[..., number, :, :] = hoppings[..., place[tuple(cell)], :, :]
    return kept.view(np.float32).reshape(*hoppings.shape[:-3], -1)


def cells(ensemble: Ensemble, kind: str = CUBE) -> np.ndarray:
    """Return the truncated hoppings of every sample, float32 (n, 17496), in eV.

    Raises ValueError for a kind that is not among `KINDS`.
    """
    if kind not in KINDS:
        raise ValueError(f"cells {kind!r}: expected one of {', '.join(KINDS)}")
    vectors = ensemble.vectors
    kept = CELLS if kind == CUBE else half_ball(vectors, ensemble.ends.cells[0])
    found = np.empty((len(ensemble), SIZE), dtype=np.float32)
    for sample, crystal in enumerate(ensemble.crystals()):
        found[sample] = truncate(crystal, vectors, kept)
    return found


def axes(mesh: str, n: int) -> tuple[np.ndarray, ...]:
    """Return the axes of a mesh, each with A in the middle: distances from A.

    `uniform` is eq. (13), `stretched` the same points drawn towards A, of n points each, n even;
    `window` holds (n, n, n - 2) points of a box around A, n odd.
    """
    if mesh == "window":
        sizes = (n, n, n - 2)
        return tuple(np.linspace(-r, r, m) for r, m in zip(REACH, sizes, strict=True))
    t = np.arange(-n // 2, n - n // 2) / n
    return (t if mesh == "uniform" else stretched(t),) * 3


def shape(mesh: str, n: int) -> tuple[int, int, int, int]:
    """Return the shape of what networks see of a mesh."""
    return (*map(len, axes(mesh, n)), CHANNELS)


def points(mesh: str, n: int) -> list[np.ndarray]:
    """Return κ along each axis of a mesh about A."""
    return [at + step for at, step in zip(A_POINT, axes(mesh, n), strict=True)]


def energies(crystal: Crystal, mesh: str, n: int, occupied: int = OCCUPIED) -> np.ndarray:
    """Return energies around the gap on a mesh, float32 (n_1, n_2, n_3, 9), in eV.

    Time reversal gives E(A + q) = E(A - q), so that half of the mesh is solved.
    """
    steps, along = axes(mesh, n), points(mesh, n)
    half = len(steps[0]) // 2 + 1
    solved = around_gap(crystal.on_axes(along[0][:half], *along[1:]), occupied)
    found = np.empty((*map(len, steps), CHANNELS), dtype=np.float32)
    found[:half] = solved
    for i in range(half, len(steps[0])):
        found[i] = _mirrored(solved, steps, i)
    return found


def around_gap(bloch: np.ndarray, occupied: int) -> np.ndarray:
    """Return the `CHANNELS` of Bloch matrices (..., N, N), float32; zeros where bands are lacking.

    Of four bands below and four above the gap, those that a crystal of fewer has not.
    """
    levels = np.linalg.eigvalsh(bloch)
    low, high = levels[..., occupied - 1], levels[..., occupied]
    found = np.zeros((*levels.shape[:-1], CHANNELS), dtype=np.float32)
    first = max(occupied - SIDE, 0)
    kept = levels[..., first : occupied + SIDE] - ((low + high) / 2)[..., None]
    place = first - occupied + SIDE
    found[..., place : place + kept.shape[-1]] = kept
    found[..., -1] = high - low
    return found


def _mirrored(solved: np.ndarray, steps: Sequence[np.ndarray], i: int) -> np.ndarray:
    """Return the plane i of a mesh, at A - q for each A + q of a plane that is solved."""
    backs = [np.arange(len(step) - 1, -1, -1) for step in steps]
    if len(steps[0]) % 2 == 0:  # -1/2 is its own opposite
        backs = [-np.arange(len(step)) % len(step) for step in steps]
    return solved[backs[0][i]][np.ix_(backs[1], backs[2])]


def meshed(ensemble: Ensemble, mesh: str, n: int) -> np.ndarray:
    """Return :func:`energies` of every sample, float32 (samples, n_1, n_2, n_3, 9)."""
    vectors = ensemble.vectors
    found = np.empty((len(ensemble), *shape(mesh, n)), dtype=np.float32)
    for sample, crystal in enumerate(ensemble.crystals()):
        found[sample] = energies(Crystal(crystal, vectors), mesh, n)
    return found


POINT = CHANNELS + 3
"""Of each point of a window: the energies, log10 of the gap and of the gap that is foreseen, and
the distance of that."""
FLOOR = 1e-4
"""Gap, in eV, below which logarithms are those of this one."""


def foreseen(crystal: Crystal, n: int) -> np.ndarray:
    """Return what first and second derivatives say of half a window, float32 (m, 12).

    A Newton step δκ from a point, no longer than the distance to its neighbours, leads to
    |d|² + 2 s·δκ + δκ·C δκ, the square of half the gap that is foreseen there; s and C are those of
    :func:`hamlearn.bitei.gap.expanded`.
    """
    steps = axes("window", n)
    half = steps[0][: n // 2 + 1], *steps[1:]
    k = np.stack(np.meshgrid(*half, indexing="ij"), axis=-1).reshape(-1, 3) + A_POINT
    gaps, slope, curvature, levels = expanded(crystal, k, OCCUPIED)
    spacing = np.array([step[1] - step[0] for step in steps])
    moves = _newton(slope * spacing, curvature * spacing[:, None] * spacing)
    change = 2 * slope * spacing * moves
    bend = np.einsum("mi,mij,mj->m", moves * spacing, curvature, moves * spacing)
    square = (gaps / 2) ** 2 + change.sum(axis=1) + bend
    ahead = 2 * np.sqrt(np.maximum(square, 0))
    logs = [np.log10(np.maximum(x, FLOOR)) for x in (gaps, ahead)]
    middle = (levels[:, OCCUPIED - 1] + levels[:, OCCUPIED]) / 2
    length = np.linalg.norm(moves, axis=1)
    columns = [levels[:, BANDS] - middle[:, None], gaps, *logs, length]
    return np.column_stack(columns).astype(np.float32)


def _newton(slope: np.ndarray, curvature: np.ndarray) -> np.ndarray:
    """Return steps (m, 3), no longer than 1, towards the minimum of a quadratic form."""
    bent, frame = np.linalg.eigh(curvature)
    along = (np.swapaxes(frame, 1, 2) @ slope[..., None])[..., 0]
    moves = -along / np.maximum(np.abs(bent), 1e-12)
    moves = (frame @ moves[..., None])[..., 0]
    length = np.linalg.norm(moves, axis=1, keepdims=True)
    return moves / np.maximum(length, 1)


def foreseen_by(ensemble: Ensemble, n: int) -> np.ndarray:
    """Return :func:`foreseen` of every sample, float32 (samples, m, 12)."""
    vectors = ensemble.vectors
    return np.stack([foreseen(Crystal(one, vectors), n) for one in ensemble.crystals()])
