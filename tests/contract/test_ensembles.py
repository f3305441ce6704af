"""Ensembles of the studies: a sample is the same however many are drawn, saved or kept."""

import numpy as np
import pytest
from studies import draw, rows

from hamlearn import dataset, files
from hamlearn.study import part


@pytest.fixture
def drawn(study, ensemble, seed):
    """All samples of an ensemble."""
    return draw(study, study.ensembles[ensemble], seed)


def test_a_slice_is_drawn_as_a_part_of_the_whole(study, ensemble, drawn, seed):
    plan, n = study.ensembles[ensemble], len(drawn)
    assert n == plan.samples == len(rows(drawn))
    for start, stop in {(0, min(3, n)), (n // 2, n // 2 + 1), (max(0, n - 2), n)}:
        alone = draw(study, plan, seed, start, stop)
        assert len(alone) == stop - start
        assert alone.rows.dtype == drawn.rows.dtype
        assert rows(alone) == rows(drawn)[start:stop] == rows(drawn[start:stop])
    chosen = np.array([n - 1, 0])
    assert rows(drawn[chosen]) == [rows(drawn)[i] for i in chosen]


def test_another_seed_draws_other_samples(study, ensemble, drawn, seed):
    other = draw(study, study.ensembles[ensemble], seed + 1)
    assert rows(other) != rows(drawn)


def test_fingerprints_tell_samples_apart(drawn):
    found = dataset.fingerprints(drawn)
    assert found.shape == (len(drawn),)
    assert len(set(found.tolist())) == len(set(rows(drawn)))
    part = slice(len(drawn) // 2, None)
    assert np.array_equal(dataset.fingerprints(drawn[part]), found[part])


def test_an_ensemble_is_read_as_it_was_saved_and_refused_if_damaged(study, drawn, tmp_path):
    module, path = part(study.name, "ensemble"), tmp_path / "ensemble.npz"
    module.save(path, drawn)
    read = module.load(path)
    assert type(read) is type(drawn)
    assert read.rows.dtype == drawn.rows.dtype
    assert rows(read) == rows(drawn)
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(files.DamagedFile, match="ensemble.npz"):
        module.load(path)
