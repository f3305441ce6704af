"""What every job of the workflow shares: a log, errors of one line, and its end."""

import contextlib
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from pathlib import Path

WORKFLOW = "HAMLEARN_WORKFLOW"  # environment variable: the process of the workflow
SECONDS_TO_END = 5


class Ended(BaseException):
    """The job was told to end by a signal."""


@contextlib.contextmanager
def logged(path: str | Path) -> Iterator[None]:
    """Send everything that the block prints, libraries in C included, to a log file.

    An error ends the process with status 1 and one line on the terminal; its traceback goes to
    the log, if there is room for it. If the workflow that started the job is killed, the job ends
    too.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    terminal = os.dup(2)
    try:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        with open(path, "w", encoding="utf-8", buffering=1) as log:
            os.dup2(log.fileno(), 1)
            os.dup2(log.fileno(), 2)
            _end_with_the_workflow()
            yield
            sys.stdout.flush()
    except Ended as ended:
        _say(terminal, f"error: {ended} (log in {path})")
        sys.exit(1)
    except Exception as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        _say(terminal, f"error: {reason} (traceback in {path})")
        with contextlib.suppress(OSError):  # a full disk, which has been told of
            traceback.print_exc()
        sys.exit(1)
    finally:
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError):
                stream.flush()


def _say(terminal: int, line: str) -> None:
    os.write(terminal, f"{line}\n".encode())


def _end_with_the_workflow() -> None:
    """Watch the process of the workflow, where there is one.

    A job that outlives it would one day write its output over that of a later run, perhaps one
    with other settings.
    """
    number = os.environ.get(WORKFLOW)
    if number:
        signal.signal(signal.SIGTERM, _end)  # by an exception, so that nothing half-written stays
        threading.Thread(target=_end_after, args=(int(number),), daemon=True).start()


def _end(number: int, _frame: object) -> None:
    raise Ended(f"ended by {signal.Signals(number).name}")


def _end_after(process: int) -> None:
    while _exists(process):
        time.sleep(0.5)
    print(f"the workflow (process {process}) has ended, and so does this job", file=sys.stderr)
    signal.pthread_kill(threading.main_thread().ident, signal.SIGTERM)
    time.sleep(SECONDS_TO_END)
    os._exit(1)


def _exists(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # somebody else's
        pass
    return True
