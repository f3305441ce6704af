"""The repository's root, snakemake as a user calls it, and what two builds have in common."""

import copy
import functools
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd

ROOT = Path(__file__).parent.parent


def snakemake(folder: Path, *arguments: str, **options: object) -> subprocess.CompletedProcess:
    """Run snakemake in a folder; the result holds what it printed."""
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    return subprocess.run(
        [sys.executable, "-m", "snakemake", *arguments],
        cwd=folder,
        env={**environment, **options.pop("env", {})},
        capture_output=True,
        text=True,
        timeout=options.pop("timeout", 600),
        **options,
    )


MEASURED = {
    "seconds",
    "train_seconds",
    "train_seconds_sd",
    "seconds_per_epoch",
    "samples_per_second",
}
TIMINGS = ("tables/bubbles_speed.csv",)


def arrays(path: Path) -> dict[str, np.ndarray]:
    with np.load(path) as file:
        return dict(file)


READERS = {".csv": pd.read_csv, ".parquet": pd.read_parquet, ".npz": arrays}


def assert_same_results(one: Path, other: Path) -> None:
    """Compare each table and array of two folders of one study bit for bit, measured times apart.

    Both builds must be those of one machine: processors round differently.
    """
    compared = 0
    for path in sorted(one.rglob("*")):
        name = path.relative_to(one)
        if path.suffix not in READERS or str(name) in TIMINGS or name.parts[0] == "benchmarks":
            continue
        mine, theirs = (READERS[path.suffix](folder / name) for folder in (one, other))
        assert list(mine) == list(theirs), name
        for key in set(mine) - MEASURED:
            _assert_same(mine[key], theirs[key], f"{name}: {key}")
        compared += 1
    assert compared > 30


def _assert_same(one: object, other: object, what: str) -> None:
    if isinstance(one, pd.Series):
        pd.testing.assert_series_equal(one, other, check_exact=True, obj=what)
    else:
        np.testing.assert_array_equal(one, other, err_msg=what)


def with_settings(raw: dict, changes: dict[str, object]) -> dict:
    """A copy of a configuration with some values replaced, by their dotted keys."""
    result = copy.deepcopy(raw)
    for key, value in changes.items():
        *path, last = key.split(".")
        functools.reduce(lambda part, name: part[name], path, result)[last] = value
    return result
