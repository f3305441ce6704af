"""What commands for a user's own data share: errors and warnings of one line, and their output."""

import contextlib
import os
import shutil
import sys
import tempfile
import warnings
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from hamlearn import config, files

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DECIMALS = 9
FORMATS = (".png", ".pdf", ".svg")
"""Of figures."""


@contextlib.contextmanager
def reported() -> Iterator[None]:
    """Say an error in one line on standard error, and end the process with status 1."""
    try:
        yield
    except BrokenPipeError:  # whoever reads our output has enough of it
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        sys.exit(1)
    except (OSError, ValueError, ArithmeticError, RuntimeError, MemoryError) as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        print(f"error: {reason}", file=sys.stderr)
        sys.exit(1)


def warn(messages: Iterable[str]) -> None:
    """Print warnings on standard error, a line for each."""
    for message in messages:
        print(f"warning: {message}", file=sys.stderr)


@contextlib.contextmanager
def silenced() -> Iterator[None]:
    """Discard what libraries in C print on standard error, which no setting of theirs prevents."""
    sys.stderr.flush()
    terminal, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        sys.stderr.flush()
        os.dup2(terminal, 2)
        os.close(terminal)
        os.close(nowhere)


def start_keras(backend: str) -> None:
    """Set up Keras for predictions, without a word; the environment may name another backend.

    Raises ValueError if its backend is not installed.
    """
    backend = os.environ.setdefault("KERAS_BACKEND", backend)
    try:
        with silenced():
            from hamlearn.learning import training

            # graphs cost more than one use; Keras's own pipeline of arrays has them anyway
            training.configure(threads=1, seed=0, eager=True)
            warnings.filterwarnings("ignore", "Even though .*run_functions_eagerly")
    except ImportError as error:
        raise ValueError(f"KERAS_BACKEND = {backend}: {error}") from error


def check_outputs(paths: Mapping[str, str | Path | None]) -> None:
    """Raise ValueError for an output, by its option, that cannot be written, or is written twice.

    To be called before anything is computed.
    """
    taken: dict[Path, str] = {}
    for option, path in paths.items():
        if path is None or _is_device(path):
            continue
        target = Path(path).resolve()
        if target.is_dir():
            raise ValueError(f"{option} {path}: a folder; expected the name of a file")
        if target in taken:
            raise ValueError(f"{option} {path}: the same file as {taken[target]}")
        taken[target] = option
        nearest = next(folder for folder in target.parents if folder.exists())
        if not nearest.is_dir():
            raise ValueError(f"{option} {path}: {nearest} is not a folder")
        if not os.access(target if target.exists() else nearest, os.W_OK):
            raise ValueError(f"{option} {path}: no permission to write there")


def check_figure(path: str | Path | None) -> None:
    """Raise ValueError for the name of a figure, if there is one, that tells no format."""
    if path and Path(path).suffix not in FORMATS:
        raise ValueError(f"figure {path}: expected a name with {', '.join(FORMATS)}")


@contextlib.contextmanager
def output(path: str | Path) -> Iterator[Path]:
    """Yield a temporary path; what is written there goes to the file that a user named.

    A file is replaced when all is written; links to it and its permissions stay. Devices and pipes
    are written through. Nothing else is touched.
    """
    check_outputs({"output": path})
    target = Path(path).resolve()
    through = _is_device(path) or (target.exists() and target.stat().st_nlink > 1)
    if not through:
        target.parent.mkdir(parents=True, exist_ok=True)
    folder = tempfile.gettempdir() if through else target.parent
    with files.naming(path), tempfile.TemporaryDirectory(prefix=".", dir=folder) as private:
        temporary = Path(private, Path(path).name)
        yield temporary
        if through:
            with open(temporary, "rb") as source, open(path, "wb") as sink:
                shutil.copyfileobj(source, sink)
        else:
            if target.exists():
                shutil.copymode(target, temporary)
            os.replace(temporary, target)


def _is_device(path: str | Path) -> bool:
    """Return whether a path is a device or a pipe, those that stand for open files included."""
    path = Path(path).absolute()
    return path.parts[1] in ("dev", "proc") or (
        path.exists() and not (path.is_file() or path.is_dir())
    )


def write(frame: pd.DataFrame, path: str | Path | None) -> None:
    """Write a table as CSV to a file, or to standard output without one."""
    frame = frame.round(DECIMALS)
    if path is None:
        print(frame.to_csv(index=False), end="", flush=True)
        return
    with output(path) as temporary:
        frame.to_csv(temporary, index=False)


def save(figure: "Figure", path: str | Path) -> None:
    """Save a figure under a name of the user's."""
    with output(path) as temporary:
        figure.savefig(temporary, dpi=300)


def scale_of(path: str | Path) -> str:
    """Return the scale at which a network was trained, if it lies where the workflow leaves it."""
    parts = Path(path).resolve().parts
    known = [b for a, b in zip(parts, parts[1:], strict=False) if a == "results"]
    return known[-1] if known and known[-1] in config.SCALES else "not known"
