"""What the smoke build of the study `wires` leaves in results/smoke (`make smoke` builds it)."""

import json

import numpy as np
import pandas as pd
import pytest
from support import ROOT

from hamlearn import files
from hamlearn.wires import ensemble, plan, runs

RESULTS = ROOT / "results" / "smoke" / "wires"


@pytest.fixture(scope="module")
def wires(settings):
    assert RESULTS.is_dir(), "results/smoke is missing: run `make smoke` first"
    return settings("smoke")["wires"]


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


def test_timings_name_their_hardware():
    timing = json.loads((RESULTS / "timing.json").read_text())
    assert timing["hardware"]["cpu"]
    assert timing["kwant_seconds"] > timing["solver_seconds"] > 0
