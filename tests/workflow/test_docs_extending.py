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

from hamlearn import files

STUDY, RECIPES, NEW = (ROOT / "docs" / f"{n}.md" for n in ("study", "extending", "new-study"))
EXTRAS = ("pyproject.toml", "tests/outputs/test_results.py")


def planned(run) -> dict[str, int]:
    """Jobs by rule of a dry run that went well."""
    assert run.returncode == 0, run.stderr
    return {r: int(n) for r, n in re.findall(r"^(\w+) +(\d+)$", run.stdout, re.MULTILINE)}


def fingerprint(folder, module: str) -> str:
    """The digest of the code of a module as it is in a copy."""
    text = f"from hamlearn import digest; print(digest.code('hamlearn.{module}'))"
    environment = {"PYTHONPATH": str(folder / "src")}
    run = subprocess.run([sys.executable, "-c", text], env=environment, capture_output=True)
    return run.stdout.decode().strip()


@pytest.fixture
def typed(checkout):
    """A function that types a page, or a section of one, into the copy and returns its commands."""
    for name in EXTRAS:
        (checkout / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, checkout / name)

    def write(page, heading=""):
        text = section(page, heading)
        assert len(steps(text)) == blocks(text), "a block that no line says where to put"
        for step in steps(text):
            step.apply(checkout)
        tools = ["ruff check .", "ruff format --check ."]
        tools += ["snakefmt --check rules"] if any("rules/" in s.path for s in steps(text)) else []
        for tool in map(str.split, tools):
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
    rows = re.findall(r"^\|[^|]*\| `(.*?)` \| `(.*?)` \| `(.*?)` \| `(.*?)` \|", STUDY.read_text(),
                      re.MULTILINE)  # fmt: skip
    assert len(rows) == 9
    rules = "".join(path.read_text() for path in (ROOT / "rules").glob("bubbles*.smk"))
    for _, rule, script, module in rows:
        text = rules.split(f"rule {rule}:\n")[1].split("\nrule ")[0]
        assert f'"../scripts/{script}"' in text
        named = re.search(r"code\((.*?)\)", text)[1]
        assert f'"{module.removesuffix(".py").replace("/", ".")}"' in named
    wanted = [f"results/default/bubbles/{path}" for path, *_ in rows]
    assert {rule for _, rule, *_ in rows} <= set(planned(snakemake(checkout, "-n", *wanted)))


def assert_progress(log, what, number, as_here=None):
    """A log has the lines of the page, whatever the numbers in them."""
    lines = re.findall(rf"^    (.*\b{what}\b.*)$", STUDY.read_text(), re.MULTILINE)
    assert len(lines) == number
    for line in lines:
        pattern = re.sub(r"\d+(\\\.\d+)?", r"\\S+", re.escape(line))
        pattern = pattern.replace(re.escape(what), re.escape(as_here or what))
        assert re.search(f"^{pattern}$", log.read_text(), re.MULTILINE), line


def test_a_figure(typed, checkout):
    dry, real = typed(RECIPES, "A figure")
    jobs = ["bubbles_sample", "bubbles_solve", "bubbles_merge", "bubbles_fig14"]
    assert planned(snakemake(checkout, *dry)) == {**dict.fromkeys(jobs, 1), "total": 4}
    run = snakemake(checkout, *real)
    assert run.returncode == 0, run.stderr
    figure = checkout / "results/smoke/bubbles/figures/bubbles_fig14.png"
    assert Image.open(figure).size[0] >= 3.1 * 300
    drawn = pd.read_csv(figure.with_suffix(".csv"))
    assert len(drawn) == 20
    assert drawn["share"].between(0, 1 + 1e-6).all()
    assert drawn["share"].mean() < 1
    assert (drawn["modes"] % 2 == 1).all()


