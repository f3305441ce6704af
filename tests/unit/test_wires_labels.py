"""Labels: agreement with Kwant, shards, missing samples, and a cross-check that can fail."""

import numpy as np
import pandas as pd
import pytest

from hamlearn import files, joined
from hamlearn.wires import archive, ensemble, labels, plan

ENERGIES = {"fermi_energy": 0.0, "bias_energies": [-0.18, -0.06, 0.06, 0.18]}
BOTH = (plan.CONDUCTANCE, plan.BIAS_CONDUCTANCE)
PLAN = plan.EnsemblePlan(
    "ii", "ii", 8, 8, 20, 10, impurity_energies=(5.0,), concentration="uniform", targets=BOTH
)


@pytest.fixture(scope="module")
def drawn():
    return ensemble.draw(PLAN, 1)


@pytest.fixture(scope="module")
def solved(drawn):
    return labels.solve(drawn, 0, BOTH, **ENERGIES)


def test_labels_agree_with_kwant(drawn, solved):
    by_kwant = labels.solve(drawn[:5], 0, BOTH, **ENERGIES, method="kwant")
    for target in BOTH:
        assert np.allclose(by_kwant[target], solved[target][:5], rtol=0, atol=1e-9)
    assert by_kwant["unitarity"].max() < 1e-9


def test_the_bias_average_has_equal_weights(drawn, solved):
    one_by_one = [
        labels.solve(drawn, 0, (plan.CONDUCTANCE,), fermi_energy=energy, bias_energies=[])
        for energy in ENERGIES["bias_energies"]
    ]
    mean = np.mean([frame[plan.CONDUCTANCE] for frame in one_by_one], axis=0)
    assert np.allclose(mean, solved[plan.BIAS_CONDUCTANCE], rtol=0, atol=1e-12)


def test_shards_are_bit_identical_to_the_whole(drawn, solved, tmp_path):
    for k in range(3):
        part = labels.solve(drawn[10 * k : 10 * k + 10], 10 * k, BOTH, **ENERGIES)
        files.write_table(tmp_path / f"{k}.parquet", part)
    merged = joined.join_shards([tmp_path / f"{k}.parquet" for k in range(3)], 30)
    pd.testing.assert_frame_equal(merged, solved, check_exact=True)


def test_missing_samples_are_noticed(solved, tmp_path):
    files.write_table(tmp_path / "0.parquet", solved[:10])
    files.write_table(tmp_path / "1.parquet", solved[20:])
    with pytest.raises(files.DamagedFile, match="expected samples 0 to 29"):
        joined.join_shards([tmp_path / "0.parquet", tmp_path / "1.parquet"], 30)


def test_the_crosscheck_passes_and_can_fail(drawn, solved):
    row = labels.crosscheck("ii", drawn, solved, 4, 1, **ENERGIES)
    assert row["max_difference_g0"].item() < 1e-9
    assert row["n"].item() == 4
    wrong = solved.assign(conductance_g0=solved["conductance_g0"] + 1e-6)
    with pytest.raises(ArithmeticError, match="ensemble ii"):
        labels.crosscheck("ii", drawn, wrong, 4, 1, **ENERGIES)


def test_the_archive_gives_back_what_was_solved(drawn, solved, tmp_path):
    archive.write(tmp_path / "a.parquet", ["ii"], [drawn], [solved])
    rows = archive.read(tmp_path / "a.parquet", "ii", drawn, (10, 20))
    expected = solved[10:20].reset_index(drop=True)
    pd.testing.assert_frame_equal(rows, expected, check_exact=True)
    assert archive.read(tmp_path / "a.parquet", "iii", drawn, (10, 20)) is None


def test_the_archive_refuses_another_draw(drawn, solved, tmp_path):
    archive.write(tmp_path / "a.parquet", ["ii"], [drawn], [solved])
    with pytest.raises(files.DamagedFile, match="drawn with another seed"):
        archive.read(tmp_path / "a.parquet", "ii", ensemble.draw(PLAN, 2), (0, 10))
