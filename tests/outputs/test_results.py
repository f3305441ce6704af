"""What the smoke build leaves in results/smoke of all studies together (`make smoke` builds it).

What it leaves of each study is in the contract, tests/contract/test_results_of_studies.py.
"""

import re

import pandas as pd
import pytest
from support import ROOT, snakemake

from hamlearn import claims, config, pictures

RESULTS = ROOT / "results" / "smoke"
SMOKE = ("--config", "scale=smoke")


@pytest.fixture(scope="module", autouse=True)
def built():
    assert RESULTS.is_dir(), "results/smoke is missing: run `make smoke` first"


def test_no_claim_is_judged_at_smoke_scale(raw_config):
    listed = pd.read_csv(RESULTS / "claims.csv")
    assert list(listed["id"].str.partition(".")[0].unique()) == raw_config["studies"]
    ledgers = [claims.load(ROOT / "claims" / f"{study}.yaml") for study in raw_config["studies"]]
    assert len(listed) == sum(len(ledger.results) for ledger in ledgers) > 150
    assert (listed["verdict"] == "not attempted").all()
    page = (RESULTS / "claims.html").read_text()
    assert all(claim in page for claim in listed["id"])


@pytest.mark.parametrize("study", config.studies())
def test_a_picture_is_drawn_again_alone(study):
    picture = next(iter(pictures.load(ROOT / "scripts" / study)[1]))
    run = snakemake(ROOT, "-n", "--nolock", "--forcerun", picture, *SMOKE, "--", picture)
    assert run.returncode == 0, run.stderr
    jobs = re.findall(r"^(\w+) +(\d+)$", run.stdout, re.MULTILINE)
    assert dict(jobs) == {picture: "1", "total": "1"}


def test_everything_is_up_to_date():
    run = snakemake(ROOT, "-n", "--nolock", *SMOKE, "--", "all")
    assert "Nothing to be done" in run.stdout + run.stderr
