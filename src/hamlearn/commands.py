"""What commands for a user's own data share: options, errors and warnings of one line, output.

A command reads the input, finds networks, says what they have not seen, and delivers a table and a
figure: `scripts/<study>/predict.py` holds what is of one study alone.
"""

import argparse
import contextlib
import os
import shutil
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from hamlearn import files, trained
from hamlearn.trained import Missing, Names, Trained

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DECIMALS = 9
FORMATS = (".png", ".pdf", ".svg")
"""Of figures."""


def main(
    study: str,
    text: str,
    options: Callable[[Callable], None],
    predict: Callable[[argparse.Namespace], None],
    arguments: Sequence[str] | None = None,
    *,
    exact: bool = True,
    others: Sequence[str] = (),
) -> None:
    """Read the options of a command, check its outputs, and run it.

    Parameters
    ----------
    study : str
    text : str
        Its first line says what the command does.
    options : function of ``add_argument``
        Adds what is of this study alone.
    predict : function of the options
    arguments : sequence of str, optional
        Of the command line; that of this process without.
    exact : bool
        Whether there is an exact solver.
    others : names of options that are files to be written, besides `output` and `figure`
    """
    parser = argparse.ArgumentParser(description=text.splitlines()[0])
    add = parser.add_argument
    options(add)
    where = f"a folder of results, a folder of networks, or files (results/default/{study})"
    add("--networks", nargs="+", metavar="PATH", help=where)
    if exact:
        add("--exact", action="store_true", help="also by the exact solver")
    add("--output", metavar="CSV", help="table; default: standard output, unless there is a figure")
    add("--figure", metavar="PNG", help="or .pdf, .svg")
    parser.set_defaults(exact=False)
    chosen = parser.parse_args(arguments)
    written = ("output", "figure", *others)
    with reported():
        check_outputs({f"--{name}": getattr(chosen, name) for name in written})
        check_figure(chosen.figure)
        predict(chosen)


def networks(
    chosen: argparse.Namespace, study: str, names: Names, unfit: str = ""
) -> list[Trained]:
    """Return the networks of the option: see :func:`hamlearn.trained.find`.

    Without any, or where `unfit` says why none can be used, it warns and returns none if the exact
    answer is asked for, and raises ValueError otherwise.
    """
    try:
        if unfit:
            raise Missing(unfit)
        return trained.find(study, chosen.networks, names)
    except Missing as error:
        if not chosen.exact:
            raise
        warn([f"{error}; the exact answer stands alone"])
        return []


def deliver(chosen: argparse.Namespace, table: pd.DataFrame, draw: Callable[[], "Figure"]) -> None:
    """Write a table, which is printed if no file is asked for, and draw the figure if one is."""
    if chosen.output or not chosen.figure:
        write(table, chosen.output)
    if chosen.figure:
        save(draw(), chosen.figure)


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


def start_keras() -> None:
    """Set up Keras for predictions, without a word, with the backend of config.yaml.

    The environment may name another one. Raises ValueError if it is not installed.
    """
    configured = trained.configured()["training"]["backend"]
    backend = os.environ.setdefault("KERAS_BACKEND", configured)
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
    from hamlearn import plotting

    with output(path) as temporary, plotting.style():
        figure.savefig(temporary, dpi=300)
