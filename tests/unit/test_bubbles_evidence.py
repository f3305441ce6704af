"""Evidence for the claims of `bubbles`: results as in the paper reproduce them, others do not.

The tables hold what the paper states, for every run that the plan has at scale `paper`; each test
of a failure changes one of them.
"""

import copy
import json

import numpy as np
import pandas as pd
import pytest
from bubbles_paper import tables_of_the_paper
from support import ROOT

from hamlearn import claims, evidence
from hamlearn.bubbles.evidence import EVIDENCE, training
from hamlearn.verdicts import (
    BOUND_HOLDS,
    DEVIATES,
    NOT_ATTEMPTED,
    REPRODUCED,
    TREND_FAILS,
    TREND_HOLDS,
    judge,
)

LEDGER = claims.load(ROOT / "claims" / "bubbles.yaml")
JUDGED = [claim for claim in LEDGER.results if claim.not_attempted is None]
BY_ID = {claim.id: claim for claim in LEDGER.results}
REACHED = (REPRODUCED, BOUND_HOLDS)


@pytest.fixture(scope="module")
def paper(settings):
    """Tables at scale paper in which every claim holds."""
    return tables_of_the_paper(settings("paper")["bubbles"])


def verdicts(tables):
    found = {piece.claim: piece for piece in evidence.collect(LEDGER, tables, EVIDENCE)}
    return {claim.id: judge(claim, found.get(claim.id)) for claim in LEDGER.results}


def test_every_claim_of_the_ledger_is_judged_or_says_why_not():
    attempted = {claim.id for claim in JUDGED}
    assert attempted == set(EVIDENCE)
    assert all(claim.not_attempted for claim in LEDGER.results if claim.id not in attempted)


def test_results_as_the_paper_states_them_reproduce_every_claim(paper):
    found = verdicts(paper)
    assert {k: v for k, v in found.items() if k in EVIDENCE and v[0] not in REACHED} == {}


def test_evidence_survives_json(paper):
    found = evidence.collect(LEDGER, paper, EVIDENCE)
    text = json.dumps(evidence.records(found))
    assert claims.from_records(json.loads(text)) == {piece.claim: piece for piece in found}
    assert "NaN" not in text
    assert "Infinity" not in text


def change(table, column, value, **where):
    """A change of a column, to a value or by a function, where other columns have given values."""

    def apply(tables):
        frame = getattr(tables, table)
        chosen = pd.Series(True, index=frame.index)
        for key, wanted in where.items():
            chosen &= frame[key].isin(wanted if isinstance(wanted, list) else [wanted])
        assert chosen.any(), where
        new = value(frame.loc[chosen, column]) if callable(value) else value
        frame.loc[chosen, column] = new

    return apply


def times(factor, column="mae", **where):
    return change("metrics", column, lambda values: values * factor, **where)


def statistic(value, quantity, **where):
    return change("statistics", "value", value, quantity=quantity, **where)


def group(value, column, **where):
    return change("by_group", column, value, **where)


def mapped(value, column="error_percent", **where):
    return change("linear_map", column, value, **where)


def learning(value, **where):
    return change("histories", "val_mae", value, **where)


def late(factor, **where):
    return learning(lambda values: values * factor, **where)


def fails(claim):
    return change("graph", "holds", False, claim=claim)


def timed(key, value):
    def apply(tables):
        tables.timing = {**tables.timing, key: value}

    return apply


def no_return(tables):
    """A spike that lasts for five epochs."""
    rows = tables.histories
    chosen = (rows["run"] == "valley_diag") & (rows["seed"] == 1) & rows["epoch"].between(50, 54)
    rows.loc[chosen, "val_mae"] *= 4


