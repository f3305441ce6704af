"""Labels of the studies: the same in shards, exact, as the reference has them, and kept."""

import numpy as np
import pandas as pd
import pytest
from studies import draw, rows

from hamlearn import archive, dataset, files
from hamlearn.study import part

SAMPLES = 4
EXACT = 1e-6
"""Largest violation of an exact law."""


@pytest.fixture
def few(study, ensemble, seed):
    """A few samples that another seed draws otherwise: all of them, and their numbers."""
    if ensemble not in study.solved:
        pytest.skip("an ensemble that brings its labels")
    plan = study.ensembles[ensemble]
    drawn, other = draw(study, plan, seed), draw(study, plan, seed + 1)
    pairs = enumerate(zip(rows(drawn), rows(other), strict=True))
    differs = next(i for i, (one, another) in pairs if one != another)
    start = min(differs, max(0, len(drawn) - SAMPLES))
    return drawn, np.arange(start, min(start + SAMPLES, len(drawn)))


@pytest.fixture
def solve(study, ensemble):
    """A function that solves samples of an ensemble, of their numbers."""

    def solved(drawn, numbers, **method):
        settings, plan = study.settings_of("solve"), study.ensembles[ensemble]
        return part(study.name, "labels").solve(drawn[numbers], numbers, plan, settings, **method)

    return solved


def test_labels_are_the_same_in_any_shards_exact_and_as_the_reference_has_them(
    study, ensemble, few, solve
):
    module, (drawn, numbers) = part(study.name, "labels"), few
    whole = solve(drawn, numbers)
    assert whole["sample"].tolist() == numbers.tolist()
    assert whole["resolved"].dtype == bool
    shards = [solve(drawn, numbers[:1]), solve(drawn, numbers[1:])]
    pd.testing.assert_frame_equal(pd.concat(shards, ignore_index=True), whole, check_exact=True)
    assert (whole[list(module.CHECKS)].max() <= EXACT).all()
    targets = [target for target in module.TARGETS if target in whole]
    assert targets
    again = solve(drawn, numbers[:2], method=module.REFERENCE)
    difference = (again[targets] - whole[targets][:2]).abs().max(axis=None)
    assert difference <= module.AGREEMENT


def test_kept_labels_are_given_to_the_samples_that_they_are_of(
    study, ensemble, few, solve, seed, tmp_path
):
    path, (drawn, numbers) = tmp_path / "kept.parquet", few
    plan, settings = study.ensembles[ensemble], study.settings_of("solve")
    labels, (first, last) = solve(drawn, numbers), (int(numbers[0]), int(numbers[-1]))
    kept = labels.assign(drawn=dataset.fingerprints(drawn[numbers]))
    archive.write(path, {ensemble: plan}, {ensemble: kept}, settings)
    read = archive.read(path, plan, drawn, (first, last + 1), settings)
    pd.testing.assert_frame_equal(read, labels, check_exact=True)
    with pytest.raises(files.DamagedFile, match=f"no labels of all samples .* {ensemble}"):
        archive.read(path, plan, drawn, (first, last + 2), settings)
    other = draw(study, plan, seed + 1)
    with pytest.raises(files.DamagedFile, match=f"of ensemble {ensemble} was drawn with another"):
        archive.read(path, plan, other, (first, last + 1), settings)
    with pytest.raises(files.DamagedFile, match=f"{ensemble} was solved with other settings"):
        archive.read(path, plan, drawn, (first, last + 1), {**settings, "another": 1})


def test_labels_of_another_ensemble_are_refused(study, ensemble, few, solve, seed, tmp_path):
    drawn, numbers = few
    module, paths = part(study.name, "ensemble"), (tmp_path / "drawn.npz", tmp_path / "l.parquet")
    module.save(paths[0], drawn[numbers])
    solved = solve(drawn, numbers).assign(sample=range(len(numbers)))
    solved["drawn"] = dataset.fingerprints(drawn[numbers])
    files.write_table(paths[1], solved)
    found = dataset.load(study.name, ensemble, *paths, 1)
    assert len(found) == len(numbers)
    other = draw(study, study.ensembles[ensemble], seed + 1)
    module.save(paths[0], other[numbers])
    with pytest.raises(files.DamagedFile, match="l.parquet: sample 0 is not that of .*drawn.npz"):
        dataset.load(study.name, ensemble, *paths, 1)
