"""Verdicts of the study rolling: from tables that are made up, with and without scatter."""

import numpy as np
import pandas as pd
import pytest
from support import ROOT

from hamlearn import claims, verdicts
from hamlearn.evidence import Missing, collect
from hamlearn.rolling import pipelines, plan
from hamlearn.rolling.evidence import EVIDENCE, Tables, attended, comparisons
from hamlearn.rolling.evidence.comparisons import Gap
from hamlearn.rolling.statistics import summarise
from hamlearn.study import Inputs, Study

LEDGER = claims.load(ROOT / "claims" / "rolling.yaml")
CLAIMS = {claim.id: claim for claim in LEDGER.results}
KINDS = {"conv": 0.0, "torfcn": 0.02, "torsum": -0.02}


def accuracy(run) -> float:
    """What the thesis says: sums are flat, others fall, extractors and large networks are best."""
    if run.architecture in pipelines.DENSE:
        width = list(pipelines.DENSE).index(run.architecture)
        return 0.9 + 0.02 * width - (0.4 - 0.1 * width) * (run.fit["chi"] > 0)
    family = pipelines.CIFAR.index(run.architecture) if run.architecture in pipelines.CIFAR else 0
    gain = {"std": 0, "res": 0.01, "tuned": 0.02, "free": 0.05, "hybrid": 0.06, "hbfree": 0.09}
    kind = run.options["kind"]
    falls = {"conv": 0.2, "torfcn": 0.02, "torsum": 0.0}[kind] * (run.fit["chi"] > 0)
    return 0.8 + gain.get(run.architecture, 0.15) + KINDS[kind] - falls + 0 * family


def tables(settings, scatter: float = 0.0, samples: int = 10**6, frozen: int = 2) -> Tables:
    """Tables of a run at scale default whose accuracies scatter by as much."""
    part, numbers = settings("default")["rolling"], np.random.default_rng(0)
    metrics, groups = [], []
    for run in Study("rolling", part).runs.values():
        if run.target != "class":
            continue
        found = float(np.clip(accuracy(run) + scatter * numbers.normal(), 0.01, 0.99))
        row = {"run": run.name, "seed": 0, "target": "class", "ensemble": run.trained_on}
        row |= {"family": run.family, "architecture": run.architecture, "n_train": run.n_train}
        row |= {"kind": run.options.get("kind", ""), "floor": run.options.get("floor", np.nan)}
        row |= {"downsample": run.options.get("downsample", "aligned"), "accuracy": found}
        row |= {"learning_rate": run.fit["learning_rate"], "chi": run.fit["chi"]}
        row |= {"repeat": run.fit["repeat"], "frozen": frozen if run.family == "frozen" else 0}
        metrics.append({**row, "frozen": row["frozen"] * (run.options.get("floor") == 0)})
        shared = {"accuracy_chance": 0.1, "accuracy_class_mean": 0.5, "error_trivial": 0.5}
        shared |= {"cross_entropy": 2 * (1 - found), "error": 1 - found}
        se = np.sqrt(found * (1 - found) / samples)
        group = {"run": run.name, "seed": 0, "ensemble": run.trained_on, "group": "chi"}
        groups.append({**group, "chi": run.fit["chi"], "n": samples, "accuracy": found,
                       "accuracy_se": se, **shared})  # fmt: skip
    metrics, groups = pd.DataFrame(metrics), pd.DataFrame(groups)
    statistics = summarise(Inputs(tables={"metrics": metrics, "by_group": groups}), {})
    sections = {name: part[name] for name in plan.SECTIONS}
    empty = pd.DataFrame()
    return Tables(metrics, groups, empty, statistics, empty, empty, empty, {}, sections)


def judged(found: Tables, name: str) -> str:
    claim = CLAIMS[f"rolling.{name}"]
    return verdicts.judge(claim, EVIDENCE[claim.id](claim, found))[0]


CLEAR = {
    **dict.fromkeys(
        ["fc.best_at_zero", "fc.large_best_at_large_chi", "fc.small_poorest", "fc.not_invariant"],
        verdicts.TREND_HOLDS,
    ),
    "fc.capacity_approximates_invariance": verdicts.TREND_HOLDS,
    "fc.cost_rises": verdicts.TREND_HOLDS,
    "mnist.conv_beats_fc": verdicts.TREND_FAILS,  # at χ = 0 they are as good
    "mnist.pool_equals_full": verdicts.TREND_HOLDS,
    "mnist.torsum_flat": verdicts.TREND_HOLDS,
    "cifar.torsum_flat": verdicts.TREND_HOLDS,
    "cifar.torfcn_best": verdicts.TREND_HOLDS,
    "cifar.conv_best_at_zero": verdicts.TREND_FAILS,
    "cifar.conv_deteriorates": verdicts.TREND_HOLDS,
    "cifar.res_beats_std_small_chi": verdicts.TREND_HOLDS,
    "hb.best_overall": verdicts.TREND_HOLDS,
    "hybrid.between": verdicts.TREND_HOLDS,
    "hb.sum_equals_fcn": verdicts.TREND_FAILS,
    "fig21.hb_optimal": verdicts.TREND_HOLDS,
    "fig21.extractors_above_pipelines": verdicts.TREND_HOLDS,
    "attention.saturated_layers": verdicts.TREND_HOLDS,
}


