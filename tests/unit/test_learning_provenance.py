"""What a training job records about itself."""

import os
import shutil
import subprocess

import pandas as pd
import pytest

from hamlearn import __version__
from hamlearn.learning import provenance


def git(folder, *arguments):
    identity = ("-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false")
    done = subprocess.run(
        ["git", *identity, *arguments], cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A checkout with a source, a result and nothing committed, taken for that of the library."""
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    source = tmp_path / "src" / "provenance.py"
    for path in (source, tmp_path / "results" / "paper" / "claims.csv"):
        path.parent.mkdir(parents=True)
        path.write_text("first\n")
    git(tmp_path, "init", "-q")
    monkeypatch.setattr(provenance, "__file__", str(source))
    return tmp_path


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give files away")
def test_a_checkout_of_another_user_has_its_commit_too(checkout):
    git(checkout, "add", ".")
    git(checkout, "commit", "-q", "-m", "first")
    commit = git(checkout, "rev-parse", "--short=12", "HEAD")
    for path in (checkout, *checkout.rglob("*")):
        os.chown(path, 12345, 12345)
    assert provenance.code()["commit"] == commit


def test_an_export_has_a_version_and_no_commit(tmp_path, monkeypatch):
    monkeypatch.setattr(provenance, "__file__", str(tmp_path / "provenance.py"))
    expected = {"version": __version__, "commit": None, "dirty": None}
    assert provenance.code() == expected
    monkeypatch.setenv("PATH", str(tmp_path))  # no git either
    assert provenance.code() == expected


def test_an_export_inside_another_checkout_does_not_take_its_commit(checkout):
    git(checkout, "add", "results")
    git(checkout, "commit", "-qm", "other")
    assert provenance.code()["commit"] is None


def test_a_checkout_is_dirty_once_its_code_changes_and_not_by_its_own_results(checkout):
    git(checkout, "add", "-A")
    git(checkout, "commit", "-qm", "all")
    commit = git(checkout, "rev-parse", "HEAD")
    (checkout / "results" / "paper" / "claims.csv").write_text("second\n")
    found = provenance.code()
    assert commit.startswith(found["commit"])
    assert len(found["commit"]) == 12
    assert found["dirty"] is False
    (checkout / "src" / "provenance.py").write_text("second\n")
    assert provenance.code() == {**found, "dirty": True}


def test_software_names_versions_and_processor():
    import keras

    found = provenance.software(threads=1)
    assert found["keras"] == keras.__version__
    assert found["backend_version"] != "unknown"
    assert found["threads"] == 1
    assert found["cores"] >= 1
    assert found["cpu"]
    assert found["device"] == (provenance.gpu(found["backend"]) or found["cpu"])


def test_a_gpu_is_the_device_where_there_is_one(monkeypatch):
    tf = pytest.importorskip("tensorflow")
    monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind: [kind])
    details = {"device_name": "some GPU"}
    monkeypatch.setattr(tf.config.experimental, "get_device_details", lambda device: details)
    assert provenance.gpu("tensorflow") == "some GPU"
    details.clear()
    assert provenance.gpu("tensorflow") == "GPU"


def test_speed_counts_every_epoch():
    history = pd.DataFrame({"seconds": [1.0, 0.5, 0.5]})
    assert provenance.speed(history, samples=100) == 150.0
