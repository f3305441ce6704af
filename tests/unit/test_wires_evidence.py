"""Evidence for the claims of `wires`: results as in the paper reproduce each claim, others do not.

The tables hold what the paper states, for every run that the plan has at scale `paper`; each test
of a failure changes one of them.
"""

import copy
import json
import math
from dataclasses import replace

import pandas as pd
import pytest
from support import ROOT
from wires_paper import metrics, tables_of_the_paper

from hamlearn import claims
from hamlearn.claims import LedgerError
from hamlearn.evidence import collect, records, rising
from hamlearn.verdicts import (
    BOUND_HOLDS,
    DEVIATES,
    NOT_ATTEMPTED,
    REPRODUCED,
    TREND_HOLDS,
    judge,
)
from hamlearn.wires.evidence import EVIDENCE
from hamlearn.wires.plan import BIAS_CONDUCTANCE, CONDUCTANCE
from hamlearn.wires.selection import model_ii, model_ii_by_the_papers_rule

MODEL_I = {"family": "model_i"}
FIG6 = {"family": "model_ii", "stopping": "validation"}
LEDGER = claims.load(ROOT / "claims" / "wires.yaml")
JUDGED = [claim for claim in LEDGER.results if claim.not_attempted is None]
BY_ID = {claim.id: claim for claim in LEDGER.results}
REACHED = (REPRODUCED, BOUND_HOLDS)


@pytest.fixture(scope="module")
def paper(settings):
    """Tables at scale paper in which every claim holds."""
    return tables_of_the_paper(settings("paper")["wires"])


def verdicts(tables):
    found = {piece.claim: piece for piece in collect(LEDGER, tables, EVIDENCE)}
    return {claim.id: judge(claim, found.get(claim.id)) for claim in LEDGER.results}


def test_every_claim_of_the_ledger_is_judged_or_says_why_not():
    attempted = {claim.id for claim in JUDGED}
    assert attempted == set(EVIDENCE)
    assert all(claim.not_attempted for claim in LEDGER.results if claim.id not in attempted)


def test_results_as_the_paper_states_them_reproduce_every_claim(paper):
    found = verdicts(paper)
    assert {k: v for k, v in found.items() if k in EVIDENCE and v[0] not in REACHED} == {}


def test_evidence_survives_json(paper):
    found = collect(LEDGER, paper, EVIDENCE)
    text = json.dumps(records(found))
    assert claims.from_records(json.loads(text)) == {piece.claim: piece for piece in found}
    assert "NaN" not in text


def rows(tables, **where):
    """Which rows of the metrics have given values."""
    chosen = pd.Series(True, index=tables.metrics.index)
    for key, value in where.items():
        chosen &= tables.metrics[key].eq(value)
    assert chosen.any(), where
    return chosen


def times(factor, column="mae", **where):
    """A change of the metrics: a column multiplied where other columns have given values."""

    def change(tables):
        chosen = rows(tables, **where)
        tables.metrics[column] = tables.metrics[column].where(
            ~chosen, tables.metrics[column] * factor
        )

    return change


def statistic(change, quantity, column="value", **where):
    """A change of the statistics: a function of a column where other columns have given values."""

    def apply(tables):
        table = tables.statistics
        chosen = table["quantity"] == quantity
        for key, value in where.items():
            chosen &= table[key] >= value if key == "low" else table[key] == value
        assert chosen.any(), where
        table.loc[chosen, column] = change(table.loc[chosen, column])

    return apply


def of(table, column, value):
    """A change of one column, or one entry, of another table."""

    def change(tables):
        getattr(tables, table)[column] = value

    return change


def flat(**where):
    """A change that makes the MAE of some runs grow with the training set."""

    def change(tables):
        chosen = rows(tables, **where)
        tables.metrics.loc[chosen, "mae"] = tables.metrics.loc[chosen, "n_train"] * 1e-6

    return change


def unlearned(tables):
    """The predicted share moves out of the true one by a whole bin width of the distribution."""
    table = tables.statistics
    chosen = (table["quantity"] == "histogram_predicted") & (table["target"] == CONDUCTANCE)
    table.loc[chosen, ["low", "high"]] += 0.6


def wrong_in_the_middle(tables):
    table = tables.statistics
    chosen = (table["quantity"] == "histogram_predicted") & table["low"].between(20, 21.9)
    table.loc[chosen, "value"] *= 5


def shifted_bias(tables):
    table = tables.statistics
    chosen = (table["quantity"] == "histogram_predicted") & (table["target"] == BIAS_CONDUCTANCE)
    table.loc[chosen, ["low", "high"]] += 0.6


def deeper_is_better(tables):
    chosen = rows(tables, family="species", architecture="dnn")
    tables.metrics.loc[chosen, "mae"] /= tables.metrics.loc[chosen, "hidden"]


