"""Files that are no full rectangle of finite numbers are refused, with row and column."""

import numpy as np
import pandas as pd
import pytest

from hamlearn import maps

HOLES = pd.DataFrame([[1.5, np.nan, 3.0], [4.0, 5.0, 6.5]])
REFUSED = [
    # holes
    ("1\t\t3\n4\t5\t6\n", "row 1, column 2 is '', not a number"),
    ("1\t2\t3\n4\t\t6\n", "row 2, column 2 is '', not a number"),
    ("\t2\t3\n4\t5\t6\n", "row 1, column 1 is '', not a number"),
    ("1;;3\n4;5;6\n", "row 1, column 2 is '', not a number"),
    (",1,2\n3,4,5\n", "row 1, column 1 is '', not a number"),
    ("1,2,,\n3,4,,\n", "row 1, column 3 is '', not a number"),
    (HOLES.to_csv(index=False, header=False), "row 1, column 2 is '', not a number"),
    (HOLES.to_csv(header=False), "row 1, column 3 is '', not a number"),
    (HOLES.to_csv(index=False), "row 1 is 0, 1, 2, ...: expected numbers, not names of columns"),
    (HOLES.to_csv(), "row 1, column 1 is '', not a number"),
    (HOLES.to_csv(sep="\t", index=False, header=False), "row 1, column 2 is ''"),
    (HOLES.to_csv(sep=" ", index=False, header=False, na_rep="NA"), "column 2 is 'NA', not a"),
    # rows of several lengths, and lost lines
    ("1 2 3\n4 5\n", "row 2 has 2 numbers, row 1 has 3"),
    ("1,2,3\n4,5,\n", "row 2 has 2 numbers, row 1 has 3"),
    ("1,2\n\n3,4\n", "line 2 between two rows holds no numbers"),
    ("1 2\n3 4\n\n5 6\n7 8\n", "line 3 between two rows holds no numbers"),
    ("# height\n1 2\n3 4\n\n# phase\n5 6\n7 8\n", "line 4 between two rows holds no numbers"),
    ("1 2\n3 4\n# New slice\n5 6\n7 8\n", "line 3 between two rows holds no numbers"),
    # what is no number
    ("1.5 1.#QNAN\n2 3\n", "row 1, column 2 is '1.#QNAN', not a number"),
    ("1,-1.#IND\n2,3\n", "row 1, column 2 is '-1.#IND', not a number"),
    ("1,1.#INF\n2,3\n", "row 1, column 2 is '1.#INF', not a number"),
    ("1,2#3\n4,5\n", "row 1, column 2 is '2#3', not a number"),
    ("1_0,2\n3,4\n", "row 1, column 1 is '1_0', not a number"),
    ("1,0x10\n3,4\n", "row 1, column 2 is '0x10', not a number"),
    ("1,2e\n3,4\n", "row 1, column 2 is '2e', not a number"),
    ("1,--\n3,4\n", "row 1, column 2 is '--', not a number"),
    ("1,\u0663\n3,4\n", "row 1, column 2 is '\u0663', not a number"),
    ("1,2 nm\n3,4 nm\n", "row 1, column 2 is '2 nm', not a number"),
    ("x,y\n3,4\n", "row 1, column 1 is 'x', not a number"),
    ("1,NaN\n3,4\n", "row 1, column 2 is nan, not finite"),
    ("1,-Infinity\n3,4\n", "row 1, column 2 is -inf, not finite"),
    ("1,1e999\n3,4\n", "row 1, column 2 is inf, not finite"),
    # decimal commas
    ("0,5\n1,5\n", "row 1 is '0,5', one number or two"),
    ("-0,25\n13,75\n", "row 1 is '-0,25', one number or two"),
    ("1,5;2,5\n3,5;4,5\n", "row 1, column 1 is '1,5', not a number"),
    ("1,5\t2,5\n3,5\t4,5\n", "row 1, column 1 is '1,5', not a number"),
    ("1,5 2,5\n3,5 4,5\n", "row 1, column 2 is '5 2', not a number"),
    # no text
    ("1,2\x00\n3,4\n", "expected numbers as text, or an array in a .npy file"),
    ("\n \n\t\n", "no numbers in it"),
]


@pytest.mark.parametrize(("text", "words"), REFUSED)
def test_text_that_is_no_full_map_is_refused_with_its_place(tmp_path, text, words):
    path = tmp_path / "map.csv"
    path.write_bytes(text.encode())
    with pytest.raises(ValueError) as caught:
        maps.read(path)
    assert words in str(caught.value)
    assert str(caught.value).startswith(f"{path}: ")
    assert "\n" not in str(caught.value)


READ = [
    ("1;2.5;\n3;4;\n", "utf-8"),
    ("1\t2.5\t\n3\t4\t\n", "utf-8"),
    ("1\t2.5\n3\t4\n", "utf-16"),
    ("1 2.5\n3 4\n", "utf-8-sig"),
    ("# Länge in µm\n1 2.5\n3 4\n", "latin-1"),
    ("# Länge in µm\n1 2.5\n3 4\n", "utf-16"),
    ("1,2.5 # µm\n3,4\n# end\n", "utf-8"),
    ("\r\n1,2.5\r3,4\r\n\r\n", "utf-8"),
    ("  1   2.5 \n  3   4  \n", "ascii"),
    ("+1,.25e1\n3.,4\n", "ascii"),
]


@pytest.mark.parametrize(("text", "encoding"), READ)
def test_text_as_other_programs_write_it_is_read(tmp_path, text, encoding):
    path = tmp_path / "map.txt"
    path.write_bytes(text.encode(encoding))
    assert maps.read(path).tolist() == [[1, 2.5], [3, 4]]


def header(shape: str) -> bytes:
    text = f"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}".ljust(117) + "\n"
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text.encode()


@pytest.mark.parametrize(
    "content",
    [header("(1000000000, 1000000000)"), header("(3, 3)"), header("(-1, 3)"), header("('a',)")],
)
def test_arrays_that_promise_more_than_there_is_are_refused(tmp_path, content):
    path = tmp_path / "map.npy"
    path.write_bytes(content + bytes(16))
    with pytest.raises(ValueError, match="map.npy: expected an array in a .npy file") as caught:
        maps.read(path)
    assert "\n" not in str(caught.value)


def test_several_arrays_are_no_map(tmp_path):
    with open(tmp_path / "map.npy", "wb") as file:
        np.savez(file, a=np.zeros((2, 2)))
    with pytest.raises(ValueError, match=r"expected an array in a .npy file, found: several"):
        maps.read(tmp_path / "map.npy")


@pytest.mark.parametrize("text", ["0:1:100000000000000", "0.1:0.2:100001"])
def test_more_energies_than_anyone_waits_for_are_refused(text):
    with pytest.raises(ValueError, match="expected at most 100000 of them"):
        maps.energies(text)
