"""Where the results of a study come from: code, settings, versions, machines, wall times."""

import json
import os
import platform
from collections.abc import Iterable, Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

import pandas as pd

from hamlearn import files
from hamlearn.learning.provenance import SPEED, code, cpu_model

PACKAGES = (
    *("hamlearn", "snakemake", "numpy", "scipy", "pandas", "pyarrow", "kwant", "python-mumps"),
    *("tensorflow-cpu", "tensorflow", "jax", "torch", "keras", "scikit-learn", "matplotlib"),
)
NOT_MEASURED = ["-", "NA"]  # what Snakemake writes for a job too short to be sampled


def record(
    settings: Mapping[str, Any], networks: Iterable[str | Path], benchmarks: str | Path
) -> dict[str, Any]:
    """Return what a reader must know to repeat the results of a study.

    Parameters
    ----------
    settings : mapping
        The resolved settings of the study, its scale and its seed.
    networks : iterable of path
        ``provenance.json`` of every trained network's folder.
    benchmarks : path
        Folder of the Snakemake benchmarks of the study.

    Returns
    -------
    dict
        ``code`` (version and commit), ``packages`` (versions), ``machine``, ``trained_on`` (see
        :func:`trained_on`), ``wall_times`` (by stage: jobs, seconds, CPU seconds, largest memory
        of a job in MB), ``settings``.
    """
    return {
        "code": code(),
        "packages": versions(),
        "machine": machine(),
        "trained_on": trained_on(networks),
        "wall_times": wall_times(benchmarks),
        "settings": dict(settings),
    }


def trained_on(networks: Iterable[str | Path]) -> list[dict[str, Any]]:
    """Return each distinct code, device and software once, with its ``jobs``, ``<job>/seed<k>``.

    How fast a job was stays in its own record.
    """
    jobs: dict[str, list[str]] = {}
    for path in map(Path, networks):
        found = files.read_small(path)
        found.pop(SPEED, None)
        same = json.dumps(found, sort_keys=True)
        jobs.setdefault(same, []).append("/".join(path.parent.parts[-2:]))
    return [{**json.loads(same), "jobs": jobs[same]} for same in sorted(jobs)]


def versions() -> dict[str, str]:
    """Return the versions of the packages that numbers can depend on, those installed."""
    installed = {}
    for package in PACKAGES:
        try:
            installed[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return {"python": platform.python_version(), **installed}


def machine() -> dict[str, Any]:
    """Return processor, number of cores and system of this machine."""
    return {
        "cpu": cpu_model(),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
    }


def wall_times(folder: str | Path) -> dict[str, dict[str, float]]:
    """Return number of jobs, wall and CPU seconds, and largest memory by stage.

    A stage is a file or a folder of `folder`; the trainings are told apart by their job.
    """
    folder = Path(folder)
    rows = []
    for path in sorted(folder.rglob("*.tsv")):
        parts = path.relative_to(folder).with_suffix("").parts
        stage = "/".join(parts[:2]) if parts[0] == "train" else parts[0]
        rows.append(pd.read_csv(path, sep="\t", na_values=NOT_MEASURED).assign(stage=stage))
    if not rows:
        return {}
    table = pd.concat(rows).groupby("stage")
    summary = pd.DataFrame(
        {
            "jobs": table.size(),
            "seconds": table["s"].sum().round(1),
            "cpu_seconds": table["cpu_time"].sum().round(1),
            "max_memory_mb": table["max_rss"].max().fillna(0).round(),
        }
    )
    return summary.to_dict(orient="index")