def noisy_seeds(tables):
    chosen = rows(tables, family="species", architecture="dnn")
    tables.metrics.loc[chosen, "mae"] += 0.2 * tables.metrics.loc[chosen, "seed"]


def small_converges_late(tables):
    chosen = rows(tables, family="training_set", hidden=1, neurons=30)
    chosen &= tables.metrics["n_train"] < 200000
    tables.metrics.loc[chosen, "mae"] *= 3


FAILURES = {
    "wires.model_i.histogram.asymmetric": statistic(lambda v: 0, "shoulder_mean", source="i_10"),
    "wires.model_i.histogram.wide": statistic(lambda v: 0.29, "std", source="i_3"),
    "wires.model_i.ucf_constant": statistic(lambda v: v * 1.2, "std", source="i_20"),
    "wires.model_ii.fig3.limit_n1": statistic(
        lambda v: 0.06, "mean", source="ii", target="bias_conductance_g0", low=0.95
    ),
    "wires.model_ii.fig3.monotone": statistic(
        lambda v: v * 0 + 0.5, "mean", source="ii", target="conductance_g0", low=0.85
    ),
    "wires.model_ii.fig3.spread": statistic(
        lambda v: v / 3, "spread", source="ii", target="conductance_g0"
    ),
    "wires.model_i.mae.3x3": times(1.3, **MODEL_I, length=3),
    "wires.model_i.mae.5x5": times(1.2, **MODEL_I, length=5),
    "wires.model_i.mae.10x10": times(0.8, **MODEL_I, length=10),
    "wires.model_i.mae.20x20": times(0.75, **MODEL_I, length=20),
    "wires.model_i.mae.monotone": times(0.8, **MODEL_I, length=20),
    "wires.model_i.parity.3x3_dense": times(0.8, "r2", **MODEL_I, length=3),
    "wires.model_i.parity.spread": times(0.3, "fraction_above_03", **MODEL_I, length=20),
    "wires.model_i.prediction_fails": times(0.8, **MODEL_I, length=20),
    "wires.model_i.beats_ridge": of("baselines", "mae", 0.05),
    "wires.model_ii.mae_g.30k": times(1.2, **FIG6, target=CONDUCTANCE, n_train=30000),
    "wires.model_ii.mae_g.80k": times(1.2, architecture="cnn", n_train=80000),
    "wires.model_ii.mae_g.summary": times(0.8, architecture="cnn", n_train=80000),
    "wires.model_ii.mae_g.learning_curve": flat(**FIG6, target=CONDUCTANCE),
    "wires.model_ii.better_than_i": times(3, trained_on="ii"),
    "wires.model_ii.outliers_g": times(0.3, "fraction_above_1", **FIG6, target=CONDUCTANCE),
    "wires.model_ii.hist_g": unlearned,
    "wires.model_ii.hist_g.exception": wrong_in_the_middle,
    "wires.model_ii.mae_gbar.80k": times(1.25, architecture="cnn", n_train=80000),
    "wires.model_ii.mae_gbar.summary": times(1.5, architecture="cnn", n_train=80000),
    "wires.model_ii.mae_ratio": times(1.5, family="model_ii", target=BIAS_CONDUCTANCE),
    "wires.model_ii.mae_gbar.decay": flat(**FIG6, target=BIAS_CONDUCTANCE),
    "wires.model_ii.parity.gbar_denser": times(
        4, "fraction_above_1", **FIG6, target=BIAS_CONDUCTANCE
    ),
    "wires.model_ii.hist_gbar": shifted_bias,
    "wires.model_ii.gbar_fluctuation": statistic(
        lambda v: v * 3, "residual", source="ii", target="bias_conductance_g0"
    ),
    "wires.ensemble.mean_agrees": of("average", "mean_predicted_g0", 1.2),
    "wires.ensemble.std_agrees": of("average", "std_predicted_g0", 1.7),
    "wires.timing.kwant": of("timing", "kwant_seconds", 20000.0),
    "wires.timing.network": of("timing", "network_seconds", 70.0),
    "wires.timing.ratio": of("timing", "network_seconds", 7.0),
    "wires.app_a.fig8.neurons": times(2, neurons=80),
    "wires.app_a.fig8.size": times(0.5, family="system_size", length=8),
    "wires.app_a.fig8.convergence": times(0.5, family="system_size", hidden=4, neurons=80),
    "wires.app_a.disorder_strength": times(3, family="disorder_strength", disorder_t=2),
    "wires.app_a.fig9.mae.3x3": times(1.4, family="training_set", length=3),
    "wires.app_a.fig9.mae.4x4": times(0.6, family="training_set", length=4),
    "wires.app_a.fig9.not_by_samples": times(0.5, family="training_set", length=4),
    "wires.app_a.fig9.by_width": times(2, family="training_set", length=5, neurons=60),
    "wires.app_a.fig9.by_depth": times(2, family="training_set", length=3, hidden=3),
    "wires.app_a.fig9.samples_for_convergence": small_converges_late,
    "wires.app_a.fig9.falls_with_n": flat(family="training_set", length=4),
    "wires.app_a.mae.1x1": times(2, family="one_and_two_sites", length=1, width=1),
    "wires.app_a.mae.1x2": times(0.4, family="one_and_two_sites", length=1, width=2),
    "wires.app_a.samples_ratio": times(0.1, family="one_and_two_sites", length=1, width=2),
    "wires.app_b.fluctuation": statistic(lambda v: v * 0.1, "spread", source="iv"),
    "wires.app_b.fluctuation.60_100.ii": statistic(lambda v: v * 0 + 1, "spread", source="ii"),
    "wires.app_b.fluctuation.60_100.iv": statistic(lambda v: v * 5, "spread", source="iv"),
    "wires.app_b.depth_dependence": noisy_seeds,
    "wires.app_b.optimal_depth": deeper_is_better,
    "wires.app_b.mae.ii": times(1.2, family="species", architecture="dnn", model="ii"),
    "wires.app_b.mae.iii": times(0.8, family="species", architecture="dnn", model="iii"),
    "wires.app_b.mae.iv": times(1.2, family="species", architecture="dnn", model="iv"),
    "wires.app_b.mae.ordering": times(0.5, family="species", architecture="cnn", model="iv"),
    "wires.app_b.architecture_weak": times(
        2, family="species", architecture="dnn", model="ii", hidden=5
    ),
    "wires.app_b.cnn_equals_dnn": times(1.4, family="species", architecture="cnn", model="iii"),
    "wires.app_b.cnn_cheaper": times(
        8, "seconds_per_epoch", family="species", architecture="cnn", model="iv"
    ),
    "wires.digitised.fig3.n0": statistic(lambda v: v + 0.1, "mean", source="clean"),
    "wires.general.nc_small": times(3, family="species", architecture="cnn", model="ii"),
    "wires.general.fast_and_accurate": of("timing", "network_seconds", 50.0),
}


