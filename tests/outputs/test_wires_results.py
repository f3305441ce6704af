"""What the smoke build of the study `wires` leaves in results/smoke (`make smoke` builds it)."""

import json

import numpy as np
import pandas as pd
import pytest
from support import ROOT

from hamlearn import files
from hamlearn.study import Study
from hamlearn.wires import ensemble
from hamlearn.wires.plan import LOW

RESULTS = ROOT / "results" / "smoke" / "wires"


@pytest.fixture(scope="module")
def wires(settings):
    assert RESULTS.is_dir(), "results/smoke is missing: run `make smoke` first"
    return Study("wires", settings("smoke")["wires"])


def test_no_wire_transmits_more_than_its_modes(wires):
    for name, made in wires.ensembles.items():
        solved = files.read_table(RESULTS / "data" / name / "labels.parquet")
        assert {"sample", "drawn", *made.targets, "unitarity", "resolved"} == set(solved)
        for target in made.targets:
            assert solved[target].between(-1e-12, made.width + 1e-9).all()


def test_training_and_test_samples_are_disjoint(wires):
    drawn = ensemble.load(RESULTS / "data" / "i_3" / "ensemble.npz").onsite.reshape(-1, 9)
    assert len(np.unique(drawn, axis=0)) == len(drawn)


def test_kwant_agrees_far_better_than_asked():
    assert pd.read_csv(RESULTS / "crosscheck.csv")["max_difference"].max() < 1e-9


def test_errors_by_concentration_add_up():
    metrics = pd.read_csv(RESULTS / "metrics.csv").set_index("run")
    groups = pd.read_csv(RESULTS / "by_group.csv")
    assert set(groups["run"]) == set(metrics.index[metrics["model"] != "i"])
    for run, rows in groups.groupby("run"):
        filled = rows[rows["n"] > 0]
        assert filled["n"].sum() == metrics.loc[run, "n_test"]
        mean = np.average(filled["mae"], weights=filled["n"])
        assert np.isclose(mean, metrics.loc[run, "mae"])


def test_the_disorder_average_is_predicted_by_one_network(wires):
    average = pd.read_csv(RESULTS / "average.csv")
    part = wires.settings["average"]
    # those that both ensembles have count together
    assert (average["configurations"] % part["configurations"] == 0).all()
    grids = (
        np.linspace(0, 1, part["concentrations"]),
        np.linspace(0, LOW, part["low_concentrations"]),
    )
    expected = np.unique(np.concatenate(grids).round(9))
    assert average.groupby("seed").size().tolist() == [len(expected)] * len(set(average["seed"]))
    assert average["seed"].nunique() == wires.settings["model_ii"]["seeds"]
    np.testing.assert_allclose(average["concentration"].unique(), expected)
    assert average[["mean_predicted_g0", "std_predicted_g0"]].notna().all(axis=None)


def test_timings_name_their_hardware():
    timing = json.loads((RESULTS / "timing.json").read_text())
    assert timing["hardware"]["cpu"]
    assert timing["kwant_seconds"] > timing["solver_seconds"] > 0
