"""Interrupted, damaged and full: what a run leaves behind, and what the next one makes of it."""

import os
import resource
import signal
import subprocess
import sys
import time

import numpy as np
import pandas as pd
import pytest
from support import snakemake

from hamlearn import config, files
from hamlearn.dataset import fingerprints
from hamlearn.study import Study
from hamlearn.wires import ensemble, labels

TARGET = "results/smoke/wires/data/i_10/labels.parquet"
SHARDS = "results/smoke/wires/data/i_10/shards"
MANY_SHARDS = "wires:\n  work_per_shard: {smoke: 10000}\n"  # 600 samples of 100 sites in 6 shards


@pytest.fixture
def many_shards(checkout):
    (checkout / "many.yaml").write_text(MANY_SHARDS)
    return checkout


def command(*more: str, shards: str = "many.yaml") -> list[str]:
    chosen = ["--config", "scale=smoke", "studies=[wires]"]
    return ["--configfile", "config.yaml", shards, *chosen, *more, "--", TARGET]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory, raw_config):
    """The table solved in this process, in one piece: what every run must arrive at."""
    wires = Study("wires", config.load({**raw_config, "scale": "smoke"})["wires"])
    plan = wires.ensembles["i_10"]
    drawn = ensemble.draw(plan, raw_config["seed"])
    solved = labels.solve(drawn, np.arange(plan.samples), plan, wires.settings_of("solve"))
    return solved.assign(drawn=fingerprints(drawn))


def assert_identical(checkout, expected):
    found = files.read_table(checkout / TARGET)
    pd.testing.assert_frame_equal(found, expected, check_exact=True)


def test_one_shard_or_many_one_core_or_two(many_shards, undisturbed):
    (many_shards / "one.yaml").write_text("seed: 2020\n")
    for cores, shards in (("1", "one.yaml"), ("2", "many.yaml")):
        run = snakemake(many_shards, "--cores", cores, *command(shards=shards))
        assert run.returncode == 0, run.stderr
        assert_identical(many_shards, undisturbed)
        assert (many_shards / SHARDS).exists() == (shards == "many.yaml")
    assert len(list((many_shards / SHARDS).iterdir())) == 6


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGKILL], ids=["SIGINT", "SIGKILL"])
def test_an_interrupted_run_resumes_to_the_identical_result(many_shards, undisturbed, stop):
    first = subprocess.Popen(
        [sys.executable, "-m", "snakemake", "--cores", "1", *command()],
        cwd=many_shards,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    shards = many_shards / SHARDS
    deadline = time.monotonic() + 120
    while not list(shards.glob("[0-9].parquet")) and time.monotonic() < deadline:
        time.sleep(0.05)
    os.killpg(first.pid, stop)
    first.wait(timeout=60)
    finished = {path.name for path in shards.glob("[0-9].parquet")}
    assert 0 < len(finished) < 6
    for name in finished:  # whatever has its final name is whole
        assert len(files.read_table(shards / name)) == 100
    snakemake(many_shards, "--unlock", *command())
    again = snakemake(many_shards, "--cores", "2", "--rerun-incomplete", *command())
    assert again.returncode == 0, again.stderr
    assert_identical(many_shards, undisturbed)


@pytest.mark.parametrize("damage", ["truncated", "altered"])
def test_a_damaged_shard_is_named(many_shards, undisturbed, damage):
    assert snakemake(many_shards, "--cores", "2", *command()).returncode == 0
    shard = many_shards / SHARDS / "3.parquet"
    content = bytearray(shard.read_bytes())
    if damage == "truncated":
        shard.write_bytes(content[:-50])
    else:
        content[len(content) // 3] ^= 0xFF
        shard.write_bytes(content)
    run = snakemake(many_shards, "--cores", "1", *command("--force"))
    errors = [line for line in run.stderr.splitlines() if line.startswith("error:")]
    assert run.returncode != 0
    assert len(errors) == 1
    assert f"{SHARDS}/3.parquet" in errors[0]
    assert not (many_shards / TARGET).exists()
    shard.unlink()
    assert snakemake(many_shards, "--cores", "1", *command()).returncode == 0
    assert_identical(many_shards, undisturbed)


def test_a_full_disk_leaves_nothing_half_written(many_shards, undisturbed):
    """A quota of 30 kB a file: the ensemble does not fit, and the next run starts clean."""

    def quota():
        resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, resource.RLIM_INFINITY))

    full = snakemake(many_shards, "--cores", "1", *command(), preexec_fn=quota)
    assert full.returncode != 0
    assert not list((many_shards / "results").rglob("*.npz"))
    snakemake(many_shards, "--unlock", *command())
    again = snakemake(many_shards, "--cores", "2", "--rerun-incomplete", *command())
    assert again.returncode == 0, again.stderr
    assert_identical(many_shards, undisturbed)
