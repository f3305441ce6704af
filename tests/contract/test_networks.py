"""Networks of the studies: each architecture is trained for an epoch, is kept, and is judged."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from studies import draw, error_of, resized

from hamlearn.dataset import Dataset
from hamlearn.learning import training
from hamlearn.study import part

N_TRAIN, N_TEST = 48, 12
pytestmark = pytest.mark.filterwarnings("ignore:Even though the `tf.config")  # as it says: not data


@pytest.fixture(scope="module", autouse=True)
def keras():
    """One thread before anything else uses Keras, and no graphs, as at scale smoke."""
    training.configure(threads=1, seed=0, eager=True)


@pytest.fixture
def run(study, architecture):
    """The first run of an architecture, on a few samples of one ensemble, for one step."""
    run = next(r for r in study.runs.values() if r.architecture == architecture)
    samples = {"n_train": min(run.n_train, N_TRAIN), "n_test": min(run.n_test, N_TEST)}
    fit = {**run.fit, "epochs": 1, "batch": samples["n_train"]}
    return replace(run, applied_to=(run.trained_on,), starts_from="", fit=fit, **samples)


@pytest.fixture
def data(study, run, seed, solved):
    """The ensemble that the run is trained on, solved."""
    plan = resized(study.ensembles[run.trained_on], run.n_train, run.n_test)
    key = (study.name, plan)
    if key not in solved:
        drawn, labels = draw(study, plan, seed), None
        if run.trained_on in study.solved:
            numbers, settings = np.arange(plan.samples), study.settings_of("solve")
            labels = part(study.name, "labels").solve(drawn, numbers, plan, settings)
        solved[key] = drawn, labels
    return {plan.name: Dataset(plan.name, *solved[key], plan.train)}


@pytest.fixture(scope="module")
def solved():
    """What was drawn and solved for one test serves the others."""
    return {}


def test_a_network_learns_the_same_after_another(study, run, data):
    module, settings = part(study.name, "training"), study.settings_of("train")
    forget, found = not getattr(module, "TRAINS_AGAIN", False), []
    for seed in (1, 2, 1):
        training.fresh(seed, forget=forget)
        network, history = module.train(run, data, settings, seed, None)
        found.append((history["loss"].tolist(), network.get_weights()))
    (loss, weights), (other, _), (again, same) = found
    assert again == loss != other
    for one, another in zip(weights, same, strict=True):
        np.testing.assert_array_equal(one, another)


def test_a_network_is_trained_kept_and_judged(study, architecture, run, data, tmp_path):
    settings = study.settings_of("train")
    training.fresh(1)
    network, history = part(study.name, "training").train(run, data, settings, 1, None)
    assert history["epoch"].tolist() == [1]
    assert np.isfinite(history["loss"]).all()
    assert (history["seconds"] > 0).all()
    training.save(network, tmp_path / "network.keras")
    kept = part(study.name, "networks").load(tmp_path / "network.keras")
    evaluate, settings = part(study.name, "evaluation").evaluate, study.settings_of("evaluate")
    said, errors, groups = evaluate(run, network, data, settings)
    again, *_ = evaluate(run, kept, data, settings)
    pd.testing.assert_frame_equal(again, said, rtol=1e-5)
    assert said["sample"].between(run.n_train, run.n_train + run.n_test - 1).all()
    assert np.isfinite(said[["true", "predicted"]]).all(axis=None)
    error = error_of(study)
    assert np.isfinite(errors[error]).all()
    assert (errors[f"{error}_trivial"] > 0).all()
    assert groups is None or len(groups)
