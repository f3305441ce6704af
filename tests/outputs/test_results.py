"""What the smoke build leaves in results/smoke for every study (`make smoke` builds it)."""

import json
import re

import pandas as pd
import pytest
from PIL import Image
from support import ROOT, snakemake

RESULTS = ROOT / "results" / "smoke"
SMOKE = ("--config", "scale=smoke")
FIGURES = {"wires": range(1, 14), "bubbles": range(1, 14)}
TABLES = {
    "wires": ("mae",),
    "bubbles": (
        *("architecture", "bounds", "errors", "graph"),
        *("redundancy", "robustness", "speed", "valley"),
    ),
}
LEARNING = [study for study in FIGURES if (ROOT / "scripts" / study / "train.py").exists()]
ALL_FIGURES = [(study, number) for study, numbers in FIGURES.items() for number in numbers]
ALL_TABLES = [(study, name) for study, names in TABLES.items() for name in names]


@pytest.fixture(scope="module", autouse=True)
def built():
    assert RESULTS.is_dir(), "results/smoke is missing: run `make smoke` first"


@pytest.mark.parametrize(("study", "number"), ALL_FIGURES)
def test_a_figure_has_its_picture_and_its_numbers(study, number):
    path = RESULTS / study / "figures" / f"{study}_fig{number:02d}.png"
    width, height = Image.open(path).size
    assert width >= 3.1 * 300
    assert height >= 1.5 * 300
    assert path.with_suffix(".pdf").read_bytes().startswith(b"%PDF")
    assert len(pd.read_csv(path.with_suffix(".csv"))) > 0


@pytest.mark.parametrize(("study", "name"), ALL_TABLES)
def test_a_table_has_numbers_and_is_readable(study, name):
    path = RESULTS / study / "tables" / f"{study}_{name}.csv"
    assert pd.read_csv(path).notna().any(axis=1).all()
    assert path.with_suffix(".md").read_text().count("|") > 10


@pytest.mark.parametrize("study", FIGURES)
def test_every_planned_figure_and_table_is_there_and_no_other(study):
    for kind, planned in (("figures", FIGURES[study]), ("tables", TABLES[study])):
        found = {path.stem for path in (RESULTS / study / kind).glob("*.csv")}
        numbers = {f"{study}_fig{p:02d}" if kind == "figures" else f"{study}_{p}" for p in planned}
        assert found == numbers


def test_no_claim_is_judged_at_smoke_scale():
    claims = pd.read_csv(RESULTS / "claims.csv")
    assert set(claims["id"].str.partition(".")[0]) == set(FIGURES)
    assert len(claims) > 150
    assert (claims["verdict"] == "not attempted").all()
    page = (RESULTS / "claims.html").read_text()
    assert all(claim in page for claim in claims["id"])


@pytest.mark.parametrize("figure", ["wires_fig02", "bubbles_fig04"])
def test_a_figure_is_drawn_again_alone(figure):
    run = snakemake(ROOT, "-n", "--nolock", "--forcerun", figure, *SMOKE, "--", figure)
    assert run.returncode == 0, run.stderr
    jobs = re.findall(r"^(\w+) +(\d+)$", run.stdout, re.MULTILINE)
    assert dict(jobs) == {figure: "1", "total": "1"}


def test_everything_is_up_to_date():
    run = snakemake(ROOT, "-n", "--nolock", *SMOKE, "--", "all")
    assert "Nothing to be done" in run.stdout + run.stderr


@pytest.mark.parametrize("study", LEARNING)
def test_every_network_is_listed_once_with_the_code_that_trained_it(study):
    record = json.loads((RESULTS / study / "provenance.json").read_text())
    listed = [job for group in record["trained_on"] for job in group["jobs"]]
    folders = (RESULTS / study / "networks").glob("*/seed*")
    assert sorted(listed) == sorted("/".join(path.parts[-2:]) for path in folders)
    for group in record["trained_on"]:
        assert group["code"]["version"]
        assert group["device"]


@pytest.mark.parametrize("study", FIGURES)
def test_the_record_of_a_study_says_how_to_repeat_it(study, settings):
    record = json.loads((RESULTS / study / "provenance.json").read_text())
    used = settings("smoke")
    named = ("scale", "seed", "training", study)
    assert record["settings"] == {key: used[key] for key in named}
    assert {"version", "commit", "dirty"} == set(record["code"])
    assert {"python", "hamlearn", "snakemake", "numpy", "kwant", "keras"} <= set(record["packages"])
    assert {"cpu", "cores", "system"} == set(record["machine"])
    stages = record["wall_times"]
    assert {"sample", "solve", "merge", "crosscheck", "evaluate", "figures"} <= set(stages)
    assert any(stage.startswith("train/") for stage in stages)
    assert all(stage["seconds"] > 0 and stage["jobs"] > 0 for stage in stages.values())
