"""The physics and the records that the smoke build leaves for the study `bubbles`."""

import json

import numpy as np
import pandas as pd
import pytest
from support import ROOT

from hamlearn import files
from hamlearn.bubbles import ensemble, labels, plan
from hamlearn.study import Study

RESULTS = ROOT / "results" / "smoke" / "bubbles"


@pytest.fixture(scope="module")
def study(settings):
    return Study("bubbles", settings("smoke")["bubbles"])


@pytest.fixture(scope="module")
def solved(study):
    def table(name):
        return files.read_table(RESULTS / "data" / name / "labels.parquet")

    return {name: table(name) for name in study.ensembles}


def test_every_ensemble_is_complete_and_physical(study, solved):
    for name, made in study.ensembles.items():
        drawn = ensemble.load(RESULTS / "data" / name / "ensemble.npz")
        table, total = solved[name], labels.total(solved[name])
        assert len(drawn) == len(table) == made.samples
        assert np.array_equal(table["energy_t"], drawn.energy)
        assert table["unitarity"].max() < 1e-6
        assert (table[list(labels.TARGETS)] >= -1e-9).all(axis=None)
        assert (total <= table["modes"] + 1e-9).all()


def test_modes_are_odd_and_rise_with_the_energy(solved):
    scan = solved[plan.SCAN].sort_values("energy_t")
    assert (scan["modes"] % 2 == 1).all()
    assert scan["modes"].is_monotonic_increasing
    assert scan["modes"].iloc[0] == 1


def test_one_mode_passes_in_its_valley_only(solved):
    table = pd.concat(solved.values())
    single = table[table["modes"] == 1]
    assert len(single) > 0
    assert single[["t_k_kp", "t_kp_k"]].max(axis=None) < 1e-9
    assert np.minimum(single["t_k_k"], single["t_kp_kp"]).max() < 1e-9


def test_training_and_test_samples_are_disjoint():
    drawn = ensemble.load(RESULTS / "data" / "train" / "ensemble.npz")
    flat = np.column_stack([np.nan_to_num(drawn.bubbles).reshape(len(drawn), -1), drawn.energy])
    assert len(np.unique(flat, axis=0)) == len(drawn)


def test_kwant_agrees_with_every_ensemble(study):
    checked = pd.read_csv(RESULTS / "crosscheck.csv")
    assert set(checked["ensemble"]) == set(study.ensembles)
    assert (checked["n"] == study.settings["crosscheck_samples"]).all()
    assert checked["max_difference"].max() < 1e-9


def test_every_planned_network_has_its_errors(study):
    metrics = pd.read_csv(RESULTS / "metrics.csv")
    planned = {
        (run.name, run.family, name) for run in study.runs.values() for name in run.applied_to
    }
    found = (metrics[key] for key in ("run", "family", "ensemble"))
    assert set(zip(*found, strict=True)) == planned
    assert (metrics["mae_trivial"] > 0).all()
    assert np.allclose(metrics["mae"] / metrics["mae_trivial"], metrics["relative_mae"], rtol=1e-6)


def test_timings_name_their_hardware():
    timing = json.loads((RESULTS / "timing.json").read_text())
    assert timing["machine"]["cpu"]
    assert timing["kwant_solve_seconds"] > timing["solver_seconds"] > 0
    assert timing["largest_difference"] < 1e-7
