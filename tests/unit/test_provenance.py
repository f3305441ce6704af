"""What is recorded beside the results of a study."""

import json

import pandas as pd
import pytest

from hamlearn import provenance


@pytest.fixture
def benchmarks(tmp_path):
    for name, seconds, memory in (
        ("train/small/seed0", 2.0, 300),
        ("train/small/seed1", 3.0, 400),
        ("train/large/seed0", 10.0, 900),
        ("solve/i_3/0", 1.0, "-"),
        ("wires_metrics", 0.5, "NA"),
    ):
        path = tmp_path / f"{name}.tsv"
        path.parent.mkdir(parents=True, exist_ok=True)
        row = {"s": seconds, "max_rss": memory, "cpu_time": seconds}
        pd.DataFrame([row]).to_csv(path, sep="\t", index=False)
    return tmp_path


def test_wall_times_add_up_by_stage(benchmarks):
    found = provenance.wall_times(benchmarks)
    assert found["train/small"] == {
        **{"jobs": 2, "seconds": 5.0, "cpu_seconds": 5.0},
        "max_memory_mb": 400,
    }
    assert found["train/large"]["seconds"] == 10.0
    assert found["solve"] == {"jobs": 1, "seconds": 1.0, "cpu_seconds": 1.0, "max_memory_mb": 0}
    assert sum(stage["seconds"] for stage in found.values()) == pytest.approx(16.5)


def test_a_record_names_code_versions_machines_and_settings(benchmarks):
    found = provenance.record({"scale": "smoke"}, [], benchmarks)
    assert found["trained_on"] == []
    assert found["settings"] == {"scale": "smoke"}
    assert found["packages"]["numpy"] == "1.26.4"
    assert found["machine"]["cores"] >= 1
    assert set(found["code"]) == {"version", "commit", "dirty"}


def test_jobs_trained_alike_are_listed_together(tmp_path):
    trained = {
        "small/seed0": {"cpu": "A", "code": {"commit": "1"}, "samples_per_second": {"x": 10.0}},
        "small/seed1": {"cpu": "A", "code": {"commit": "2"}},
        "large/seed0": {"cpu": "A", "code": {"commit": "1"}, "samples_per_second": {"y": 99.9}},
    }
    paths = [tmp_path / job / "provenance.json" for job in trained]
    for path, content in zip(paths, trained.values(), strict=True):
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(content))
    assert provenance.trained_on(paths) == [
        {"cpu": "A", "code": {"commit": "1"}, "jobs": ["small/seed0", "large/seed0"]},
        {"cpu": "A", "code": {"commit": "2"}, "jobs": ["small/seed1"]},
    ]


def test_no_benchmarks_no_wall_times(tmp_path):
    assert provenance.wall_times(tmp_path) == {}
