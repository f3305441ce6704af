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


def test_jobs_go_by_seeds_at_default_and_each_network_has_its_own_at_paper(settings):
    jobs = {scale: Study("bubbles", settings(scale)["bubbles"]).jobs for scale in config.SCALES}
    assert list(jobs["smoke"]) == ["together_1"]
    families = {job: {run.family for run in runs} for job, runs in jobs["default"].items()}
    assert families == {"together_3": set(FAMILIES[:3]), "together_1": set(FAMILIES[3:])}
    assert all([run.name for run in runs] == [job] for job, runs in jobs["paper"].items())
    assert {sum(map(len, made.values())) for made in jobs.values()} == {16}


def test_a_family_can_be_trained_together(settings):
    jobs = changed(settings, "default", jobs="by_family").jobs
    assert list(jobs) == FAMILIES
    assert all({run.family for run in runs} == {job} for job, runs in jobs.items())


def test_networks_share_a_job_only_if_they_have_as_many_seeds(settings):
    same = changed(settings, "smoke", seeds=3, other_seeds=3)
    assert list(same.jobs) == ["together_3"]
    jobs = changed(settings, "smoke", seeds=3, other_seeds=1).jobs
    assert list(jobs) == ["together_3", "together_1"]
