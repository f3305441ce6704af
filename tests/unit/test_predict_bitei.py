"""The command for hoppings of one's own: files of Wannier90 and npz, and what it refuses."""

import importlib.util
import re

import numpy as np
import pandas as pd
import pytest
from support import ROOT

from hamlearn.bitei import hoppings, own_file

ENDS = hoppings.load()


@pytest.fixture(scope="module")
def predict():
    spec = importlib.util.spec_from_file_location("predict", ROOT / "scripts/bitei/predict.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.main


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    path = tmp_path_factory.mktemp("own") / "wannier90_hr.dat"
    own_file.write_wannier90(path, ENDS.vectors, ENDS.topological)
    return path


def refused(predict, capsys, *arguments):
    with pytest.raises(SystemExit) as ended:
        predict(list(map(str, arguments)))
    assert ended.value.code == 1
    (line,) = [x for x in capsys.readouterr().err.splitlines() if x.startswith("error: ")]
    return line


def test_a_file_is_read_as_it_was_written(written):
    vectors, found = own_file.read(written)
    assert np.array_equal(vectors, ENDS.vectors)
    assert np.abs(found - ENDS.topological).max() < 1e-8


def test_degeneracies_divide_and_blocks_of_spin_are_put_in_order(written, tmp_path):
    lines = written.read_text().splitlines()
    lines[3] = lines[3].replace("1", "2", 1)
    path = tmp_path / "twice_hr.dat"
    path.write_text("\n".join(lines))
    _, halved = own_file.read(path)
    assert np.allclose(2 * halved[0], ENDS.topological[0], atol=1e-8)
    order = np.r_[0:18:2, 1:18:2]
    blocks = tmp_path / "blocks.npz"
    np.savez(blocks, vectors=ENDS.vectors, hoppings=ENDS.topological[:, order][:, :, order])
    assert np.array_equal(own_file.read(blocks, "blocks")[1], ENDS.topological)


def test_the_phase_of_a_file_is_written(predict, written, tmp_path, capsys):
    output = tmp_path / "phase.csv"
    nowhere = tmp_path / "nowhere"
    predict(["--hoppings", str(written), "--output", str(output), "--results", str(nowhere)])
    row = pd.read_csv(output).iloc[0]
    assert (row["source"], row["phase"]) == ("exact", "topological")
    assert row["gap_ev"] == pytest.approx(0.174, abs=1e-3)
    assert [row["z2_0"], row["z2_pi"]] == [0, 1]
    assert "no results, so no networks" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda text: text[: len(text) // 2], "truncated: .* hoppings, expected 86508"),
        (lambda text: text + " 1 2 3", "more than the 86508 hoppings"),
        (lambda text: "nothing\nof\nthe kind", "expected a file of Wannier90"),
        (lambda text: "", "expected a file of Wannier90"),
        (lambda text: text.replace("\n18\n", "\n-3\n", 1), "-3 Wannier functions"),
    ],
)
def test_files_that_are_not_whole_are_refused(predict, written, tmp_path, capsys, change, words):
    path = tmp_path / "wannier90_hr.dat"
    path.write_text(change(written.read_text()))
    line = refused(predict, capsys, "--hoppings", path)
    assert str(path) in line
    assert re.search(words, line), line


@pytest.mark.parametrize(
    ("added", "words"),
    [
        (0.05j * np.eye(18), "not hermitian: they miss it by 0.1 eV"),
        (
            0.05 * np.kron(np.eye(9), np.diag([1, -1])),
            "not symmetric under time reversal: .* 0.1 eV",
        ),
    ],
)
def test_broken_symmetries_are_refused_with_their_size(predict, tmp_path, capsys, added, words):
    crystal = ENDS.trivial.copy()
    crystal[(ENDS.vectors == 0).all(axis=1)] += added
    path = tmp_path / "broken.npz"
    np.savez(path, vectors=ENDS.vectors, hoppings=crystal)
    line = refused(predict, capsys, "--hoppings", path)
    assert re.search(words, line), line


@pytest.mark.parametrize("occupied", [0, 7, 18])
def test_wrong_numbers_of_bands_are_refused(predict, written, capsys, occupied):
    line = refused(predict, capsys, "--hoppings", written, "--occupied", occupied)
    assert f"occupied = {occupied}: expected an even number of bands between 0 and 18" in line


def test_missing_files_and_wrong_tolerances_are_refused(predict, written, tmp_path, capsys):
    line = refused(predict, capsys, "--hoppings", tmp_path / "none_hr.dat")
    assert "none_hr.dat" in line
    line = refused(predict, capsys, "--hoppings", written, "--tolerance", "-1")
    assert "--tolerance -1: expected an energy above 0" in line


def test_small_violations_are_averaged_away():
    crystal = ENDS.trivial.copy()
    crystal[(ENDS.vectors == 0).all(axis=1)] += 1e-4 * np.kron(np.eye(9), np.diag([1, -1]))
    found, missed = own_file.symmetric(crystal, ENDS.vectors)
    assert np.abs(found - ENDS.trivial).max() < 1e-12
    assert missed == ["time reversal is missed by 0.0002 eV, which is averaged away"]
