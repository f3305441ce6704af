"""Claims of the studies: each is judged by a function, and shown by a picture."""

import pytest
from support import ROOT

from hamlearn import claims, pictures
from hamlearn.study import part


@pytest.fixture
def ledger(study):
    return claims.load(ROOT / "claims" / f"{study.name}.yaml")


def test_every_claim_is_judged_or_said_not_to_be(study, ledger):
    assert ledger.study == study.name
    attempted = {claim.id for claim in ledger.results if claim.not_attempted is None}
    judged = set(part(study.name, "evidence").EVIDENCE)
    assert attempted - judged == set(), "claims without an evidence function"
    assert judged - attempted == set(), "evidence functions without a claim"


def test_every_claim_is_shown_by_a_picture_or_a_summary(study, ledger):
    _, drawn = pictures.load(ROOT / "scripts" / study.name)
    for claim in ledger.results:
        assert claim.evidence in (*drawn, *study.summaries), claim.id


def test_the_work_is_named_alike(study, ledger):
    work, _ = pictures.load(ROOT / "scripts" / study.name)
    assert work == ledger.paper
