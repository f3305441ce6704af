"""The page on one's own data, typed in: its files, its commands, its columns, with networks."""

import re
import shlex
from pathlib import Path

import h5py
import keras
import numpy as np
import pandas as pd
import pytest
from own_data import describe, kept, script
from recipes import section
from support import ROOT

from hamlearn import trained
from hamlearn.bitei import inputs
from hamlearn.bubbles import ensemble, own, plan, prediction
from hamlearn.hamiltonians import networks as hamiltonians
from hamlearn.study import Study
from hamlearn.transport import brickwall

PAGE = ROOT / "docs/own-data.md"
TEXT = PAGE.read_text(encoding="utf-8")
SECTIONS = re.findall(r"^## (`(\w+)`:.*)$", TEXT, re.MULTILINE)
STUDIES = [study for _, study in SECTIONS]
EVERY = pytest.mark.parametrize(("heading", "study"), SECTIONS, ids=STUDIES)
COMMAND = re.compile(r"^    python scripts/(\w+)/predict\.py ((?:.*\\\n)*.*)$", re.MULTILINE)

pytestmark = pytest.mark.usefixtures("eagerly")


def wires(results: Path, settings: dict) -> None:
    from hamlearn.wires import networks

    study = Study("wires", settings["wires"])
    for name in ("model_i_10/dnn_validation", "scattering_i_10/scattering_i_10"):
        kept(results, name, networks.build(study.runs[name], 10, 10))


def bubbles(results: Path, settings: dict) -> None:
    known = settings["bubbles"]
    law = plan.ensembles(known)[plan.TRAIN]
    network = own.own(
        known["pixels"],
        side=law.side,
        window=known["energy_window"][1],
        thresholds=brickwall.thresholds_of_flake(law.side).tolist(),
        channels=(4, 4),
        dense=(8, 8),
        dropout=0.0,
    )
    kept(results, "own", network)
    drawn = results / "data/train/ensemble.npz"
    drawn.parent.mkdir(parents=True)
    ensemble.save(drawn, ensemble.draw(law, 0, stop=500))


def rolling(results: Path, settings: dict) -> None:
    from hamlearn.rolling import ensemble, networks

    study = Study("rolling", settings["rolling"])
    for name in (
        *("std_conv_chi0_0", "std_torsum_dilated_chi0_0"),
        "hbfree_torsum_chi4_0",
    ):
        run = study.runs[name]
        network = networks.build(run.architecture, shape=(8, 8, 1), **run.options)
        kept(results, name, network, job=study.job(run))
    drawn = results / "data/digits_8/ensemble.npz"
    drawn.parent.mkdir(parents=True)
    ensemble.save(drawn, ensemble.draw(study.ensembles["digits_8"], 0))


def bands(results: Path, settings: dict) -> None:
    from hamlearn.bands import networks

    kept(results, "main", networks.small(channels=(4, 4), dense=(8,)))


def hamiltonians_(results: Path, settings: dict) -> None:
    sizes = {"neighbours": 8, "node": 8, "edge": 16, "orientation": 4, "filters": 4}
    for end, outputs in (("forward", 91), ("backward", 78)):
        network = hamiltonians.lc_net(outputs, **sizes, layers=1, hidden=8, cutoff=6.0)
        last = network.get_layer("elements")
        last.set_weights([1e-4 * weights for weights in last.get_weights()])
        kept(results, f"graphene_own_{end}", network)


