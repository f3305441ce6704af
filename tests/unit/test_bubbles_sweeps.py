"""Sweeps over the energy, as figures draw them: calculated, and predicted by several seeds."""

import numpy as np
import pandas as pd
import pytest

from hamlearn import files
from hamlearn.bubbles import sweeps


def test_predictions_are_of_the_first_seed_with_the_range_of_all(tmp_path):
    for seed, value in ((2, 5.0), (10, 4.0), (1, 3.0)):
        columns = {"run": "full", "seed": seed, "ensemble": "scan", "target": "total"}
        columns |= {"sample": [1, 0]}
        columns |= {"predicted": [value, 2 * value], "low": np.nan, "high": np.nan}
        files.write_table(tmp_path / f"{seed}.parquet", pd.DataFrame(columns))
    found = sweeps.predicted(tmp_path.glob("*.parquet"), "full", "scan")
    assert found["sample"].tolist() == [0, 1]
    assert found["predicted"].tolist() == [6.0, 3.0]
    assert found["seeds"].tolist() == [3, 3]
    assert found["least"].tolist() == [6.0, 3.0] and found["most"].tolist() == [10.0, 5.0]
    assert sweeps.predicted(tmp_path.glob("*.parquet"), "smooth", "scan").empty


def test_part_of_a_sweep_holds_as_many_thresholds_as_asked():
    energy = np.linspace(0.005, 0.995, 100)
    sweep = pd.DataFrame({"energy_t": energy, "modes": 2 * np.floor(10 * energy) + 1})
    low, high = sweeps.around_thresholds(sweep, 3)
    inside = sweep[sweep["energy_t"].between(low, high)]
    assert inside["modes"].nunique() == 4
    assert (low + high) / 2 == pytest.approx(0.5, abs=0.06)
    assert sweeps.around_thresholds(sweep[:15], 3) == (energy[0], energy[14])
