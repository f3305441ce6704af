"""Predict the DFT Hamiltonian of a structure of your own, and its bands.

    python scripts/hamiltonians/predict.py --structure POSCAR --output h.h5 --bands bands.csv

Anything that ASE reads, of carbon alone or of silicon and germanium, with a cell. Blocks h(R) and
overlaps s(R) go to --output (HDF5), bands along the path of ASE to --bands and --figure;
docs/hamiltonians.md says what is in them.
"""

import argparse
from pathlib import Path

import h5py
import numpy as np
import pandas as pd

from hamlearn import commands, config, plotting
from hamlearn.hamiltonians import bloch, own_structure, prediction
from hamlearn.hamiltonians.graph import edges
from hamlearn.hamiltonians.overlaps import overlap

ROOT = Path(__file__).resolve().parents[2]
NETWORKS = ROOT / "results/default/hamiltonians/networks/own/seed0"
TRAINING = "snakemake --cores 2 results/default/hamiltonians/networks/own/seed0"
ELECTRONS = 4
"""Of each atom, C, Si and Ge."""
LEAST = 0.01
"""Eigenvectors of S(k) with smaller eigenvalues are left out: they divide errors of H."""
LARGEST = 300
"""Atoms beyond which bands take minutes for each point."""


def options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add = parser.add_argument
    add("--structure", required=True, metavar="FILE", help="CIF, POSCAR, xyz, ... with a cell")
    add("--networks", metavar="FOLDER", help="of a job of the workflow, such as own/seed0")
    add("--output", metavar="HDF5", help="blocks h(R), s(R) of all pairs of atoms")
    add("--bands", metavar="CSV", help="default: standard output, without --output and --figure")
    add("--figure", metavar="PNG", help="bands; or .pdf, .svg")
    add("--path", metavar="POINTS", help="such as GKMG, in the letters of ASE; default: its own")
    add("--points", type=int, default=60, help="along the path")
    return parser.parse_args(arguments)


def networks_of(folder: str | None, name: str) -> list[Path]:
    """Return the files of the forward and the backward network of a material."""
    if folder is None and not NETWORKS.is_dir():
        raise ValueError(f"{NETWORKS}: no trained networks; `{TRAINING}` trains them")
    place = Path(folder or NETWORKS)
    for kind in ("own_", ""):
        paths = [place / f"{name}_{kind}{end}.keras" for end in ("forward", "backward")]
        if all(path.is_file() for path in paths):
            return paths
    raise ValueError(f"{place}: expected {name}_own_forward.keras and _backward.keras")


def networks_loaded(paths: list[Path]) -> list:
    """Read networks; only then is Keras imported, which has been configured before."""
    from hamlearn.hamiltonians import networks

    return [networks.load(path) for path in paths]


def path_of(structure, chosen: argparse.Namespace):
    """Return the k points (n, 3), their places (1/Å), and the corners with their labels."""
    if chosen.points < 2:
        raise ValueError(f"points: {chosen.points}, expected 2 or more")
    try:
        path = structure.cell.bandpath(chosen.path, npoints=chosen.points, pbc=structure.pbc)
    except (KeyError, ValueError, AssertionError) as error:
        raise ValueError(f"path {chosen.path}: not a path of this lattice ({error})") from error
    places, corners, labels = path.get_linear_kpoint_axis()
    return path.kpts, 2 * np.pi * places, 2 * np.pi * corners, labels


def bands(structure, found, h, s, chosen: argparse.Namespace) -> tuple[pd.DataFrame, tuple]:
    """Return the bands as a table, and the corners of the path."""
    k, places, corners, labels = path_of(structure, chosen)
    levels = bloch.bands(h, s, found, k, LEAST)
    filled = ELECTRONS * len(structure) // 2
    middle = (levels[:, filled - 1].max() + levels[:, filled].min()) / 2
    number, size = levels.shape
    rows = np.repeat(np.arange(number), size)
    table = {"k": rows, "place_1_per_angstrom": places[rows]}
    table |= {name: k[rows, axis] for axis, name in enumerate(("k1", "k2", "k3"))}
    table |= {"band": np.tile(np.arange(size), number), "energy_ev": levels.ravel()}
    table["from_middle_ev"] = levels.ravel() - middle
    return pd.DataFrame(table), (corners, labels)


