"""Claims in words that compare the networks of the thesis."""

from dataclasses import replace
from itertools import combinations, product

import numpy as np
import pandas as pd

from hamlearn.bitei.evidence.scatter import RECALLS, binomial, measured, ordered
from hamlearn.bitei.evidence.tables import (
    NETWORKS,
    SET,
    Tables,
    confusions,
    evidence,
    of_thesis,
    used,
)
from hamlearn.bitei.solver import LABELS
from hamlearn.claims import Claim, Evidence
from hamlearn.evidence import ERRORS, Gap, Missing, select

AS_IN_TRAINING = (1.5, 1.5, 10.0)
"""Largest difference between test and training, in points, of each true class."""


def _recalls(tables: Tables, part: str) -> pd.DataFrame:
    """Return mean recalls on the test set, (network, class); raise Missing without a class."""
    frame = of_thesis(tables, part, list(NETWORKS))
    means = frame.groupby("network")[RECALLS].mean().reindex(NETWORKS)
    if means.isna().any(axis=None):
        raise Missing("a class without test samples at this scale")
    return means


def _said(claim: Claim, tables: Tables, part: str, value: object, holds: bool, **more) -> Evidence:
    frame = of_thesis(tables, part, list(NETWORKS))
    n = int(frame["repeat"].nunique())
    return Evidence(claim.id, value, n=n, settings=used(frame), holds=bool(holds), **more)


def _ordered(
    claim: Claim, tables: Tables, part: str, value: object, gaps: list[Gap], **more
) -> Evidence:
    frame = of_thesis(tables, part, list(NETWORKS))
    n = int(frame["repeat"].nunique())
    return ordered(claim, value, gaps, n=n, settings=used(frame), **more)


@evidence("bitei.perturbed.traces_not_significant")
def alike(claim: Claim, tables: Tables) -> Evidence:
    frame = of_thesis(tables, "perturbed", list(NETWORKS))
    found = frame.groupby("network")["trace"].agg(["mean", "std"]).reindex(NETWORKS)
    if found["std"].isna().any():
        raise Missing("one repetition only")
    close = [
        abs(found["mean"][a] - found["mean"][b]) < np.hypot(found["std"][a], found["std"][b])
        for a, b in combinations(NETWORKS, 2)
    ]
    return _said(claim, tables, "perturbed", found["mean"].tolist(), all(close))


@evidence("bitei.perturbed.lower_than_unperturbed")
def lower(claim: Claim, tables: Tables) -> Evidence:
    gaps = []
    for network, label in product(NETWORKS, LABELS):
        clean, noisy = (
            measured(tables, of_thesis(tables, part, network), f"recall_{label}")
            for part in ("unperturbed", "perturbed")
        )
        gaps.append(replace(clean - noisy, name=f"{network}, {label}"))
    return _ordered(claim, tables, "perturbed", min(gap.value for gap in gaps), gaps)


@evidence("bitei.unperturbed.small_worst")
def worst(claim: Claim, tables: Tables) -> Evidence:
    small, *others = (
        measured(tables, of_thesis(tables, "unperturbed", network), "trace", network)
        for network in NETWORKS
    )
    gaps = [other - small for other in others]
    values = [trace.value for trace in (small, *others)]
    return _ordered(claim, tables, "unperturbed", values, gaps)


@evidence("bitei.unperturbed.large_equals_hybrid")
def comparable(claim: Claim, tables: Tables) -> Evidence:
    frame = of_thesis(tables, "unperturbed", ["large", "hybrid"])
    found = frame.groupby("network")["trace"].agg(["mean", "std"])
    if found["std"].isna().any():
        raise Missing("one repetition only")
    difference = float(abs(np.diff(found["mean"])[0]))
    return _said(claim, tables, "unperturbed", difference, difference < np.hypot(*found["std"]))


def _split_difference(tables: Tables, part: str) -> tuple[np.ndarray, np.ndarray]:
    """Return test minus train, and standard errors, in points, (network, true, said class)."""
    shares = np.array(
        [
            [[confusions(tables, part, n, split, t).mean(axis=0) for t in LABELS] for n in NETWORKS]
            for split in ("test", "train")
        ]
    )
    if not np.isfinite(shares).all():
        raise Missing("a class without samples at this scale")
    counts = [
        [
            select(tables.by_group, "samples", ensemble=SET[part], split=split, true=t)["n"].iloc[0]
            for t in LABELS
        ]
        for split in ("test", "train")
    ]
    errors = binomial(shares, np.array(counts)[:, None, :, None])
    return shares[0] - shares[1], np.hypot(*errors)


