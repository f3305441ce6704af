"""Fixtures shared by all tests: the configuration, and a scratch copy of the workflow."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from hamlearn import config

ROOT = Path(__file__).parent.parent
WORKFLOW = ("Snakefile", "config.yaml", "rules", "scripts", "src", "envs", "claims", "slurm")


@pytest.fixture(scope="session")
def raw_config() -> dict:
    """The configuration as it is written, all scales side by side."""
    return yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def settings(raw_config):
    """A function of the scale that returns the checked settings."""
    return lambda scale: config.load({**raw_config, "scale": scale})


@pytest.fixture
def checkout(tmp_path) -> Path:
    """A copy of the workflow in an empty folder, without results."""
    folder = tmp_path / "checkout"
    folder.mkdir()
    for name in WORKFLOW:
        source = ROOT / name
        copy = shutil.copytree if source.is_dir() else shutil.copy2
        copy(source, folder / name)
    return folder


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


@pytest.fixture(scope="session")
def single_threaded_keras() -> None:
    """Keras as a job of the workflow sets it up; the first use of TensorFlow fixes its threads."""
    from hamlearn.learning import training

    training.configure(threads=1, seed=0)
