"""Claims on networks on CIFAR-10: pipelines, bypasses, medium extractors (Figs. 17 to 21, 29)."""

from collections.abc import Callable

import pandas as pd

from hamlearn.claims import Claim, Evidence
from hamlearn.evidence import Missing, select
from hamlearn.rolling import measures, pipelines
from hamlearn.rolling.evidence import comparisons
from hamlearn.rolling.evidence.comparisons import (
    EVERY,
    LARGE,
    POINTS,
    ROLLED,
    SMALL,
    ZERO,
    Gap,
    Range,
    accuracy,
    equality,
    fall,
    of_thesis,
    ordering,
    over_kinds,
)
from hamlearn.rolling.evidence.tables import Tables, evidence
from hamlearn.rolling.statistics import joined

PIPELINE = "pipeline"
PLAIN = ("std", "res")
NEARLY = POINTS * measures.NEARLY
ALIKE = 1.0
"""Points within which two networks are as good."""
UNSTABLE = 5
"""Points between repetitions of one network that are called an instability."""


def _gain(tables: Tables, first: str, second: str, kind: str, within: Range = EVERY) -> Gap:
    gap = accuracy(tables, first, kind, within) - accuracy(tables, second, kind, within)
    return Gap(gap.value, gap.se, f"gain of {kind} at {within.words}")


def _against_kinds(tables: Tables, family: str, kind: str, others: tuple, within: Range) -> list:
    best = accuracy(tables, family, kind, within)
    return [best - accuracy(tables, family, other, within) for other in others]


ORDERINGS: dict[str, Callable[[Tables], list[Gap]]] = {
    "cifar.res_beats_std_small_chi": lambda t: [over_kinds(t, "res", "std", ZERO)],
    "cifar.torfcn_best": lambda t: [
        gap
        for family in PLAIN
        for gap in _against_kinds(t, family, "torfcn", ("conv", "torsum"), ROLLED)
    ],
    "cifar.conv_best_at_zero": lambda t: [
        gap for family in PLAIN for gap in _against_kinds(t, family, "conv", ("torfcn",), ZERO)
    ],
    "cifar.torsum_lowest": lambda t: [
        accuracy(t, family, kind, SMALL) - accuracy(t, family, "torsum", SMALL)
        for family in PLAIN
        for kind in ("conv", "torfcn")
    ],
    "cifar.conv_deteriorates": lambda t: [
        fall(t, name, "conv") for name in ("res", "tuned", "free")
    ],
    "tuned.torfcn_best": lambda t: [
        gap
        for family in ("res", "tuned")
        for gap in _against_kinds(t, family, "torfcn", ("conv", "torsum"), ROLLED)
    ],
    "tuned.above_res_large_chi": lambda t: [over_kinds(t, "tuned", "res", LARGE)],
    "tuned.below_res_small_chi": lambda t: [over_kinds(t, "res", "tuned", SMALL)],
    "free.best_of_fig18": lambda t: [
        accuracy(t, "free", "torsum") - accuracy(t, family, "torsum") for family in ("tuned", "res")
    ],
    "free.gain_largest_for_torsum": lambda t: [
        _gain(t, "free", "res", "torsum") - _gain(t, "free", "res", kind)
        for kind in ("torfcn", "conv")
    ],
    "free.parallels_residual": lambda t: [
        over_kinds(t, "free", "res", LARGE) - over_kinds(t, "free", "res", SMALL)
    ],
    "free.sum_below_fcn": lambda t: _against_kinds(t, "free", "torfcn", ("torsum",), ROLLED),
    "hb.best_overall": lambda t: [
        over_kinds(t, "hbfree", family, EVERY) for family in pipelines.CIFAR if family != "hbfree"
    ],
    "hb.above_free": lambda t: [over_kinds(t, "hbfree", "free", EVERY)],
    "hb.above_res_positive_chi": lambda t: [over_kinds(t, "hbfree", "res", ROLLED)],
    "hybrid.between": lambda t: [
        accuracy(t, better, "torsum") - accuracy(t, worse, "torsum")
        for better, worse in (("hybrid", "res"), ("hbfree", "hybrid"))
    ],
    "mean_pool_limit": lambda t: [
        _gain(t, "hbfree", "free", "torsum") - _gain(t, "hbfree", "free", "torfcn")
    ],
}
"""Differences that must be above zero, by claim."""
EQUALITIES: dict[str, tuple[float, Callable[[Tables], list[Gap]]]] = {
    "cifar.res_equals_std_large_chi": (2.0, lambda t: [over_kinds(t, "res", "std", LARGE)]),
    "cifar.torsum_flat": (NEARLY, lambda t: [fall(t, name, "torsum") for name in PLAIN]),
    "tuned.torsum_flat": (
        NEARLY,
        lambda t: [fall(t, name, "torsum") for name in ("tuned", *pipelines.FREE)],
    ),
    "hb.sum_equals_fcn": (
        ALIKE,
        lambda t: [accuracy(t, "hbfree", "torsum") - accuracy(t, "hbfree", "torfcn")],
    ),
}
"""Points that do not count, and differences that must be within, by claim."""


