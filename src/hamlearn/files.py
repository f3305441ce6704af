"""Reading and writing of results: atomic, and checksummed where a damaged file would go unseen."""

import contextlib
import hashlib
import json
import os
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

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

    Works for files and folders: the block creates what it likes at the yielded path.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.stem}.{os.getpid()}{path.suffix}")
    try:
        yield temporary
        if path.is_dir():
            shutil.rmtree(path)
        os.replace(temporary, path)
    finally:
        if temporary.is_dir():
            shutil.rmtree(temporary)
        else:
            temporary.unlink(missing_ok=True)


def write_table(path: str | Path, frame: pd.DataFrame) -> None:
    """Write a table as Parquet with a checksum of its content in the metadata."""
    table = pyarrow.Table.from_pandas(frame, preserve_index=False)
    table = table.replace_schema_metadata(
        {**(table.schema.metadata or {}), CHECKSUM: _checksum(table).encode()}
    )
    with atomic(path) as temporary:
        pyarrow.parquet.write_table(table, temporary, compression="zstd")


def read_table(path: str | Path, columns: list[str] | None = None) -> pd.DataFrame:
    """Read a table written by :func:`write_table`; raise DamagedFile if its content changed."""
    try:
        table = pyarrow.parquet.read_table(path)
    except (OSError, pyarrow.ArrowInvalid) as error:
        raise DamagedFile(_damaged(path, "a readable Parquet table", error)) from error
    expected = (table.schema.metadata or {}).get(CHECKSUM, b"").decode()
    found = _checksum(table)
    if found != expected:
        raise DamagedFile(
            f"{path}: checksum {found[:12]}, expected {expected[:12] or 'one in its metadata'}; "
            "delete the file and run the workflow again"
        )
    return (table.select(columns) if columns else table).to_pandas()


def _checksum(table: pyarrow.Table) -> str:
    digest = hashlib.sha256()
    for name in table.column_names:
        digest.update(name.encode())
        column = table.column(name).combine_chunks()
        of_lists = pyarrow.types.is_list(column.type)
        for part in (column.value_lengths(), column.flatten()) if of_lists else (column,):
            hashes = pd.util.hash_pandas_object(part.to_pandas(), index=False)
            digest.update(hashes.to_numpy().tobytes())
    return digest.hexdigest()


def read_small(path: str | Path) -> pd.DataFrame | dict:
    """Read a small result: a table from CSV, or what a JSON file holds."""
    if Path(path).suffix == ".json":
        return json.loads(Path(path).read_text(encoding="utf-8"))
    return pd.read_csv(path)


def write_arrays(path: str | Path, **arrays: np.ndarray) -> None:
    """Write named arrays as a compressed ``.npz`` (each member carries a CRC-32)."""
    with atomic(path) as temporary, open(temporary, "wb") as file:
        np.savez_compressed(file, **arrays)


def read_arrays(path: str | Path) -> dict[str, np.ndarray]:
    """Read every array of an ``.npz``; raise DamagedFile if one is truncated or altered."""
    try:
        with zipfile.ZipFile(path) as archive:
            broken = archive.testzip()
        if broken:
            raise zipfile.BadZipFile(f"bad CRC-32 of member {broken}")
        with np.load(path, allow_pickle=False) as arrays:
            return dict(arrays)
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        raise DamagedFile(_damaged(path, "a complete .npz archive", error)) from error


def _damaged(path: str | Path, expected: str, error: Exception) -> str:
    reason = str(error).splitlines()[0] if str(error) else type(error).__name__
    return f"{path}: expected {expected}, found: {reason}; delete the file and run again"


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
