"""Which job trains a network, in every way that the settings offer."""

from collections import Counter

import pytest

from hamlearn import config
from hamlearn.bubbles import runs as bubbles
from hamlearn.wires import runs as wires

WAYS = ("together", "by_group", "each")


def changed(settings, scale, study, **training):
    part = settings(scale)[study]
    return {**part, "training": {**part["training"], **training}}


@pytest.fixture(params=["smoke", "default", "paper"])
def scale(request):
    return request.param


@pytest.mark.parametrize("way", WAYS[:2])
def test_every_network_of_wires_is_trained_once_with_the_seeds_of_its_group(settings, scale, way):
    part = changed(settings, scale, "wires", jobs=way)
    found = Counter()
    for job, runs in wires.jobs(part).items():
        found.update(run.path for run in runs)
        assert {wires.job_of(part, run.group) for run in runs} == {job}
        assert len({wires.seeds(part, run.group) for run in runs}) == 1
        for place, run in enumerate(runs):
            parents = [earlier.path for earlier in runs[:place]]
            assert not run.starts_from or run.starts_from in parents
    assert set(found.values()) == {1}
    assert set(found) == {run.path for runs in wires.groups(part).values() for run in runs}


def test_networks_of_wires_that_differ_in_their_seeds_never_share_a_job(settings):
    part = changed(settings, "smoke", "wires", jobs="together")
    assert list(wires.jobs(part)) == ["together_1"]
    part["model_ii"] = {**part["model_ii"], "seeds": 3}
    jobs = {job: {run.group for run in runs} for job, runs in wires.jobs(part).items()}
    assert jobs.keys() == {"together_1", "together_3"}
    targets = ("conductance", "bias")
    assert jobs["together_3"] == {f"{k}_ii_{t}" for k in ("model", "plateau") for t in targets}


def test_groups_of_wires_share_a_job_where_trainings_are_short_or_continue_each_other(settings):
    jobs = wires.jobs(changed(settings, "default", "wires", jobs="by_group"))
    expected = {f"model_i_{size}" for size in (3, 5, 10, 20)}
    expected |= {"model_ii_conductance", "model_ii_bias", "plateau_ii", "fig08", "fig09", "small"}
    expected |= {f"species_dnn_{model}" for model in ("ii", "iii", "iv")}
    assert set(jobs) == expected | {"disorder", "species_cnn", "scattering"}


@pytest.mark.parametrize("choices_seeds", [1, 2])
@pytest.mark.parametrize("way", WAYS)
def test_every_network_of_bubbles_is_trained_once_with_its_seeds(
    settings, scale, way, choices_seeds
):
    values = {"jobs": way, "seeds": 2, "choices_seeds": choices_seeds}
    part = changed(settings, scale, "bubbles", **values)
    found = Counter()
    for job, runs in bubbles.jobs(part).items():
        found.update(run.name for run in runs)
        assert (
            {bubbles.job_of(part, run.name) for run in runs} == {run.job for run in runs} == {job}
        )
        (seeds,) = {len(bubbles.seeds(part, run.name)) for run in runs}
        assert {seeds} == {choices_seeds if run.choice else 2 for run in runs}
    assert set(found.values()) == {1}
    assert len(found) == 16


def test_choices_of_bubbles_have_their_own_job_if_they_have_fewer_seeds(settings):
    part = changed(settings, "smoke", "bubbles", jobs="together", seeds=3, choices_seeds=3)
    assert list(bubbles.jobs(part)) == ["together_3"]
    part["training"]["choices_seeds"] = 1
    jobs = {job: {run.choice for run in runs} for job, runs in bubbles.jobs(part).items()}
    assert jobs == {"together_3": {False}, "together_1": {True}}


def test_jobs_of_bubbles_at_each_scale(settings):
    jobs = {scale: bubbles.jobs(settings(scale)["bubbles"]) for scale in config.SCALES}
    assert list(jobs["smoke"]) == ["together_1"]
    groups = ["full", "smooth", "redundancy", "valley", "choices", "own"]
    assert list(jobs["default"]) == groups
    assert all([run.name for run in runs] == [job] for job, runs in jobs["paper"].items())
