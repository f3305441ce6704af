r"""The smallest direct gap of a crystal: a search on a grid, then steps from its minima.

Near a touching point the two bands are those of a vector d(κ) of three components, E = ±|d|. With
the states v and c at κ, d = ((E_c - E_v) / 2, 0, 0), and its derivatives are (v_cc - v_vv) / 2,
Re v_vc and Im v_vc of the velocities ∂H/∂κ. Gauss-Newton steps minimise |d + J δκ|² and converge
quadratically onto a node; what all other bands add to the curvature of |d|² is taken along, so
that they converge as well onto a gap that is open.
"""

from dataclasses import dataclass

import numpy as np

from hamlearn.bitei.lattice_sum import SECOND, Crystal

A_POINT = np.array([0.0, 0.0, 0.5])
STARTS = 8
APART = 0.06
"""Of two starts, in κ."""
NODE = 1e-7
"""Below which a gap, in eV, is that of a node that has been found."""
TRUST, SMALLEST_STEP, STEPS = 0.03, 1e-6, 40
SMALLEST_GAIN = 1e-9
"""In eV, of a step, below which steps end."""
DEGENERATE = 1e-9
"""In eV, below which two bands do not push each other."""


@dataclass(frozen=True)
class Minimum:
    """The smallest direct gap, in eV, and κ (3,) where it is, from 0 to 1."""

    gap: float
    k: np.ndarray


def around_a(n: tuple[int, int, int] = (11, 11, 9)) -> tuple[np.ndarray, ...]:
    """Return axes of κ around A; the second half of the first one is left to time reversal."""
    reach = (0.13, 0.13, 0.35)
    axes = [centre + np.linspace(-r, r, m) for centre, r, m in zip(A_POINT, reach, n, strict=True)]
    return axes[0][: n[0] // 2 + 1], axes[1], axes[2]


def zone(n: int = 16) -> tuple[np.ndarray, ...]:
    """Return axes of κ over half of the zone, from 0 to 1/2 along the first one."""
    return np.arange(n // 2 + 1) / n, np.arange(n) / n, np.arange(n) / n


REGIONS = {"a": around_a, "zone": zone}


def minimum(crystal: Crystal, occupied: int, region: str, starts: int = STARTS) -> Minimum:
    """Return the smallest direct gap between bands `occupied` and `occupied` + 1.

    Raises ValueError for an unknown region.
    """
    if region not in REGIONS:
        raise ValueError(f"region {region!r}: expected one of {', '.join(REGIONS)}")
    axes = REGIONS[region]()
    levels = np.linalg.eigvalsh(crystal.on_axes(*axes))
    gaps = levels[..., occupied] - levels[..., occupied - 1]
    k = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 3)
    first = _distant(k, gaps.ravel(), starts)
    return descend(crystal, k[first], occupied)


def _distant(k: np.ndarray, gaps: np.ndarray, count: int) -> list[int]:
    """Return the points of the smallest gaps that lie apart, modulo reciprocal vectors and ±κ."""
    chosen: list[int] = []
    for at in np.argsort(gaps)[: 40 * count]:
        others = k[chosen]
        steps = np.stack([k[at] - others, k[at] + others])
        steps -= np.round(steps)
        if not chosen or np.linalg.norm(steps, axis=-1).min() > APART:
            chosen.append(at)
        if len(chosen) == count:
            break
    return chosen


def descend(crystal: Crystal, k: np.ndarray, occupied: int) -> Minimum:
    """Return the smallest gap that steps of limited length reach from points κ (m, 3)."""
    k, trust = k.copy(), np.full(len(k), TRUST)
    gap, slope, curvature, _ = expanded(crystal, k, occupied)
    for _ in range(STEPS):
        active = np.flatnonzero(trust > SMALLEST_STEP)
        if not len(active) or gap.min() < NODE:
            break
        moves = _steps(slope[active], curvature[active], trust[active])
        tried = expanded(crystal, k[active] + moves, occupied)
        better = tried[0] < gap[active]
        fell, gained = active[better], (gap[active] - tried[0])[better]
        k[fell] += moves[better]
        for kept, new in zip((gap, slope, curvature), tried[:3], strict=True):
            kept[fell] = new[better]
        trust[active[~better]] *= 0.25
        trust[fell] = np.where(gained < SMALLEST_GAIN, 0, np.minimum(2 * trust[fell], TRUST))
    best = int(np.argmin(gap))
    found = k[best] - np.floor(k[best])
    return Minimum(float(gap[best]), np.where(found < 1, found, 0))


def expanded(crystal: Crystal, k: np.ndarray, occupied: int) -> tuple[np.ndarray, ...]:
    """Return gap (m,), half the slope (m, 3) and half the curvature (m, 3, 3) of |d|², levels."""
    derivatives = crystal.derivatives(k)
    levels, states = np.linalg.eigh(derivatives[:, 0])
    pair = states[..., occupied - 1 : occupied + 1]
    bra = np.conj(np.swapaxes(pair, 1, 2))[:, None]
    velocity = bra @ derivatives[:, 1:4] @ states[:, None]  # (m, 3, 2, N)
    own = np.einsum("mxni,mxin->mxn", bra @ derivatives[:, 4:], pair[:, None]).real
    half_gap = (levels[:, occupied] - levels[:, occupied - 1]) / 2
    mixed = velocity[:, :, 0, occupied]
    along = velocity[:, :, 1, occupied] - velocity[:, :, 0, occupied - 1]
    jacobian = np.stack([along.real / 2, mixed.real, mixed.imag], axis=1)
    bend = _bends(velocity, levels, occupied)
    for at, (i, j) in enumerate(SECOND):
        bend[:, :, i, j] += own[:, at]
        if i != j:
            bend[:, :, j, i] += own[:, at]
    rest = (bend[:, 1] - bend[:, 0]) / 2
    curvature = np.swapaxes(jacobian, 1, 2) @ jacobian + half_gap[:, None, None] * rest
    return 2 * half_gap, half_gap[:, None] * jacobian[:, 0], curvature, levels


def _bends(velocity: np.ndarray, levels: np.ndarray, occupied: int) -> np.ndarray:
    """Return what all other bands add to the curvatures of the pair, (m, 2, 3, 3)."""
    own = levels[:, occupied - 1 : occupied + 1, None] - levels[:, None, :]
    own[:, :, occupied - 1 : occupied + 1] = np.inf
    weight = 1 / np.where(np.abs(own) < DEGENERATE, np.inf, own)
    return 2 * np.einsum("minb,mjnb,mnb->mnij", velocity, np.conj(velocity), weight).real


def _steps(slope: np.ndarray, curvature: np.ndarray, trust: np.ndarray) -> np.ndarray:
    """Return Newton steps (m, 3) towards lower |d|², no longer than `trust` (m,)."""
    bent, axes = np.linalg.eigh(curvature)
    bent = np.maximum(np.abs(bent), 1e-6 * np.abs(bent).max(axis=1, keepdims=True) + 1e-12)
    moves = -(axes @ ((np.swapaxes(axes, 1, 2) @ slope[..., None]) / bent[..., None]))[..., 0]
    length = np.linalg.norm(moves, axis=1)
    return moves * np.minimum(1, trust / np.maximum(length, 1e-300))[:, None]
