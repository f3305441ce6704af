"""What the smoke build of the study `wires` leaves in results/smoke (`make smoke` builds it)."""

import json
import re

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from support import ROOT, snakemake

from hamlearn import files
from hamlearn.wires import ensemble, plan, runs

RESULTS = ROOT / "results" / "smoke" / "wires"
SMOKE = ("--config", "scale=smoke")


@pytest.fixture(scope="module")
def wires(settings):
    assert RESULTS.is_dir(), "results/smoke is missing: run `make smoke` first"
    return settings("smoke")["wires"]


@pytest.mark.parametrize("name", [f"wires_fig{number:02d}" for number in range(1, 14)])
def test_a_figure_has_its_picture_and_its_numbers(name):
    folder = RESULTS / "figures"
    width, height = Image.open(folder / f"{name}.png").size
    assert width >= 3.3 * 300
    assert height >= 1.5 * 300
    assert (folder / f"{name}.pdf").read_bytes().startswith(b"%PDF")
    assert len(pd.read_csv(folder / f"{name}.csv")) > 0


def test_every_ensemble_is_complete_and_physical(wires):
    for name, made in plan.ensembles(wires).items():
        drawn = ensemble.load(RESULTS / "data" / name / "ensemble.npz")
        solved = files.read_table(RESULTS / "data" / name / "conductance.parquet")
        assert len(drawn) == len(solved) == made.samples
        assert solved["unitarity"].max() < 1e-6
        for target in made.targets:
            assert solved[target].between(-1e-12, made.width + 1e-9).all()


def test_training_and_test_samples_are_disjoint(wires):
    drawn = ensemble.load(RESULTS / "data" / "i_3" / "ensemble.npz").onsite.reshape(-1, 9)
    assert len(np.unique(drawn, axis=0)) == len(drawn)


def test_kwant_agrees_with_every_ensemble(wires):
    checked = pd.read_csv(RESULTS / "crosscheck.csv")
    assert set(checked["ensemble"]) == set(plan.ensembles(wires))
    assert (checked["n"] == wires["crosscheck_samples"]).all()
    assert checked["max_difference_g0"].max() < 1e-9


def test_every_planned_network_has_its_errors(wires):
    metrics = pd.read_csv(RESULTS / "metrics.csv")
    planned = {(run.group, run.name) for job in runs.jobs(wires).values() for run in job}
    assert set(zip(metrics["group"], metrics["run"], strict=True)) == planned
    assert (metrics["mae_trivial_g0"] > 0).all()
    ratio = metrics["mae_g0"] / metrics["mae_trivial_g0"]
    assert np.allclose(ratio, metrics["relative_mae"], rtol=1e-6)


def test_no_claim_is_judged_at_smoke_scale():
    claims = pd.read_csv(RESULTS.parent / "claims.csv")
    assert len(claims) > 60
    assert (claims["verdict"] == "not attempted").all()
    page = (RESULTS.parent / "claims.html").read_text()
    assert all(claim in page for claim in claims["id"])


def test_timings_name_their_hardware():
    timing = json.loads((RESULTS / "timing.json").read_text())
    assert timing["hardware"]["cpu"]
    assert timing["kwant_seconds"] > timing["solver_seconds"] > 0


def test_a_figure_is_drawn_again_alone():
    run = snakemake(
        ROOT, "-n", "--nolock", "--forcerun", "wires_fig02", *SMOKE, "--", "wires_fig02"
    )
    assert run.returncode == 0, run.stderr
    jobs = re.findall(r"^(\w+) +(\d+)$", run.stdout, re.MULTILINE)
    assert dict(jobs) == {"wires_fig02": "1", "total": "1"}


def test_everything_is_up_to_date():
    run = snakemake(ROOT, "-n", "--nolock", *SMOKE, "--", "all")
    assert "Nothing to be done" in run.stdout + run.stderr


def test_a_report_can_be_made(tmp_path):
    report = tmp_path / "report.html"
    run = snakemake(ROOT, "--nolock", *SMOKE, "--report", str(report), "--", "all")
    assert run.returncode == 0, run.stderr
    assert report.stat().st_size > 10_000
