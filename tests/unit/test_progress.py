"""Progress of long loops: few lines with counts in a log, nothing without a label, a bar."""

import re
import subprocess
import sys

import pytest
from support import ROOT

from hamlearn import progress


def counts(text: str) -> list[int]:
    return [int(done) for done in re.findall(r"^wires: (\d+) of \d+ samples, \d+ s$", text, re.M)]


def test_a_log_gets_a_line_for_every_tenth(capsys):
    assert list(progress.track(range(1000), "wires")) == list(range(1000))
    text = capsys.readouterr().err
    assert counts(text) == list(range(0, 1001, 100))
    assert text.count("\n") == 11


def test_items_count_by_their_size(capsys):
    list(progress.track("abc", "wires", sizes=[50, 5, 45]))
    assert counts(capsys.readouterr().err) == [0, 50, 100]


def test_a_slow_loop_gets_a_line_every_minute(capsys, monkeypatch):
    clock = iter(range(0, 10_000, 35))
    monkeypatch.setattr(progress.time, "monotonic", lambda: float(next(clock)))
    list(progress.track(range(100), "wires"))
    found = counts(capsys.readouterr().err)
    assert found[0] == 0
    assert len(found) > 30


def test_nothing_is_said_without_a_label_and_of_nothing(capsys):
    list(progress.track(range(10), None))
    assert capsys.readouterr().err == ""
    assert list(progress.track([], "wires")) == []
    assert counts(capsys.readouterr().err) == [0]


def test_a_terminal_gets_a_bar_and_no_lines(capsys, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    list(progress.track(range(10), "wires"))
    text = capsys.readouterr().err
    assert "10/10" in text
    assert counts(text) == []


SOLVE = """
from hamlearn import config, jobs
from hamlearn.study import Study, part
settings = config.load({{**config.read(["config.yaml"]), "scale": "smoke"}})
study = Study("{study}", settings["{study}"])
made, given = study.ensembles["{name}"], study.settings_of("solve")
drawn = part("{study}", "ensemble").draw(made, 1, 0, 20)
with jobs.logged("{log}"):
    part("{study}", "labels").solve(drawn, range(20), made, given, label="solve {name}")
"""


@pytest.mark.parametrize(("study", "name"), [("wires", "i_3"), ("bubbles", "train")])
def test_the_log_of_a_solve_counts_samples(study, name, tmp_path):
    log = tmp_path / "solve.log"
    text = SOLVE.format(study=study, name=name, log=log)
    subprocess.run([sys.executable, "-c", text], cwd=ROOT, check=True)
    lines = log.read_text().splitlines()
    assert lines[0] == f"solve {name}: 0 of 20 samples, 0 s"
    assert lines[-1].startswith(f"solve {name}: 20 of 20 samples, ")
    assert len(lines) <= 11
