"""Random streams, atomic and checksummed files, job logs."""

import os
import subprocess
import sys
import time

import numpy as np
import pandas as pd
import pytest

from hamlearn import files, jobs, seeds


def test_a_sample_does_not_depend_on_the_range_it_is_drawn_in():
    stream = seeds.key(1, "wires", "i_3")
    together = seeds.uniform(stream, 0, 50, 9)
    apart = np.concatenate([seeds.uniform(stream, k, k + 1, 9) for k in range(50)])
    assert np.array_equal(together, apart)


def test_streams_of_different_purpose_differ():
    draws = [seeds.uniform(seeds.key(1, "wires", name), 0, 5, 4) for name in ("ii", "iii")]
    assert not np.isin(draws[0], draws[1]).any()
    assert seeds.seed(1, "a") != seeds.seed(2, "a")


def test_uniform_numbers_have_the_moments_of_a_uniform_distribution():
    numbers = seeds.uniform(seeds.key(3, "moments"), 0, 10000, 10)
    assert abs(numbers.mean() - 0.5) < 4 / np.sqrt(12 * numbers.size)
    assert abs(numbers.var() - 1 / 12) < 0.002
    neighbours = np.corrcoef(numbers[:-1, 0], numbers[1:, 0])[0, 1]
    assert abs(neighbours) < 4 / np.sqrt(len(numbers))


def test_a_failed_write_leaves_nothing(tmp_path):
    path = tmp_path / "table.csv"
    files.write_csv(path, pd.DataFrame({"x": [1]}))
    with pytest.raises(RuntimeError), files.atomic(path) as temporary:
        temporary.write_text("half")
        raise RuntimeError
    assert path.read_text() == "x\n1\n"
    assert [p.name for p in tmp_path.iterdir()] == ["table.csv"]


def test_a_folder_is_replaced_as_a_whole(tmp_path):
    for content in ("old", "new"):
        with files.atomic(tmp_path / "networks") as temporary:
            temporary.mkdir()
            (temporary / content).write_text(content)
    assert [p.name for p in (tmp_path / "networks").iterdir()] == ["new"]


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "shard.parquet"
    values = np.random.default_rng(0).random(1000)
    files.write_table(path, pd.DataFrame({"sample": range(1000), "conductance_g0": values}))
    return path


def test_a_table_survives_the_round_trip(table):
    frame = files.read_table(table)
    assert frame["conductance_g0"].iloc[17] == np.random.default_rng(0).random(1000)[17]


def test_a_truncated_table_is_named(table):
    table.write_bytes(table.read_bytes()[:-100])
    with pytest.raises(files.DamagedFile, match="shard.parquet"):
        files.read_table(table)


def test_a_replaced_value_is_noticed(table):
    import pyarrow.parquet as parquet

    original = parquet.read_table(table)
    values = original.column("conductance_g0").to_numpy().copy()
    values[500] += 1e-12
    changed = original.set_column(1, "conductance_g0", [values])
    parquet.write_table(changed.replace_schema_metadata(original.schema.metadata), table)
    with pytest.raises(files.DamagedFile, match="checksum"):
        files.read_table(table)


@pytest.mark.parametrize("damage", ["truncate", "flip", "missing"])
def test_a_damaged_array_file_is_named(tmp_path, damage):
    path = tmp_path / "ensemble.npz"
    files.write_arrays(path, values=np.random.default_rng(0).random(5000))
    content = bytearray(path.read_bytes())
    if damage == "truncate":
        path.write_bytes(content[: len(content) // 2])
    elif damage == "flip":
        content[len(content) // 2] ^= 0xFF
        path.write_bytes(content)
    else:
        path.unlink()
    with pytest.raises(files.DamagedFile, match="ensemble.npz") as caught:
        files.read_arrays(path)
    assert "\n" not in str(caught.value)


def test_a_failing_job_prints_one_line_and_logs_the_traceback(tmp_path):
    script = (
        "from hamlearn import jobs\n"
        f"with jobs.logged({str(tmp_path / 'job.log')!r}):\n"
        "    print('working')\n"
        "    raise ValueError('samples 3 to 2:\\nwrong')\n"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert run.returncode == 1
    assert run.stderr.splitlines() == [
        f"error: samples 3 to 2: wrong (traceback in {tmp_path / 'job.log'})"
    ]
    log = (tmp_path / "job.log").read_text()
    assert "working" in log
    assert "Traceback" in log


ENDLESS = """
import time
from pathlib import Path
from hamlearn import files, jobs
with jobs.logged("job.log"), files.atomic("result") as path:
    path.write_text("half")
    Path("begun").touch()
    time.sleep(60)
"""


def test_a_job_ends_with_the_workflow_and_leaves_nothing_half_written(tmp_path):
    workflow = subprocess.Popen(["sleep", "60"])
    environment = {**os.environ, jobs.WORKFLOW: str(workflow.pid)}
    command = [sys.executable, "-c", ENDLESS]
    job = subprocess.Popen(command, cwd=tmp_path, env=environment, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 30
    while not (tmp_path / "begun").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(1)
    assert job.poll() is None
    workflow.kill()
    workflow.wait()
    assert job.wait(timeout=10) != 0
    assert f"process {workflow.pid}) has ended" in (tmp_path / "job.log").read_text()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["begun", "job.log"]
