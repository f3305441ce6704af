"""What commands for a user's own data share: errors and warnings of one line, and their output."""

import contextlib
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pandas as pd

from hamlearn import files

DECIMALS = 9


@contextlib.contextmanager
def reported() -> Iterator[None]:
    """Say an error in one line on standard error, and end the process with status 1."""
    try:
        yield
    except (OSError, ValueError, ArithmeticError, RuntimeError) as error:
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
    """Set up Keras for predictions, without a word."""
    with silenced():
        from hamlearn.learning import training

        training.configure(threads=1, seed=0)


def write(frame: pd.DataFrame, path: str | Path | None) -> None:
    """Write a table as CSV to a file, or to standard output without one."""
    frame = frame.round(DECIMALS)
    if path is None:
        print(frame.to_csv(index=False), end="")
    else:
        files.write_csv(path, frame)
