"""The smoke build of a study through Slurm, disturbed on the way, beside the local one."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from cluster import Cluster
from support import ROOT, assert_same_results

STUDY = "bubbles"
LOCAL = ROOT / "results" / "smoke" / STUDY


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    reason = Cluster.why_not()
    if reason:
        pytest.skip(reason)
    assert LOCAL.is_dir(), "results/smoke is missing: run `make smoke` first"
    made = Cluster(tmp_path_factory.mktemp("slurm"))
    try:
        made.start()
        yield made
    finally:
        made.stop()


def submit(folder: Path) -> subprocess.Popen:
    command = [sys.executable, "-m", "snakemake", "--profile", "slurm"]
    command += ["--config", "scale=smoke", f"studies=[{STUDY}]"]
    command += ["--slurm-status-command", "squeue"]  # there is no slurmdbd
    command += ["--slurm-init-seconds-before-status-checks", "5", "--", "all"]
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    with open(folder / "snakemake.log", "w") as log:
        return subprocess.Popen(
            command, cwd=folder, env={**os.environ, "PATH": path}, stdout=log, stderr=log
        )


def wait_for(what, snakemake, seconds=300):
    """Return the first truth of `what`, while snakemake runs."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and snakemake.poll() is None:
        found = what()
        if found:
            return found
        time.sleep(0.2)
    raise AssertionError("waited in vain")


@pytest.fixture(scope="module")
def disturbed(cluster, tmp_path_factory):
    """A finished build in which a job and the daemon of the node were killed: folder, job."""
    folder = tmp_path_factory.mktemp("checkout")
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(folder)], check=True)
    snakemake = submit(folder)
    try:
        victim = wait_for(cluster.running, snakemake)[0]
        for process in wait_for(lambda: cluster.processes(victim), snakemake):
            try:
                os.kill(process, signal.SIGKILL)
            except ProcessLookupError:
                continue
        wait_for(lambda: len(cluster.finished()) > 3 and cluster.running(), snakemake)
        cluster.restart_slurmd()
        status = snakemake.wait(timeout=2400)
    finally:
        snakemake.kill()
    assert status == 0, (folder / "snakemake.log").read_text()[-3000:]
    return folder, victim


def test_the_killed_job_failed_and_every_other_one_completed(cluster, disturbed):
    _, victim = disturbed
    states = cluster.finished()
    assert states.pop(victim) in {"FAILED", "NODE_FAIL", "CANCELLED"}
    assert len(states) > 40
    assert set(states.values()) == {"COMPLETED"}


def test_results_are_those_of_a_local_run(disturbed):
    folder, _ = disturbed
    results = folder / "results" / "smoke" / STUDY
    assert_same_results(LOCAL, results)
