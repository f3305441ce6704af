"""The pages on studies: what they say is so, and what they tell to write is written and run."""

import re
import shutil
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from recipes import blocks, changed, commands, section, steps
from support import ROOT, snakemake

from hamlearn import files, pictures

STUDY, RECIPES, NEW = (ROOT / "docs" / f"{n}.md" for n in ("study", "extending", "new-study"))


def planned(run) -> dict[str, int]:
    """Jobs by rule of a dry run that went well."""
    assert run.returncode == 0, run.stderr
    return {r: int(n) for r, n in re.findall(r"^(\w+) +(\d+)$", run.stdout, re.MULTILINE)}


def fingerprint(folder, stage: str, study: str) -> str:
    """The digest of the code of a stage of a study as it is in a copy."""
    text = (
        f"from hamlearn import digest; print(digest.script('scripts/{stage}.py', study='{study}'))"
    )
    environment = {"PYTHONPATH": str(folder / "src")}
    command = [sys.executable, "-c", text]
    run = subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=True)
    return run.stdout.decode().strip()


@pytest.fixture
def typed(checkout):
    """A function that types a page, or a section of one, into the copy and returns its commands."""
    shutil.copy2(ROOT / "pyproject.toml", checkout)

    def write(page, heading=""):
        text = section(page, heading)
        assert len(steps(text)) == blocks(text), "a block that no line says where to put"
        for step in steps(text):
            step.apply(checkout)
        for tool in (["ruff", "check", "."], ["ruff", "format", "--check", "."]):
            checked = [sys.executable, "-m", *tool]
            run = subprocess.run(checked, cwd=checkout, capture_output=True, text=True)
            assert run.returncode == 0, run.stdout + run.stderr
        return commands(text)

    return write


def test_a_difference_fits_at_one_place_or_is_refused():
    assert changed("a\nb\nc\n", " b\n+d\n-c\n") == "a\nb\nd\n"
    assert changed("a\nb\nc\n", "-a\n+A\n c\n+d\n") == "A\nb\nc\nd\n"
    for text in ("a\n", "b\nb\n", "ab\n"):
        with pytest.raises(AssertionError, match="expected one"):
            changed(text, " b\n+c\n")


def test_the_row_of_a_study_is_as_the_page_says(checkout):
    cells = r"^\|[^|]*\|" + r" `(.*?)` \|" * 3 + r" (?:`(.*?)` )?\|$"
    rows = re.findall(cells, STUDY.read_text(), re.MULTILINE)
    assert len(rows) == 11
    stages = (ROOT / "rules" / "stages.smk").read_text()
    _, pictures_of = pictures.load(ROOT / "scripts" / "bubbles")
    for _, rule, script, module in rows:
        if rule in pictures_of:
            assert (script, module) == ("draw.py", f"{pictures_of[rule].stem}.py")
            continue
        text = stages.split(f"rule {rule}:\n")[1].split("\nrule ")[0]
        assert f'"../scripts/{script}"' in text
        assert not module or (ROOT / "src" / "hamlearn" / "bubbles" / module).is_file()
        assert bool(module) == ("w.study" in text.split("        code=")[1].splitlines()[0])
    wanted = [f"results/default/bubbles/{path}" for path, *_ in rows]
    assert {rule for _, rule, *_ in rows} <= set(planned(snakemake(checkout, "-n", *wanted)))


def assert_progress(log, what, number, as_here=None):
    """A log has the lines of the page, whatever the numbers in them."""
    lines = re.findall(rf"^    (.*(?<![\w/]){what}[ :].*)$", STUDY.read_text(), re.MULTILINE)
    assert len(lines) == number
    for line in lines:
        pattern = re.sub(r"\d+(\\\.\d+)?", r"\\S+", re.escape(line))
        pattern = pattern.replace(re.escape(what), re.escape(as_here or what))
        assert re.search(f"^{pattern}$", log.read_text(), re.MULTILINE), line


def test_a_figure(typed, checkout):
    dry, real = typed(RECIPES, "A figure")
    jobs = ["sample", "solve_whole", "bubbles_fig15"]
    assert planned(snakemake(checkout, *dry)) == {**dict.fromkeys(jobs, 1), "total": 3}
    run = snakemake(checkout, *real)
    assert run.returncode == 0, run.stderr
    figure = checkout / "results/smoke/bubbles/figures/bubbles_fig15.png"
    assert Image.open(figure).size[0] >= 3.1 * 300
    drawn = pd.read_csv(figure.with_suffix(".csv"))
    assert len(drawn) == 20
    assert drawn["share"].between(0, 1 + 1e-6).all()
    assert drawn["share"].mean() < 1
    assert (drawn["modes"] % 2 == 1).all()


def test_a_network(typed, checkout):
    before = fingerprint(checkout, "train", "bubbles")
    real, dry = typed(RECIPES, "A network")
    assert fingerprint(checkout, "train", "bubbles") == before  # the others stay
    run = snakemake(checkout, *real)
    assert run.returncode == 0, run.stderr
    found = pd.read_csv(checkout / "results/smoke/bubbles/metrics/modes_only/seed0.csv")
    assert set(found["run"]) == {"modes_only"}
    assert set(found["ensemble"]) == {"train", "fresh"}
    assert np.isfinite(found["mae"]).all()
    assert planned(snakemake(checkout, *dry))["bubbles_redundancy"] == 1
    assert_progress(checkout / "results/smoke/bubbles/logs/solve/train.log", "solve train", 1)
    log = checkout / "results/smoke/bubbles/logs/train/modes_only/seed0.log"
    assert_progress(log, "full", 2, as_here="modes_only")


def test_an_ensemble(typed, checkout):
    stages = ("train", "solve", "sample")
    before = [fingerprint(checkout, stage, "wires") for stage in stages]
    real, dry = typed(RECIPES, "An ensemble")
    run = snakemake(checkout, *real)
    assert run.returncode == 0, run.stderr
    folder = checkout / "results/smoke/wires/data/gaussian"
    energies = files.read_arrays(folder / "ensemble.npz")["values"]
    assert energies.shape[1:] == (3, 3)
    assert np.var(energies) == pytest.approx(4**2 / 12, rel=0.1)
    assert np.mean(energies**4) / np.var(energies) ** 2 == pytest.approx(3, rel=0.15)
    solved = files.read_table(folder / "labels.parquet")
    assert solved["conductance_g0"].between(0, 3).all()
    assert solved["unitarity"].max() < 1e-6
    jobs = ["sample", "solve_whole", "train", "evaluate"]
    expected = {**dict.fromkeys(jobs, 1), "total": 4}
    assert planned(snakemake(checkout, *dry)) == expected
    (again,) = commands(section(RECIPES, "What runs again"))
    assert planned(snakemake(checkout, *again))["crosscheck"] == 1
    after = [fingerprint(checkout, stage, "wires") for stage in stages]
    assert [new == old for new, old in zip(after, before, strict=True)] == [True, True, False]
