"""Transmission of a zigzag graphene flake with nano-bubbles between two flat leads (Sec. II).

`transmission` and `transmission_of_surface` use the exact solver of `hamlearn.transport.brickwall`,
`transmissions` that of `hamlearn.transport.batched` for many flakes at once, and
`transmission_kwant` solves the same problem by Kwant alone. What fails its checks goes from the
first to the second and then to Kwant. One of them is that leads have exactly 2n + 1 open modes, by
the thresholds of their subbands. Lengths in a, energies in t, conductance in 2e²/h per unit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from types import ModuleType

import numpy as np

from hamlearn import maps
from hamlearn.bubbles.surface import checked, heights
from hamlearn.transport import batched, brickwall

DECAY = 3.37
DIRECTIONS = np.array([[np.sqrt(3) / 2, -0.5], [-np.sqrt(3) / 2, -0.5], [0.0, 1.0]])
"""Unit vectors a, b and c from a site of one sublattice to its three neighbours, (3, 2)."""
BOND = 1 / np.sqrt(3)
"""Length of the bonds, in a."""
UNITARITY = 1e-6
Surface = Callable[[np.ndarray, np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Transmission:
    """Transmissions of one flake at m energies, each with its check.

    Attributes
    ----------
    modes : (m,) number of open modes of the leads, 2n + 1
    total : (m,) T = Tr(s†s), the conductance in 2e²/h
    valley : (m, 2, 2) T_αβ = Tr(s†_αβ s_αβ) of eq. (4), [outgoing, incoming], 0 = K, 1 = K'
    unitarity : (m,) |R + T - N|
    resolved : (m,) bool, energies that another solver had to solve, after the first one failed
    """

    modes: np.ndarray
    total: np.ndarray
    valley: np.ndarray
    unitarity: np.ndarray
    resolved: np.ndarray


def hopping(rise: np.ndarray, decay: float = DECAY) -> np.ndarray:
    """Return |t_ij| = exp(-3.37 |d_ij/a₀ - 1|) in t, eq. (2), for height differences in a.

    The sites keep their distance a₀ = a/√3 in the plane, so d_ij² = a₀² + (z_i - z_j)². The paper
    prints d_ij/a; only the bond length a₀ makes a flat sheet hop with t.
    """
    return np.exp(-decay * (np.sqrt(1 + 3 * np.square(rise)) - 1))


def hoppings(z: np.ndarray, decay: float = DECAY) -> tuple[np.ndarray, np.ndarray]:
    """Return the bonds along x (columns - 1, rows) and y (columns, rows - 1) of heights z, in t.

    Raises ValueError unless every height (columns, rows), in a, is finite.
    """
    z = maps.unmasked("heights", z).astype(float)
    bad = np.argwhere(~np.isfinite(z))
    if len(bad):
        raise ValueError(f"heights: column, row {tuple(bad[0])} is {z[tuple(bad[0])]}, not finite")
    along = hopping(np.diff(z, axis=0), decay)
    return along, hopping(np.diff(z, axis=1), decay) * brickwall.has_rung(*z.shape)


def checked_energies(energies) -> np.ndarray:
    """Return energies (m,) as floats; raise ValueError for one that is not solved."""
    energies = np.atleast_1d(maps.unmasked("energies", energies))
    if energies.ndim != 1 or energies.dtype.kind not in "fiu" or not energies.size:
        raise ValueError(f"energies: expected a list of real numbers, got {energies!r}")
    for energy in energies.tolist():
        if not 0 < energy < 1:
            raise ValueError(
                f"energies: {energy} t is outside the window 0 < E < 1 t, "
                "in which every mode belongs to one valley"
            )
        if energy < brickwall.SMALLEST_ENERGY:
            raise ValueError(
                f"energies: {energy} t is too close to the Dirac point, where the modes of the "
                f"leads drown in rounding; the smallest is {brickwall.SMALLEST_ENERGY:g} t"
            )
    return energies.astype(float)


def transmission(
    bubbles: np.ndarray,
    energies,
    length: float = 200,
    width: float = 200,
    *,
    kind: str = "gaussian",
    decay: float = DECAY,
) -> Transmission:
    """Return total and valley-resolved transmission of one deformed flake.

    Parameters
    ----------
    bubbles : (N, 5) amplitude, sigma_x, sigma_y, x_c, y_c in a, flake centred at the origin
    energies : (m,) in t, `brickwall.SMALLEST_ENERGY` <= E < 1
    length, width : sides of the flake, |x| < length/2 and |y| < width/2, in a
    kind, decay : see :func:`hamlearn.bubbles.heights` and :func:`hopping`

    Raises
    ------
    ValueError
        One line that names the argument and the value that is wrong.
    RuntimeError
        An energy fails |R + T - N| < 1e-6, 0 ≤ T ≤ N or N = 2n + 1, by Kwant too.
    """
    surface = _surface(bubbles, kind)
    return transmission_of_surface(surface, energies, length, width, decay=decay)


def transmission_of_surface(
    surface: Surface,
    energies,
    length: float = 200,
    width: float = 200,
    *,
    decay: float = DECAY,
) -> Transmission:
    """Return the same as :func:`transmission` for a sheet of any shape.

    Parameters
    ----------
    surface : function of x and y (...) in a, flake centred at the origin, that returns heights
        (...) in a
    energies, length, width, decay : as there

    Raises
    ------
    ValueError, RuntimeError
        As there, and ValueError for a height that is not finite.
    """
    bonds = _bonds(surface, length, width, decay)
    methods = _methods(surface, bonds, length, width, decay)
    return _solve(checked_energies(energies), bonds[0].shape[1], *methods)


def transmissions(
    flakes: Sequence[np.ndarray],
    energies,
    length: float = 200,
    width: float = 200,
    *,
    kind: str = "gaussian",
    decay: float = DECAY,
    xp: ModuleType = np,
) -> Iterator[Transmission]:
    """Yield the same as :func:`transmission` for n flakes solved at once, each at one energy.

    Meant for an accelerator. A flake that fails its checks is solved again, as there.

    Parameters
    ----------
    flakes : n arrays (N, 5) of bubbles
    energies : (n,) in t
    xp : library that computes, see :func:`hamlearn.transport.batched.scatter_many`

    Raises
    ------
    ValueError, RuntimeError
        As there, when the first flake, and when the failing one, is asked for.
    """
    energies = checked_energies(energies)
    if len(flakes) != len(energies):
        raise ValueError(f"energies: {len(energies)} for {len(flakes)} flakes, expected one each")
    surfaces = [_surface(bubbles, kind) for bubbles in flakes]
    bonds = [_bonds(surface, length, width, decay) for surface in surfaces]
    along, across = (np.stack(part) for part in zip(*bonds, strict=True))
    found = batched.scatter_many(along, across, energies, xp)
    for i, scattering in enumerate(found):

        def of_batch(energy: float, scattering: brickwall.Scattering = scattering):
            return _parts(scattering)

        others = _methods(surfaces[i], bonds[i], length, width, decay)
        yield _solve(energies[i : i + 1], along.shape[2], of_batch, *others)


def transmission_kwant(
    bubbles: np.ndarray,
    energies,
    length: float = 200,
    width: float = 200,
    *,
    kind: str = "gaussian",
    decay: float = DECAY,
) -> Transmission:
    """Return the same as :func:`transmission`, by Kwant alone.

    Raises what that does, and RuntimeError for an energy below `brickwall.SMALLEST_BY_KWANT`.
    """
    surface = _surface(bubbles, kind)

    def by_kwant(energy: float):
        return _kwant(surface, energy, length, width, decay)

    rows = brickwall.shape(length, width)[1]
    return _solve(checked_energies(energies), rows, by_kwant)


def _surface(bubbles: np.ndarray, kind: str) -> Surface:
    bubbles = checked(bubbles, kind)
    return lambda x, y: heights(bubbles, x, y, kind)


def _bonds(surface: Surface, length, width, decay) -> tuple[np.ndarray, np.ndarray]:
    x, y = brickwall.positions(*brickwall.shape(length, width))
    return hoppings(surface(x, y), decay)


def _methods(surface: Surface, bonds, length, width, decay) -> tuple[Callable, ...]:
    """The exact solver, the complex recursion and Kwant, as functions of the energy."""

    def exact(energy: float):
        return _parts(brickwall.scatter(*bonds, energy))

    def recursion(energy: float):
        (found,) = batched.scatter_many(*(part[None] for part in bonds), [energy])
        return _parts(found)

    def by_kwant(energy: float):
        return _kwant(surface, energy, length, width, decay)

    return exact, recursion, by_kwant


def _parts(found: brickwall.Scattering) -> tuple:
    return found.transmission, found.reflection, found.in_valley_k, found.in_valley_k


def _kwant(surface: Surface, energy, length, width, decay):
    from hamlearn.transport.kwant_brickwall import kwant_scatter

    if energy < brickwall.SMALLEST_BY_KWANT:
        raise RuntimeError(f"modes by Kwant are reliable from {brickwall.SMALLEST_BY_KWANT:g} t on")

    def height(position: np.ndarray) -> float:
        return float(surface(position[0], position[1]))

    def bond(position_1: np.ndarray, position_2: np.ndarray) -> float:
        return -hopping(height(position_1) - height(position_2), decay)

    return kwant_scatter(bond, energy, length, width)


def _solve(energies: np.ndarray, rows: int, *methods) -> Transmission:
    """Solve every energy by the first method that passes the checks."""
    found = []
    for energy in energies.tolist():
        numbers = brickwall.allowed_numbers(rows, energy)
        for method in methods:
            try:
                probabilities, reflection, incoming, outgoing = method(energy)
            except (np.linalg.LinAlgError, ArithmeticError, RuntimeError) as error:
                failure = str(error)
                continue
            modes, total = len(incoming), probabilities.sum()
            unitarity = abs(reflection + total - modes)
            if not {modes, len(outgoing)} <= numbers:
                expected = " or ".join(str(number) for number in sorted(numbers))
                failure = f"{modes} open modes, but {expected} of the leads"
            elif unitarity < UNITARITY and -UNITARITY <= total <= modes + UNITARITY:
                break
            else:
                failure = f"T = {total}, R = {reflection}, but {modes} open modes"
        else:
            raise RuntimeError(
                f"E = {energy} t: no solver gives a unitary scattering matrix; the last: {failure}"
            )
        valley = _by_valley(probabilities, incoming, outgoing)
        found.append((modes, total, valley, unitarity, method is not methods[0]))
    return Transmission(*(np.array(column) for column in zip(*found, strict=True)))


def _by_valley(probabilities, incoming, outgoing) -> np.ndarray:
    return np.array(
        [
            [probabilities[np.ix_(i, j)].sum() for j in (incoming, ~incoming)]
            for i in (outgoing, ~outgoing)
        ]
    )
