"""The networks of wires: their families, groups and seeds, and what they are applied to."""

import copy

import pytest

from hamlearn.study import Study
from hamlearn.wires.plan import AVERAGE, BIAS_CONDUCTANCE, CONDUCTANCE
from hamlearn.wires.runs import PAPER_RULE

GROUPS = {
    **{"model_ii": {"model_ii_conductance", "model_ii_bias", "plateau_ii"}},
    **{"system_size": {"fig08"}, "training_set": {"fig09"}, "one_and_two_sites": {"small"}},
    **{"disorder_strength": {"disorder"}, "scattering": {"scattering"}},
    **{"species": {"species_cnn", *(f"species_dnn_{model}" for model in ("ii", "iii", "iv"))}},
}


def groups_of(study):
    """The groups of each family; those of model I are named after its sizes."""
    sizes = study.settings["model_i"]["sizes"]
    return {**GROUPS, "model_i": {f"model_i_{size}" for size in sizes}}


def changed(settings, scale, section, **values):
    """A study with other values in one section of its settings."""
    wires = copy.deepcopy(settings(scale)["wires"])
    wires[section].update(values)
    return Study("wires", wires)


@pytest.mark.parametrize("scale", ["smoke", "default", "paper"])
def test_a_family_is_a_section_of_the_settings_with_its_seeds(settings, scale):
    study = Study("wires", settings(scale)["wires"])
    groups = {}
    for run in study.runs.values():
        groups.setdefault(run.family, set()).add(run.group)
        assert run.seeds == study.settings[run.family]["seeds"]
    assert groups == groups_of(study)


def test_groups_are_jobs_where_trainings_are_short_or_continue_each_other(settings):
    study = changed(settings, "smoke", "training", jobs="by_group")
    assert set(study.jobs) == set.union(*groups_of(study).values())
    assert len(study.jobs["model_i_3"]) == 3  # two stopping rules, and the samples of the ridge
    assert {run.name for run in study.jobs["plateau_ii"]} == {
        f"plateau_ii_{name}/cnn_{name}" for name in ("conductance", "bias")
    }


def test_families_with_other_seeds_have_another_job(settings):
    assert list(Study("wires", settings("smoke")["wires"]).jobs) == ["together_1"]
    jobs = changed(settings, "smoke", "model_ii", seeds=3).jobs
    assert jobs.keys() == {"together_1", "together_3"}
    assert {run.family for run in jobs["together_3"]} == {"model_ii"}


@pytest.mark.parametrize("scale", ["smoke", "default", "paper"])
def test_the_best_trained_network_of_the_bias_average_predicts_the_disorder_average(
    settings, scale
):
    study = Study("wires", settings(scale)["wires"])
    (run,) = (run for run in study.runs.values() if AVERAGE in run.applied_to)
    most = max(study.settings["model_ii"]["train"])
    assert (run.name, run.target) == (f"model_ii_bias/cnn_{most}", BIAS_CONDUCTANCE)
    others = [other for other in study.runs.values() if other is not run]
    assert all(other.applied_to == (other.trained_on,) for other in others)


def test_no_network_is_trained_twice_where_the_papers_rule_is_the_only_one(settings):
    study = changed(settings, "smoke", "model_ii", stopping=PAPER_RULE)
    runs = [run for run in study.runs.values() if run.family == "model_ii"]
    train = study.settings["model_ii"]["train"]
    expected = [(target, n) for target in (CONDUCTANCE, BIAS_CONDUCTANCE) for n in train]
    assert [(run.target, run.n_train) for run in runs] == expected
