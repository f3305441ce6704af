"""What every job of the workflow shares: a log, and errors of one line."""

import contextlib
import os
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def logged(path: str | Path) -> Iterator[None]:
    """Send everything that the block prints, libraries in C included, to a log file.

    An error ends the process with status 1 and one line on the terminal; its traceback goes to
    the log.
    """
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    sys.stdout.flush()
    sys.stderr.flush()
    terminal = os.dup(2)
    with open(path, "w", encoding="utf-8", buffering=1) as log:
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
        try:
            yield
        except Exception as error:
            traceback.print_exc()
            reason = " ".join(str(error).split()) or type(error).__name__
            os.write(terminal, f"error: {reason} (traceback in {path})\n".encode())
            sys.exit(1)
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
