"""Solve structures of one set by GPAW, a file for each: needs the environment envs/dft.yaml.

    python scripts/hamiltonians/dft.py --set sige64 --numbers 0:4 --bases bases --folder solved

Files that are there already are left as they are, so that a run that was stopped goes on.
"""

import argparse
import os
from itertools import islice
from pathlib import Path

import ase
import numpy as np

from hamlearn.hamiltonians import dft, structures
from hamlearn.hamiltonians.graph import edges

STEPS = {"h": 2e-5, "s": 2e-6}
"""In which blocks are kept, in eV and without unit: a fraction of the noise of the grid."""
REPEATS = {"sige16": (2, 1, 1), "sige64": (2, 2, 2), "sige216": (3, 3, 3)}


def chosen(name: str, numbers: range, seed: int) -> dict[int, ase.Atoms]:
    """Return the structures of a set by their numbers."""
    if name == "graphene":
        frames = structures.thermal(6, seed)
        return {n: f for n, f in enumerate(islice(frames, numbers.stop)) if n in numbers}
    drawn = {n: np.random.default_rng([seed, n]) for n in numbers}
    return {n: structures.relaxed(structures.alloy(REPEATS[name], r)) for n, r in drawn.items()}


def solve(structure: ase.Atoms, settings: dict, path: Path) -> None:
    structure, details = dft.wrapped(structure), {}
    blocks = dict(zip(("h", "s"), dft.solve(structure, settings, details), strict=True))
    found = edges(structure, settings["cutoff"])
    first = np.arange(len(found)) <= found.reverse  # one edge of each pair
    whole = {
        key: np.round(blocks[key][first] / step).astype(np.int32) for key, step in STEPS.items()
    }
    temporary = path.with_suffix(".part.npz")
    np.savez_compressed(
        temporary, positions=structure.positions, numbers=structure.numbers,
        cell=structure.cell.array, pbc=structure.pbc, i=found.first[first], j=found.second[first],
        n=found.cell[first], **whole, **details,
    )  # fmt: skip
    os.replace(temporary, path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--set", required=True, choices=list(dft.SETTINGS), dest="name")
    parser.add_argument("--numbers", required=True, help="FIRST:STOP")
    parser.add_argument("--bases", required=True, help="folder of what gpaw-basis made")
    parser.add_argument("--folder", required=True, type=Path)
    parser.add_argument("--seed", type=int, default=2023)
    given = parser.parse_args()
    numbers = range(*map(int, given.numbers.split(":")))
    given.folder.mkdir(parents=True, exist_ok=True)
    paths = {n: given.folder / f"{given.name}_{n:03d}.npz" for n in numbers}
    if all(path.exists() for path in paths.values()):
        return
    for n, structure in chosen(given.name, numbers, given.seed).items():
        if not paths[n].exists():
            settings = {**dft.SETTINGS[given.name], "bases": given.bases}
            solve(structure, settings, paths[n])
            print(f"{paths[n]}: done", flush=True)


if __name__ == "__main__":
    main()
