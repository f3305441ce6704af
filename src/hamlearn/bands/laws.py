"""By how much exact laws are violated, of random models and of cells, in one small table."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from hamlearn import seeds
from hamlearn.bands import brillouin, fitting, folding, solver, tight_binding, topology
from hamlearn.bands.plan import FRESH
from hamlearn.bands.topology import EBRS
from hamlearn.study import Inputs

STEP = 1e-6
"""Of central differences, in V_max."""
K = np.array([(0.11, 0.27), (0.4, 0.05), (-0.3, 0.21)])
"""Wave vectors without symmetry."""
C5, C6 = (0, 0, 0, 0, 2, -1, 0, 0), (0, 0, 0, 0, 0, 0, 2, -2)
"""Generators of eqs. (J) that are no band representations."""


def summarise(inputs: Inputs, settings: Mapping[str, Any]) -> pd.DataFrame:
    """Return law, violation, n: the largest violation among n random models or cells.

    Of `settings`, `laws.models` is the number of random models and `laws.cells` that of cells.
    """
    random = np.random.default_rng(seeds.seed(inputs.root_seed, "bands", "laws"))
    size = (settings["laws"]["models"], tight_binding.COEFFICIENTS)
    scale = np.where(np.arange(size[1]) < tight_binding.ON_SITE, 1, 0.2)
    models = random.normal(size=size) * scale
    cells = inputs.drawn[FRESH][: settings["laws"]["cells"]].images
    rows: list[dict[str, Any]] = []
    for law in (turned, blocks, doublets, cone, gradient, flux_parity):
        rows.append({"law": law.__name__, "violation": law(models), "n": len(models)})
    for law in (cells_turned, cell_doublets):
        rows.append({"law": law.__name__, "violation": law(cells), "n": len(cells)})
    rows += [{"law": name, "violation": value, "n": 1} for name, value in identities().items()]
    return pd.DataFrame(rows)


def turned(models: np.ndarray) -> float:
    """Return the largest change of the bands by rotations and time reversal, k to -k, or of Hᵀ."""
    bands = tight_binding.bands(models, K, tight_binding.ORBITALS)
    others = [
        tight_binding.bands(models, q, tight_binding.ORBITALS) for q in (brillouin.rotated(K), -K)
    ]
    matrices = tight_binding.hamiltonian(models, K)
    asymmetry = np.abs(matrices - np.swapaxes(matrices, -1, -2)).max()
    return float(max(asymmetry, *(np.abs(bands - other).max() for other in others)))


def blocks(models: np.ndarray) -> float:
    """Return the largest element of H at Γ, K, M between orbitals of different irreps."""
    points = tight_binding.hamiltonian(models, tight_binding.MAXIMAL)
    worst = 0.0
    for point, groups in enumerate((((0,), (1,), (2,), (3,)), ((0, 3), (1, 2)), ((0, 2), (1, 3)))):
        names = {m: number for number, group in enumerate(groups) for m in group}
        of_group = np.array([names[m] for m in tight_binding.M])
        apart = of_group[:, None] != of_group
        worst = max(worst, float(np.abs(points[:, point][:, apart]).max()))
    return worst


def doublets(models: np.ndarray) -> float:
    """Return the largest splitting of p and d pairs at Γ and of pairs at K."""
    points = tight_binding.hamiltonian(models, tight_binding.MAXIMAL)
    worst = 0.0
    for point, orbitals in ((0, (1,)), (0, (2,)), (1, (1, 2))):
        energies = np.linalg.eigvalsh(tight_binding.block(points[:, point], orbitals))
        worst = max(worst, float(np.abs(energies[:, ::2] - energies[:, 1::2]).max()))
    return worst


def cone(models: np.ndarray) -> float:
    """Return how far the splitting of a pair near K is from linear, relative, largest of models."""
    steps = np.array([1e-3, 2e-3])
    k = np.array(brillouin.K) + steps[:, None] * np.array([1.0, 0.3])
    irreps = tight_binding.levels(models, 7).irreps[:, 1]
    worst = []
    bands = tight_binding.bands(models, k, 7)
    for sample, names in enumerate(irreps):
        first = int(np.flatnonzero(names == 1)[0])
        small, large = np.diff(bands[sample, :, first : first + 2], axis=1)[:, 0]
        worst.append(abs(large / small / 2 - 1))
    return float(np.median(worst))


def gradient(models: np.ndarray) -> float:
    """Return the relative error of the derivative of eq. (2) along a direction, largest."""
    waves, target = tight_binding.waves(brillouin.grid(3)), np.full((11, 6), 0.5)
    random = np.random.default_rng(0)
    worst = 0.0
    for model in models:
        along = random.normal(size=len(model))
        slope = fitting.band_cost(model, waves, target)[1] @ along
        worst = max(worst, abs(_slope(model, along, waves, target) / slope - 1))
    return worst


def _slope(model: np.ndarray, along: np.ndarray, waves: np.ndarray, target: np.ndarray) -> float:
    """Return the derivative by central differences, extrapolated to fourth order in their step."""
    found = []
    for step in (STEP, STEP / 2):
        ends = [fitting.band_cost(model + s * step * along, waves, target)[0] for s in (1, -1)]
        found.append((ends[0] - ends[1]) / (2 * step))
    return (4 * found[1] - found[0]) / 3


def flux_parity(models: np.ndarray) -> float:
    """Return the share of cuts of random models whose number of π fluxes is not as (J7) says."""
    fluxes = topology.fluxes(models, divisions=36, count=6)
    parity = topology.cone_parity(topology.fingerprints(tight_binding.levels(models, 6).irreps))
    whole = fluxes >= 0
    return float(np.mean((fluxes % 2 != parity)[whole])) if whole.any() else np.nan


def cells_turned(cells: np.ndarray) -> float:
    """Return the largest change of the bands of cells, in plane waves, by rotations of k."""
    found = [
        np.linalg.eigvalsh(folding.hamiltonian(cells, q))[..., :6]
        for q in (K, brillouin.rotated(K))
    ]
    return float(np.abs(found[0] - found[1]).max())


def cell_doublets(cells: np.ndarray) -> float:
    """Return the largest splitting of exact pairs at Γ and K."""
    found = solver.levels(cells)
    worst = 0.0
    for point, number in ((0, 1), (0, 2), (1, 1)):
        for energies, irreps in zip(found.energies[:, point], found.irreps[:, point], strict=True):
            own = energies[irreps == number]
            own = own[: len(own) // 2 * 2]
            worst = max(worst, float(np.abs(own[::2] - own[1::2]).max(initial=0)))
    return worst


def identities() -> dict[str, float]:
    """Return by how much the identities of App. J are violated, and (I1), (J6) by the EBRs."""
    one = {name: np.array(value) for name, value in EBRS.items()}
    return {
        "c5": float(np.abs(one["s@1a"] + one["f@1a"] - one["s@2b"] - C5).max()),
        "c6": float(np.abs(one["s@1a"] + one["d@1a"] - one["+@3c"] - C6).max()),
        "ebrs_allowed": float(not all(topology.is_allowed(value) for value in EBRS.values())),
    }
