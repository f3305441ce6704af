"""The smoke build of a study whose snakemake is killed ten times, beside the undisturbed one.

Only snakemake itself is killed, as the out-of-memory killer would: its jobs run on until they
notice, while the next snakemake starts. The equality at the end is that of any two builds of one
commit and scale on one machine.
"""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from support import ROOT, assert_same_results, snakemake

STUDIES = ("bubbles", "rolling", "bitei")
"""One with a solver, one with images, one with an archive of density-functional theory."""
LOCAL = ROOT / "results" / "smoke"
MOMENTS = 10
SEED = 2020


def build(study: str) -> tuple[str, ...]:
    """Return the arguments of snakemake that build a study, or go on with it."""
    chosen = ("--config", "scale=smoke", f"studies=[{study}]")
    return ("--cores", "2", *chosen, "--quiet", "rules", "--rerun-incomplete", "--", "all")


def begun(checkout: Path) -> int:
    """How many jobs have opened their log."""
    return sum(1 for _ in (checkout / "results").rglob("*.log"))


def children(process: int) -> list[int]:
    """The processes that a process has started and that have not ended."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = path.read_text().rpartition(")")[2].split()[:2]
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(parent) == process and state not in "ZX":
            found.append(int(path.parent.name))
    return found


def ended(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return True


def wait_for(what, seconds: float, why: str) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, why
        time.sleep(0.05)


def killed(checkout: Path, study: str, jobs: int, delay: float) -> list[int]:
    """Build until so many jobs have begun, and a little longer; return the jobs left behind."""
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    with open(checkout / "snakemake.log", "w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "snakemake", *build(study)],
            cwd=checkout,
            env={**os.environ, "PATH": path},
            stdout=log,
            stderr=log,
        )
    try:
        wait_for(lambda: begun(checkout) >= jobs or process.poll() is not None, 1800, "no progress")
        time.sleep(delay)
        assert process.poll() is None, (checkout / "snakemake.log").read_text()[-2000:]
        left = children(process.pid)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    return left


@pytest.fixture
def moments(study):
    """Numbers of jobs begun and seconds after them at which snakemake is killed, in order."""
    assert (LOCAL / study).is_dir(), "results/smoke is missing: run `make smoke` first"
    jobs = sum(1 for _ in (LOCAL / study).rglob("*.log"))
    drawn = random.Random(SEED)
    return [(n, drawn.uniform(0, 4)) for n in sorted(drawn.sample(range(1, jobs - 8), MOMENTS))]


@pytest.mark.parametrize("study", STUDIES)
def test_a_build_killed_ten_times_gives_identical_results(checkout, study, moments):
    (checkout / "results").mkdir()
    left = []
    for jobs, delay in moments:
        left += killed(checkout, study, jobs, delay)
        unlocked = snakemake(checkout, "--unlock", *build(study))
        assert unlocked.returncode == 0, unlocked.stderr
    assert len(left) >= MOMENTS / 2  # jobs that ran on without their snakemake
    wait_for(lambda: all(map(ended, left)), 10, "a job outlives its snakemake")
    last = snakemake(checkout, *build(study), timeout=1800)
    assert last.returncode == 0, last.stderr
    assert_same_results(LOCAL / study, checkout / "results" / "smoke" / study)
    again = snakemake(checkout, "-n", *build(study))
    assert "Nothing to be done" in again.stdout + again.stderr
