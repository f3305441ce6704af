"""Differences of accuracies with their standard errors, and what can be said of their signs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from hamlearn.claims import Claim, Evidence, show
from hamlearn.evidence import ERRORS, Gap, Missing, above_zero, select
from hamlearn.rolling import measures, pipelines
from hamlearn.rolling.evidence.tables import Tables
from hamlearn.rolling.plan import SECTIONS
from hamlearn.rolling.targets import CLASS

POINTS = 100


@dataclass(frozen=True)
class Range:
    """Degrees of rolling of a section of the settings: `keep` of chi and of the side N."""

    words: str
    keep: Callable[[Any, int], Any] = field(compare=False)


EVERY = Range("all χ", lambda chi, side: chi >= 0)
ZERO = Range("χ = 0", lambda chi, side: chi == 0)
ROLLED = Range("χ > 0", lambda chi, side: chi > 0)
SMALL = Range("small χ", lambda chi, side: (chi <= measures.SMALL) & (chi < side / 2))
LARGE = Range("χ of N/2 or more", lambda chi, side: chi >= side / 2)


def section_of(architecture: str) -> str:
    """Return the section of the settings that a network belongs to."""
    return next(name for name, known in SECTIONS.items() if architecture in known)


def used(tables: Tables, section: str) -> dict[str, object]:
    """Return settings of a section under the names that the claims need."""
    part = tables.settings[section]
    kept = {key: part[key] for key in ("source", "train", "epochs", "repeats")}
    return {**kept, "chi": len(part["chi"])}


def of_thesis(tables: Tables, architecture: str, kind: str | None = None) -> pd.DataFrame:
    """Return the accuracies of a network, a row for each chi that it is trained and tested at."""
    family = "dense" if architecture in pipelines.DENSE else architecture
    kinds = {"kind": kind} if kind else {}
    found = select(
        tables.statistics,
        f"networks {architecture} {kind or ''}".strip(),
        **{"target": CLASS, "architecture": architecture, "family": family, **kinds},
    )
    return found[found["chi"] == found["chi_trained"]]


def accuracy(
    tables: Tables, architecture: str, kind: str | None = None, within: Range = EVERY
) -> Gap:
    """Return the mean accuracy of a network over some degrees of rolling, in points."""
    rows = of_thesis(tables, architecture, kind)
    side = tables.settings[section_of(architecture)]["side"]
    rows = rows[within.keep(rows["chi"], side)]
    if rows.empty:
        raise Missing(f"no network was trained at {within.words}")
    se = np.sqrt((rows["accuracy_se"] ** 2).sum()) / len(rows)
    name = " ".join(filter(None, (architecture, kind)))
    return Gap(POINTS * float(rows["accuracy"].mean()), POINTS * float(se), name)


def over_kinds(tables: Tables, first: str, second: str, within: Range) -> Gap:
    """Return the mean difference of two families over the three kinds of convolution."""
    gaps = [
        accuracy(tables, first, kind, within) - accuracy(tables, second, kind, within)
        for kind in pipelines.KINDS
    ]
    value = np.mean([gap.value for gap in gaps])
    se = np.sqrt(np.sum([gap.se**2 for gap in gaps])) / len(gaps)
    return Gap(float(value), float(se), f"{first} - {second}, {within.words}")


def fall(tables: Tables, architecture: str, kind: str | None = None) -> Gap:
    """Return by how much the accuracy of a network is larger at small chi than at large."""
    small, large = (accuracy(tables, architecture, kind, part) for part in (SMALL, LARGE))
    gap = small - large
    return Gap(gap.value, gap.se, f"fall of {small.name}")


def ordering(claim: Claim, tables: Tables, section: str, gaps: Sequence[Gap]) -> Evidence:
    """Return evidence for a claim that some differences are above zero."""
    return _judged(claim, tables, section, gaps, **above_zero(gaps))


def equality(
    claim: Claim, tables: Tables, section: str, gaps: Sequence[Gap], allowed: float
) -> Evidence:
    """Return evidence for a claim that some differences are none.

    It holds if each is within `allowed` points, fails if one is beyond by more than two standard
    errors, and is undecided else.
    """
    beyond = [abs(gap.value) - allowed for gap in gaps]
    failed = any(more > ERRORS * gap.se for more, gap in zip(beyond, gaps, strict=True))
    holds = max(beyond) <= 0 and not failed
    return _judged(claim, tables, section, gaps, holds=holds, undecided=not holds and not failed)


def _judged(
    claim: Claim,
    tables: Tables,
    section: str,
    gaps: Sequence[Gap],
    **found: bool,
) -> Evidence:
    repeats = tables.settings[section]["repeats"]
    note = f"points, {', '.join(map(str, gaps))} (standard errors, {show(repeats)} networks each)"
    return Evidence(
        claim.id,
        [round(gap.value, 3) for gap in gaps],
        n=repeats,
        settings=used(tables, section),
        note=note,
        **found,
    )