@pytest.mark.parametrize("claim", FAILURES)
def test_every_claim_can_fail(paper, claim):
    tables = copy.deepcopy(paper)
    FAILURES[claim](tables)
    piece = EVIDENCE[claim](BY_ID[claim], tables)
    verdict, reason = judge(BY_ID[claim], piece)
    assert verdict == DEVIATES, reason


def test_coverage_falls_only_where_a_sample_covers_less_than_all(paper):
    assert {claim.id for claim in JUDGED} - set(FAILURES) == {"wires.model_i.coverage"}
    claim = replace(BY_ID["wires.model_i.coverage"], tolerance={"eps_over_w": 1.0})
    assert judge(claim, EVIDENCE[claim.id](claim, paper))[0] == DEVIATES


def test_fast_averages_have_to_be_accurate_too(paper):
    claim = BY_ID["wires.general.fast_and_accurate"]
    tables = copy.deepcopy(paper)
    tables.average["mean_predicted_g0"] = 1.9
    assert judge(claim, EVIDENCE[claim.id](claim, tables))[0] == DEVIATES


@pytest.mark.parametrize("scale", ["smoke", "default"])
def test_at_reduced_scale_no_error_is_compared_with_the_papers(paper, settings, scale):
    wires = settings(scale)["wires"]
    tables = copy.deepcopy(paper)
    tables.metrics = metrics(wires)
    found = verdicts(tables)
    assert set(found) == {claim.id for claim in LEDGER.results}
    for claim in JUDGED:
        if claim.compare in claims.NUMERIC and claim.id.startswith("wires.app_b.mae"):
            assert found[claim.id][0].startswith("reduced scale")


def test_what_is_missing_is_not_attempted_and_named(paper):
    tables = copy.deepcopy(paper)
    tables.metrics = tables.metrics[~rows(tables, family="training_set", length=4)]
    tables.average = pd.DataFrame()
    found = verdicts(tables)
    assert found["wires.app_a.fig9.mae.4x4"][0] == NOT_ATTEMPTED
    assert "length 4" in found["wires.app_a.fig9.mae.4x4"][1]
    assert found["wires.ensemble.mean_agrees"] == (
        NOT_ATTEMPTED,
        "no disorder average at this scale",
    )
    assert found["wires.app_a.fig9.mae.3x3"][0] == REPRODUCED


def test_one_seed_cannot_show_a_dependence_beyond_the_seeds(paper):
    tables = copy.deepcopy(paper)
    tables.metrics = tables.metrics[tables.metrics["seed"] == 0]
    assert "two seeds" in verdicts(tables)["wires.app_b.depth_dependence"][1]


