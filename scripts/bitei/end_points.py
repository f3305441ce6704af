"""Make data/bitei_hoppings.npz: the ambient and the compressed crystal, by GPAW.

    PYTHONPATH=src python scripts/bitei/end_points.py --output bitei_hoppings.npz

In the environment envs/dft.yaml; a minute on one core. The rule `bitei_end_points` does the same.
"""

import argparse
from pathlib import Path

import numpy as np

from hamlearn import files
from hamlearn.bitei import hoppings, path, wannier

SYMBOLS = ("Bi", "Te", "I")
SPIN_ORBIT = {"Bi": 0.847, "Te": 0.927, "I": 0.924}
"""Of GPAW's operator, which lacks the mass of relativity: splitting of p in the free atom by a
Dirac equation over that by the operator. Without these the ambient crystal is topological."""
A, C = 4.3392, 6.854
AMBIENT = {"cell": (A, C), "heights": (0.2510, 0.6928)}
COMPRESSED = {"cell": (0.97 * A, 0.92 * C), "heights": (0.27283, 0.66609)}
"""Lattice constants in Å, heights of Te and I in units of c: layers as thick as before."""
MANIFOLD = slice(16, 34)
"""Spinor bands of p orbitals, from 0."""
MESH, BANDS, CUTOFF = (6, 6, 4), 28, 300.0
OCCUPIED = path.OCCUPIED
PROVENANCE = (
    "GPAW {version}, PBE, plane waves to {cutoff:g} eV, {mesh} points, {bands} bands, spin-orbit "
    "coupling times {factors} (Bi, Te, I), Löwdin projection on bound p projectors, averaged over "
    "C3v and time reversal (pairs) or time reversal (plain). The factors are those of free atoms; "
    "the ends were looked for so that they bracket the transition. Energies in eV from the middle "
    "of the gap at A, lengths in Å."
)


def crystal(cell, heights):
    """Return the atoms of one crystal."""
    from ase import Atoms

    a, c = cell
    vectors = [[a, 0, 0], [-a / 2, a * np.sqrt(0.75), 0], [0, 0, c]]
    places = [[0, 0, 0], [1 / 3, 2 / 3, heights[0]], [2 / 3, 1 / 3, heights[1]]]
    return Atoms(SYMBOLS, scaled_positions=places, cell=vectors, pbc=True)


def bloch_matrices(atoms, mesh=MESH, cutoff=CUTOFF, log="-"):
    """Return H(κ) (n_1, n_2, n_3, 18, 18), in eV, at κ = a / n, and the total energy."""
    import gpaw.spinorbit
    from gpaw import GPAW, PW, FermiDirac

    calculator = GPAW(
        mode=PW(cutoff),
        xc="PBE",
        kpts={"size": mesh, "gamma": True},
        occupations=FermiDirac(0.02),
        nbands=BANDS,
        convergence={"bands": 22},
        txt=log,
    )
    atoms.calc = calculator
    energy = atoms.get_potential_energy()
    plain = gpaw.spinorbit.soc
    gpaw.spinorbit.soc = lambda setup, *rest: SPIN_ORBIT[setup.symbol] * plain(setup, *rest)
    try:
        states = gpaw.spinorbit.soc_eigenstates(calculator)
    finally:
        gpaw.spinorbit.soc = plain
    points = np.rint(calculator.get_bz_k_points() * mesh).astype(int) % mesh
    found = np.empty((*mesh, 18, 18), dtype=complex)
    for point, wave in zip(points, states, strict=True):
        projected = _projections(wave.P_amj, calculator.setups)[MANIFOLD].conj()  # ⟨ψ|p⟩
        found[tuple(point)] = wannier.bloch_matrix(projected, wave.eig_m[MANIFOLD])
    middle = np.linalg.eigvalsh(found[0, 0, mesh[2] // 2])[OCCUPIED - 1 : OCCUPIED + 1].mean()
    return found - middle * np.eye(18), energy


def _projections(by_atom, setups):
    """Return projections (bands, 18) on p_x, p_y, p_z of each atom, spin fastest."""
    columns = []
    for number, setup in enumerate(setups):
        first = 0
        for n, l in zip(setup.n_j, setup.l_j, strict=True):  # noqa: E741
            if l == 1 and n > 0:
                start = first
            first += 2 * l + 1
        for component in (2, 0, 1):  # GPAW has y, z, x
            at = 2 * (start + component)
            columns += [by_atom[number][:, at], by_atom[number][:, at + 1]]
    return np.stack(columns, axis=1)


def make(output, mesh=MESH, cutoff=CUTOFF, log="-"):
    """Write both ends of the path, and where its gap is closed, for both truncations."""
    import gpaw

    atoms = [crystal(**AMBIENT), crystal(**COMPRESSED)]
    solved = [bloch_matrices(one, mesh, cutoff, log) for one in atoms]
    cells = np.stack([np.asarray(one.cell) for one in atoms])
    positions = np.stack([one.get_scaled_positions(wrap=False) for one in atoms])
    arrays = {}
    for truncation in hoppings.TRUNCATIONS:
        pair = truncation == "pairs"
        made = []
        for (bloch, _), cell, places in zip(solved, cells, positions, strict=True):
            vectors, found = wannier.hoppings_of(bloch, mesh, cell, places, pair)
            if pair:
                vectors, found = wannier.averaged(vectors, found, places)
            made.append((vectors, (found + hoppings.flipped(found)) / 2))
        vectors, ends = _joined(made)
        window = path.window(path.crystals(*ends), vectors)
        values = {"vectors": vectors.astype(np.int8), "window": np.array(window)}
        values |= {name: end.astype(np.complex64) for name, end in zip(NAMES, ends, strict=True)}
        arrays |= {f"{truncation}_{name}": value for name, value in values.items()}
    words = {"version": gpaw.__version__, "cutoff": cutoff, "bands": BANDS}
    words |= {"mesh": " × ".join(map(str, mesh))}
    words |= {"factors": ", ".join(f"{SPIN_ORBIT[symbol]:g}" for symbol in SYMBOLS)}
    files.write_arrays(
        output,
        **arrays,
        cells=cells,
        positions=positions,
        symbols=np.array(SYMBOLS),
        mesh=np.array(mesh),
        energy_ev=np.array([energy for _, energy in solved]),
        provenance=np.array(PROVENANCE.format(**words)),
    )


NAMES = ("trivial", "topological")


def _joined(made):
    """Return the vectors of both crystals, and the hoppings of each, 0 where it has none."""
    vectors = np.array(sorted({tuple(map(int, v)) for found, _ in made for v in found}))
    place = {tuple(vector): at for at, vector in enumerate(vectors.tolist())}
    ends = []
    for own, found in made:
        end = np.zeros((len(vectors), *found.shape[1:]), dtype=complex)
        end[[place[tuple(map(int, vector))] for vector in own]] = found
        ends.append(end)
    return vectors, ends


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--mesh", type=int, nargs=3, default=MESH)
    parser.add_argument("--cutoff", type=float, default=CUTOFF, help="eV")
    parser.add_argument("--log", default="-")
    chosen = parser.parse_args(arguments)
    make(chosen.output, tuple(chosen.mesh), chosen.cutoff, chosen.log)


if "snakemake" in globals():
    from hamlearn import jobs

    with jobs.logged(snakemake.log[0]):
        make(snakemake.output[0], log=None)
elif __name__ == "__main__":
    main()
