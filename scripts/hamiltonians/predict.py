"""DFT Hamiltonian of a structure of your own, and its bands, by trained networks.

    python scripts/hamiltonians/predict.py --structure POSCAR --blocks h.h5 --figure bands.png

docs/own-data.md says what the files hold.
"""

import h5py
import numpy as np
import pandas as pd

from hamlearn import commands, plotting, trained
from hamlearn.hamiltonians import bloch, ensemble, own_networks, own_structure, prediction
from hamlearn.hamiltonians.graph import edges
from hamlearn.hamiltonians.overlaps import overlap

ELECTRONS = 4
"""Of each atom, C, Si and Ge."""
LEAST = 0.01
"""Eigenvectors of S(k) with smaller eigenvalues are left out: they divide errors of H."""
LARGEST = 300
"""Atoms beyond which bands take minutes for each point."""


def options(add) -> None:
    add("--structure", required=True, metavar="FILE", help="CIF, POSCAR, xyz, ... with a cell")
    add("--blocks", metavar="HDF5", help="h(R), s(R) of all pairs of atoms")
    add("--path", metavar="POINTS", help="such as GKMG, in the letters of ASE; default: its own")
    add("--points", type=int, default=60, help="along the path")


def loaded(pair: own_networks.Pair) -> tuple:
    """Read both networks; only then is Keras imported, which has been configured before."""
    from hamlearn.hamiltonians import networks

    return networks.load(pair.forward.path), networks.load(pair.backward.path)


def found_for(chosen, structure) -> tuple[list[own_networks.Pair], dict]:
    """Return the networks for a structure, and the settings of their study."""
    material = own_structure.material(structure)
    found = commands.networks(chosen, "hamiltonians", own_networks.names(material))
    pairs = own_networks.pairs(found, material)
    cutoffs = {pair.cutoff for pair in pairs}
    if len(cutoffs) > 1:
        raise ValueError(f"networks of several cutoffs, {sorted(cutoffs)} Å: expected one")
    return pairs, found[0].known.study.settings


def unlike(structure, found, one: trained.Trained) -> list[str]:
    """Return how far a structure is from those that a network was trained on."""
    path, run = one.drawn(one.run.trained_on), one.run
    if not path.is_file():
        return [trained.uncompared(path)]
    samples = ensemble.load(path)[: run.n_train]
    return own_structure.unlike(structure, found, own_structure.known(samples, found.cutoff))


def path_of(structure, chosen):
    """Return the k points (n, 3), their places (1/Å), and the corners with their labels."""
    if chosen.points < 2:
        raise ValueError(f"points: {chosen.points}, expected 2 or more")
    try:
        path = structure.cell.bandpath(chosen.path, npoints=chosen.points, pbc=structure.pbc)
    except (KeyError, ValueError, AssertionError) as error:
        raise ValueError(f"path {chosen.path}: not a path of this lattice ({error})") from error
    places, corners, labels = path.get_linear_kpoint_axis()
    return path.kpts, 2 * np.pi * places, 2 * np.pi * corners, labels


def bands(structure, found, h, s, chosen) -> tuple[pd.DataFrame, tuple]:
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


def write(path, structure, found, h: np.ndarray, s: np.ndarray) -> None:
    """Write blocks as HDF5, see docs/own-data.md."""
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
def draw(table: pd.DataFrame, corners: tuple, scale: str, window: float = 6.0):
    """Draw the bands around the middle of the gap."""
    figure = plotting.figure(plotting.ONE_COLUMN, 3.0, scale)
    axis = figure.subplots()
    for _, band in table.groupby("band"):
        place, energy = band["place_1_per_angstrom"], band["from_middle_ev"]
        jumps = np.flatnonzero(np.diff(place) == 0) + 1  # from one corner to another
        if energy.abs().min() < window:
            for part in np.split(np.arange(len(band)), jumps):
                style = {"color": plotting.BLUE, "linewidth": 0.8}
                axis.plot(place.iloc[part], energy.iloc[part], **style)
    places, labels = corners
    axis.set_xticks(places, ["Γ" if label == "G" else label for label in labels])
    for place in places:
        axis.axvline(place, color=plotting.PALE, linewidth=0.5, zorder=0)
    axis.axhline(0, color=plotting.GREY, linewidth=0.6, linestyle=":")
    axis.set(ylabel="energy (eV)", xlabel="wave vector", ylim=(-window, window))
    axis.set_xlim(places[0], places[-1])
    return figure


def predict(chosen) -> None:
    structure = own_structure.read(chosen.structure)
    pairs, settings = found_for(chosen, structure)
    commands.start_keras()
    networks = [loaded(pair) for pair in pairs]
    found = edges(structure, pairs[0].cutoff)
    commands.warn(unlike(structure, found, pairs[0].forward))
    wanted = chosen.output or chosen.figure or not chosen.blocks
    if wanted and len(structure) > LARGEST:
        commands.warn([f"{len(structure)} atoms: each point of the path may take minutes"])
    bound = settings["collinear_sin_min"]
    answers = [
        prediction.of_edges(structure, found, *both, pair.rule, bound)[0]
        for both, pair in zip(networks, pairs, strict=True)
    ]
    h, s = np.mean(answers, axis=0), overlap(structure, found)
    if chosen.blocks:
        with commands.output(chosen.blocks) as temporary:
            write(temporary, structure, found, h, s)
    if wanted:
        table, corners = bands(structure, found, h, s, chosen)
        scale = trained.scale_of([pairs[0].forward])
        commands.deliver(chosen, table, lambda: draw(table, corners, scale))


def main(arguments: list[str] | None = None) -> None:
    text, extra = __doc__, {"exact": False, "others": ["blocks"]}
    commands.main("hamiltonians", text, options, predict, arguments, **extra)


if __name__ == "__main__":
    main()
