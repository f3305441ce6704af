"""A new study: written by one command, changed as the page says, tested by its last step."""

import os
import re
import shutil
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from recipes import blocks, commands, section, steps
from support import ROOT, snakemake

import new_study
from hamlearn import files

PAGE = ROOT / "docs" / "new-study.md"
STAGES = {"sample", "solve_whole", "crosscheck", "summary", "train", "evaluate", "collect"}
MADE = {*STAGES, "chain_fig01", "chain_errors", "evidence"}


@pytest.fixture
def repository(checkout):
    """A copy of the repository without results, whose environment is the one in use."""
    for name in ("pyproject.toml", "Makefile", "requirements.txt"):
        shutil.copy2(ROOT / name, checkout)
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "tests", checkout / "tests", ignore=ignored)
    (checkout / ".venv").symlink_to(sys.prefix)
    return checkout


def make(folder, *arguments: str, timeout: int = 600) -> subprocess.CompletedProcess:
    """Call make in a copy, whose environment is taken for complete."""
    return subprocess.run(
        ["make", "-o", ".venv/.complete", "CORES=2", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder / "src")},
        capture_output=True,
        text=True,
        timeout=timeout,
    )


def planned(run) -> set[str]:
    """The rules of a dry run that went well."""
    assert run.returncode == 0, run.stderr
    return set(re.findall(r"^(\w+) +\d+$", run.stdout, re.MULTILINE))


def test_the_page_writes_a_study_changes_it_and_tests_it(repository):
    written, tested, everything = commands(PAGE.read_text(), "make")
    run = make(repository, *written)
    assert run.returncode == 0, run.stderr
    told = [path for path in run.stdout.splitlines() if "/" in path and " " not in path]
    assert len(told) == 15
    assert all((repository / path).is_file() for path in told)
    assert sum(len((repository / path).read_text().splitlines()) for path in told) < 450
    dry, real, beside = commands(section(PAGE, "Run it"))
    assert {"wires_fig05", "chain_fig01", "scorecard"} <= planned(snakemake(repository, *beside))

    change = section(PAGE, "Change it")
    assert len(steps(PAGE.read_text())) == len(steps(change)) == blocks(PAGE.read_text())
    for step in steps(change):
        step.apply(repository)
    again, build = commands(change)
    assert (again, build) == (dry, real)
    assert planned(snakemake(repository, *dry)) > MADE
    run = snakemake(repository, *build)
    assert run.returncode == 0, run.stderr
    results = repository / "results" / "default" / "chain"
    claims = pd.read_csv(results / "claims.csv")
    assert claims["id"].tolist() == ["chain.formula", "chain.learned"]
    assert (claims["verdict"] == "reproduced").all()
    energies = files.read_arrays(results / "data/impurity/ensemble.npz")["energies"]
    solved = files.read_table(results / "data/impurity/labels.parquet")["transmission"]
    assert np.abs(solved - two_impurities(energies, 0.5, 3)).max() < 1e-12
    assert Image.open(results / "figures/chain_fig01.png").size[0] >= 3.1 * 300

    (repository / "config.yaml").write_text(
        (repository / "config.yaml").read_text().replace("  distance: 3 ", "  distance: 4 ")
    )
    assert MADE - planned(snakemake(repository, *again)) == {"sample"}

    assert everything == ["test"]
    run = make(repository, *tested, timeout=1200)
    assert run.returncode == 0, run.stdout + run.stderr
    assert re.search(r"^\d+ passed", run.stdout, re.MULTILINE)
    assert (repository / "results/smoke/chain/provenance.json").is_file()


def two_impurities(energies, energy, distance):
    """T by the scattering matrices of both impurities."""
    k = np.arccos(-energy / 2)
    r = -1j * energies / (2 * np.sin(k)) / (1 + 1j * energies / (2 * np.sin(k)))
    return np.abs((1 + r) ** 2 / (1 - r**2 * np.exp(2j * k * distance))) ** 2


