"""Data of a user's own: maps from files, lengths with a unit, lists of energies."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

NUMBER = r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?"
MOST_ENERGIES = 100_000
SEPARATORS = ";\t,"
"""Between numbers, the first that there is in every row; else blanks."""
ENCODINGS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"\xef\xbb\xbf": "utf-8-sig"}
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
        if count > MOST_ENERGIES:
            raise ValueError(f"energies {text!r}: expected at most {MOST_ENERGIES} of them")
        return np.linspace(low, high, count)
    if re.fullmatch(rf"\s*{NUMBER}\s*(,\s*{NUMBER}\s*)*", text):
        return np.array([float(number) for number in text.split(",")])
    raise ValueError(f"energies {text!r}: expected low:high:count, or numbers with commas between")


def unmasked(name: str, values: object) -> np.ndarray:
    """Return an array; raise ValueError if some of its values are masked, and so no data."""
    if np.ma.is_masked(values):
        hidden = np.count_nonzero(np.ma.getmaskarray(values))
        raise ValueError(f"{name}: {hidden} of {np.size(values)} values are masked, expected none")
    return np.asarray(values)


def read(path: str | Path) -> np.ndarray:
    """Read a map of real numbers, (rows, columns), from ``.npy`` or from text.

    Numbers in text stand between semicolons, tabs, commas or blanks, in one block of full rows; a
    row may end with one separator more. What follows # at the start of a line or after a blank does
    not count.

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
        # mapped, so that a header that promises more than there is takes no memory
        values = np.load(path, allow_pickle=False, mmap_mode="r")
        if not isinstance(values, np.ndarray):
            raise ValueError("several arrays (.npz)")
    except (OSError, ValueError, EOFError, OverflowError, SyntaxError, TypeError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ValueError(f"{path}: expected an array in a .npy file, found: {reason}") from error
    if values.dtype.kind not in "fiu":
        raise ValueError(f"{path}: expected real numbers, got {values.dtype}")
    return np.array(values, dtype=float)


def _text(path: Path) -> np.ndarray:
    lines = _block(path)
    separator = next((mark for mark in SEPARATORS if all(mark in line for line in lines)), None)
    if separator is None:
        separator = next((mark for mark in ";," if mark in "".join(lines)), None)
    rows = [_cells(line, separator) for line in lines]
    for number, row in enumerate(rows, start=1):
        if len(row) != len(rows[0]):
            raise ValueError(
                f"{path}: row {number} has {len(row)} numbers, row 1 has {len(rows[0])}"
            )
    _check_meaning(path, rows, separator)
    return np.array([_numbers(path, number, row) for number, row in enumerate(rows, start=1)])


def _block(path: Path) -> list[str]:
    """Return the lines of a text that hold numbers, which nothing may stand between."""
    content = path.read_bytes()
    encoding = ENCODINGS.get(content[:3], ENCODINGS.get(content[:2], "utf-8"))
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        text = content.decode("latin-1")  # only words can differ, never a number
    if re.search(r"[\x00-\x08\x0e-\x1f]", text):
        raise ValueError(f"{path}: expected numbers as text, or an array in a .npy file")
    lines = [re.sub(r"(^|\s)#.*", "", line).strip(" ") for line in re.split(r"\r\n?|\n", text)]
    filled = [number for number, line in enumerate(lines) if line.strip()]
    if not filled:
        raise ValueError(f"{path}: no numbers in it")
    for before, after in zip(filled, filled[1:], strict=False):
        if after > before + 1:
            raise ValueError(
                f"{path}: line {before + 2} between two rows holds no numbers; expected one map, "
                "rows without lines between them"
            )
    return [lines[number] for number in filled]


def _cells(line: str, separator: str | None) -> list[str]:
    cells = line.split(separator)
    if len(cells) > 1 and not cells[-1].strip():
        cells.pop()
    return [cell.strip() for cell in cells]


def _check_meaning(path: Path, rows: Sequence[Sequence[str]], separator: str | None) -> None:
    """Raise ValueError for text that is perhaps not what it looks like."""
    whole = all(re.fullmatch("[-+]?[0-9]+,[0-9]+", ",".join(row)) for row in rows)
    if separator == "," and whole:
        raise ValueError(
            f"{path}: row 1 is {','.join(rows[0])!r}, one number or two? Write decimals with a "
            "point, and two columns with a semicolon between"
        )
    if len(rows) > 1 and len(rows[0]) > 2 and rows[0] == [str(k) for k in range(len(rows[0]))]:
        raise ValueError(f"{path}: row 1 is 0, 1, 2, ...: expected numbers, not names of columns")


def _numbers(path: Path, number: int, row: Sequence[str]) -> list[float]:
    for column, cell in enumerate(row, start=1):
        if not re.fullmatch(rf"{NUMBER}|[-+]?(?i:nan|inf|infinity)", cell):
            raise ValueError(f"{path}: row {number}, column {column} is {cell!r}, not a number")
    return [float(cell) for cell in row]
