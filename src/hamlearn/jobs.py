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


@contextlib.contextmanager
def logged(path: str | Path) -> Iterator[None]:
    """Send everything that the block prints, libraries in C included, to a log file.

    An error ends the process with status 1 and one line on the terminal; its traceback goes to
    the log. If the workflow that started the job is killed, the job ends too.
    """
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    sys.stdout.flush()
    sys.stderr.flush()
    terminal = os.dup(2)
    with open(path, "w", encoding="utf-8", buffering=1) as log:
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
        _end_with_the_workflow()
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


def _end_with_the_workflow() -> None:
    """Watch the process of the workflow, where there is one.

    A job that outlives it would one day write its output over that of a later run, perhaps one
    with other settings.
    """
    number = os.environ.get(WORKFLOW)
    if number:
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # nothing half-written stays
        threading.Thread(target=_end_after, args=(int(number),), daemon=True).start()


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
