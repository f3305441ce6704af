"""Settings of the study: those of the paper at its scale, and what is refused."""

import pytest
from support import ROOT, with_settings

from hamlearn import claims, config
from hamlearn.study import Study


def test_what_the_paper_set_up_is_what_its_scale_does(settings):
    ledger = claims.load(ROOT / "claims" / "hamiltonians.yaml")
    assert claims.differences(ledger, settings("paper"), {}) == []


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("hamiltonians.graphene.repeats", [6, 6, 2], "one layer"),
        ("hamiltonians.graphene.repeats", [5, 5, 1], "hamiltonians_graphene50.npz"),
        ("hamiltonians.network.neighbours", 3, "4 or more"),
        ("hamiltonians.source", "openmx", "source"),
        ("hamiltonians.sige.split", "other", "split"),
    ],
)
def test_settings_that_cannot_be_are_refused(raw_config, key, value, words):
    changed = with_settings({**raw_config, "scale": "default"}, {key: value})
    with pytest.raises(config.ConfigError, match=words):
        config.load(changed)


def test_networks_belong_together(settings):
    from hamlearn.hamiltonians import pairing

    study = Study("hamiltonians", settings("default")["hamiltonians"])
    found = pairing.couples(study.runs)
    named = {(method, forward.name) for method, forward, _ in found}
    assert {("paper", "graphene_forward"), ("ours", "sige_own_forward")} <= named
    for _, forward, backward in found:
        assert forward.options == backward.options
        assert forward.fit == backward.fit


def test_the_archives_of_the_default_scale_are_large_enough(settings):
    import numpy as np

    study = Study("hamiltonians", settings("default")["hamiltonians"])
    for plan in study.ensembles.values():
        with np.load(plan.given[0]) as kept:
            assert plan.perfect or len(kept["positions"]) >= plan.samples
