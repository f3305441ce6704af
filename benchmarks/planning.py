"""Seconds in which Snakemake plans every job of `all`, beside those in which it only starts.

    python benchmarks/planning.py [--scale paper] [--repeats 3]

The plan is made by `snakemake -n all` in a copy of the workflow without results, so that nothing
is done yet. `start` is `snakemake --version`. Wall times, the shortest of the repeats, in turns.
"""

import argparse
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from hamlearn.learning.provenance import cpu_model

ROOT = Path(__file__).parent.parent
WORKFLOW = (
    *("Snakefile", "config.yaml", "rules", "scripts", "src"),
    *("claims", "report", "envs", "profiles"),
)


def copied(folder: Path) -> Path:
    """The workflow in a new folder, without results."""
    for name in WORKFLOW:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy2
        copy(ROOT / name, folder / name)
    return folder


def timed(folder: Path, *arguments: str) -> tuple[float, str]:
    """Wall seconds of snakemake with these arguments, and what it printed."""
    command = [sys.executable, "-m", "snakemake", *arguments]
    started = time.perf_counter()
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return time.perf_counter() - started, done.stdout


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scale", default="paper", choices=("smoke", "default", "paper"))
    parser.add_argument("--repeats", type=int, default=3, help="the shortest time counts")
    arguments = parser.parse_args()
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
    print(f"{cpu_model() or platform.machine()}, load {load}, scale {arguments.scale}")
    starts, plans = [], []
    with tempfile.TemporaryDirectory() as folder:
        workflow = copied(Path(folder))
        for _ in range(arguments.repeats):
            starts.append(timed(workflow, "--version")[0])
            seconds, printed = timed(workflow, "-n", "all", "--config", f"scale={arguments.scale}")
            plans.append(seconds)
    jobs = int(re.search(r"^total +(\d+)$", printed, re.MULTILINE)[1])
    print(f"start {min(starts):.2f} s, plan {min(plans):.2f} s, {jobs} jobs")


if __name__ == "__main__":
    main()