def test_a_network(typed, checkout):
    before = fingerprint(checkout, "bubbles.training")
    real, dry = typed(RECIPES, "A network")
    assert fingerprint(checkout, "bubbles.training") == before  # the others stay
    run = snakemake(checkout, *real)
    assert run.returncode == 0, run.stderr
    found = pd.read_csv(checkout / "results/smoke/bubbles/metrics/modes_only/seed0.csv")
    assert set(found["run"]) == {"modes_only"}
    assert set(found["ensemble"]) == {"train", "fresh"}
    assert np.isfinite(found["mae"]).all()
    assert planned(snakemake(checkout, *dry))["bubbles_redundancy"] == 1
    assert_progress(checkout / "results/smoke/bubbles/logs/solve/train/0.log", "solve train", 1)
    log = checkout / "results/smoke/bubbles/logs/train/modes_only/seed0.log"
    assert_progress(log, "full/full", 2, as_here="modes_only/modes_only")


def test_an_ensemble(typed, checkout):
    modules = ("wires.training", "wires.labels", "wires.ensemble")
    before = [fingerprint(checkout, module) for module in modules]
    real, dry = typed(RECIPES, "An ensemble")
    run = snakemake(checkout, *real)
    assert run.returncode == 0, run.stderr
    folder = checkout / "results/smoke/wires/data/gaussian"
    energies = files.read_arrays(folder / "ensemble.npz")["values"]
    assert energies.shape[1:] == (3, 3)
    assert np.var(energies) == pytest.approx(4**2 / 12, rel=0.1)
    assert np.mean(energies**4) / np.var(energies) ** 2 == pytest.approx(3, rel=0.15)
    solved = files.read_table(folder / "conductance.parquet")
    assert solved["conductance_g0"].between(0, 3).all()
    assert solved["unitarity"].max() < 1e-6
    jobs = ["sample", "solve", "merge", "train", "evaluate"]
    expected = {**{f"wires_{job}": 1 for job in jobs}, "total": 5}
    assert planned(snakemake(checkout, *dry)) == expected
    (again,) = commands(section(RECIPES, "What runs again"))
    assert planned(snakemake(checkout, *again))["wires_crosscheck"] == 1
    after = [fingerprint(checkout, module) for module in modules]
    assert [new == old for new, old in zip(after, before, strict=True)] == [True, True, False]


def test_a_study(typed, checkout):
    dry, own, beside = typed(NEW)
    stages = [f"chain_{stage}" for stage in ("sample", "solve", "fit", "fig01", "evidence")]
    assert planned(snakemake(checkout, *dry)) == {
        **dict.fromkeys([*stages, "study_scorecard", "chain"], 1),
        "total": 7,
    }
    run = snakemake(checkout, *own)
    assert run.returncode == 0, run.stderr
    results = checkout / "results/default"
    found = files.read_table(results / "chain/predictions.parquet")
    assert len(found) == 500
    k = np.arccos(0.5 / 2)
    textbook = 1 / (1 + (found["impurity_t"] / (2 * np.sin(k))) ** 2)
    assert np.abs(found["transmission"] - textbook).max() < 1e-12
    tested = found[found["part"] == "test"]
    assert np.abs(tested["predicted"] - tested["transmission"]).mean() < 1e-3
    assert Image.open(results / "chain/figures/chain_fig01.png").size[0] >= 3.1 * 300
    claims = pd.read_csv(results / "chain/claims.csv")
    assert claims["id"].tolist() == ["chain.formula", "chain.learned"]
    assert (claims["verdict"] == "reproduced").all()
    others = {"wires_fig05", "bubbles_fig08", "scorecard"}
    assert others <= set(planned(snakemake(checkout, *beside)))

    settings = (checkout / "config.yaml").read_text()
    (checkout / "config.yaml").write_text(settings.replace("energy: 0.5 ", "energy: 1.0 "))
    again = planned(snakemake(checkout, *dry))
    assert set(stages) - set(again) == {"chain_sample"}