def write(path: Path, structure, found, h: np.ndarray, s: np.ndarray) -> None:
    """Write blocks as HDF5, see docs/hamiltonians.md."""
    arrays = {
        **{"numbers": structure.numbers, "positions": structure.positions},
        **{"lattice": structure.cell.array, "periodic": structure.pbc},
        **{"first": found.first, "second": found.second, "cell": found.cell},
        **{"hamiltonian": h, "overlap": s},
    }
    with h5py.File(path, "w") as file:
        for name, values in arrays.items():
            file.create_dataset(name, data=values)
        file.attrs["units"] = "eV, angstrom"
        file.attrs["orbitals"] = "s, s, p (y, z, x), p (y, z, x), d (xy, yz, z2, xz, x2-y2)"
        file.attrs["phase"] = "H(k) = sum of exp(2 pi i k.cell) hamiltonian, k in lattice units"


@plotting.styled
def draw(table: pd.DataFrame, corners: tuple, window: float = 6.0):
    """Draw the bands around the middle of the gap."""
    figure = plotting.figure(plotting.ONE_COLUMN, 3.0, "predicted")
    axis = figure.subplots()
    near = table[table["from_middle_ev"].abs() < 1.5 * window]
    for _, band in near.groupby("band"):
        axis.plot(band["place_1_per_angstrom"], band["from_middle_ev"], color=plotting.BLUE, lw=0.8)
    places, labels = corners
    axis.set_xticks(places, ["Γ" if label == "G" else label for label in labels])
    for place in places:
        axis.axvline(place, color=plotting.PALE, linewidth=0.5, zorder=0)
    axis.axhline(0, color=plotting.GREY, linewidth=0.6, linestyle=":")
    axis.set(ylabel="energy (eV)", xlabel="wave vector", ylim=(-window, window))
    axis.set_xlim(places[0], places[-1])
    return figure


def predict(chosen: argparse.Namespace) -> None:
    outputs = {"--output": chosen.output, "--bands": chosen.bands, "--figure": chosen.figure}
    commands.check_outputs(outputs)
    commands.check_figure(chosen.figure)
    settings = config.load(config.read([ROOT / "config.yaml"]))
    structure = own_structure.read(chosen.structure)
    name = own_structure.material(structure)
    trained = own_structure.known(name, settings["hamiltonians"])
    paths = networks_of(chosen.networks, name)
    found = edges(structure, trained.cutoff)
    commands.warn(own_structure.compared(structure, found, trained))
    wanted = chosen.bands or chosen.figure or not chosen.output
    if wanted and len(structure) > LARGEST:
        commands.warn([f"{len(structure)} atoms: each point of the path may take minutes"])
    commands.start_keras(settings["training"]["backend"])
    pair = networks_loaded(paths)
    rule = "invariant" if "own_" in paths[0].name else "paper"
    bound = settings["hamiltonians"]["collinear_sin_min"]
    h, _ = prediction.of_edges(structure, found, *pair, rule, bound)
    s = overlap(structure, found)
    if chosen.output:
        with commands.output(chosen.output) as temporary:
            write(temporary, structure, found, h, s)
    if wanted:
        table, corners = bands(structure, found, h, s, chosen)
        if chosen.bands or not chosen.figure:
            commands.write(table, chosen.bands)
        if chosen.figure:
            commands.save(draw(table, corners), chosen.figure)


def main(arguments: list[str] | None = None) -> None:
    chosen = options(arguments)
    with commands.reported():
        predict(chosen)


if __name__ == "__main__":
    main()