def test_the_papers_stopping_rule_is_judged_and_the_other_noted(paper):
    claim = BY_ID["wires.model_i.mae.20x20"]
    piece = EVIDENCE[claim.id](claim, paper)
    assert piece.value == pytest.approx(0.38)
    assert piece.sd == pytest.approx(0.38e-3)
    assert piece.n == 3
    assert piece.trivial == pytest.approx(0.322)
    assert piece.note == ("flat training loss; lowest held-out loss of 50 epochs: 0.342 ± 0.000342")


def test_ridge_on_other_samples_is_a_trend_only(paper):
    claim = BY_ID["wires.model_i.beats_ridge"]
    tables = copy.deepcopy(paper)
    tables.baselines["n_train"] = 77
    assert judge(claim, EVIDENCE[claim.id](claim, tables))[0] == TREND_HOLDS


def test_a_claim_without_an_evidence_function_is_an_error(paper):
    claim = replace(BY_ID["wires.model_i.mae.3x3"], id="wires.new")
    ledger = claims.Ledger("wires", "", (), (claim,))
    with pytest.raises(LedgerError, match="wires.new: no evidence function"):
        collect(ledger, paper, EVIDENCE)


def test_networks_of_the_papers_rule_alone_are_those_of_figure_6(paper):
    tables = copy.deepcopy(paper)
    tables.metrics = tables.metrics[~rows(tables, **FIG6)]
    assert set(model_ii(tables.metrics, CONDUCTANCE)["stopping"]) == {"train_plateau"}
    assert model_ii_by_the_papers_rule(tables.metrics, CONDUCTANCE).empty
    claim = BY_ID["wires.model_ii.mae_g.80k"]
    piece = EVIDENCE[claim.id](claim, tables)
    assert piece.value == pytest.approx(0.18)
    assert piece.note == "flat training loss"


def test_a_training_that_ended_at_its_cap_is_not_the_papers(paper):
    """The paper trains until the loss is lowest: what was cut short is not called reproduced."""
    tables = copy.deepcopy(paper)
    cut = rows(tables, **MODEL_I, stopping="train_plateau")
    tables.metrics.loc[cut, "max_epochs"] = 50
    found = verdicts(tables)
    ids = [f"wires.model_i.mae.{n}x{n}" for n in (3, 5, 10, 20)]
    for claim in (*ids, "wires.model_i.mae.monotone", "wires.model_i.beats_ridge"):
        verdict, reason = found[claim]
        assert verdict == TREND_HOLDS, claim
        assert "epochs 50 (cap) (paper until the loss is lowest)" in reason
    assert "50 epochs (cap)" in found["wires.model_i.mae.3x3"][1]
    # one network of several is enough, and is counted
    assert "epochs 50 (cap) for 3 of 6 networks" in found["wires.model_ii.better_than_i"][1]
    assert found["wires.model_i.coverage"][0] == REPRODUCED
    assert found["wires.model_ii.mae_g.80k"][0] == REPRODUCED


def test_what_grows_with_the_number_of_neurons_does_not_converge(paper):
    claim = BY_ID["wires.app_a.fig8.convergence"]
    tables = copy.deepcopy(paper)
    change = EVIDENCE[claim.id](claim, tables).value
    assert len(change) == 7  # sizes
    assert max(map(abs, change)) < 0.05
    times(1.15, family="system_size", hidden=4, neurons=80, length=8)(tables)
    piece = EVIDENCE[claim.id](claim, tables)
    assert piece.value[-1] == pytest.approx(1.15 * (1 + change[-1]) - 1)
    assert judge(claim, piece)[0] == DEVIATES


def test_differences_of_averages_count_by_the_range_of_concentrations(paper):
    """Many concentrations near 0, where the network is off, do not weigh more than others."""
    claim = BY_ID["wires.ensemble.mean_agrees"]
    tables = copy.deepcopy(paper)
    n = [0.0, 0.01, 0.02, 0.03, 0.04, 1.0]
    table = tables.average.iloc[: len(n)].assign(seed=0, concentration=n, mean_true_g0=1.0)
    tables.average = table.assign(mean_predicted_g0=[0.6, 1.0, 1.0, 1.0, 1.0, 1.0])
    piece = EVIDENCE[claim.id](claim, tables)
    assert piece.value == pytest.approx([0.4, 0.5 * 0.4 * 0.01])
    assert piece.note == "largest at n = 0 %"


def test_rising():
    assert rising([1, 2, 3])
    assert not rising([1, 1])
    assert rising([1, 1], strictly=False)
    assert not rising([1])
    assert not rising([1, math.nan, 3])
