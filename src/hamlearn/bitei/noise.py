r"""Random hoppings that obey hermiticity and time reversal, eqs. (8) to (11) of the thesis.

From random matrices B, hermitian in the sense of eq. (5), the recipe keeps the block up up, takes
½ (B - Bᵀ) of the block up down, and makes the others of these two. As printed, eq. (8) has a plus:
the noise then obeys ΔH = σ_x ΔH* σ_x instead, and bands are no pairs any more.
"""

import numpy as np

from hamlearn.bitei import hoppings as crystals

KINDS, SIGNS, NORMS = ("recipe", "general"), ("minus", "plus"), ("mean", "rms")


def noise(
    rng: np.random.Generator,
    vectors: np.ndarray,
    *,
    kind: str = "recipe",
    sign: str = "minus",
    norm: str = "mean",
    size: float = 1.0,
    orbitals: int = 18,
) -> np.ndarray:
    """Return random hoppings ΔH (V, N, N), complex, in eV.

    Parameters
    ----------
    rng : numpy.random.Generator
        The numbers of one lattice vector and its opposite follow those of the one before.
    vectors : int (V, 3)
        With each its opposite.
    kind : {"recipe", "general"}
        Eqs. (8) to (11), which also make the block up down of A and of -A equal; or
        ½ (B + σ_y B* σ_y), which does not.
    sign : {"minus", "plus"}
        In eq. (8); plus, as printed, breaks time reversal.
    norm : {"mean", "rms"}
        Of |ΔH_ij,A| over all elements: what equals `size`, in eV.
    size : float
    orbitals : int
        N, spin fastest.

    Raises ValueError, in one line, for another option, or vectors without their opposites.
    """
    for name, value, known in (("kind", kind, KINDS), ("sign", sign, SIGNS), ("norm", norm, NORMS)):
        if value not in known:
            raise ValueError(f"{name} = {value!r}: expected one of {', '.join(known)}")
    vectors = np.asarray(vectors)
    other = crystals.opposite(vectors)
    own = np.arange(len(vectors))
    half = own <= other
    parts = rng.standard_normal((half.sum(), 2, orbitals, orbitals))
    first = parts[:, 0] + 1j * parts[:, 1]
    at_home = (own == other)[half]
    first[at_home] = (first[at_home] + _adjoint(first[at_home])) / 2
    if kind == "recipe":
        first = _recipe(first, -1 if sign == "minus" else 1)
    else:
        first = (first + crystals.flipped(first)) / 2
    found = np.empty((len(vectors), orbitals, orbitals), dtype=complex)
    found[other[half]] = _adjoint(first)  # eq. (10); A = 0 is its own
    found[half] = first
    modulus = np.abs(found)
    spread = modulus.mean() if norm == "mean" else np.sqrt((modulus**2).mean())
    return found * (size / spread)


def _adjoint(matrices: np.ndarray) -> np.ndarray:
    return np.conj(np.swapaxes(matrices, -1, -2))


def _recipe(matrices: np.ndarray, sign: int) -> np.ndarray:
    """Apply eqs. (8), (9) and (11) to matrices (m, N, N)."""
    found = matrices.copy()
    mixed = matrices[:, 0::2, 1::2]
    mixed = (mixed + sign * np.swapaxes(mixed, 1, 2)) / 2
    found[:, 0::2, 1::2] = mixed
    found[:, 1::2, 0::2] = _adjoint(mixed)
    found[:, 1::2, 1::2] = np.conj(found[:, 0::2, 0::2])
    return found