TRAINING = ("runs", "training", "networks", "evaluation")
LESS = {
    "src/hamlearn/{}/plan.py": ('"metrics": "metrics.csv", ', ""),
    "src/hamlearn/{}/evidence/__init__.py": ("    metrics: pd.DataFrame\n", ""),
}


def test_a_study_that_trains_nothing_is_tested_too(repository):
    name = "solved_only"
    assert make(repository, "study", f"NAME={name}").returncode == 0
    library, scripts = repository / "src" / "hamlearn" / name, repository / "scripts" / name
    for module in TRAINING:
        (library / f"{module}.py").unlink()
    for path in scripts.glob("*.py"):
        path.unlink()
    (scripts / "pictures.yaml").write_text("study: any textbook of quantum mechanics\n")
    for path, (old, new) in LESS.items():
        text = (repository / path.format(name)).read_text()
        assert old in text
        (repository / path.format(name)).write_text(text.replace(old, new))
    judge = library / "evidence" / "__init__.py"
    judge.write_text(judge.read_text().split(f'\n\n@evidence("{name}.learned")')[0])
    ledger = repository / "claims" / f"{name}.yaml"
    text = ledger.read_text().split(f"- id: {name}.learned")[0]
    ledger.write_text(text.replace(f"evidence: {name}_fig01", "evidence: formula.csv"))
    run = make(repository, "smoke", f"STUDIES={name}")
    assert run.returncode == 0, run.stdout + run.stderr
    results = repository / "results" / "smoke" / name
    assert (results / "provenance.json").is_file()
    assert not (results / "histories.csv").exists()
    tests = [sys.executable, "-m", "pytest", "tests/contract", "--studies", name]
    environment = {**os.environ, "PYTHONPATH": str(repository / "src")}
    run = subprocess.run(tests, cwd=repository, env=environment, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout


REFUSED = {
    **dict.fromkeys(("Chain", "two-chains", "2d", "class", "a" * 21), "lower-case letters"),
    **dict.fromkeys(("wires",), "there is a study of this name"),
    **dict.fromkeys(("train", "figures", "resources", "wires_two"), "a setting, a rule or a study"),
    **dict.fromkeys(("files", "learning", "numpy", "json"), "a module"),
}


def test_a_name_that_no_study_can_have_is_refused_in_one_line(checkout, monkeypatch, capsys):
    monkeypatch.setattr(new_study, "ROOT", checkout)
    before = sorted(checkout.rglob("*"))
    for name, why in REFUSED.items():
        assert new_study.main([name]) == 1
        said = capsys.readouterr().err
        assert re.fullmatch(rf"error: study = '{name}': .*{why}.*\n", said), said
    assert new_study.main([]) == 1
    assert capsys.readouterr().err == "error: expected one name: make study NAME=chain\n"
    assert sorted(checkout.rglob("*")) == before


def test_what_is_in_the_way_is_left_alone_and_nothing_is_written(checkout):
    (checkout / "claims" / "chain.yaml").write_text("mine\n")
    before = {path: path.read_bytes() for path in checkout.rglob("*") if path.is_file()}
    script = str(checkout / "scripts" / "new_study.py")
    run = subprocess.run([sys.executable, script, "chain"], capture_output=True, text=True)
    assert run.returncode == 1
    assert "claims/chain.yaml exists" in run.stderr
    after = {p: p.read_bytes() for p in checkout.rglob("*") if p.is_file() and p in before}
    assert after == before
    assert not (checkout / "src" / "hamlearn" / "chain").exists()


@pytest.mark.parametrize("name", ["a", "zz_the_longest_name_"])
def test_a_study_of_any_name_is_in_good_style(checkout, name):
    shutil.copy2(ROOT / "pyproject.toml", checkout)
    script = str(checkout / "scripts" / "new_study.py")
    subprocess.run([sys.executable, script, name], check=True, capture_output=True)
    for tool in (["ruff", "check", "."], ["ruff", "format", "--check", "."]):
        run = subprocess.run([sys.executable, "-m", *tool], cwd=checkout, capture_output=True)
        assert run.returncode == 0, run.stdout.decode()
