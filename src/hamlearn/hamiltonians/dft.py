"""Hamiltonians from density functional theory, by GPAW in a basis of numerical atomic orbitals.

GPAW is imported inside the functions: the workflow reads what was solved, and does not need it.
"""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import ase
import numpy as np

from hamlearn.hamiltonians.graph import Edges, edges

ORDER = (0, 4, 1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12)
"""GPAW's orbitals of an atom (s, p, s, p, d) in our order (s, s, p, p, d)."""
SETTINGS: dict[str, dict[str, Any]] = {
    "graphene": {"basis": "r6", "xc": "PBE", "cutoff": 6.0},
    "sige": {"basis": "r7", "xc": "LDA", "cutoff": 7.41},
}
"""Of each material: basis (radii of 6 and 7 Bohr), functional, cutoff in Å."""
UNIQUE = {"graphene": {1: 7, 2: 4, 3: 3, 4: 2, 5: 2}, "sige": {1: 3, 2: 2}}
"""Points of the mesh along an axis with so many cells, else 1: blocks are then no image sums."""
GRID = {"graphene": 12, "sige": 28}
"""Points of the grid along an axis of a cell, 0.205 and 0.198 Å apart."""


def of_size(material: str, repeats: tuple[int, int, int], perfect: bool = False) -> dict[str, Any]:
    """Return the settings for so many cells; `perfect` is the primitive cell of two atoms."""
    found, points = dict(SETTINGS[material]), UNIQUE[material]
    if perfect and material == "sige":
        return {**found, "gpts": (16, 16, 16), "kpts": (5, 5, 5), "gamma": True}
    grid = [GRID[material] * n for n in repeats]
    mesh = [points.get(n, 1) for n in repeats]
    if material == "graphene":
        grid[2], mesh[2] = 40, 1
    odd = all(n % 2 for n in mesh)
    return {**found, "gpts": tuple(grid), "kpts": tuple(mesh), "gamma": odd}


def solve(
    structure: ase.Atoms, settings: Mapping[str, Any], details: dict[str, Any] | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Return blocks h in eV and s, (E, 13, 13), of the edges of a structure within the cutoff.

    Parameters
    ----------
    structure : ase.Atoms
        Wrapped into its cell, as by :func:`wrapped`.
    settings : mapping
        Of :func:`of_size`, and `bases`, the folder of the files that `gpaw-basis` made.
    details : dict, optional
        Takes energy, fermi (eV), iterations, cpu_s, wall_s.

    Raises
    ------
    ValueError
        For a structure that is not wrapped: GPAW would put its blocks on other pairs.
    """
    from gpaw import GPAW, FermiDirac, setup_paths
    from gpaw.lcao.tools import get_lcao_hamiltonian

    if not np.allclose(wrapped(structure).positions, structure.positions):
        raise ValueError("positions outside the cell: wrap the structure first")
    setup_paths.insert(0, str(Path(settings["bases"]).resolve()))
    begin = time.process_time(), time.perf_counter()
    atoms = structure.copy()
    atoms.calc = GPAW(
        mode="lcao",
        basis=f"{settings['basis']}.dzp",
        xc=settings["xc"],
        gpts=settings["gpts"],
        kpts={"size": settings["kpts"], "gamma": settings.get("gamma", False)},
        symmetry={"point_group": False},
        occupations=FermiDirac(0.1),
        convergence={"density": settings.get("density", 1e-4)},
        txt=settings.get("txt"),
    )
    energy = atoms.get_potential_energy()
    h, s = get_lcao_hamiltonian(atoms.calc)
    k = atoms.calc.get_ibz_k_points()
    weights = atoms.calc.get_k_point_weights()
    found = edges(structure, settings["cutoff"])
    if details is not None:
        details.update(
            energy=energy,
            fermi=atoms.calc.get_fermi_level(),
            iterations=atoms.calc.get_number_of_iterations(),
            cpu_s=time.process_time() - begin[0],
            wall_s=time.perf_counter() - begin[1],
        )
    return real_space(h[0], k, weights, found), real_space(s, k, weights, found)


def wrapped(structure: ase.Atoms) -> ase.Atoms:
    """Return a structure with fractional positions from 0 to 1 in periodic directions."""
    found = structure.copy()
    places = found.get_scaled_positions(wrap=False)
    periodic = np.asarray(found.pbc)
    places[:, periodic] = places[:, periodic] % 1 % 1
    found.set_scaled_positions(places)
    return found


def real_space(
    matrices: np.ndarray, k: np.ndarray, weights: np.ndarray, found: Edges
) -> np.ndarray:
    r"""Return blocks of edges, :math:`h(R) = \sum_k w_k \mathrm{Re}\,e^{-2πi k·n} H(k)`.

    `matrices` (K, 13 N, 13 N), k (K, 3) in reciprocal lattice units, one of k and −k, with weights
    (K,) that sum to one.
    """
    atoms = matrices.shape[-1] // len(ORDER)
    blocks = matrices.reshape(len(k), atoms, len(ORDER), atoms, len(ORDER))
    total = np.zeros((len(found), len(ORDER), len(ORDER)))
    for one, point, weight in zip(blocks, k, weights, strict=True):
        chosen = one[found.first, :, found.second, :]
        phase = np.exp(-2j * np.pi * found.cell @ point)
        total += weight * (phase[:, None, None] * chosen).real
    return total[:, ORDER, :][:, :, ORDER]
