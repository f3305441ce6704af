"""Data of a user's own: maps from files, lengths with a unit, lists of energies."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
ANGSTROM = {"A": 1.0, "Å": 1.0, "angstrom": 1.0, "nm": 10.0, "m": 1e10}


@dataclass(frozen=True)
class Lengths:
    """Lengths with a unit: nm, A (or angstrom), m, or the lattice constant a.

    Attributes
    ----------
    lattice_constant : float
        a in angstrom.
    """

    lattice_constant: float

    def unit(self, name: str) -> float:
        """Return a unit in a; raise ValueError if there is no such unit."""
        name = unicodedata.normalize("NFC", name)
        if name == "a":
            return 1.0
        if name not in ANGSTROM:
            known = ", ".join([*ANGSTROM, "a"])
            raise ValueError(f"unit {name!r}: expected one of {known}")
        return ANGSTROM[name] / self.lattice_constant

    def parse(self, text: str) -> float:
        """Return a positive length such as ``0.5nm`` in a, or raise ValueError."""
        found = re.fullmatch(rf"\s*({NUMBER})\s*([^\W\d_]+)\s*", text)
        if not found:
            raise ValueError(f"length {text!r}: expected a number with a unit, such as 0.5nm")
        length = float(found[1]) * self.unit(found[2])
        if not 0 < length < np.inf:
            raise ValueError(f"length {text!r}: expected more than 0")
        return length

    def nm(self, *lengths: float) -> str:
        """Return lengths in a, such as both sides of a flake, as text in nm."""
        values = (length * self.lattice_constant / ANGSTROM["nm"] for length in lengths)
        return " x ".join(f"{value:.3g}" for value in values) + " nm"


def energies(text: str) -> np.ndarray:
    """Return the energies that ``low:high:count`` or ``E1,E2,...`` stand for, (m,), in t.

    Raises ValueError for anything else.
    """
    if found := re.fullmatch(rf"\s*({NUMBER}):({NUMBER}):(\d+)\s*", text):
        low, high, count = float(found[1]), float(found[2]), int(found[3])
        if count < 1 or low > high or (count == 1 and low != high):
            raise ValueError(
                f"energies {text!r}: expected low:high:count with low below high and two or more"
            )
        return np.linspace(low, high, count)
    if re.fullmatch(rf"\s*{NUMBER}\s*(,\s*{NUMBER}\s*)*", text):
        return np.array([float(number) for number in text.split(",")])
    raise ValueError(f"energies {text!r}: expected low:high:count, or numbers with commas between")


def read(path: str | Path) -> np.ndarray:
    """Read a map of real numbers, (rows, columns), from ``.npy`` or from text.

    Numbers in text stand between commas, semicolons or blanks, and what follows # does not count.

    Raises
    ------
    ValueError
        One line that names the file; for a number that is missing, not finite or none, also its
        row and column, counted from 1.
    """
    path = Path(path)
    if not path.is_file():
        raise ValueError(f"{path}: no such file")
    values = _array(path) if path.suffix == ".npy" else _text(path)
    if values.ndim != 2 or not values.size:
        raise ValueError(f"{path}: expected a map with rows and columns, got shape {values.shape}")
    bad = np.argwhere(~np.isfinite(values))
    if len(bad):
        row, column = bad[0]
        raise ValueError(
            f"{path}: row {row + 1}, column {column + 1} is {values[row, column]}, not finite"
        )
    return values


def _array(path: Path) -> np.ndarray:
    try:
        values = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        reason = str(error).splitlines()[0]
        raise ValueError(f"{path}: expected an array in a .npy file, found: {reason}") from error
    if values.dtype.kind not in "fiu":
        raise ValueError(f"{path}: expected real numbers, got {values.dtype}")
    return values.astype(float)


def _text(path: Path) -> np.ndarray:
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise ValueError(f"{path}: expected numbers as text, or an array in a .npy file") from error
    lines = [line.partition("#")[0].strip() for line in lines]
    lines = [line for line in lines if line]
    if not lines:
        raise ValueError(f"{path}: no numbers in it")
    separator = next((mark for mark in ";," if mark in lines[0]), None)
    rows = [line.rstrip(separator).split(separator) for line in lines]
    for number, row in enumerate(rows, start=1):
        if len(row) != len(rows[0]):
            raise ValueError(
                f"{path}: row {number} has {len(row)} numbers, row 1 has {len(rows[0])}"
            )
    return np.array([_numbers(path, number, row) for number, row in enumerate(rows, start=1)])


def _numbers(path: Path, number: int, row: Sequence[str]) -> list[float]:
    try:
        return [float(cell) for cell in row]
    except ValueError:
        bad = next(k for k, cell in enumerate(row) if not _is_number(cell))
        message = f"{path}: row {number}, column {bad + 1} is {row[bad].strip()!r}, not a number"
        raise ValueError(message) from None


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
