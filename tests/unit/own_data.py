"""What tests of the commands for a user's own data share: commands, and results to find."""

import importlib.util
import json
from pathlib import Path

import pytest
from support import ROOT

from hamlearn.learning import training


def script(study: str):
    """The module of the command of a study."""
    path = ROOT / "scripts" / study / "predict.py"
    spec = importlib.util.spec_from_file_location(f"predict_{study}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def kept(results: Path, name: str, network: object = None, job: str = "all", seed: int = 0) -> Path:
    """Keep a network where the workflow does, or a file that is none; return its path."""
    path = results / "networks" / job / f"seed{seed}" / f"{name}.keras"
    path.parent.mkdir(parents=True, exist_ok=True)
    training.save(network, path) if network else path.write_text("no network")
    return path


def describe(results: Path, study: str, settings: dict) -> None:
    """Write the settings that results were made with."""
    results.mkdir(parents=True, exist_ok=True)
    content = {"settings": {study: settings[study], "scale": settings["scale"]}}
    (results / "provenance.json").write_text(json.dumps(content), encoding="utf-8")


def refused(main, capsys, *arguments: object) -> str:
    """Run a command that must fail, with status 1 and nothing but one line; return this line."""
    with pytest.raises(SystemExit) as ended:
        main(list(map(str, arguments)))
    printed = capsys.readouterr()
    assert ended.value.code == 1, printed.err
    assert printed.out == ""
    assert printed.err.startswith("error: ")
    assert printed.err.count("\n") == 1
    return printed.err
