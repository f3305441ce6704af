"""Bands and densities of states of one test structure of each kind: Figs. 5(d), 7(c) and 7(d)."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from hamlearn.hamiltonians import bloch
from hamlearn.hamiltonians.pairing import Assembled, assembled
from hamlearn.study import Inputs

CORNERS = {
    "graphene": (("Γ", (0, 0, 0)), ("K", (1 / 3, 1 / 3, 0)), ("M", (0.5, 0, 0)), ("Γ", (0, 0, 0))),
    "sige": (("W", (0.5, 0.25, 0.75)), ("Γ", (0, 0, 0)), ("X", (0.5, 0, 0.5))),
}
"""Of the paths, in reciprocal lattice units of the supercell."""
LARGEST = 80
"""Atoms beyond which a structure is left to the densities of states at Γ alone."""


def summarise(inputs: Inputs, settings: Mapping[str, Any]) -> pd.DataFrame:
    """Return levels within the window of the chemical potential.

    Returns
    -------
    DataFrame
        kind (bands along a path, dos on a mesh), method (dft, paper, ours), ensemble, material,
        atoms, sample, k (number of the point), place along the path (1/Å; NaN for dos), label of
        a corner, weight of the point, band (number), energy (eV, from the chemical potential, the
        same level for all methods). Eigenvectors of S(k) with
        eigenvalues up to the setting `bands.overlap` are left out, for all methods.
    """
    part, chosen = settings["bands"], {}
    for one in assembled(inputs, settings):
        group = chosen.setdefault(one.ensemble, [])
        if not one.seed and one.sample == (group[0].sample if group else one.sample):
            group.append(one)
    tables = []
    for group in chosen.values():
        overlap = inputs.drawn[group[0].ensemble].overlap(group[0].sample)
        for kind, points in _points(group[0], part).items():
            tables += _levels(group, kind, points, overlap, part["overlap"])
    return _from_chemical_potential(pd.concat(tables, ignore_index=True), part["window"])


def _levels(
    group: list[Assembled], kind: str, points: Mapping, overlap: np.ndarray, least: float
) -> list[pd.DataFrame]:
    """Return the levels of one structure by every method, a table for each."""
    whole = {"dft": group[0].true, **{one.method: one.predicted for one in group}}
    found: dict[str, list] = {method: [] for method in whole}
    edges = group[0].graph.edges
    for k in points["k"]:
        basis = bloch.Basis(overlap, edges, k, least)
        for method, blocks in whole.items():
            found[method].append(basis.levels(blocks))
    return [_table(group[0], kind, name, points, np.array(rows)) for name, rows in found.items()]


def _points(one: Assembled, part: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the points of the path and of the mesh, with places, labels and weights."""
    material = "graphene" if set(one.graph.structure.numbers.tolist()) == {6} else "sige"
    axes = (True, True, material != "graphene")
    small = len(one.graph.structure) <= LARGEST
    found = {"dos": mesh(part["mesh"] if small else 1, axes)}
    if small:
        found["bands"] = path(CORNERS[material], part["points"], one.graph.structure.cell.array)
    return found


def mesh(number: int, axes: tuple[bool, ...]) -> dict[str, Any]:
    """Return a mesh around Γ, one of k and −k, with weights."""
    line = (np.arange(number) + 0.5) / number - 0.5 if number > 1 else np.zeros(1)
    grid = np.array(np.meshgrid(*[line if axis else np.zeros(1) for axis in axes], indexing="ij"))
    k = grid.reshape(3, -1).T
    half = [i for i, one in enumerate(k) if tuple(one) >= tuple(-one)]
    weight = np.array([1.0 if np.allclose(k[i], 0) else 2.0 for i in half])
    none = np.full(len(half), np.nan)
    return {"k": k[half], "weight": weight / weight.sum(), "place": none, "label": [""] * len(half)}


def path(corners: tuple[tuple[str, tuple], ...], points: int, cell: np.ndarray) -> dict[str, Any]:
    """Return `points` k points or a few more along corners, with their places in 1/Å."""
    reciprocal = 2 * np.pi * np.linalg.pinv(cell).T
    ends = np.array([k for _, k in corners], dtype=float)
    lengths = np.linalg.norm(np.diff(ends, axis=0) @ reciprocal, axis=1)
    steps = np.maximum(1, np.round(lengths / lengths.sum() * (points - 1)).astype(int))
    k, place, labels = [ends[0]], [0.0], [corners[0][0]]
    for number, (step, length) in enumerate(zip(steps, lengths, strict=True)):
        start, begin = ends[number], place[-1]
        for part in np.arange(1, step + 1) / step:
            k.append(start + part * (ends[number + 1] - start))
            place.append(begin + part * length)
            labels.append(corners[number + 1][0] if part == 1 else "")
    weight = np.full(len(k), 1 / len(k))
    return {"k": np.array(k), "place": np.array(place), "label": labels, "weight": weight}


def _table(
    one: Assembled, kind: str, method: str, points: Mapping[str, Any], levels: np.ndarray
) -> pd.DataFrame:
    number, bands = levels.shape
    rows = np.repeat(np.arange(number), bands)
    of_point = {key: np.asarray(points[key])[rows] for key in ("place", "label", "weight")}
    atoms = one.graph.structure.numbers
    return pd.DataFrame(
        {
            **{"kind": kind, "method": method, "ensemble": one.ensemble},
            "material": "graphene" if set(atoms.tolist()) == {6} else "sige",
            **{"atoms": len(atoms), "sample": one.sample, "k": rows, **of_point},
            "band": np.tile(np.arange(bands), number),
            "energy": levels.ravel(),
        }
    )


def _from_chemical_potential(found: pd.DataFrame, window: float) -> pd.DataFrame:
    """Return levels near the middle of the gap of the DFT mesh, 4 electrons an atom."""
    shift = {}
    true = found[(found["kind"] == "dos") & (found["method"] == "dft")]
    for ensemble, part in true.groupby("ensemble"):
        filled = 2 * part["atoms"].iloc[0]
        highest = part.loc[part["band"] == filled - 1, "energy"].max()
        lowest = part.loc[part["band"] == filled, "energy"].min()
        shift[ensemble] = (highest + lowest) / 2
    found = found.assign(energy=found["energy"] - found["ensemble"].map(shift))
    near = found["energy"].abs() <= 1.2 * window
    return found[near].reset_index(drop=True)
