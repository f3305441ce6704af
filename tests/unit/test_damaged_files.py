"""A flipped bit of a result leaves its content as it was, or is told in a line."""

import json

import numpy as np
import pandas as pd
import pytest

from hamlearn import commands, files

FLIPS, END = 200, 90
"""Bits that are flipped: so many of all, and each in the bytes at the end."""
RANDOM = np.random.default_rng(7)
TABLE = pd.DataFrame(
    {
        "sample": range(40),
        "conductance_g0": RANDOM.random(40),
        "drawn": RANDOM.integers(0, 2**64, 40, dtype=np.uint64),
        "name": ["a", "b"] * 20,
        "resolved": [False, True] * 20,
        "predicted": list(RANDOM.random((40, 2))),
    }
)
KINDS = {
    "table.parquet": (lambda path: files.write_table(path, TABLE), files.read_table),
    "arrays.npz": (
        lambda path: files.write_arrays(path, values=RANDOM.random((6, 3)), kind=np.array("i")),
        files.read_arrays,
    ),
    "small.csv": (lambda path: files.write_small(path, TABLE.iloc[:, :3]), files.read_small),
    "small.json": (lambda path: files.write_small(path, {"a": [1, 2.5]}), files.read_small),
}


def plain(content: object) -> str:
    if isinstance(content, pd.DataFrame):
        kinds = content.dtypes.astype(str).to_dict()
        return repr(kinds) + content.to_json(double_precision=15)
    if isinstance(content, dict):
        return repr(
            {
                k: (getattr(v, "dtype", None), str(np.asarray(v).tolist()))
                for k, v in content.items()
            }
        )
    return json.dumps(content)


@pytest.mark.parametrize("name", KINDS)
def test_a_flipped_bit_changes_nothing_or_is_told(tmp_path, name):
    write, read = KINDS[name]
    path = tmp_path / name
    write(path)
    whole, expected = path.read_bytes(), plain(read(path))
    told = 0
    bits = 8 * len(whole)
    for bit in sorted(
        {*range(0, bits, max(1, bits // FLIPS)), *range(max(0, bits - 8 * END), bits)}
    ):
        damaged = bytearray(whole)
        damaged[bit // 8] ^= 1 << bit % 8
        path.write_bytes(damaged)
        try:
            found = plain(read(path))
        except files.DamagedFile as error:
            assert str(error).startswith(str(path))
            assert "\n" not in str(error)
            told += 1
        else:
            assert found == expected, f"bit {bit % 8} of byte {bit // 8}"
    assert told > 0


@pytest.mark.parametrize(
    ("name", "content", "options", "words"),
    [
        ("a.csv", b"", {}, "expected a table as CSV, found"),
        ("a.csv", b"run,seed\n1,2\n3,4,5\n", {}, "expected a table as CSV, found"),
        ("a.csv", b"\xff\xfe\x00r", {}, "expected a table as CSV, found"),
        ("a.csv", b"run,seed\n", {"columns": ["mae"]}, "no mae in it"),
        ("a.json", b'{"a": 1', {}, "expected JSON, found"),
        ("a.json", b"[]", {"columns": ["settings"]}, "expected settings, found list"),
        ("a.json", b"{}", {"columns": ["settings"]}, "no settings in it"),
        ("a.json", None, {}, "expected JSON, found"),
        ("a.csv", None, {}, "expected a table as CSV, found"),
    ],
)
def test_small_files_that_are_no_results_are_named(tmp_path, name, content, options, words):
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(files.DamagedFile, match=words) as caught:
        files.read_small(path, **options)
    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("lines", range(3))
def test_a_small_table_that_lost_lines_is_refused(tmp_path, lines):
    path = tmp_path / "metrics.csv"
    files.write_small(path, TABLE[["sample", "conductance_g0"]].iloc[:4])
    path.write_text("".join(path.read_text().splitlines(keepends=True)[: 1 + lines]))
    with pytest.raises(files.DamagedFile, match="metrics.csv: not what was written"):
        files.read_small(path)


def test_missing_columns_and_arrays_are_named(tmp_path):
    files.write_table(tmp_path / "t.parquet", TABLE)
    with pytest.raises(files.DamagedFile, match="t.parquet: no modes in it"):
        files.read_table(tmp_path / "t.parquet", ["sample", "modes"])
    files.write_arrays(tmp_path / "e.npz", values=np.zeros(3))
    with pytest.raises(files.DamagedFile, match="e.npz: no energy in it"):
        files.read_arrays(tmp_path / "e.npz", ["values", "energy"])


def test_what_a_killed_process_left_is_cleared_and_nothing_else(tmp_path):
    dead = 2**22 + 1  # no process has so high a number
    (tmp_path / f".seed0.{dead}").mkdir()
    (tmp_path / f".seed0.{dead}" / "own.keras").write_text("half")
    others = [f".seed1.{dead}", ".seed0.mine", ".seed0.1", "seed1"]  # process 1 is alive
    for name in others:
        (tmp_path / name).write_text("mine")
    with files.atomic(tmp_path / "seed0") as temporary:
        temporary.mkdir()
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted([*others, "seed0"])


def test_a_result_never_takes_the_place_of_a_folder(tmp_path):
    (tmp_path / "mine" / "deep").mkdir(parents=True)
    with pytest.raises(OSError, match="mine"):
        files.write_csv(tmp_path / "mine", TABLE)
    assert (tmp_path / "mine" / "deep").is_dir()
    assert len(list(tmp_path.iterdir())) == 1


def test_a_full_disk_names_the_file():
    with (
        pytest.raises(OSError, match=r"No space left on device: '/dev/full'"),
        files.naming("/dev/full"),
        open("/dev/full", "w") as sink,
    ):
        sink.write("x" * 10_000)
        sink.flush()


def test_commands_do_not_write_where_a_folder_is(tmp_path):
    (tmp_path / "kept").write_text("mine")
    for path in (tmp_path, tmp_path / ".", tmp_path / "none" / ".."):
        with pytest.raises(ValueError, match="a folder; expected the name of a file"):
            commands.write(TABLE[["sample"]], path)
    assert (tmp_path / "kept").read_text() == "mine"
