"""Claims on dense networks and on convolutions that shrink by strides or pools (Figs. 15, 16)."""

import numpy as np

from hamlearn.claims import Claim, Evidence
from hamlearn.evidence import Missing
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
    accuracy,
    equality,
    fall,
    of_thesis,
    ordering,
)
from hamlearn.rolling.evidence.tables import Tables, evidence

PLAIN = "plain"
SMALLEST, MEDIUM, LARGEST = pipelines.DENSE
FALL = 5
"""Points that a network must lose which is not invariant."""
NEARLY = POINTS * measures.NEARLY
"""Points that do not count."""


def _at(tables: Tables, architecture: str, kind: str | None, chi: int) -> Gap:
    """Return the accuracy of a network at one degree of rolling."""
    only = comparisons.Range(f"χ = {chi}", lambda found, side: found == chi)
    found = accuracy(tables, architecture, kind, only)
    return Gap(found.value, found.se, f"{found.name} at {chi}")


def _rolled(tables: Tables) -> list[int]:
    chis = [chi for chi in tables.settings[PLAIN]["chi"] if chi]
    if not chis:
        raise Missing("no network was trained on rolled images")
    return chis


@evidence("rolling.fc.best_at_zero")
def best_unrolled(claim: Claim, tables: Tables) -> Evidence:
    gaps = [
        accuracy(tables, family, None, ZERO) - _at(tables, family, None, chi)
        for family in pipelines.DENSE
        for chi in _rolled(tables)
    ]
    return ordering(claim, tables, PLAIN, gaps)


@evidence("rolling.fc.large_best_at_large_chi")
def larger_is_better(claim: Claim, tables: Tables) -> Evidence:
    small, medium, large = (accuracy(tables, name, None, LARGE) for name in pipelines.DENSE)
    return ordering(claim, tables, PLAIN, [large - medium, medium - small])


@evidence("rolling.fc.small_poorest")
def smallest_is_poorest(claim: Claim, tables: Tables) -> Evidence:
    small, *others = (accuracy(tables, name, None, ROLLED) for name in pipelines.DENSE)
    return ordering(claim, tables, PLAIN, [other - small for other in others])


@evidence("rolling.fc.plateau")
def level_at_large_chi(claim: Claim, tables: Tables) -> Evidence:
    chis = [chi for chi in _rolled(tables) if chi >= tables.settings[PLAIN]["side"] / 2]
    if len(chis) < 2:
        raise Missing("a plateau: needs networks at two degrees of rolling of N/2 or more")
    ends = [(_at(tables, name, None, max(chis)), _at(tables, name, None, min(chis)))
            for name in pipelines.DENSE]  # fmt: skip
    return equality(claim, tables, PLAIN, [last - first for last, first in ends], NEARLY)


@evidence("rolling.fc.not_invariant")
def falls(claim: Claim, tables: Tables) -> Evidence:
    gap = fall(tables, SMALLEST)
    return ordering(claim, tables, PLAIN, [Gap(gap.value - FALL, gap.se, f"{gap.name} beyond 5")])


@evidence("rolling.fc.capacity_approximates_invariance")
def larger_falls_less(claim: Claim, tables: Tables) -> Evidence:
    small, medium, large = (fall(tables, name) for name in pipelines.DENSE)
    return ordering(claim, tables, PLAIN, [small - medium, medium - large])


@evidence("rolling.fc.cost_rises")
def cost_rises(claim: Claim, tables: Tables) -> Evidence:
    side, gaps = tables.settings[PLAIN]["side"], []
    for family in pipelines.DENSE:
        rows = of_thesis(tables, family)
        parts = rows[rows["chi"] >= side / 2], rows[rows["chi"] == 0]
        if any(part.empty for part in parts):
            raise Missing("costs: need networks at χ = 0 and at N/2 or more")
        large, zero = (part["log10_cost"].mean() for part in parts)
        se = np.sqrt(
            sum((p["log10_cost_sd"] ** 2 / p["repeats"]).sum() / len(p) ** 2 for p in parts)
        )
        gaps.append(Gap(POINTS * (large - zero), POINTS * float(se), f"100 log10 of {family}"))
    return ordering(claim, tables, PLAIN, gaps)


@evidence("rolling.mnist.conv_beats_fc")
def convolutions_beat_dense_networks(claim: Claim, tables: Tables) -> Evidence:
    gaps = []
    for chi in tables.settings[PLAIN]["chi"]:
        dense = max(
            (_at(tables, name, None, chi) for name in pipelines.DENSE), key=lambda g: g.value
        )
        gaps += [
            _at(tables, family, kind, chi) - dense
            for family in pipelines.MNIST
            for kind in pipelines.KINDS
        ]
    return ordering(claim, tables, PLAIN, gaps)


@evidence("rolling.mnist.pool_equals_full")
def pools_are_as_good_as_strides(claim: Claim, tables: Tables) -> Evidence:
    gaps = [
        accuracy(tables, "pool", kind, EVERY) - accuracy(tables, "full", kind, EVERY)
        for kind in pipelines.KINDS
    ]
    return equality(claim, tables, PLAIN, gaps, NEARLY)


@evidence("rolling.mnist.torsum_flat")
def sums_are_flat(claim: Claim, tables: Tables) -> Evidence:
    gaps = [fall(tables, family, "torsum") for family in pipelines.MNIST]
    return equality(claim, tables, PLAIN, gaps, NEARLY)


@evidence("rolling.mnist.conv_fcn_better_small_chi")
def others_are_better_at_small_chi(claim: Claim, tables: Tables) -> Evidence:
    gaps = [
        accuracy(tables, family, kind, SMALL) - accuracy(tables, family, "torsum", SMALL)
        for family in pipelines.MNIST
        for kind in ("conv", "torfcn")
    ]
    return ordering(claim, tables, PLAIN, gaps)


@evidence("rolling.mnist.torfcn_optimum")
def torfcn_is_best(claim: Claim, tables: Tables) -> Evidence:
    gaps = [
        accuracy(tables, family, "torfcn", EVERY) - accuracy(tables, family, kind, EVERY)
        for family in pipelines.MNIST
        for kind in ("conv", "torsum")
    ]
    return ordering(claim, tables, PLAIN, gaps)


@evidence("rolling.mnist.edge_threshold")
def where_padding_matters(claim: Claim, tables: Tables) -> Evidence:
    chis = sorted(tables.settings[PLAIN]["chi"])
    gaps = {
        chi: [_at(tables, family, "torfcn", chi) - _at(tables, family, "conv", chi)
              for family in pipelines.MNIST]
        for chi in chis
    }  # fmt: skip
    apart = [chi for chi in chis if all(gap.sign for gap in gaps[chi])]
    if not apart:
        raise Missing("conv and torfcn are nowhere apart by two standard errors")
    used = comparisons.used(tables, PLAIN)
    return Evidence(claim.id, apart[0], n=tables.settings[PLAIN]["repeats"], settings=used)