TRAIN, SCAN = {"ensemble": "train"}, {"ensemble": "scan"}
OFF = ["t_k_kp", "t_kp_k"]
WRONG = {
    "model.clean_quantised": statistic(1e-3, "clean_error"),
    "model.valley_degeneracy": statistic(1.0, "clean_valley_error"),
    "model.valley_sum": statistic(1e-3, "valley_sum_error"),
    "model.deformation_changes_profile": statistic(0.5, "mean_loss"),
    "data.mean_conductance": statistic(30.0, "mean", target="total"),
    "train.validation_converges.total": learning(
        lambda values: values * np.tile(np.linspace(3, 1, 100), 3), run="full"
    ),
    "train.validation_converges.offdiag": learning(
        lambda values: values * np.tile(np.linspace(3, 1, 100), 3), run="valley_off"
    ),
    "train.validation_converges.diag": learning(
        lambda values: values * np.tile(np.linspace(1, 3, 100), 3), run="valley_diag"
    ),
    "train.spikes_recover": no_return,
    "train.batch_tradeoff_error": late(0.5, run="batch_large"),
    "train.batch_tradeoff_smooth": learning(
        lambda values: values * np.tile([1.0, 1.2], len(values) // 2), run="batch_large"
    ),
    "train.swish_beats_relu": late(0.5, run="relu"),
    "train.dropout_essential": late(0.5, run="no_dropout"),
    "train.batchnorm_essential": late(0.5, run="no_bn"),
    "train.adam_defaults_best": late(0.5, run="lr_high"),
    "total.mae": times(2, run="full"),
    "total.relative_error": times(2, "eq6_percent", run="full"),
    "total.relative_error_below_5": times(1.2, "eq6_percent", run="full"),
    "redundancy.mae_without_a": times(2, run="no_a"),
    "redundancy.mae_without_b": times(2, run="no_b"),
    "redundancy.ordering": late(0.6, run="no_b"),
    "redundancy.reduction_a": late(0.8, run="no_a"),
    "redundancy.reduction_b": late(0.8, run="no_b"),
    "redundancy.range": late(0.8, run="no_b"),
    "scan_total.follows": statistic(0.9, "sweep_correlation", run="full", **SCAN),
    "scan_total.steps": statistic(2.0, "step_measure", run="full", **SCAN),
    "scan_total.smooth_without_modes": statistic(2.0, "step_measure", run="smooth", **SCAN),
    "total.smooth_model_comparable": late(1.5, run="smooth"),
    "total.small_deformation_prefers_quantised": statistic(
        0.9, "mae_by_severity", run="full", low=0.0
    ),
    "total.severe_deformation_prefers_smooth": statistic(
        1.2, "mae_by_severity", run="smooth", low=0.03
    ),
    "total.severe_deformation_no_steps": statistic(12.0, "step_measure", run="calculated", **SCAN),
    "valley.mean.kk": statistic(15.0, "mean", target="t_k_k"),
    "valley.mean.kkp": statistic(0.5, "mean", target="t_k_kp"),
    "valley.mean.kpk": statistic(0.5, "mean", target="t_kp_k"),
    "valley.mean.kpkp": statistic(15.0, "mean", target="t_kp_kp"),
    "valley.mean.sum": statistic(30.0, "mean", target="total"),
    "valley.mean.edge_difference": statistic(19.8, "mean", target="t_kp_kp"),
    "valley.mean.offdiag_symmetric": statistic(0.33, "mean", target="t_kp_k"),
    "valley.mae.kk": times(2, target="t_k_k"),
    "valley.mae.kkp": times(2, target="t_k_kp"),
    "valley.mae.kpk": times(2, target="t_kp_k"),
    "valley.mae.kpkp": times(2, target="t_kp_kp"),
    "valley.offdiag_mae_unscaled": times(2, run="valley_off_unscaled"),
    "valley.offdiag_mae_scaled": times(2, run="valley_off"),
    "valley.scaling_helps": times(2, run="valley_off"),
    "valley.diag_error_comparable": late(3, run="valley_diag"),
    "valley.fluctuations": statistic(0.05, "fluctuation", **SCAN),
    "valley.fluctuations_high_energy": statistic(0.7, "std", low=0.0),
    "valley.offdiag_near_zero": statistic(0.05, "share_below_1e-3", target="t_kp_k"),
    "valley.scan_follows": statistic(1.0, "sweep_mae", run="valley_diag", target="t_kp_kp"),
    "valley.onset_energy": statistic(0.5, "onset", run="valley_off", **SCAN),
    "graph.kernel_nodes": change("graph", "value", "8", claim="bubbles.graph.kernel_nodes"),
    **{
        claim.id.removeprefix("bubbles."): fails(claim.id)
        for claim in JUDGED
        if claim.id.startswith("bubbles.graph.") and claim.compare == "bool"
    },
    "linear_map.error": mapped(1.5, features="trained", intercept=False),
    "linear_map.error_with_constant": mapped(1.5, features="trained", intercept=True),
    "linear_map.any_sample": mapped(4.0, "p95_percent", features="trained", intercept=False),
    "linear_map.any_sample_with_constant": mapped(4.0, "p95_percent", intercept=True),
    "linear_map.energy_slice_irrelevant": mapped(0.5, slices="both", intercept=False),
    "linear_map.energy_slice_irrelevant_with_constant": mapped(0.4, slices="both", intercept=True),
    "linear_map.maps_agree": mapped(0.5, "correlation_b", intercept=False),
    "linear_map.maps_agree_with_constant": mapped(0.5, "correlation_b", intercept=True),
    "linear_map.beats_constant": mapped(0.4, features="untrained"),
    "linear_map.training_adds": mapped(0.9, features="untrained"),
    "robust.gauss11": group(10.0, "eq6_percent", group=11),
    "robust.gauss15": group(15.0, "eq6_percent", group=15),
    "robust.gauss_increases": group(
        lambda values: values.to_numpy()[::-1], "eq6_percent", ensemble="more_gaussians"
    ),
    "robust.g_increases": group(
        lambda values: values.to_numpy()[::-1], "eq15_percent", ensemble="deformed"
    ),
    "robust.lorentz_error": times(2, "eq6_percent", ensemble="lorentzian_printed"),
    "robust.lorentz_below_gaussian": times(3, "eq6_percent", ensemble="lorentzian_printed"),
    "robust.eq15_reason": statistic(0.0, "share_eq6_above_100"),
    "speed.factor": timed("ratio_kwant", 1000.0),
    "speed.dense_entries": timed("parameters", 10**9),
}


def test_every_judged_claim_has_a_test_of_its_failure():
    assert {f"bubbles.{name}" for name in WRONG} == {claim.id for claim in JUDGED}


@pytest.mark.parametrize("name", WRONG)
def test_other_results_deviate(paper, name):
    tables = copy.deepcopy(paper)
    WRONG[name](tables)
    assert verdicts(tables)[f"bubbles.{name}"][0] == DEVIATES


ALSO_WRONG = {  # second condition of a claim that has two
    "redundancy.ordering": late(0.5, run="no_a"),
    "train.adam_defaults_best": late(0.5, run="lr_low"),
    "scan_total.follows": statistic(1.5, "sweep_mae", run="full", **SCAN),
    "scan_total.smooth_without_modes": statistic(1.0, "step_measure", run="full", **SCAN),
    "total.severe_deformation_no_steps": statistic(0.0001, "severity", **SCAN),
    "valley.offdiag_near_zero": statistic(0.05, "share_below_1e-3", target="t_k_kp"),
    "valley.onset_energy": statistic(0.7, "onset_auc"),
    "linear_map.maps_agree": mapped(0.9, features="constant"),
    "linear_map.maps_agree_with_constant": mapped(0.4, features="constant"),
    "linear_map.beats_constant": mapped(0.4, features="constant"),
    "robust.eq15_reason": statistic(0.5, "share_eq6_above_100"),
}


@pytest.mark.parametrize("name", ALSO_WRONG)
def test_each_part_of_a_criterion_counts(paper, name):
    tables = copy.deepcopy(paper)
    ALSO_WRONG[name](tables)
    assert verdicts(tables)[f"bubbles.{name}"][0] == DEVIATES


def test_scattering_that_one_curve_never_shows_is_as_far_off_as_the_end_of_the_sweep(paper):
    tables = copy.deepcopy(paper)
    statistic(np.nan, "onset", run="valley_off")(tables)
    claim = BY_ID["bubbles.valley.onset_energy"]
    piece = EVIDENCE[claim.id](claim, tables)
    assert piece.value[0] == pytest.approx((0.631764 - 0.2) / 2)  # the weak sweep agrees
    assert not piece.holds


def test_smaller_settings_leave_a_trend(paper, settings):
    tables = copy.deepcopy(paper)
    tables.settings = {**tables.settings, "side": 60}
    found = verdicts(tables)
    for name in ("total.mae", "valley.mae.kkp", "robust.gauss11", "redundancy.reduction_a"):
        assert found[f"bubbles.{name}"][0] == TREND_HOLDS
    for name in ("data.mean_conductance", "valley.mean.kk", "robust.lorentz_error"):
        assert found[f"bubbles.{name}"][0] == NOT_ATTEMPTED
    times(10, run="full")(tables)
    late(10, run="full")(tables)
    found = verdicts(tables)
    assert found["bubbles.total.mae"][0] == TREND_FAILS
    assert found["bubbles.redundancy.reduction_a"][0] == TREND_FAILS


def test_one_seed_is_not_enough_for_an_ordering(paper):
    tables = copy.deepcopy(paper)
    tables.histories = tables.histories[tables.histories["seed"] == 0]
    verdict, reason = verdicts(tables)["bubbles.train.swish_beats_relu"]
    assert verdict == TREND_HOLDS
    assert "seeds 1 (paper 3)" in reason


def test_what_was_not_computed_is_not_judged(paper):
    tables = copy.deepcopy(paper)
    rows = tables.histories
    tables.histories = rows[(rows["epoch"] < 3) & (rows["run"] != "relu")]
    tables.timing = {}
    tables.statistics = tables.statistics[tables.statistics["quantity"] != "onset_auc"]
    found = verdicts(tables)
    for name in (
        *("train.swish_beats_relu", "train.validation_converges.total", "speed.factor"),
        *("train.spikes_recover", "valley.onset_energy"),
    ):
        assert found[f"bubbles.{name}"][0] == NOT_ATTEMPTED
    assert "none at this scale with run relu" in found["bubbles.train.swish_beats_relu"][1]


def test_without_a_spike_there_is_nothing_to_recover_from(paper):
    tables = copy.deepcopy(paper)
    rows = tables.histories
    tables.histories = rows.assign(val_mae=1 + np.exp(-rows["epoch"] / 10))
    assert "no spike" in verdicts(tables)["bubbles.train.spikes_recover"][1]


def test_errors_stand_beside_the_trivial_predictor(paper):
    claim = BY_ID["bubbles.valley.offdiag_mae_scaled"]
    piece = EVIDENCE[claim.id](claim, paper)
    assert piece.value == pytest.approx(0.0945)
    assert piece.trivial == pytest.approx(0.275)
    assert piece.n == 3
    assert "factor 1e+06" in piece.note


def test_both_readings_of_the_linear_map_are_judged_by_their_own_maps(paper):
    tables = copy.deepcopy(paper)
    mapped(4.0, features="trained", intercept=False)(tables)
    found = verdicts(tables)
    assert found["bubbles.linear_map.error"][0] == DEVIATES
    assert found["bubbles.linear_map.error_with_constant"][0] in REACHED
    claim = BY_ID["bubbles.linear_map.error_with_constant"]
    piece = EVIDENCE[claim.id](claim, tables)
    assert piece.value == pytest.approx(0.5)
    assert piece.trivial == pytest.approx(1.67)
    assert "untrained layer 1.2 %" in piece.note


def test_the_mean_of_eq_6_never_stands_alone(paper):
    for name in ("total.relative_error", "robust.gauss11", "robust.lorentz_error"):
        claim = BY_ID[f"bubbles.{name}"]
        assert "median" in EVIDENCE[claim.id](claim, paper).note, name
        assert "eq. (15)" in EVIDENCE[claim.id](claim, paper).note, name
    unknown = copy.deepcopy(paper)
    unknown.by_group["eq6_median_percent"] = np.nan  # as where predictions were not kept
    claim = BY_ID["bubbles.robust.gauss11"]
    assert "median" not in EVIDENCE[claim.id](claim, unknown).note


def test_figures_show_the_late_means_that_are_judged(paper):
    shown = training.late_ranges(paper.histories, paper.metrics, ["smooth", "full", "none"])
    assert shown.index.tolist() == ["smooth", "full"]
    claim = BY_ID["bubbles.total.smooth_model_comparable"]
    judged = EVIDENCE[claim.id](claim, paper).value
    late = shown["late_mae"]
    assert late["smooth"] / late["full"] == pytest.approx(judged, rel=1e-3)
    rows = paper.histories[(paper.histories["run"] == "full") & (paper.histories["epoch"] > 75)]
    assert late["full"] == pytest.approx(rows["val_mae"].mean())
    ends = shown.loc["full", ["late_least", "late_most"]].tolist()
    assert ends == [rows["val_mae"].min(), rows["val_mae"].max()]
    assert shown["mae"]["full"] == pytest.approx(0.61)
    assert (shown["epochs"].tolist(), shown["seeds"].tolist()) == ([100, 100], [3, 3])


def test_a_running_median_does_not_see_a_spike():
    curve = np.array([5.0, 4, 3, 9, 3, 3, 3])
    found = training.running_median(curve, 3)
    assert found.tolist() == [4.5, 4, 4, 3, 3, 3, 3]
    assert training.late_part(curve).tolist() == [3.0]
    assert training.late_part(range(1, 9)) == range(7, 9)
