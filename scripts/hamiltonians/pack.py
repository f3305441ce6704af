"""Pack what scripts/hamiltonians/dft.py solved into one archive of data/.

python scripts/hamiltonians/pack.py --set sige64 --solved solved/sige64_*.npz \\
        --output data/hamiltonians_sige64.npz
"""

import argparse
from pathlib import Path

import numpy as np

from hamlearn import files
from hamlearn.hamiltonians import archive, dft

KEPT = ("energy", "cpu_s", "wall_s", "iterations")


def pack(paths: list[Path], output: Path, cutoff: float, settings: str) -> None:
    """Write files of one structure each, all of one cell, as one archive."""
    solved = [files.read_arrays(path, ("positions", "h", "fermi")) for path in paths]
    cells = np.array([one["cell"] for one in solved])
    if np.ptp(cells, axis=0).max() > 0:
        raise SystemExit("error: structures with different cells cannot be kept in one archive")
    kept = archive.Solved(
        positions=np.array([one["positions"] for one in solved]),
        numbers=np.array([one["numbers"] for one in solved]),
        cell=cells[0],
        pbc=solved[0]["pbc"],
        cutoff=cutoff,
        blocks=[one["h"] * one.get("h_step", 2e-5) for one in solved],
        fermi=np.array([one["fermi"] for one in solved]),
        frame=np.arange(len(solved)),
    )
    details = {key: np.array([one[key] for one in solved]) for key in KEPT}
    archive.write(output, kept, settings=np.array(settings), **details)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--solved", nargs="+", type=Path, required=True)
    parser.add_argument("--set", required=True, choices=list(dft.SETTINGS), dest="name")
    parser.add_argument("--output", type=Path, required=True)
    given = parser.parse_args()
    settings = dft.SETTINGS[given.name]
    described = f"GPAW, LCAO, {', '.join(f'{k} {v}' for k, v in settings.items())}"
    pack(sorted(given.solved), given.output, settings["cutoff"], described)


if __name__ == "__main__":
    main()
