"""A fingerprint of the code behind a rule, so that changing it reruns that rule alone."""

import atexit
import contextlib
import functools
import hashlib
import json
import os
from collections.abc import Iterable
from pathlib import Path

from hamlearn.reach import Library

LIBRARY = Library(Path(__file__).parent)


@functools.cache
def script(
    *paths: str | Path,
    study: str | None = None,
    module: str | None = None,
    library: Library = LIBRARY,
) -> str:
    """Return the digest of scripts and of everything of the library that they reach.

    Comments, formatting and docstrings do not count: only the syntax trees do. What the scripts do
    not reach does not count either (see :mod:`hamlearn.reach`): the function that lists the
    networks of a study is not part of the code that trains them.

    Parameters
    ----------
    *paths : path
        The script of a rule, and those that it finds by name.
    study, module : str, optional
        What is meant by `part(study, module)`: see :meth:`hamlearn.reach.Library.reached`, also
        for what is raised.
    library : Library
        Another copy of the library.
    """
    units = library.reached(map(Path, paths), study, module).units
    return hashlib.sha256("\n\n".join(sorted(map(library.text, units))).encode()).hexdigest()[:16]


class Kept:
    """Fingerprints that a file keeps until any source changes: to follow names takes seconds.

    Parameters
    ----------
    file : path
        Written when Python ends; one that is damaged or cannot be written is done without.
    base : path
        The folder that scripts are named from.
    sources : paths
        Folders of all code that they may reach.
    """

    def __init__(self, file: Path, base: Path, sources: Iterable[Path]):
        self._file, self._base = file, base
        self._sources = _content(base, sources)
        self._found = self._read()
        self._new = False
        atexit.register(self._write)

    def script(self, *paths: str, **options: str) -> str:
        """Return what :func:`script` does for these paths from the base."""
        key = json.dumps([paths, options], sort_keys=True)
        if key not in self._found:
            self._found[key] = script(*(self._base / path for path in paths), **options)
            self._new = True
        return self._found[key]

    def _read(self) -> dict[str, str]:
        try:
            content = json.loads(self._file.read_text(encoding="utf-8"))
            return dict(content["found"]) if content["sources"] == self._sources else {}
        except (OSError, ValueError, KeyError, TypeError):
            return {}

    def _write(self) -> None:
        if self._new:
            content = json.dumps({"sources": self._sources, "found": self._found})
            temporary = self._file.with_suffix(f".{os.getpid()}")
            with contextlib.suppress(OSError):  # hamlearn.files would import NumPy
                self._file.parent.mkdir(exist_ok=True)
                temporary.write_text(content, encoding="utf-8")
                temporary.replace(self._file)


def _content(base: Path, folders: Iterable[Path]) -> str:
    files = sorted({path for folder in folders for path in folder.rglob("*.py")})
    each = (f"{p.relative_to(base)} {hashlib.sha256(p.read_bytes()).hexdigest()}" for p in files)
    return hashlib.sha256("\n".join(each).encode()).hexdigest()