@evidence("bitei.unperturbed.no_overfitting")
def no_overfitting(claim: Claim, tables: Tables) -> Evidence:
    difference, errors = _split_difference(tables, "unperturbed")
    beyond = np.abs(difference) - np.array(AS_IN_TRAINING)[:, None]
    holds, failed = (beyond < 0).all(), (beyond > ERRORS * errors).any()
    value = np.abs(difference).max(axis=(0, 2)).tolist()
    note = "largest for trivial, topological and Weyl crystals"
    found = {"undecided": bool(not holds and not failed), "note": note}
    return _said(claim, tables, "unperturbed", value, holds, **found)


@evidence("bitei.perturbed.test_above_train")
def above(claim: Claim, tables: Tables) -> Evidence:
    found = float(_split_difference(tables, "perturbed")[0][:, 1, 1].mean())
    frame = of_thesis(tables, "perturbed", list(NETWORKS))
    note = "training and test samples are drawn alike here, so no difference is expected"
    n = int(frame["repeat"].nunique())
    return Evidence(claim.id, found, n=n, settings=used(frame), note=note)


@evidence("bitei.unperturbed.insulators_near_100")
def insulators(claim: Claim, tables: Tables) -> Evidence:
    found = float(_recalls(tables, "unperturbed")[RECALLS[:2]].min(axis=None))
    frame = of_thesis(tables, "unperturbed", list(NETWORKS))
    return Evidence(claim.id, found, n=int(frame["repeat"].nunique()), settings=used(frame))


@evidence("bitei.unperturbed.weyl_hardest")
def hardest(claim: Claim, tables: Tables) -> Evidence:
    found = _recalls(tables, "unperturbed")[RECALLS[2]].tolist()
    gaps = []
    for network, label in product(NETWORKS, LABELS[:2]):
        frame = of_thesis(tables, "unperturbed", network)
        easy, hard = (measured(tables, frame, f"recall_{name}") for name in (label, LABELS[2]))
        gaps.append(replace(easy - hard, name=f"{network}, {label} - Weyl"))
    return _ordered(claim, tables, "unperturbed", found, gaps)


@evidence("bitei.unperturbed.weyl_as_trivial")
def mistaken(claim: Claim, tables: Tables) -> Evidence:
    rows = [
        confusions(tables, "unperturbed", network, "test", "weyl").mean(axis=0)
        for network in ("small", "large")
    ]
    if not np.isfinite(rows).all():
        raise Missing("no Weyl semimetal in the test set at this scale")
    value = [float(x) for row in rows for x in row[:2]]
    chosen = {"ensemble": SET["unperturbed"], "split": "test", "true": "weyl"}
    n = int(select(tables.by_group, "Weyl semimetals", **chosen)["n"].iloc[0])
    gaps = [
        Gap(row[0] - row[1], binomial((100 + row[0] - row[1]) / 2, n) * 2, name)
        for name, row in zip(("small", "large"), rows, strict=True)
    ]
    return _ordered(claim, tables, "unperturbed", value, gaps)


@evidence("bitei.unperturbed.weyl_spread")
def spread(claim: Claim, tables: Tables) -> Evidence:
    frame = of_thesis(tables, "unperturbed", ["large", "hybrid"])
    found = frame.groupby("network")["recall_weyl"].std()
    if found.isna().any():
        raise Missing("one repetition only, or no Weyl semimetal in the test set")
    settings = used(frame)
    return Evidence(claim.id, float(found.mean()), n=settings["repeats"], settings=settings)


@evidence("bitei.unperturbed.misleading")
def misleading(claim: Claim, tables: Tables) -> Evidence:
    clean = of_thesis(tables, "unperturbed", list(NETWORKS))
    chosen = {"family": "thesis", "trained_on": "clean", "ensemble": "noisy"}
    noisy = select(tables.metrics, "clean networks on noisy crystals", **chosen)
    drop = measured(tables, clean, "accuracy") - measured(tables, noisy, "accuracy")
    note = f"recall of Weyl semimetals on noisy crystals {noisy['recall_weyl'].mean():.3g} %"
    beyond = Gap(drop.value - 5, drop.se, "fall of accuracy beyond 5")
    return _ordered(claim, tables, "unperturbed", drop.value, [beyond], note=note)
