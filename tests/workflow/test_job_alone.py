"""A job trained without the workflow, on a machine with little but Keras and JAX."""

import os
import re
import shutil
import subprocess
import sys

import pandas as pd
import pytest
from support import ROOT, snakemake

SMOKE = ROOT / "results" / "smoke" / "wires" / "data"
BLOCKED = ("kwant", "numba", "snakemake", "tensorflow", "matplotlib", "sklearn")
OWN_JOB = "wires: {training: {jobs: by_group}}\n"


def train(folder, *arguments: str) -> subprocess.CompletedProcess:
    """Call the module as the command line does, where packages of a workstation are missing."""
    code = (
        f"import sys; sys.modules.update(dict.fromkeys({BLOCKED}));"
        "from hamlearn.learning.jobs import main; sys.exit(main(sys.argv[1:]))"
    )
    environment = {**os.environ, "KERAS_BACKEND": "jax", "PYTHONPATH": str(folder / "src")}
    command = [sys.executable, "-c", code, "--study", "wires", "--scale", "smoke", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)


@pytest.fixture
def solved(checkout):
    """A copy of the workflow that has its labels, and trains each group by itself."""
    assert SMOKE.is_dir(), "results/smoke is missing: run `make smoke` first"
    shutil.copytree(SMOKE, checkout / "results/smoke/wires/data")
    (checkout / "groups.yaml").write_text(OWN_JOB)
    return checkout


def test_a_job_is_trained_alone_and_the_workflow_takes_it_as_its_own(solved):
    folder = "results/smoke/wires/networks/disorder/seed0"
    given = ("--configfile", "config.yaml", "groups.yaml", "--data", "results/smoke/wires/data")
    run = train(solved, "--job", "disorder", *given, "--output", folder)
    assert run.returncode == 0, run.stderr
    assert {path.name for path in (solved / folder).rglob("*.keras")} == {
        *("dnn_w1.keras", "dnn_w2.keras")
    }
    history = pd.read_csv(solved / folder / "history.csv")
    assert list(history)[:4] == ["run", "epoch", "loss", "val_loss"]
    assert (solved / folder / "provenance.json").is_file()
    wanted = "results/smoke/wires/metrics/disorder/seed0.csv"
    settings = ("--configfile", "config.yaml", "groups.yaml", "--config", "scale=smoke")
    planned = snakemake(solved, "-n", wanted, *settings)
    assert planned.returncode == 0, planned.stderr
    jobs = dict(re.findall(r"^(\w+) +(\d+)$", planned.stdout, re.MULTILINE))
    assert jobs == {"evaluate": "1", "total": "1"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--job", "none", "--data", "data", "--output", "new"), "job none, seed 0: expected one"),
        (("--job", "together_1", "--data", "nowhere", "--output", "new"), "nowhere"),
        (("--job", "together_1", "--data", "data", "--output", "src"), "src exists already"),
    ],
)
def test_a_wrong_call_ends_in_one_line(checkout, arguments, words):
    run = train(checkout, *arguments)
    assert run.returncode == 1
    (line,) = [line for line in run.stderr.splitlines() if line.startswith("error: ")]
    assert words in line
    assert not (checkout / "new").exists()
