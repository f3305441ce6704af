"""Structures: perfect crystals, graphene at a temperature, relaxed SiGe alloys.

Forces are those of Tersoff potentials, in place of the molecular dynamics and relaxations by DFT.
"""

from collections.abc import Iterator

import ase
import numpy as np
from ase import units
from ase.build import bulk

GRAPHENE, SIGE = 2.46, 5.54
"""Lattice constants in Å; that of the alloy is the mean of both elements."""
HEIGHT = 8.0
"""Of the cell of graphene, which is open along z, in Å."""
POTENTIAL_GRAPHENE = 2.492
"""Lattice constant in Å that the potential of graphene has of its own."""
_CARBON = (3, 0, 1, 38049, 4.3484, -0.930, 0.72751, 1.5724e-7, 2.2119, 430.0, 1.95, 0.15)
_ELEMENTS = {  # A, B, λ1, λ2, β, n, c, d, h, R, S: J. Tersoff, Phys. Rev. B 39, 5566 (1989)
    "Si": (1830.8, 471.18, 2.4799, 1.7322, 1.1e-6, 0.78734, 100390, 16.217, -0.59825, 2.7, 3.0),
    "Ge": (1769.0, 419.23, 2.4451, 1.7047, 9.0166e-7, 0.75627, 106430, 15.652, -0.43884, 2.8, 3.1),
}
_MIXING = 1.00061
"""Of the attraction between Si and Ge."""


def graphene(repeats: int = 1) -> ase.Atoms:
    """Return perfect graphene, repeats × repeats cells of two atoms, periodic in the plane."""
    a, h = GRAPHENE, HEIGHT
    cell = [[a, 0, 0], [-a / 2, a * np.sqrt(3) / 2, 0], [0, 0, h]]
    places = [[1 / 3, 2 / 3, 0.5], [2 / 3, 1 / 3, 0.5]]
    flat = ase.Atoms("C2", cell=cell, scaled_positions=places, pbc=[True, True, False])
    return flat.repeat((repeats, repeats, 1))


def zincblende() -> ase.Atoms:
    """Return zincblende SiGe, two atoms."""
    return bulk("SiGe", "zincblende", a=SIGE)


def alloy(repeats: tuple[int, int, int], rng: np.random.Generator) -> ase.Atoms:
    """Return Si and Ge, half of each, at random on a diamond lattice of cubic cells of 8 atoms."""
    found = bulk("Si", "diamond", a=SIGE, cubic=True).repeat(repeats)
    numbers = np.repeat([14, 32], len(found) // 2)
    found.numbers = rng.permutation(numbers)
    return found


def relaxed(structure: ase.Atoms, force: float = 0.02) -> ase.Atoms:
    """Return Si and Ge relaxed in a fixed cell until no force exceeds `force`, in eV/Å."""
    from ase.optimize import FIRE

    found = structure.copy()
    found.calc = _potential()
    FIRE(found, logfile=None).run(fmax=force, steps=500)
    found.calc = None
    return found


def thermal(
    repeats: int, seed: int, temperature: float = 300.0, start: int = 400, every: int = 25
) -> Iterator[ase.Atoms]:
    """Yield graphene at a temperature, in K, one snapshot after the other.

    Langevin dynamics in steps of 1 fs, at the lattice constant of the potential; positions in the
    plane are scaled to `GRAPHENE`. The first snapshot is taken after `start` fs.
    """
    from ase.md.langevin import Langevin
    from ase.md.velocitydistribution import MaxwellBoltzmannDistribution

    rng = np.random.default_rng(seed)
    sheet, scale = graphene(repeats), POTENTIAL_GRAPHENE / GRAPHENE
    sheet.set_cell(sheet.cell.array * [[scale], [scale], [1]], scale_atoms=True)
    sheet.calc = _carbon()
    MaxwellBoltzmannDistribution(sheet, temperature_K=temperature, rng=rng)
    friction = 0.01 / units.fs
    motion = Langevin(sheet, units.fs, temperature_K=temperature, friction=friction, rng=rng)
    motion.run(start)
    while True:
        found = sheet.copy()
        found.calc = None
        found.set_cell(found.cell.array / [[scale], [scale], [1]], scale_atoms=True)
        yield found
        motion.run(every)


def _carbon() -> object:
    from ase.calculators.tersoff import Tersoff, TersoffParameters

    m, lambda3, gamma, c, d, h, n, beta, lambda2, b, radius, width = _CARBON
    one = TersoffParameters(
        m=m, gamma=gamma, lambda3=lambda3, c=c, d=d, h=h, n=n, beta=beta, lambda2=lambda2,
        B=b, R=radius, D=width, lambda1=3.4879, A=1393.6,
    )  # fmt: skip
    return Tersoff({("C", "C", "C"): one})


def _potential() -> object:
    """Return the potential of Si and Ge; of a pair the mixed values, angles those of the first."""
    from ase.calculators.tersoff import Tersoff, TersoffParameters

    found = {}
    for first, one in _ELEMENTS.items():
        for second in _ELEMENTS:
            for third in _ELEMENTS:
                a, b, l1, l2, _, _, _, _, _, r, s = _mixed(first, second)
                beta, n, c, d, h = one[4:9]
                r3, s3 = _mixed(first, third)[9:]
                found[first, second, third] = TersoffParameters(
                    m=3, gamma=1, lambda3=0, c=c, d=d, h=h, n=n, beta=beta, lambda2=l2, B=b,
                    R=(r3 + s3) / 2, D=(s3 - r3) / 2, lambda1=l1, A=a,
                )  # fmt: skip
    return Tersoff(found)


def _mixed(first: str, second: str) -> list[float]:
    one, other = _ELEMENTS[first], _ELEMENTS[second]
    found = [float(np.sqrt(abs(x * y))) for x, y in zip(one, other, strict=True)]
    found[2:4] = [(one[k] + other[k]) / 2 for k in (2, 3)]
    found[1] *= 1 if first == second else _MIXING
    return found
