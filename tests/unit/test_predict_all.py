"""What the commands of all studies have in common: options, errors, networks, and no output."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from bands_inputs import fields
from own_data import describe, kept, refused, script

from hamlearn import trained
from hamlearn.bands import image
from hamlearn.bitei import hoppings
from hamlearn.hamiltonians import structures


def _hoppings(path: Path) -> None:
    ends = hoppings.load()
    np.savez(path, vectors=ends.vectors, hoppings=ends.trivial)


@dataclass(frozen=True)
class Case:
    """A command: its input, how a good one is written, further options, runs that it asks."""

    option: str
    file: str
    write: object
    names: tuple[str, ...]
    more: tuple[str, ...] = ()
    exact: bool = True
    outputs: tuple[str, ...] = ("--output", "--figure")


CASES = {
    "wires": Case(
        "--onsite",
        "wire.npy",
        lambda path: np.save(path, np.zeros((3, 3))),
        ("model_i_3/dnn_validation",),
    ),
    "bubbles": Case(
        "--height-map",
        "map.npy",
        lambda path: np.save(path, np.zeros((74, 74))),
        ("own",),
        ("--spacing", "0.2nm", "--energies", "0.1:0.6:3"),
    ),
    "rolling": Case(
        "--images",
        "own.npz",
        lambda path: np.savez(path, images=np.zeros((2, 8, 8))),
        ("hbfree_torsum_chi4_0",),
        exact=False,
        outputs=("--output", "--figure", "--every"),
    ),
    "bands": Case("--image", "cell.png", lambda path: image.write(path, fields(1)[0]), ("main",)),
    "hamiltonians": Case(
        "--structure",
        "POSCAR",
        lambda path: structures.graphene().write(path, format="vasp"),
        ("graphene_own_forward", "graphene_own_backward"),
        exact=False,
        outputs=("--output", "--figure", "--blocks"),
    ),
    "bitei": Case("--hoppings", "own.npz", _hoppings, ("own_strong_points_0",)),
}
EVERY = pytest.mark.parametrize("study", CASES)


@pytest.fixture(scope="module")
def inputs(tmp_path_factory):
    """A folder of results and a good input file of each study; the networks are none."""
    folder = tmp_path_factory.mktemp("inputs")
    for study, case in CASES.items():
        (folder / study).mkdir()
        case.write(folder / study / case.file)
        for name in case.names:
            kept(folder / "results/default" / study, name)
    return folder


@pytest.fixture
def run(inputs, tmp_path, capsys, monkeypatch):
    """A function of study, file and options that runs a command which must write nothing."""
    monkeypatch.chdir(tmp_path)

    def called(study, *options, file=None, networks=None):
        case = CASES[study]
        file = inputs / study / case.file if file is None else file
        given = [case.option, file, *case.more, *options]
        given += ["--networks", networks or inputs / "results/default" / study]
        before = sorted(tmp_path.rglob("*"))
        line = refused(script(study).main, capsys, *given)
        assert sorted(tmp_path.rglob("*")) == before
        return line

    return called


@EVERY
def test_a_file_that_is_missing_truncated_or_empty_is_named(run, inputs, tmp_path, study):
    case = CASES[study]
    assert f"none_{case.file}" in run(study, file=tmp_path / f"none_{case.file}")
    (tmp_path / "folder").mkdir()
    assert "folder" in run(study, file=tmp_path / "folder")
    whole = (inputs / study / case.file).read_bytes()
    for name, content in (("cut_", whole[: len(whole) // 2]), ("empty_", b"")):
        path = tmp_path / f"{name}{case.file}"
        path.write_bytes(content)
        line = run(study, "--output", "table.csv", file=path)
        assert str(path) in line
        assert "delete" not in line  # it is the user's


@EVERY
def test_outputs_that_cannot_be_are_refused_before_anything_else(run, tmp_path, study):
    case = CASES[study]
    for option in case.outputs:
        assert f"{option} .: a folder" in run(study, option, ".")
    (tmp_path / "file").write_text("")
    assert "file is not a folder" in run(study, "--output", "file/table.csv")
    for option in case.outputs[1:]:
        line = run(study, "--output", "a.png", option, "./a.png")
        assert f"{option} ./a.png: the same file as --output" in line
    assert "figure f.bmp: expected a name with .png, .pdf, .svg" in run(study, "--figure", "f.bmp")


@EVERY
def test_without_networks_a_command_says_what_trains_them(run, tmp_path, study):
    words = f"no trained network of `{study}` there; `snakemake --cores 4 {study}` trains those"
    (tmp_path / "empty").mkdir()
    for place in ("empty", "nowhere", "nowhere.keras"):
        assert f"error: {place}: {words}" in run(study, networks=place)


@EVERY
def test_without_the_option_networks_are_those_of_scale_default(
    inputs, tmp_path, capsys, monkeypatch, study
):
    case, main = CASES[study], script(study).main
    given = (case.option, inputs / study / case.file, *case.more)
    monkeypatch.setattr(trained, "DEFAULT", tmp_path)
    assert f"{tmp_path / study}: no trained network" in refused(main, capsys, *given)
    monkeypatch.setattr(trained, "DEFAULT", inputs / "results/default")
    assert f"{case.names[0]}.keras: expected a Keras network" in refused(main, capsys, *given)


@EVERY
def test_networks_of_another_study_are_refused(run, inputs, tmp_path, settings, study):
    other = "bands" if study == "wires" else "wires"
    place = inputs / "results/default" / other
    words = f"networks of `{other}`, expected those of `{study}`"
    for networks in (place, next(place.rglob("*.keras"))):
        assert f"{place}: {words}" in run(study, networks=networks)
    described = tmp_path / "elsewhere"
    kept(described, CASES[study].names[0])
    describe(described, other, settings("default"))
    assert f"{described}: {words}" in run(study, networks=described)


@EVERY
def test_damaged_settings_of_results_are_named(run, tmp_path, study):
    kept(tmp_path, CASES[study].names[0])
    for content, words in {
        "[]": "expected settings, found list",
        "{}": "no settings in it",
        '{"settings": ': "expected JSON, found",
        '{"settings": 1}': f"expected the settings of `{study}`",
        f'{{"settings": {{"{study}": {{}}}}}}': f"expected the settings of `{study}`",
    }.items():
        (tmp_path / "provenance.json").write_text(content)
        assert f"provenance.json: {words}" in run(study, networks=tmp_path)


@EVERY
def test_networks_outside_of_results_are_used_only_if_they_say_what_they_are(run, tmp_path, study):
    path = tmp_path / f"{Path(CASES[study].names[0]).name}.keras"
    path.write_text("no network")
    line = run(study, networks=path)
    known = study in ("bubbles", "bands")
    assert ("expected a Keras network" if known else "in no results") in line


@EVERY
def test_every_command_has_the_same_options(capsys, study):
    case = CASES[study]
    with pytest.raises(SystemExit) as ended:
        script(study).main(["--help"])
    assert ended.value.code == 0
    printed = " ".join(capsys.readouterr().out.split())
    for option in (case.option, "--networks", *case.outputs):
        assert f"{option} " in printed
    assert f"(results/default/{study})" in printed
    assert ("--exact" in printed) == case.exact
    with pytest.raises(SystemExit) as ended:
        script(study).main([])
    assert ended.value.code == 2
    assert case.option in capsys.readouterr().err
