"""The phase of a crystal: trivial, topological, or a Weyl semimetal, from its hoppings alone."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from hamlearn.bitei import gap, hoppings, wilson
from hamlearn.bitei.lattice_sum import Crystal

LABELS = ("trivial", "topological", "weyl")
TRIVIAL, TOPOLOGICAL, WEYL = range(3)
CLOSED = 1e-4
"""Gap, in eV, below which it is closed: nodes are found below 1e-7 eV."""
PLANES = (0.0, 0.5)
"""κ_3 of the planes whose Z2 add up to the strong index."""


@dataclass(frozen=True)
class Phase:
    """What a crystal is.

    Attributes
    ----------
    gap_ev : float
        Smallest direct gap.
    k : (3,)
        κ where it is, from 0 to 1.
    z2 : int8 (2,)
        Of the planes κ_3 = 0 and 1/2; -1 each for a semimetal, or where no mesh resolves it.
    label : int
        Index in `LABELS`; -1 where Z2 is uncertain.
    refined : bool
        Whether a finer mesh was needed.
    """

    gap_ev: float
    k: np.ndarray
    z2: np.ndarray
    label: int
    refined: bool = False


def phase(
    crystal: np.ndarray, vectors: np.ndarray, occupied: int = 12, *, region: str = "zone"
) -> Phase:
    """Return the phase of a crystal.

    Parameters
    ----------
    crystal : complex (V, N, N)
        Hoppings in eV, hermitian and symmetric under time reversal.
    vectors : int (V, 3)
    occupied : int
        Bands below the gap.
    region : {"zone", "a"}
        Where the gap is looked for: everywhere, or around A = (0, 0, 1/2), which is enough on the
        path of BiTeI with noise of δ up to 0.25.

    Raises
    ------
    ValueError
        In one line, for hoppings that break a symmetry (by how much), for vectors without their
        opposites, and for a number of bands that there are not, or that is odd.
    """
    crystal, vectors = np.asarray(crystal), np.asarray(vectors)
    hoppings.check(crystal, vectors)
    check_occupied(occupied, crystal.shape[-1])
    summed = Crystal(crystal, vectors)
    lowest = gap.minimum(summed, occupied, region)
    if lowest.gap < CLOSED:
        return Phase(lowest.gap, lowest.k, np.full(2, -1, dtype=np.int8), WEYL)
    planes = [wilson.invariant(summed, occupied, k3) for k3 in PLANES]
    z2 = np.array([plane.z2 for plane in planes], dtype=np.int8)
    label = wilson.UNCERTAIN if wilson.UNCERTAIN in z2 else int(z2.sum() % 2)
    return Phase(lowest.gap, lowest.k, z2, label, any(plane.refined for plane in planes))


def phases(
    samples: Iterable[np.ndarray],
    vectors: np.ndarray,
    occupied: int = 12,
    *,
    region: str = "zone",
) -> Iterator[Phase]:
    """Yield the phase of each of some crystals (n, V, N, N): see :func:`phase`."""
    for crystal in samples:
        yield phase(crystal, vectors, occupied, region=region)


def check_occupied(occupied: int, orbitals: int) -> None:
    """Raise ValueError unless there are bands below and above the gap, in pairs at Γ."""
    if not 0 < occupied < orbitals or occupied % 2:
        raise ValueError(
            f"occupied = {occupied}: expected an even number of bands between 0 and {orbitals}"
        )
