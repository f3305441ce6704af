"""Maps from files, lengths with a unit, lists of energies, and how commands end."""

import numpy as np
import pandas as pd
import pytest

from hamlearn import commands, maps

GRAPHENE = maps.Lengths(2.46)


@pytest.mark.parametrize(
    ("text", "in_a"),
    [
        ("0.5nm", 5 / 2.46),
        ("0.5 nm", 5 / 2.46),
        ("5A", 5 / 2.46),
        ("5Å", 5 / 2.46),
        ("5\u212b", 5 / 2.46),  # the sign for angstrom, not the letter
        (" 5 angstrom ", 5 / 2.46),
        ("5e-10m", 5 / 2.46),
        (".5E-9 m", 5 / 2.46),
        ("2a", 2.0),
        ("2.46A", 1.0),
    ],
)
def test_lengths_with_a_unit(text, in_a):
    assert GRAPHENE.parse(text) == pytest.approx(in_a, rel=1e-12)


def test_lengths_return_to_nm():
    assert GRAPHENE.nm(60, GRAPHENE.parse("2nm")) == "14.8 x 2 nm"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("0.5", "length '0.5': expected a number with a unit, such as 0.5nm"),
        ("nm", "length 'nm': expected a number"),
        ("0.5 n m", "expected a number with a unit"),
        ("1mm", "unit 'mm': expected one of A, Å, angstrom, nm, m, a"),
        ("1NM", "unit 'NM': expected one of"),
        ("0nm", "length '0nm': expected more than 0"),
        ("-0.5nm", "length '-0.5nm': expected more than 0"),
        ("1e999m", "length '1e999m': expected more than 0"),
    ],
)
def test_wrong_lengths_are_one_line(text, words):
    with pytest.raises(ValueError, match=words) as caught:
        GRAPHENE.parse(text)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0.1:0.3:3", [0.1, 0.2, 0.3]),
        ("-0.18:0.18:3", [-0.18, 0.0, 0.18]),
        ("0.2:0.2:1", [0.2]),
        ("0.3", [0.3]),
        ("0.3, -.1,1e-2", [0.3, -0.1, 0.01]),
    ],
)
def test_energies(text, expected):
    np.testing.assert_allclose(maps.energies(text), expected, atol=1e-15)


@pytest.mark.parametrize("text", ["", "a", "0.1:0.3", "0.1:0.3:0", "0.3:0.1:5", "0.1:0.3:1", "1,"])
def test_wrong_energies_are_one_line(text):
    with pytest.raises(ValueError, match="energies .*: expected") as caught:
        maps.energies(text)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "1,2.5,3\n4,5,-6e0\n",
        "1;2.5;3\n4;5;-6\n",
        "1, 2.5, 3,\n4, 5, -6,\n",
        "# heights in nm\n\n1\t2.5\t3  # first\n4 5   -6\n",
        "\ufeff1 2.5 3\r\n4 5 -6\r\n",
    ],
)
def test_text_of_many_kinds(tmp_path, text):
    path = tmp_path / "map.csv"
    path.write_text(text, encoding="utf-8")
    assert maps.read(path).tolist() == [[1, 2.5, 3], [4, 5, -6]]


def test_text_and_array_are_the_same_map(tmp_path):
    z = np.random.default_rng(0).normal(size=(5, 7))
    np.savetxt(tmp_path / "map.csv", z, delimiter=",")
    np.save(tmp_path / "map.npy", z)
    np.save(tmp_path / "whole.npy", np.arange(6, dtype=np.uint8).reshape(2, 3))
    assert np.array_equal(maps.read(tmp_path / "map.csv"), z)
    assert np.array_equal(maps.read(tmp_path / "map.npy"), z)
    assert maps.read(tmp_path / "whole.npy").dtype == float


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no numbers in it"),
        ("# nothing\n", "no numbers in it"),
        ("1,2\n3,nan\n", "row 2, column 2 is nan, not finite"),
        ("1,2\ninf,4\n", "row 2, column 1 is inf, not finite"),
        ("1,2\n3,x4\n", "row 2, column 2 is 'x4', not a number"),
        ("1,,3\n", "row 1, column 2 is '', not a number"),
        ("1,2\n3\n", "row 2 has 1 numbers, row 1 has 2"),
    ],
)
def test_wrong_text_is_one_line_that_names_file_and_place(tmp_path, text, words):
    path = tmp_path / "map.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=words) as caught:
        maps.read(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("array", "words"),
    [
        (np.zeros((2, 3, 4)), r"expected a map with rows and columns, got shape \(2, 3, 4\)"),
        (np.zeros(4), r"got shape \(4,\)"),
        (np.zeros((0, 4)), r"got shape \(0, 4\)"),
        (np.zeros((2, 2), complex), "expected real numbers, got complex128"),
        (np.array([["a", "b"]]), "expected real numbers, got <U1"),
        (np.array([[1.0, np.nan]]), "row 1, column 2 is nan, not finite"),
    ],
)
def test_wrong_arrays_are_one_line(tmp_path, array, words):
    path = tmp_path / "map.npy"
    np.save(path, array)
    with pytest.raises(ValueError, match=words):
        maps.read(path)


def test_files_that_are_none(tmp_path):
    with pytest.raises(ValueError, match="none.csv: no such file"):
        maps.read(tmp_path / "none.csv")
    (tmp_path / "image.png").write_bytes(b"\x89PNG\r\n\x1a\n\xff\xfe")
    with pytest.raises(ValueError, match="image.png: expected numbers as text, or an array"):
        maps.read(tmp_path / "image.png")
    for content in (b"", b"no array"):
        (tmp_path / "map.npy").write_bytes(content)
        with pytest.raises(ValueError, match="map.npy: expected an array in a .npy file"):
            maps.read(tmp_path / "map.npy")


def test_a_command_ends_with_one_line_and_status_1(capfd):
    with pytest.raises(SystemExit) as ended, commands.reported():
        raise ValueError("something\n  is wrong")
    assert ended.value.code == 1
    assert capfd.readouterr().err == "error: something is wrong\n"
    commands.warn(["first", "second"])
    assert capfd.readouterr().err == "warning: first\nwarning: second\n"


def test_only_c_libraries_are_silenced(capfd):
    import os

    with commands.silenced():
        os.write(2, b"a library speaks")
    os.write(2, b"heard")
    assert capfd.readouterr().err == "heard"


def test_tables_go_to_a_file_or_are_printed(tmp_path, capsys):
    frame = pd.DataFrame({"energy_t": [0.1 + 0.2], "modes": [3]})
    commands.write(frame, tmp_path / "new" / "table.csv")
    commands.write(frame, None)
    printed = capsys.readouterr().out
    assert printed == (tmp_path / "new" / "table.csv").read_text() == "energy_t,modes\n0.3,3\n"
