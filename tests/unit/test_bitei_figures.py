"""Figures of bitei, and what is measured on them."""

import numpy as np
import pandas as pd
import pytest

from bitei import fig30
from hamlearn.bitei.evidence.physics import covered
from hamlearn.bitei.solver import LABELS
from hamlearn.files import write_csv


@pytest.mark.parametrize("number", [400, 1000, 3000])
def test_a_volume_covers_its_map_and_a_curve_does_not(number):
    rng = np.random.default_rng(number)
    radius, angle = np.sqrt(rng.random(number)), 2 * np.pi * rng.random(number)
    disc = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
    assert covered(disc) > 0.65
    along = np.sort(rng.random(number))
    spiral = along * np.exp(2j * np.pi * along)
    assert covered(np.stack([spiral.real, spiral.imag], axis=1)) < 0.45


@pytest.fixture
def compared(tmp_path):
    """A network that was trained twice, one that was trained once, and a predictor."""
    recalls = {f"recall_{label}": [90.0, 80.0, 100.0] for label in LABELS}
    metrics = pd.DataFrame({"network": ["points", "points", "uniform"], **recalls})
    metrics = metrics.assign(ensemble="strong", trace=[270.0, 240.0, 300.0])
    one = {f"recall_{label}": [100.0] for label in LABELS}
    baselines = pd.DataFrame({"ensemble": "strong", "predictor": "majority", "trace": 100.0, **one})
    write_csv(tmp_path / "metrics.csv", metrics)
    write_csv(tmp_path / "baselines.csv", baselines)
    return tmp_path / "metrics.csv", tmp_path / "baselines.csv"


def test_a_network_has_the_number_of_its_trainings_and_their_spread(compared):
    figure, frame = fig30.draw(*compared, "default")
    names = [text.get_text() for text in figure.axes[0].get_yticklabels()]
    assert names == ["most frequent class", "ours, derivatives at A, 2 trainings",
                     "extractor, uniform mesh"]  # fmt: skip
    spread = frame.set_index("name")["trace_sd"]
    assert spread["ours, derivatives at A"] == pytest.approx(30 / np.sqrt(2))
    assert spread["extractor, uniform mesh"] == 0
