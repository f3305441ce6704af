"""A fingerprint of the code behind a rule, so that changing it reruns that rule alone."""

import functools
import hashlib
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