@evidence(*(f"rolling.{name}" for name in ORDERINGS))
def in_order(claim: Claim, tables: Tables) -> Evidence:
    gaps = ORDERINGS[claim.id.removeprefix("rolling.")](tables)
    return ordering(claim, tables, PIPELINE, gaps)


@evidence(*(f"rolling.{name}" for name in EQUALITIES))
def alike(claim: Claim, tables: Tables) -> Evidence:
    allowed, differences = EQUALITIES[claim.id.removeprefix("rolling.")]
    return equality(claim, tables, PIPELINE, differences(tables), allowed)


@evidence("rolling.cifar.std_peak", "rolling.cifar.res_peak")
def peak(claim: Claim, tables: Tables) -> Evidence:
    family = claim.id.rpartition(".")[2].removesuffix("_peak")
    rows = pd.concat([of_thesis(tables, family, kind) for kind in pipelines.KINDS])
    means = rows.groupby("chi")["accuracy"].mean()
    value, repeats = int(means.idxmax()), tables.settings[PIPELINE]["repeats"]
    return Evidence(claim.id, value, n=repeats, settings=comparisons.used(tables, PIPELINE))


@evidence("rolling.free.no_dip")
def no_dip(claim: Claim, tables: Tables) -> Evidence:
    between = Range("χ of 2 or 3", lambda chi, side: (chi >= 2) & (chi <= 3))
    gaps = [
        accuracy(tables, "free", kind, ZERO) - accuracy(tables, "free", kind, between)
        for kind in pipelines.KINDS
    ]
    return ordering(claim, tables, PIPELINE, gaps)


@evidence("rolling.free.instabilities")
def instabilities(claim: Claim, tables: Tables) -> Evidence:
    rows = select(tables.metrics, "networks with free attention", family=list(pipelines.FREE))
    if rows["repeat"].nunique() < 2:
        raise Missing("instabilities: need two repetitions")
    groups = rows.groupby(["family", "kind", "chi"])["accuracy"]
    apart = int((POINTS * (groups.max() - groups.min()) > UNSTABLE).sum())
    frozen = int((rows["frozen"] > 0).sum())
    others = select(tables.metrics, "plain pipelines", family=list(PLAIN))
    spread = others.groupby(["family", "kind", "chi"])["accuracy"].agg(lambda a: a.max() - a.min())
    note = (
        f"{apart} of {groups.ngroups} networks differ by more than {UNSTABLE} points between "
        f"repetitions ({int((POINTS * spread > UNSTABLE).sum())} of {len(spread)} without "
        f"attention), {frozen} of {len(rows)} have frozen read-outs"
    )
    return Evidence(
        claim.id,
        [apart, frozen],
        n=len(rows),
        settings=comparisons.used(tables, PIPELINE),
        holds=bool(apart or frozen),
        note=note,
    )


def _sums(tables: Tables) -> pd.DataFrame:
    """Return accuracies of all torsum networks on images rolled as in their training."""
    rows = joined(tables.metrics, tables.by_group)
    rows = rows[rows["chi"] == rows["chi_trained"]]
    families = list(pipelines.CIFAR)
    return select(rows, "sums on a torus", kind="torsum", family=families)


def _pooled(claim: Claim, tables: Tables, first: list[str], others: list[str]) -> Evidence:
    """Judge whether medians of some families are above those of others, pooled over chi.

    Undecided where the means of two families differ by less than two standard errors.
    """
    grouped = _sums(tables).groupby("family")["accuracy"]
    median, largest = grouped.median(), grouped.max()
    pairs = [(one, other) for one in first for other in others if one != other]
    gaps = [accuracy(tables, a, "torsum") - accuracy(tables, b, "torsum") for a, b in pairs]
    found = ordering(claim, tables, PIPELINE, gaps)
    above = all(median[one] > median[other] for one, other in pairs)
    if len(first) == 1:
        above = above and largest.idxmax() == first[0]
    values = {family: round(POINTS * float(median[family]), 2) for family in (*first, *others)}
    note = f"medians {values}; {found.note}"
    holds = above and found.holds
    return Evidence(
        claim.id,
        list(values.values()),
        n=found.n,
        settings=found.settings,
        holds=holds,
        undecided=not holds and min(gap.sign for gap in gaps) >= 0,
        note=note.replace("'", "").replace("{", "").replace("}", ""),
    )


@evidence("rolling.fig21.hb_optimal")
def high_bandwidth_is_best(claim: Claim, tables: Tables) -> Evidence:
    others = [family for family in pipelines.CIFAR if family != "hbfree"]
    return _pooled(claim, tables, ["hbfree"], others)


@evidence("rolling.fig21.extractors_above_pipelines")
def extractors_are_better(claim: Claim, tables: Tables) -> Evidence:
    return _pooled(claim, tables, ["free", "hbfree"], list(PLAIN))


@evidence("rolling.fig29.columns")
def every_family_of_every_kind(claim: Claim, tables: Tables) -> Evidence:
    rows = select(tables.statistics, "networks", family=list(pipelines.CIFAR))
    families = rows.groupby("kind")["family"].nunique()
    holds = len(families) == len(pipelines.KINDS) and (families == len(pipelines.CIFAR)).all()
    return Evidence(claim.id, [int(n) for n in families], n=len(families), holds=bool(holds))
