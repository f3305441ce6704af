"""Tabulate the two-centre integrals behind all overlaps: needs the environment envs/dft.yaml.

    python scripts/hamiltonians/overlaps.py --bases bases --output data/hamiltonians_overlaps.npz

For two atoms at a distance r along z: overlaps of their orbitals, and of the projectors of the
first with the orbitals of the second. Elements between different m are zero and left out.
"""

import argparse
from pathlib import Path

import numpy as np

from hamlearn import files
from hamlearn.hamiltonians.dft import ORDER, SETTINGS

STEP = 0.03
"""Of the distances, in Å."""
SETS = {"graphene": ("C",), "sige": ("Si", "Ge")}


def tables(symbols: tuple[str, ...], basis: str, xc: str) -> dict[str, np.ndarray]:
    """Return the tables of all ordered pairs of some elements, by names such as overlap_14_32."""
    from ase.data import atomic_numbers
    from ase.units import Bohr
    from gpaw.lcao.tci import TCIExpansions
    from gpaw.setup import Setups
    from gpaw.xc import XC

    found = {}
    numbers = [atomic_numbers[symbol] for symbol in symbols]
    for z1 in numbers:
        for z2 in numbers:
            setups = Setups([z1, z2], {}, {"default": f"{basis}.dzp"}, XC(xc))
            expansions = TCIExpansions.new_from_setups(setups)
            reach = expansions.phit_rcmax_I[0] + expansions.phit_rcmax_I[-1]
            distances = np.arange(0, reach * Bohr + STEP, STEP)
            pairs = [_integrals(expansions, r / Bohr) for r in distances]
            orbitals = np.array([o[ORDER, :][:, ORDER] for o, _ in pairs])
            projectors = np.array([p[:, ORDER] for _, p in pairs])
            found[f"overlap_{z1}_{z2}"] = orbitals
            found[f"projector_{z1}_{z2}"] = projectors
            found[f"augmentation_{z1}"] = setups[0].dO_ii
            momenta = [f.get_angular_momentum_number() for f in setups[0].pt_j]
            found[f"momenta_{z1}"] = np.array(momenta)
    return found


def _integrals(expansions: object, r: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the integrals of two atoms at a distance r in Bohr, zero beyond their reach."""
    cell = np.diag([60.0, 60.0, 60.0])
    places = np.array([[0, 0, 0], [0, 0, r / 60]])
    made = expansions.get_tci_calculator(cell, places, np.zeros(3, bool), np.zeros((1, 3)), float)
    orbitals, _ = made.O_T(1, 0)
    projectors = made.P(0, 1)
    orbitals = np.zeros((1, 13, 13)) if orbitals is None else orbitals
    if projectors is None:
        projectors = np.zeros((1, expansions_size(expansions), 13))
    return orbitals[0].T, projectors[0]


def expansions_size(expansions: object) -> int:
    """Return the number of projectors of the first atom."""
    return expansions.P_expansions.get(0, 1).shape[0]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bases", required=True, help="folder of what gpaw-basis made")
    parser.add_argument("--output", required=True, type=Path)
    given = parser.parse_args()
    from gpaw import setup_paths

    setup_paths.insert(0, given.bases)
    found = {"step": np.array(STEP)}
    for name, symbols in SETS.items():
        found |= tables(symbols, SETTINGS[name]["basis"], SETTINGS[name]["xc"])
    files.write_arrays(given.output, **found)


if __name__ == "__main__":
    main()
