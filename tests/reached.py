"""Which third-party modules scripts can import: followed from name to name, by syntax."""

import sys
from pathlib import Path

from hamlearn import digest


def third_party(*scripts: Path, study: str | None = None, module: str | None = None) -> set[str]:
    """Return the names of the top-level modules, neither Python's nor ours, that are imported.

    `study` and `module` are what the scripts are run for: see :func:`hamlearn.digest.script`.
    """
    return set(digest.LIBRARY.reached(scripts, study, module).outside) - sys.stdlib_module_names
