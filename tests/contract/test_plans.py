"""Plans of the studies: ensembles, runs and what the stages read fit together at every scale."""

import copy
import re
import subprocess
import sys
from pathlib import Path

import pytest
from support import ROOT

from hamlearn import config
from hamlearn.study import Study

WAYS = ("together", "by_family", "by_group", "each")
STAGES = {"sample", "solve", "archive", "train", "evaluate", "evidence"}
NAME = re.compile(r"[a-z0-9_.]+")
HEAVY = ("tensorflow", "keras", "jax", "kwant", "scipy", "pandas", "matplotlib")


@pytest.fixture(params=config.SCALES)
def planned(request, study, settings) -> Study:
    """Each study at each scale."""
    return Study(study.name, settings(request.param)[study.name])


def test_ensembles_are_named_and_cut_into_shards(planned):
    for name, plan in planned.ensembles.items():
        assert name == plan.name
        assert NAME.fullmatch(name)
        assert plan.train >= 0
        assert plan.test >= 1
        if name not in planned.solved:
            continue
        edges = planned.shards(name)
        assert [a for a, _ in edges] == [0, *(b for _, b in edges[:-1])]
        assert edges[-1][1] == plan.samples


def test_runs_fit_their_ensembles(planned):
    for run in planned.runs.values():
        assert {run.trained_on, *run.applied_to} <= set(planned.ensembles), run.name
        plan = planned.ensembles[run.trained_on]
        assert 1 <= run.n_train <= plan.train, run.name
        assert 1 <= run.n_test <= plan.samples - run.n_train, run.name
        assert run.seeds >= 1
        assert run.family


def ways(raw: dict, study: Study, scale: str) -> dict[str, Study]:
    """A study with each way to share jobs that its schema allows."""
    found = {}
    for way in WAYS:
        changed = {**copy.deepcopy(raw), "scale": scale}
        changed[study.name]["training"]["jobs"] = way
        try:
            found[way] = Study(study.name, config.load(changed)[study.name])
        except config.ConfigError:
            continue
    return found


@pytest.mark.parametrize("scale", config.SCALES)
def test_every_run_is_trained_in_one_job_after_the_one_that_it_continues(raw_config, study, scale):
    if not study.runs:
        pytest.skip("a study that trains nothing")
    allowed = ways(raw_config, study, scale)
    assert allowed
    for made in allowed.values():
        trained = [run.name for runs in made.jobs.values() for run in runs]
        assert sorted(trained) == sorted(made.runs)
        for job, runs in made.jobs.items():
            assert NAME.fullmatch(job)
            assert {run.seeds for run in runs} == {len(made.seeds(job))}, job
            names = [run.name for run in runs]
            for place, run in enumerate(runs):
                assert not run.starts_from or run.starts_from in names[:place], run.name


def test_what_the_stages_read_exists(planned):
    for stage, reads in planned.plan.READS.items():
        known = stage in STAGES or (stage in planned.summaries and planned.has(Path(stage).stem))
        assert known, f"READS[{stage!r}]: no such stage, and no module {Path(stage).stem}"
        planned.settings_of(stage)
        planned.chosen_ensembles([*reads.drawn, *reads.solved])
        planned.chosen_runs([*reads.predicted, *reads.trained])
        assert set(planned.chosen_ensembles(reads.solved)) <= set(planned.solved)


def test_planning_imports_nothing_heavy(study):
    code = (
        "import sys, yaml; from hamlearn import config, digest, pictures, study\n"
        "settings = config.load(yaml.safe_load(open('config.yaml')))\n"
        f"name = {study.name!r}; made = study.Study(name, settings[name])\n"
        "made.jobs, made.ensembles, made.summaries\n"
        "digest.script('scripts/sample.py', study=name)\n"
        f"print([m for m in {HEAVY} if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert run.stdout.strip() == "[]", run.stdout + run.stderr
