"""The networks of bubbles, and which job trains them."""

import copy

from hamlearn import config
from hamlearn.study import Study

FAMILIES = ["full", "smooth", "redundancy", "valley", "choices", "own"]


def changed(settings, scale, **training):
    """A study with other values in its settings of the training."""
    bubbles = copy.deepcopy(settings(scale)["bubbles"])
    bubbles["training"].update(training)
    return Study("bubbles", bubbles)


def test_a_family_is_trained_together_at_default_and_each_network_alone_at_paper(settings):
    jobs = {scale: Study("bubbles", settings(scale)["bubbles"]).jobs for scale in config.SCALES}
    assert list(jobs["smoke"]) == ["together_1"]
    assert list(jobs["default"]) == FAMILIES
    assert all({run.family for run in runs} == {job} for job, runs in jobs["default"].items())
    assert all([run.name for run in runs] == [job] for job, runs in jobs["paper"].items())
    assert {sum(map(len, made.values())) for made in jobs.values()} == {16}


def test_choices_have_their_own_job_if_they_have_fewer_seeds(settings):
    same = changed(settings, "smoke", seeds=3, choices_seeds=3)
    assert list(same.jobs) == ["together_3"]
    jobs = changed(settings, "smoke", seeds=3, choices_seeds=1).jobs
    chosen = {job: {run.family == "choices" for run in runs} for job, runs in jobs.items()}
    assert chosen == {"together_3": {False}, "together_1": {True}}
