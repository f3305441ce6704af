"""Hoppings of one's own: `wannier90_hr.dat`, or an npz with `vectors` and `hoppings`."""

from pathlib import Path

import numpy as np

from hamlearn.bitei import hoppings

SPINS = ("interleaved", "blocks")
"""Up and down one after the other for each orbital, or all of up before all of down."""
TOLERANCE = 1e-3
"""Violation of a symmetry, in eV, that is averaged away unless another is named."""
LARGEST = 2000
"""Wannier functions that a file may have."""


def read(path: str | Path, spins: str = "interleaved") -> tuple[np.ndarray, np.ndarray]:
    """Return vectors, int (V, 3), and hoppings, complex (V, N, N) in eV, spin fastest.

    Raises
    ------
    ValueError
        In one line with the file: for one that is truncated, that has other numbers than it says,
        that is no such file, or for an odd number of orbitals.
    OSError
        For a file that cannot be opened.
    """
    if spins not in SPINS:
        raise ValueError(f"spins {spins!r}: expected one of {', '.join(SPINS)}")
    path = Path(path)
    vectors, found = _from_npz(path) if path.suffix == ".npz" else _from_wannier90(path)
    n = found.shape[-1]
    if n % 2:
        raise ValueError(f"{path}: {n} orbitals: expected an even number, for two spins")
    if not np.isfinite(found).all():
        raise ValueError(f"{path}: some hoppings are not finite")
    if spins == "blocks":
        order = np.arange(n).reshape(2, -1).T.ravel()
        found = found[:, order][:, :, order]
    return vectors, found


def _from_npz(path: Path) -> tuple[np.ndarray, np.ndarray]:
    try:
        with np.load(path, allow_pickle=False) as arrays:
            vectors, found = arrays["vectors"], arrays["hoppings"]
    except (KeyError, ValueError, EOFError) as error:
        raise ValueError(f"{path}: expected an npz with vectors and hoppings ({error})") from error
    except Exception as error:  # a damaged archive fails in many ways
        if isinstance(error, OSError) and not path.is_file():
            raise
        raise ValueError(f"{path}: not a complete npz ({error})") from error
    if vectors.dtype.kind not in "iu":
        raise ValueError(f"{path}: vectors of type {vectors.dtype}: expected whole numbers")
    try:
        hoppings.check_shapes(found, vectors)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error
    if found.ndim != 3:
        raise ValueError(f"{path}: hoppings of shape {found.shape}: expected (V, N, N)")
    return vectors.astype(int), found.astype(complex)


def _from_wannier90(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Read a file of Wannier90: comment, N, V, degeneracies, then A, i, j, Re, Im of each."""
    text = path.read_text(encoding="utf-8", errors="replace")
    words = text.partition("\n")[2].split()
    try:
        n, count = int(words[0]), int(words[1])
        degeneracy = np.array(words[2 : 2 + max(count, 0)], dtype=int)
    except (ValueError, IndexError) as error:
        raise ValueError(
            f"{path}: expected a file of Wannier90: a comment, then whole numbers ({error})"
        ) from error
    if not (0 < n <= LARGEST and count > 0):
        raise ValueError(f"{path}: {n} Wannier functions and {count} vectors")
    rest = words[2 + count :]
    wanted = 7 * count * n * n
    if len(degeneracy) < count or len(rest) < wanted:
        lines = len(rest) // 7
        raise ValueError(
            f"{path}: truncated: {lines} hoppings, expected {count * n * n} of {count} vectors "
            f"and {n} Wannier functions"
        )
    if len(rest) > wanted:
        raise ValueError(f"{path}: more than the {count * n * n} hoppings that it announces")
    try:
        table = np.array(rest, dtype=float).reshape(count, n * n, 7)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error
    vectors, place = table[:, 0, :3].astype(int), table[0, :, 3:5].astype(int) - 1
    regular = (table[..., :3] == vectors[:, None]).all() and (table[..., 3:5] == place + 1).all()
    if not regular or sorted(map(tuple, place)) != [(i, j) for i in range(n) for j in range(n)]:
        raise ValueError(f"{path}: hoppings are not in the order of Wannier90")
    if (degeneracy < 1).any():
        raise ValueError(f"{path}: a degeneracy below 1")
    found = np.empty((count, n, n), dtype=complex)
    found[:, place[:, 0], place[:, 1]] = table[..., 5] + 1j * table[..., 6]
    return vectors, found / degeneracy[:, None, None]


def symmetric(
    crystal: np.ndarray, vectors: np.ndarray, tolerance: float = TOLERANCE
) -> tuple[np.ndarray, list[str]]:
    """Return hoppings (V, N, N) that are hermitian and symmetric, and what was averaged away.

    Raises ValueError, in one line, where a symmetry is missed by more than `tolerance`, in eV.
    """
    hoppings.check(crystal, vectors, tolerance)
    laws = {
        "hermiticity": hoppings.hermiticity(crystal, vectors),
        "time reversal": hoppings.time_reversal(crystal),
    }
    adjoint = np.conj(np.swapaxes(crystal, 1, 2))[hoppings.opposite(vectors)]
    mean = (crystal + adjoint) / 2
    mean = (mean + hoppings.flipped(mean)) / 2
    missed = [
        f"{law} is missed by {size:.2g} eV, which is averaged away"
        for law, size in laws.items()
        if size > hoppings.ELEMENTS
    ]
    return mean, missed


def write_wannier90(path: str | Path, vectors: np.ndarray, crystal: np.ndarray) -> None:
    """Write hoppings (V, N, N), in eV, as Wannier90 does, each vector with degeneracy 1."""
    n = crystal.shape[-1]
    lines = ["written by hamlearn", str(n), str(len(vectors))]
    ones = ["1"] * len(vectors)
    lines += [" ".join(ones[start : start + 15]) for start in range(0, len(ones), 15)]
    for vector, matrix in zip(vectors, crystal, strict=True):
        for j in range(n):
            for i in range(n):
                value = matrix[i, j]
                cells = (*vector, i + 1, j + 1, f"{value.real:.9f}", f"{value.imag:.9f}")
                lines.append(" ".join(map(str, cells)))
    Path(path).write_text("\n".join(lines) + "\n", encoding="utf-8")
