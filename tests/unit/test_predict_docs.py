"""The page on one's own data: its maps and its commands, with untrained networks."""

import importlib.util
import re
import shlex
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from hamlearn.bubbles import ensemble, plan, prediction, trained_range
from hamlearn.learning import training as learning
from hamlearn.transport import brickwall

keras = pytest.importorskip("keras")
own = pytest.importorskip("hamlearn.bubbles.own")

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/own-data.md").read_text(encoding="utf-8")
MAPS = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
COMMANDS = re.findall(r"^    python (scripts/\S+) (.*)$", PAGE, re.MULTILINE)


def script(path: str):
    spec = importlib.util.spec_from_file_location("predict", ROOT / path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def folder(tmp_path, monkeypatch, settings) -> Path:
    """A folder with the maps of the page, and in `results` an untrained network of its size."""
    monkeypatch.chdir(tmp_path)
    for text in MAPS:
        exec(text, {})
    known = settings("default")["bubbles"]
    law = plan.ensembles(known)[plan.TRAIN]
    keras.utils.set_random_seed(0)
    network = own.own(
        known["pixels"],
        side=law.side,
        window=known["energy_window"][1],
        thresholds=brickwall.thresholds_of_flake(law.side).tolist(),
        channels=(4, 4),
        dense=(8, 8),
        dropout=0.0,
    )
    bubbles = tmp_path / "results/default/bubbles"
    (bubbles / "networks/own/seed0").mkdir(parents=True)
    learning.save(network, bubbles / "networks/own/seed0/own.keras")
    (bubbles / trained_range.TRAINED_ON).parent.mkdir(parents=True)
    ensemble.save(bubbles / trained_range.TRAINED_ON, ensemble.draw(law, 0, stop=500))
    return tmp_path


def test_the_page_has_maps_and_commands():
    assert len(MAPS) == 2
    assert len(COMMANDS) == 3


def test_the_commands_of_the_page_do_what_they_say(folder, monkeypatch, capsys):
    def as_the_modes(sheet, flake, energies):  # the exact curve takes long, and has its own tests
        return flake.modes(energies)

    monkeypatch.setattr(prediction, "exact", as_the_modes)
    for path, arguments in COMMANDS:
        module = script(path)
        monkeypatch.setattr(module, "NETWORKS", folder / "results/default/bubbles/networks", False)
        monkeypatch.setattr(module, "RESULTS", folder / "results/default/wires", False)
        module.main(shlex.split(arguments))
    printed = capsys.readouterr()
    missing = f"{folder / 'results/default/wires'}: no results, so no networks"
    assert printed.err == f"warning: {missing}; `make all` trains them\n"  # none about the heights
    assert printed.out.count("exact,conductance,") == 10
    assert (folder / "curve.png").stat().st_size > 10_000
    curve = pd.read_csv(folder / "curve.csv")
    assert len(curve) == 200
    assert np.isfinite(curve).all(axis=None)


def test_the_columns_of_the_page_are_those_of_the_table(folder):
    described = re.findall(r"`(\w+)`", " ".join(re.findall(r"^\| (`.*?) \|", PAGE, re.MULTILINE)))
    networks, flake = prediction.load(prediction.find([folder / "results"]))
    energies = np.array([0.3])
    heights = np.zeros((flake.pixels, flake.pixels))
    table = prediction.curve(networks, heights, flake.modes(energies), energies)
    assert described == [*table, "exact_g0"]


def test_numbers_of_the_page_are_those_of_the_settings(settings):
    for scale in ("default", "paper"):
        known = settings(scale)["bubbles"]
        side = known["side"] * known["lattice_constant"] / 10
        assert f"{side:.1f} nm at" in " ".join(PAGE.split())
        size = settings(scale)["wires"]["impurity_models"]["size"]
        assert f"{size} × {size}" in PAGE
    assert f"`a` = {known['lattice_constant']} Å" in PAGE
