"""What commands write where a user says, and what they leave alone."""

import os
import stat
import subprocess
import sys

import pandas as pd
import pytest

from hamlearn import commands

FRAME = pd.DataFrame({"x": [1]})
TEXT = "x\n1\n"


def test_a_new_file_has_the_permissions_of_new_files(tmp_path):
    commands.write(FRAME, tmp_path / "new" / "a.csv")
    (tmp_path / "b.csv").write_text("")
    modes = {p.stat().st_mode for p in (tmp_path / "new" / "a.csv", tmp_path / "b.csv")}
    assert len(modes) == 1
    assert [p.name for p in (tmp_path / "new").iterdir()] == ["a.csv"]


def test_a_link_and_permissions_stay(tmp_path):
    target, link = tmp_path / "target.csv", tmp_path / "link.csv"
    target.write_text("old")
    target.chmod(0o640)
    link.symlink_to("target.csv")
    commands.write(FRAME, link)
    assert link.is_symlink()
    assert target.read_text() == TEXT
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


def test_both_names_of_a_file_stay_one_file(tmp_path):
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    first.write_text("old")
    os.link(first, second)
    commands.write(FRAME, first)
    assert second.read_text() == TEXT


def test_a_link_to_nothing_becomes_a_link_to_the_table(tmp_path):
    (tmp_path / "link.csv").symlink_to("target.csv")
    commands.write(FRAME, tmp_path / "link.csv")
    assert (tmp_path / "target.csv").read_text() == TEXT


def test_a_pipe_is_written_through(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = subprocess.Popen(["cat", str(pipe)], stdout=subprocess.PIPE, text=True)
    commands.write(FRAME, pipe)
    assert reader.communicate(timeout=10)[0] == TEXT
    assert pipe.is_fifo()


@pytest.mark.parametrize("output", ["/dev/stdout", "/proc/self/fd/1"])
def test_the_standard_output_is_written_through(tmp_path, output):
    script = (
        "import pandas as pd; from hamlearn import commands;"
        f"commands.write(pd.DataFrame({{'x': [1]}}), {output!r})"
    )
    with open(tmp_path / "log", "w") as log:
        log.write("before\n")
        log.flush()
        subprocess.run([sys.executable, "-c", script], stdout=log, check=True)
    assert (tmp_path / "log").read_text().endswith(TEXT)
    piped = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert piped.stdout == TEXT


def test_a_failed_output_leaves_what_was_there(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("old")
    with pytest.raises(RuntimeError), commands.output(path) as temporary:
        temporary.write_text("half")
        raise RuntimeError
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.csv"]


def test_outputs_are_checked_before_anything_is_computed(tmp_path):
    (tmp_path / "file").write_text("")
    (tmp_path / "link").symlink_to("file")
    (tmp_path / "deep").mkdir()
    for outputs, words in [
        ({"--output": tmp_path / "deep"}, "--output .*deep: a folder"),
        ({"--figure": tmp_path}, "--figure .*: a folder"),
        ({"--output": tmp_path / "a.csv", "--figure": tmp_path / "deep/../a.csv"}, "same file"),
        ({"--output": tmp_path / "file", "--figure": tmp_path / "link"}, "same file as --output"),
        ({"--output": tmp_path / "file/a.csv"}, "file is not a folder"),
    ]:
        with pytest.raises(ValueError, match=words):
            commands.check_outputs(outputs)
    commands.check_outputs({"--output": None, "--figure": tmp_path / "new/a.png"})
    commands.check_outputs({"--output": "/dev/null", "--figure": "/dev/null"})
    assert not (tmp_path / "new").exists()
