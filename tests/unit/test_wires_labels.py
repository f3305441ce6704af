"""Labels: the bias average, shards, missing samples, and a cross-check that can fail."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from support import ROOT

from hamlearn import archive, files, joined
from hamlearn.crosscheck import crosscheck
from hamlearn.study import Study
from hamlearn.wires import ensemble, labels, plan

SETTINGS = {"fermi_energy": 0.0, "bias": {"voltage": 0.36, "energies": 4}}
BOTH = (plan.CONDUCTANCE, plan.BIAS_CONDUCTANCE)
PLAN = plan.EnsemblePlan(
    name="ii",
    model="ii",
    length=8,
    width=8,
    train=20,
    test=10,
    impurity_energies=(5.0,),
    concentration="uniform",
    targets=BOTH,
)


@pytest.fixture(scope="module")
def drawn():
    return ensemble.draw(PLAN, 1)


def solve(drawn, numbers, made=PLAN, settings=SETTINGS, **options):
    return labels.solve(drawn, np.array(numbers), made, settings, **options)


@pytest.fixture(scope="module")
def solved(drawn):
    return solve(drawn, range(30))


def test_the_bias_average_has_equal_weights(drawn, solved):
    alone = replace(PLAN, targets=(plan.CONDUCTANCE,))
    assert plan.bias_energies(SETTINGS) == pytest.approx([-0.18, -0.06, 0.06, 0.18], abs=1e-15)
    one_by_one = [
        solve(drawn, range(30), alone, {**SETTINGS, "fermi_energy": energy})
        for energy in plan.bias_energies(SETTINGS)
    ]
    assert plan.BIAS_CONDUCTANCE not in one_by_one[0]
    mean = np.mean([frame[plan.CONDUCTANCE] for frame in one_by_one], axis=0)
    assert np.allclose(mean, solved[plan.BIAS_CONDUCTANCE], rtol=0, atol=1e-12)


def test_shards_are_bit_identical_to_the_whole(drawn, solved, tmp_path):
    for k in range(3):
        part = solve(drawn[10 * k : 10 * k + 10], range(10 * k, 10 * k + 10))
        files.write_table(tmp_path / f"{k}.parquet", part)
    merged = joined.join_shards([tmp_path / f"{k}.parquet" for k in range(3)], 30)
    pd.testing.assert_frame_equal(merged, solved, check_exact=True)


def test_missing_samples_are_noticed(solved, tmp_path):
    files.write_table(tmp_path / "0.parquet", solved[:10])
    files.write_table(tmp_path / "1.parquet", solved[20:])
    with pytest.raises(files.DamagedFile, match="expected samples 0 to 29"):
        joined.join_shards([tmp_path / "0.parquet", tmp_path / "1.parquet"], 30)


def test_the_crosscheck_passes_and_can_fail(drawn, solved):
    options = {"samples": 4, "root_seed": 1}
    row = crosscheck("wires", PLAN, drawn, solved, SETTINGS, **options)
    assert row["max_difference"].item() < 1e-9
    assert row["n"].item() == 4
    assert row["max_unitarity"].item() == solved["unitarity"].max()
    wrong = solved.assign(conductance_g0=solved["conductance_g0"] + 1e-6)
    with pytest.raises(ArithmeticError, match="ensemble ii"):
        crosscheck("wires", PLAN, drawn, wrong, SETTINGS, **options)


@pytest.mark.parametrize("name", ["ii", "iii", "iv", "average"])
def test_the_archive_of_the_repository_has_the_labels_of_the_papers_scale(settings, name):
    everything = settings("paper")
    wires = everything["wires"]
    made = plan.ensembles(wires)[name]
    drawn = ensemble.draw(made, everything["seed"], 0, 3)
    how = Study("wires", wires).settings_of("solve")
    kept = archive.read(ROOT / "data" / "wires.parquet", made, drawn, (0, 3), how)
    again = solve(drawn, range(3), made, wires)
    assert list(kept) == list(again)
    for target in made.targets:
        assert np.allclose(kept[target], again[target], rtol=0, atol=1e-9)
