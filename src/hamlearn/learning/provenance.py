"""Where a network was trained: code, device, versions and speed.

Keras is imported when a function is called, not before, so that this module is cheap to import.
"""

import os
import platform
import subprocess
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from hamlearn import __version__

FILE = "provenance.json"
SPEED = "samples_per_second"
BACKEND_PACKAGES = {
    "tensorflow": ("tensorflow", "tensorflow-cpu"),
    "jax": ("jax",),
    "torch": ("torch",),
}
WRITTEN_BY_THE_WORKFLOW = ("results", "data")


def record(threads: int | None = None, *, xla: bool = False) -> dict[str, Any]:
    """Return code, precision, XLA or not, device, versions and threads of a training that starts.

    JAX compiles by XLA whether it is asked for or not.
    """
    import keras

    found = software(threads)
    compiled = xla or found["backend"] == "jax"
    precision = keras.config.dtype_policy().name
    return {"code": code(), "precision": precision, "xla": compiled, **found}


def software(threads: int | None = None) -> dict[str, Any]:
    """Return what a timing or a bitwise comparison depends on: device, versions, threads."""
    import keras

    backend = keras.config.backend()
    return {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "keras": keras.__version__,
        "backend": backend,
        "backend_version": _version(*BACKEND_PACKAGES.get(backend, (backend,))),
        "device": gpu(backend) or cpu_model(),
        "cpu": cpu_model(),
        "cores": os.cpu_count(),
        "threads": threads,
    }


def speed(history: pd.DataFrame, samples: int) -> float:
    """Return how many of its `samples` a training went through in a second, held out ones too."""
    return round(len(history) * samples / history["seconds"].sum(), 1)


def code() -> dict[str, Any]:
    """Return version and commit of this library, and whether its checkout differs from the commit.

    Files that the workflow itself writes, and those that git does not know, do not count.

    Returns
    -------
    dict
        ``version``; ``commit`` (12 digits) and ``dirty`` (bool), None outside a git checkout.
    """
    paths = [":(top)", *(f":(top,exclude){folder}" for folder in WRITTEN_BY_THE_WORKFLOW)]
    status = ("--no-optional-locks", "status", "--porcelain", "--untracked-files=no")
    try:
        _git("ls-files", "--error-unmatch", Path(__file__).name)  # or it is a checkout around us
        commit = _git("rev-parse", "--short=12", "HEAD")
        dirty = bool(_git(*status, "--", *paths))
    except (OSError, subprocess.CalledProcessError):
        commit = dirty = None
    return {"version": __version__, "commit": commit, "dirty": dirty}


def _git(*arguments: str) -> str:
    # a checkout of another user, as in a container, is read all the same
    command = ["git", "-c", "safe.directory=*", *arguments]
    folder = Path(__file__).parent
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def _version(*packages: str) -> str:
    for package in packages:
        try:
            return metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return "unknown"


def gpu(backend: str) -> str | None:
    """Return the name of the GPU on which a backend of Keras trains, None if it has none."""
    if backend == "tensorflow":
        import tensorflow as tf

        found = tf.config.list_physical_devices("GPU")
        details = tf.config.experimental.get_device_details(found[0]) if found else {}
        return details.get("device_name", "GPU") if found else None
    if backend == "jax":
        import jax

        first = jax.devices()[0]
        return None if first.platform == "cpu" else first.device_kind
    if backend == "torch":
        import torch

        return torch.cuda.get_device_name() if torch.cuda.is_available() else None
    return None


def cpu_model() -> str:
    """Return the processor's name as the system reports it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()