def test_what_the_thesis_says_is_seen_where_nothing_scatters(settings):
    found = tables(settings)
    assert {name: judged(found, name) for name in CLEAR} == CLEAR


def test_orderings_within_scatter_are_called_so(settings):
    found = tables(settings, scatter=0.2, samples=20)
    orderings = ["cifar.torfcn_best", "hb.best_overall", "hybrid.between", "fig21.hb_optimal"]
    assert {judged(found, name) for name in orderings} == {verdicts.SCATTER}


def test_no_network_that_freezes_is_no_trend(settings):
    assert judged(tables(settings, frozen=0), "attention.saturated_layers") == verdicts.TREND_FAILS


@pytest.mark.parametrize(
    ("gaps", "holds", "undecided"),
    [
        ([Gap(3, 1), Gap(9, 1)], True, False),
        ([Gap(3, 1), Gap(1, 1)], False, True),
        ([Gap(3, 1), Gap(-1, 1)], False, True),
        ([Gap(3, 1), Gap(-3, 1)], False, False),
    ],
)
def test_an_ordering_is_seen_beyond_two_standard_errors(settings, gaps, holds, undecided):
    claim = CLAIMS["rolling.cifar.torfcn_best"]
    found = comparisons.ordering(claim, tables(settings), "pipeline", gaps)
    assert (found.holds, found.undecided) == (holds, undecided)


@pytest.mark.parametrize(
    ("gap", "holds", "undecided"),
    [(Gap(1, 5), True, False), (Gap(-4, 5), False, True), (Gap(-4, 1), False, False)],
)
def test_networks_are_alike_within_what_is_allowed(settings, gap, holds, undecided):
    claim = CLAIMS["rolling.cifar.torsum_flat"]
    found = comparisons.equality(claim, tables(settings), "pipeline", [gap], 1.5)
    assert (found.holds, found.undecided) == (holds, undecided)


def test_what_was_not_trained_is_missing(settings):
    found = tables(settings)
    with pytest.raises(Missing, match="χ of 2 or 3"):
        EVIDENCE["rolling.free.no_dip"](CLAIMS["rolling.free.no_dip"], found)


def watched(means, sds=0.1) -> Tables:
    """Tables of one run whose attention was looked at after each epoch."""
    means = np.asarray(means, dtype=float)
    rows = pd.DataFrame({"run": "a", "seed": 0, "epoch": range(1, 1 + len(means))})
    for r in range(means.shape[1]):
        rows[f"attention_{r}"] = means[:, r]
        rows[f"attention_sd_{r}"] = np.broadcast_to(sds, means.shape)[:, r]
    metrics = pd.DataFrame([{"run": "a", "family": "hbfree", "floor": 0.0, "repeat": 0}])
    part = {"source": "digits", "train": 1, "epochs": 1, "repeats": 1, "chi": [0], "side": 8}
    empty = pd.DataFrame()
    tables = [metrics, empty, rows, empty, empty, empty, empty]
    return Tables(*tables, {}, {"pipeline": part, "plain": part})


UPWARD = [[0.9, 0.5, 0.1], [0.5, 0.9, 0.3], [0.1, 0.5, 0.9], [0.1, 0.3, 0.9]]


def test_attention_that_moves_upward_is_seen():
    found = watched(UPWARD)
    assert judged(found, "attention.progresses_upward") == verdicts.TREND_HOLDS
    assert judged(watched(UPWARD[::-1]), "attention.progresses_upward") == verdicts.TREND_FAILS
    np.testing.assert_allclose(attended.centres(np.array(UPWARD))[:2], [1.0, 0.7 / 1.5])


def test_frozen_read_outs_are_found_with_the_epoch():
    found = watched([[0.5, 0.5], [0.001, 0.9], [0.001, 0.95]], sds=[[0.1, 0.1], [0, 0.1], [0, 0.1]])
    found.metrics["family"] = "frozen"
    claim = CLAIMS["rolling.attention.saturated_epoch"]
    assert EVIDENCE[claim.id](claim, found).value == 2
    assert judged(found, "attention.saturated_sd") == verdicts.TREND_HOLDS
    assert judged(found, "attention.saturated_constant") == verdicts.TREND_HOLDS


def test_every_claim_has_evidence_or_a_reason(settings):
    found = tables(settings)
    exact = [name for name in EVIDENCE if name.startswith("rolling.exact.")]
    assert len(exact) == 22
    kept = [claim for claim in LEDGER.results if claim.id.startswith(("rolling.fc", "rolling.hb"))]
    ledger = claims.Ledger("rolling", "", (), tuple(kept))
    assert len(collect(ledger, found, EVIDENCE)) == len(kept)