def bitei(results: Path, settings: dict) -> None:
    from hamlearn.bitei import networks

    shape = inputs.axes("window", settings["bitei"]["own"]["n"])
    number = (len(shape[0]) // 2 + 1) * len(shape[1]) * len(shape[2])
    kept(results, "own_strong_points_0", networks.points((number, inputs.POINT), [4]))


MAKE = {
    "wires": wires,
    "bubbles": bubbles,
    "rolling": rolling,
    "bands": bands,
    "hamiltonians": hamiltonians_,
    "bitei": bitei,
}
WARNED = {
    "bands": ("filled share ", "length of edges "),
    "hamiltonians": ("data/graphene/ensemble.npz: no such file",),
}
"""What a command of the page warns of."""


@pytest.fixture
def typed(tmp_path, monkeypatch, settings):
    """A function that types in the section of a study, beside its untrained networks."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(trained, "DEFAULT", tmp_path / "results/default")

    def run(heading: str, study: str) -> list[str]:
        keras.utils.set_random_seed(0)
        results = tmp_path / "results/default" / study
        describe(results, study, settings("default"))
        MAKE[study](results, settings("default"))
        text = section(PAGE, heading)
        for block in re.findall(r"```python\n(.*?)```", text, re.DOTALL):
            exec(block, {})
        commands = COMMAND.findall(text)
        for named, arguments in commands:
            script(named).main(shlex.split(arguments.replace("\\\n", " ")))
        return [named for named, _ in commands]

    return run


def test_there_is_a_section_for_each_study(raw_config):
    assert sorted(STUDIES) == sorted(raw_config["studies"])
    for heading, study in SECTIONS:
        named = {name for name, _ in COMMAND.findall(section(PAGE, heading))}
        assert named == {study}


@EVERY
def test_examples_do_what_the_page_says(typed, heading, study, tmp_path, monkeypatch, capsys):
    def as_the_modes(sheet, flake, energies):  # the exact curve takes long, and has its own tests
        return flake.modes(energies)

    monkeypatch.setattr(prediction, "exact", as_the_modes)
    typed(heading, study)
    printed = capsys.readouterr()
    assert printed.out == ""
    warned = printed.err.splitlines()
    assert len(warned) == len(WARNED.get(study, ()))
    for line, words in zip(warned, WARNED.get(study, ()), strict=True):
        assert line.startswith("warning: ")
        assert words in line
    text = section(PAGE, heading)
    files = re.findall(r"--(?:output|figure|every|blocks) (\S+)", text)
    assert len(files) > 1
    assert all((tmp_path / name).stat().st_size > 1000 for name in files if name[-3:] == "png")
    tables = [pd.read_csv(tmp_path / name) for name in re.findall(r"--output (\S+)", text)]
    described = columns(text)
    assert described - {"exact_g0"} == {name for table in tables for name in table}
    for name in re.findall(r"--blocks (\S+)", text):
        with h5py.File(tmp_path / name) as file:
            assert set(file) == columns(text, "| in `h.h5`")


def columns(text: str, header: str = "| column |") -> set[str]:
    """Return the names in the first cells of a table."""
    rows = text.split(header)[1].split("\n\n")[0].splitlines()[2:]
    return {name for row in rows for name in re.findall(r"`(\w+)`", row.split(" | ")[0])}


def test_the_columns_of_an_exact_curve_are_on_the_page(settings, tmp_path):
    results = tmp_path / "results/default/bubbles"
    bubbles(results, settings("default"))
    (one,) = trained.find("bubbles", [results], ["own"])
    networks, flake = prediction.load([one.path])
    energies = np.array([0.3])
    heights = np.zeros((flake.pixels, flake.pixels))
    table = prediction.curve(networks, heights, flake.modes(energies), energies)
    heading = next(heading for heading, study in SECTIONS if study == "bubbles")
    assert columns(section(PAGE, heading)) == {*table, "exact_g0"}


def test_numbers_of_the_page_are_those_of_the_settings(settings):
    for scale in ("default", "paper"):
        known = settings(scale)["bubbles"]
        side = known["side"] * known["lattice_constant"] / 10
        assert f"{side:.1f} nm at" in " ".join(TEXT.split())
        size = settings(scale)["wires"]["impurity_models"]["size"]
        assert f"{size} × {size}" in TEXT
    assert f"`a` = {known['lattice_constant']} Å" in TEXT


def test_the_networks_that_come_with_the_project_are_found():
    (sentence,) = re.findall(
        r"With the project come networks of ([^:]+): `--networks (.+)/<study>`",
        " ".join(TEXT.split()),
    )
    names, results = sentence
    studies = re.findall(r"`(\w+)`", names)
    assert len(studies) > 1
    for study in studies:
        files = sorted((ROOT / results / study).glob("networks/*/seed*/*.keras"))
        assert files, study
        assert {trained.scale_of([one]) for one in trained.find(study, files, [])} == {"paper"}
