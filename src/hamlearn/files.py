"""Reading and writing of results: atomic, and checksummed where a damaged file would go unseen."""

import contextlib
import hashlib
import json
import os
import re
import shutil
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow
import pyarrow.parquet

CHECKSUM = b"sha256"


class DamagedFile(ValueError):
    """A file is missing, truncated or altered; the message is one line that names it."""


@contextlib.contextmanager
def atomic(path: str | Path) -> Iterator[Path]:
    """Yield a temporary path beside ``path``; rename it when the block succeeds, else remove it.

    Works for files and for folders of results: the block creates what it likes at the yielded
    path, and what a killed process left of the same is cleared. A folder gives way to a folder
    only. For paths that a user names there is :func:`hamlearn.commands.output`.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    _clear_stale(path)
    temporary = path.with_name(f".{path.stem}.{os.getpid()}{path.suffix}")
    try:
        with naming(path):
            yield temporary
            if path.is_dir() and temporary.is_dir():
                shutil.rmtree(path)
            os.replace(temporary, path)
    finally:
        _remove(temporary)


@contextlib.contextmanager
def naming(path: str | Path) -> Iterator[None]:
    """Name a file in errors of the system that name none, such as a full disk."""
    try:
        yield
    except OSError as error:
        if error.filename is None and error.errno is not None:
            raise OSError(error.errno, error.strerror, str(path)) from error
        raise


def _remove(temporary: Path) -> None:
    if temporary.is_dir():
        shutil.rmtree(temporary)
    else:
        temporary.unlink(missing_ok=True)


def _clear_stale(path: Path) -> None:
    """Remove temporaries of processes that were killed while they wrote the same result."""
    name = re.compile(rf"\.{re.escape(path.stem)}\.(\d+){re.escape(path.suffix)}")
    for entry in path.parent.iterdir():
        found = name.fullmatch(entry.name)
        if found and not Path("/proc", found[1]).exists():
            _remove(entry)


def write_table(path: str | Path, frame: pd.DataFrame, *, compact: bool = False) -> None:
    """Write a table as Parquet with a checksum of its content in the metadata.

    `compact` takes longer for a smaller file: whole numbers are stored byte by byte, so that those
    which are small, or of equal size, shrink.
    """
    table = pyarrow.Table.from_pandas(frame, preserve_index=False)
    table = table.replace_schema_metadata({CHECKSUM: _checksum(table).encode()})
    with atomic(path) as temporary:
        pyarrow.parquet.write_table(
            table,
            temporary,
            compression="zstd",
            write_page_checksum=True,
            **(_compact(table) if compact else {}),
        )


def _compact(table: pyarrow.Table) -> dict[str, Any]:
    """Return options that make a Parquet file smaller."""
    kinds = {field.name: field.type for field in table.schema}
    lists = {
        f"{n}.list.element": k.value_type for n, k in kinds.items() if pyarrow.types.is_list(k)
    }
    whole = [n for n, kind in {**kinds, **lists}.items() if pyarrow.types.is_integer(kind)]
    others = [name for name in kinds if name not in whole and f"{name}.list.element" not in lists]
    encodings = dict.fromkeys(whole, "BYTE_STREAM_SPLIT")
    return {"compression_level": 19, "use_dictionary": others, "column_encoding": encodings}


def read_table(path: str | Path, columns: list[str] | None = None) -> pd.DataFrame:
    """Read a table written by :func:`write_table`; raise DamagedFile if its content changed."""
    with _damage(path, "a readable Parquet table"):
        table = pyarrow.parquet.read_table(path, page_checksum_verification=True)
        expected = (table.schema.metadata or {}).get(CHECKSUM, b"").decode()
        found = _checksum(table)
    if found != expected:
        raise DamagedFile(
            f"{path}: checksum {found[:12]}, expected {expected[:12] or 'one in its metadata'}; "
            "delete the file and run the workflow again"
        )
    check_names(path, table.column_names, columns or [])
    return (table.select(columns) if columns else table).to_pandas()


def _checksum(table: pyarrow.Table) -> str:
    digest = hashlib.sha256()
    for name in table.column_names:
        column = table.column(name).combine_chunks()
        of_lists = pyarrow.types.is_list(column.type)
        kind = f"list of {column.type.value_type}" if of_lists else str(column.type)
        digest.update(f"{name}: {kind}".encode())
        for part in (column.value_lengths(), column.flatten()) if of_lists else (column,):
            hashes = pd.util.hash_pandas_object(part.to_pandas(), index=False)
            digest.update(hashes.to_numpy().tobytes())
    return digest.hexdigest()


def write_small(path: str | Path, content: pd.DataFrame | Mapping[str, Any]) -> None:
    """Write a small result that other jobs read: a table as CSV, a mapping as JSON.

    A hidden file beside it keeps its checksum, so that the file itself is plain.
    """
    write = write_csv if isinstance(content, pd.DataFrame) else write_json
    write(path, content)
    write_text(_beside(path), hashlib.sha256(Path(path).read_bytes()).hexdigest() + "\n")


def read_small(path: str | Path, columns: Iterable[str] = (), **options: Any) -> Any:
    """Read a small result: a table from CSV, or what a JSON file holds.

    Parameters
    ----------
    path : path
    columns : iterable of str
        Columns of a table, or keys of a mapping, that there must be.
    **options
        For :func:`pandas.read_csv`.

    Raises
    ------
    DamagedFile
        For a file that cannot be read, lacks one of `columns`, or is not what
        :func:`write_small` wrote. A file that came without its checksum is taken as it is.
    """
    path = Path(path)
    is_json = path.suffix == ".json"
    with _damage(path, "JSON" if is_json else "a table as CSV"):
        raw = path.read_bytes()
        text = raw.decode("utf-8")
        expected = _beside(path).read_text("ascii").strip() if _beside(path).is_file() else None
    if expected is not None and hashlib.sha256(raw).hexdigest() != expected:
        raise DamagedFile(
            f"{path}: not what was written (checksum differs); delete it and run again"
        )
    with _damage(path, "JSON" if is_json else "a table as CSV"):
        content = json.loads(text) if is_json else pd.read_csv(path, **options)
    if columns and not isinstance(content, pd.DataFrame | Mapping):
        raise DamagedFile(f"{path}: expected {', '.join(columns)}, found {type(content).__name__}")
    check_names(path, list(content), columns)
    return content


def _beside(path: str | Path) -> Path:
    path = Path(path)
    return path.with_name(f".{path.name}.sha256")


def check_names(path: str | Path, found: Iterable[str], expected: Iterable[str]) -> None:
    """Raise DamagedFile if names of columns, or of arrays, are missing in a file."""
    missing = [name for name in expected if name not in set(found)]
    if missing:
        raise DamagedFile(f"{path}: no {', '.join(missing)} in it; delete it and run again")


def write_arrays(path: str | Path, **arrays: np.ndarray) -> None:
    """Write named arrays as a compressed ``.npz``.

    Each member carries a CRC-32, and the comment of the archive a checksum of all of these.
    """
    with atomic(path) as temporary:
        with open(temporary, "wb") as file:
            np.savez_compressed(file, **arrays)
        with zipfile.ZipFile(temporary, "a") as archive:
            archive.comment = _members(archive)


def read_arrays(path: str | Path, names: Iterable[str] = ()) -> dict[str, np.ndarray]:
    """Read every array of an ``.npz``; raise DamagedFile if one is missing or altered."""
    with _damage(path, "a complete .npz archive"):
        with zipfile.ZipFile(path) as archive:
            broken = archive.testzip()
            if broken:
                raise zipfile.BadZipFile(f"bad CRC-32 of member {broken}")
            if archive.comment and archive.comment != _members(archive):
                raise zipfile.BadZipFile("other members than were written")
        with np.load(path, allow_pickle=False) as arrays:
            found = dict(arrays)
    check_names(path, found, names)
    return found


def _members(archive: zipfile.ZipFile) -> bytes:
    members = [(member.filename, member.CRC) for member in archive.infolist()]
    return hashlib.sha256(repr(members).encode()).hexdigest().encode()


@contextlib.contextmanager
def _damage(path: str | Path, expected: str) -> Iterator[None]:
    """Say in one line that a file is not what was expected, whatever its reader stumbles over."""
    try:
        yield
    except Exception as error:  # decoders raise a dozen kinds for damaged bytes
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        words = f"{path}: expected {expected}, found: {reason}; delete the file and run again"
        raise DamagedFile(words) from error


def write_csv(path: str | Path, frame: pd.DataFrame) -> None:
    """Write a table as CSV, atomically, without its index."""
    with atomic(path) as temporary:
        frame.to_csv(temporary, index=False)


def write_json(path: str | Path, content: object) -> None:
    """Write JSON with sorted keys, atomically."""
    write_text(path, json.dumps(content, indent=1, sort_keys=True, allow_nan=True) + "\n")


def write_text(path: str | Path, text: str) -> None:
    """Write text, atomically."""
    with atomic(path) as temporary:
        temporary.write_text(text, encoding="utf-8")
