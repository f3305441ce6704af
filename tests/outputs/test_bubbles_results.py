"""The physics and the records that the smoke build leaves for the study `bubbles`."""

import json

import numpy as np
import pandas as pd
import pytest
from support import ROOT

from hamlearn import files
from hamlearn.bubbles import ensemble, labels, linear_map, plan
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


def test_no_flake_transmits_more_than_its_modes(study, solved):
    for name, table in solved.items():
        drawn = ensemble.load(RESULTS / "data" / name / "ensemble.npz")
        assert np.array_equal(table["energy_t"], drawn.energy)
        assert (table[list(labels.TARGETS)] >= -1e-9).all(axis=None)
        assert (labels.total(table) <= table["modes"] + 1e-9).all()


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


def test_kwant_agrees_far_better_than_asked():
    assert pd.read_csv(RESULTS / "crosscheck.csv")["max_difference"].max() < 1e-9


def test_timings_name_their_hardware():
    timing = json.loads((RESULTS / "timing.json").read_text())
    assert timing["machine"]["cpu"]
    assert timing["kwant_solve_seconds"] > timing["solver_seconds"] > 0
    assert timing["largest_difference"] < 1e-7


def test_every_reading_of_the_linear_map_is_kept_with_an_example():
    kept = files.read_arrays(RESULTS / "linear_map.npz")
    assert set(kept) == {"sample", "heights", "exact", *linear_map.EXAMPLES}
    table = pd.read_csv(RESULTS / "linear_map.csv")
    keys = ["features", "fit", "intercept", "slices"]
    assert table.groupby(keys).ngroups == len(list(linear_map.cases()))
    squares = {name: np.square(kept[name] - kept["exact"]).sum() for name in linear_map.EXAMPLES}
    assert squares["with_constant"] < squares["as_printed"]  # fitted to this very sample


def test_errors_by_group_have_medians_and_standard_errors():
    table = pd.read_csv(RESULTS / "by_group.csv")
    for error in ("eq6", "eq15", "eq6_median"):
        assert (table[f"{error}_percent"] >= 0).all()
        assert (table.loc[table["n"] > 1, f"{error}_se_percent"] > 0).all()
    assert (table["eq15_percent"] <= table["eq6_percent"] + 1e-9).all()


def test_wide_bubbles_mix_the_valleys_later_than_narrow_ones():
    table = pd.read_csv(RESULTS / "statistics.csv")
    chosen = (table["quantity"] == "onset") & (table["run"] == "calculated")
    onset = table[chosen].groupby("ensemble")["value"].mean()
    assert not onset[plan.WIDE_SCAN] <= onset[plan.SCAN]  # or never
