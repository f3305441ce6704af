"""The verdict on a claim: from its ledger and its evidence, never typed."""

import math
from collections.abc import Mapping, Sequence

from hamlearn.claims import LOGICAL, Claim, Evidence, LedgerError, agrees, allowance, show

REPRODUCED = "reproduced"
BOUND_HOLDS = "bound holds"
DEVIATES = "deviates"
TREND_HOLDS = "reduced scale: trend holds"
TREND_FAILS = "reduced scale: trend fails"
SCATTER = "within scatter"
NOT_ATTEMPTED = "not attempted"
VERDICTS = (REPRODUCED, BOUND_HOLDS, DEVIATES, TREND_HOLDS, TREND_FAILS, SCATTER, NOT_ATTEMPTED)
MEANINGS = {
    REPRODUCED: "At the paper's settings, the number is the paper's within the tolerance that the "
    "ledger states, or what the paper says in words is so.",
    BOUND_HOLDS: "At the paper's settings, the number is on the stated side of the paper's, at "
    "most or at least; it may be far from it, so nothing is reproduced.",
    DEVIATES: "At the paper's settings, the number is outside the tolerance or beyond the bound, "
    "or what the paper says is not so.",
    TREND_HOLDS: "A setting is smaller than the paper's, so the numbers are not compared; what "
    "the ledger asks of the smaller calculation instead is so.",
    TREND_FAILS: "A setting is smaller than the paper's, and what the ledger asks of the smaller "
    "calculation is not so.",
    SCATTER: "The differences that a claim in words is about are smaller than two standard errors: "
    "neither the claim nor its opposite can be seen in so few networks.",
    NOT_ATTEMPTED: "Not judged, for the reason that is given.",
}

ONE_SIDED = ("le", "ge")


def judge(claim: Claim, evidence: Evidence | None) -> tuple[str, str]:
    """Return the verdict on a claim and the reason, from the evidence alone.

    Where the evidence was found at the settings that the claim `needs`, a number is compared with
    the paper's within the tolerance (the mean over the seeds counts, not the best seed), and a
    criterion must hold: `reproduced` or `deviates`. A claim with one side only, at most or at
    least, says nothing of how close the numbers are: `bound holds` or `deviates`.

    Where a setting is smaller, only a trend is judged. A criterion is asked as it stands. A number
    depends on the scale, so it is not compared with the paper's number. Instead, with e the error
    found, t that of the trivial predictor on the same test set, and e', t' the same at the
    paper's settings:

    - rule same_side: e < t exactly where e' < t' (the network learns, or fails, as in the paper);
    - rule ratio: e/t = e'/t' up to a factor (as good as the paper's network against counting);
    - rules below and above: on that side of a bound;
    - rule same: the same tolerance, for quantities that do not depend on the scale;
    - rule none: `not attempted`.

    A criterion of which the evidence says that it is undecided is `within scatter`, at any scale.

    Raises
    ------
    LedgerError
        If the evidence lacks what its claim is judged by: a setting, a trivial predictor, or
        whether the criterion holds.
    """
    if claim.not_attempted is not None:
        return NOT_ATTEMPTED, claim.not_attempted
    if evidence is None:
        return NOT_ATTEMPTED, "no evidence was computed"
    if evidence.value is None and evidence.holds is None:
        return NOT_ATTEMPTED, evidence.note or "no evidence was computed"
    smaller = unmet(claim, evidence)
    if claim.compare in LOGICAL and evidence.undecided:
        reason = f"not told apart: {' '.join(claim.criterion.split())}"
        return SCATTER, "; ".join(part for part in (*smaller, reason, evidence.note) if part)
    if claim.compare in LOGICAL:
        if evidence.holds is None:
            raise LedgerError(f"evidence for {claim.id}: does not say whether the criterion holds")
        good = bool(evidence.holds)
        reason = f"{'holds' if good else 'does not hold'}: {' '.join(claim.criterion.split())}"
    elif not smaller or claim.reduced["rule"] == "same":
        good, reason = _within(claim, evidence)
    elif claim.reduced["rule"] == "none":
        return NOT_ATTEMPTED, f"{', '.join(smaller)}; the number means nothing at reduced scale"
    else:
        good, reason = _trend(claim, evidence)
    if smaller:
        verdict, reason = (TREND_HOLDS if good else TREND_FAILS), f"{', '.join(smaller)}; {reason}"
    else:
        verdict = _reached(claim) if good else DEVIATES
    return verdict, "; ".join(part for part in (reason, evidence.note) if part)


def _reached(claim: Claim) -> str:
    return BOUND_HOLDS if claim.compare in ONE_SIDED else REPRODUCED


def unmet(claim: Claim, evidence: Evidence) -> list[str]:
    """Return, in words, the settings of the paper that the evidence does not meet."""
    missing = sorted(set(claim.needs) - set(evidence.settings))
    if missing:
        raise LedgerError(f"evidence for {claim.id}: does not state the setting {missing[0]!r}")
    return [
        f"{key} {show(evidence.settings[key])} (paper {show(_needed(need))})"
        for key, need in claim.needs.items()
        if not _met(need, evidence.settings[key])
    ]


def _needed(need: object) -> object:
    return need["at_least"] if isinstance(need, Mapping) else need


def _met(need: object, have: object) -> bool:
    wanted = _needed(need)
    if isinstance(wanted, list):
        lengths_agree = isinstance(have, Sequence) and len(have) == len(wanted)
        pairs = zip(wanted, have, strict=True) if lengths_agree else [(1, None)]
    else:
        pairs = [(wanted, have)]
    if isinstance(need, Mapping):
        return all(b is not None and b >= a for a, b in pairs)
    return all(a == b for a, b in pairs)


def _within(claim: Claim, evidence: Evidence) -> tuple[bool, str]:
    good = agrees(evidence.value, claim.value, claim.tolerance, claim.compare)
    sign = {"approx": "±", "le": "+", "ge": "-"}[claim.compare]
    papers = claim.value if isinstance(claim.value, list) else [claim.value]
    allowed = ", ".join(show(allowance(paper, claim.tolerance)) for paper in papers)
    words = {"approx": "against", "le": "at most", "ge": "at least"}[claim.compare]
    reason = f"{show(evidence.value)}, {words} {show(claim.value)} {sign} {allowed}"
    return good, reason + _beside_trivial(evidence)


def _trend(claim: Claim, evidence: Evidence) -> tuple[bool, str]:
    rule, value = claim.reduced["rule"], evidence.value
    if rule in ("below", "above"):
        bound = claim.reduced["bound"]
        good = value < bound if rule == "below" else value > bound
        return good, f"{show(value)}, expected {rule} {show(bound)}"
    if evidence.trivial is None:
        raise LedgerError(f"evidence for {claim.id}: no trivial predictor, rule {rule} needs one")
    ours, papers = value / evidence.trivial, claim.value / claim.reduced["trivial"]
    reason = f"{show(ours)} of the trivial predictor (paper {show(papers)})"
    if rule == "same_side":
        return (ours < 1) == (papers < 1) and math.isfinite(ours), reason
    factor = claim.reduced["factor"]
    good = papers / factor <= ours <= papers * factor
    return good, f"{reason}, a factor {show(factor)} is allowed"


def _beside_trivial(evidence: Evidence) -> str:
    if evidence.trivial is None:
        return ""
    beaten = "beaten" if evidence.value < evidence.trivial else "not beaten"
    return f"; trivial predictor {show(evidence.trivial)}: {beaten}"
