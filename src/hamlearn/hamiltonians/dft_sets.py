"""Sets of structures that GPAW solves, in files of one structure each, and their archives."""

import os
import subprocess
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import ase
import numpy as np

from hamlearn import files
from hamlearn.hamiltonians import archive, dft, structures
from hamlearn.hamiltonians.graph import edges

STEPS = {"h": 2e-5, "s": 2e-6}
"""In which blocks are kept, in eV and without unit: a fraction of the noise of the grid."""
SETS = {
    "graphene2": ("graphene", (1, 1, 1), True),
    "graphene72": ("graphene", (6, 6, 1), False),
    "sige2": ("sige", (1, 1, 1), True),
    "sige16": ("sige", (2, 1, 1), False),
    "sige64": ("sige", (2, 2, 2), False),
    "sige216": ("sige", (3, 3, 3), False),
    "sige512": ("sige", (4, 4, 4), False),
    "sige1000": ("sige", (5, 5, 5), False),
    "sige1728": ("sige", (6, 6, 6), False),
}
"""Material, cells along each axis, and whether it is the perfect crystal."""


def chosen(name: str, numbers: range, seed: int) -> Iterator[tuple[int, ase.Atoms]]:
    """Yield structures of a set with their numbers."""
    material, repeats, perfect = SETS[name]
    if perfect:
        made = structures.graphene() if material == "graphene" else structures.zincblende()
        yield from ((n, made) for n in numbers)
    elif material == "graphene":
        frames = enumerate(islice(structures.thermal(repeats[0], seed), numbers.stop))
        yield from ((n, frame) for n, frame in frames if n in numbers)
    else:
        for n in numbers:
            drawn = structures.alloy(repeats, np.random.default_rng([seed, n]))
            yield n, structures.relaxed(drawn)


def solve(structure: ase.Atoms, settings: dict, path: Path) -> None:
    """Solve a structure, and write it with one block of each pair of atoms."""
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


def run(name: str, numbers: range, bases: str, folder: Path, seed: int) -> list[Path]:
    """Solve those structures of a set that are not there yet, and return all of their files."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = {n: folder / f"{name}_{n:04d}.npz" for n in numbers}
    missing = [n for n in numbers if not paths[n].exists()]
    if missing:
        settings = {**dft.of_size(*SETS[name]), "bases": bases}
        for n, structure in chosen(name, range(missing[0], numbers.stop), seed):
            if not paths[n].exists():
                solve(structure, settings, paths[n])
                print(f"{paths[n]}: done", flush=True)
    return list(paths.values())


BASES = {"r6": ("PBE", "6.0", ("C",)), "r7": ("LDA", "7.0", ("Si", "Ge"))}


def bases(folder: Path) -> Path:
    """Make the bases of all elements in a folder."""
    folder.mkdir(parents=True)
    for name, (functional, radius, symbols) in BASES.items():
        command = ["gpaw-basis", "-n", name, "-f", functional, "--rcut-max", radius, *symbols]
        subprocess.run(command, cwd=folder, check=True)
    return folder


KEPT = ("energy", "cpu_s", "wall_s", "iterations")


def pack(paths: Sequence[Path], output: Path, material: str) -> None:
    """Write files of one structure each, all of one cell, as one archive."""
    settings = dft.SETTINGS[material]
    described = f"GPAW, LCAO, {', '.join(f'{k} {v}' for k, v in settings.items())}"
    solved = [files.read_arrays(path, ("positions", "h", "fermi")) for path in sorted(paths)]
    cells = np.array([one["cell"] for one in solved])
    if np.ptp(cells, axis=0).max() > 0:
        raise ValueError("structures with different cells cannot be kept in one archive")
    kept = archive.Solved(
        positions=np.array([one["positions"] for one in solved]),
        numbers=np.array([one["numbers"] for one in solved]),
        cell=cells[0],
        pbc=solved[0]["pbc"],
        cutoff=settings["cutoff"],
        blocks=[one["h"] * one.get("h_step", 2e-5) for one in solved],
        fermi=np.array([one["fermi"] for one in solved]),
        frame=np.arange(len(solved)),
    )
    details = {key: np.array([one[key] for one in solved]) for key in KEPT}
    archive.write(output, kept, settings=np.array(described), **details)
