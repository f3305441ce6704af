"""Statistics of conductances and predictions."""

import math

import numpy as np
import pandas as pd
import pytest
from wires_paper import impurities

from hamlearn.study import Run
from hamlearn.wires import statistics

RUN = Run(
    name="model_ii_bias/cnn",
    family="model_ii",
    trained_on="ii",
    n_train=150,
    n_test=7,
    architecture="cnn",
    target="bias_conductance_g0",
)


def test_a_symmetric_distribution_between_bins_has_no_shoulders_about_its_mean():
    symmetric = np.random.default_rng(0).normal(1.23, 0.36, 60000)
    symmetric = np.concatenate([symmetric, 2 * 1.23 - symmetric])
    inside = np.abs(symmetric - 1.23) < 1.23
    table = statistics.distribution("i_3", 3, symmetric[inside], 0.1).set_index("quantity")
    z = (table["value"] / table["error"]).abs()
    assert z["shoulder_peak"].max() > 3  # its peak bin is not centred on it
    assert z["shoulder_mean"].max() < 3
    assert abs(table["value"]["skewness"]) < 3 * table["error"]["skewness"]
    assert table["value"]["std"] == pytest.approx(0.36, abs=0.005)


def test_shares_of_a_distribution_are_those_of_disjoint_bins():
    values = np.random.default_rng(3).gamma(5, 0.25, 1000)
    table = statistics.distribution("i_3", 3, values, 0.1)
    shares = table[table["quantity"] == "histogram"]
    assert shares["value"].sum() == pytest.approx(1)
    np.testing.assert_allclose(shares["high"] - shares["low"], 0.2)
    chosen = shares[np.isclose(shares["low"], 1.2)].iloc[0]
    p = np.mean((values >= 1.2) & (values < 1.4))
    assert chosen["value"] == pytest.approx(p)
    assert chosen["error"] == pytest.approx(math.sqrt(p * (1 - p) / 1000))


def test_spread_is_taken_about_the_impurity_count():
    ensemble, solved = impurities("ii", 20000)
    table = statistics.by_concentration(
        "ii", ensemble, "conductance_g0", solved["conductance_g0"].to_numpy()
    )
    first = table[(table["quantity"] == "spread")].iloc[0]
    inside = ensemble.concentration < 0.05
    mean = 40 * np.exp(-22.8 * ensemble.count[inside] / 1600)
    assert first["value"] == pytest.approx(math.sqrt(np.mean(0.25 * mean)), rel=0.05)
    assert table[table["quantity"] == "mean"]["n"].sum() == 20000


def test_the_clean_wire_has_its_open_modes():
    settings = {"fermi_energy": 0.0, "bias": {"voltage": 0.36, "energies": 4}}
    values = statistics.clean_wire(40, settings)["value"].tolist()
    assert values == pytest.approx([40, (35 + 37 + 37 + 35) / 4], abs=1e-9)


def test_histograms_are_disjoint_and_keep_all_channels_in_the_last_bin():
    true = np.array([0.0, 1e-30, 0.1999, 0.2001, 39.999, 40.0, 40.0 + 1e-12])
    frame = pd.DataFrame({"true": true, "predicted": true - 1})
    table = statistics.histograms(RUN, 0, 40, frame, 0.1)
    shares = table[table["quantity"] == "histogram_true"]
    assert shares["value"].sum() == pytest.approx(1)
    assert shares["high"].max() == pytest.approx(40)
    assert shares["value"].tolist() == pytest.approx([3 / 7, 1 / 7, 3 / 7])
    assert table["low"].min() == pytest.approx(-1)
    columns = ["source", "run", "target"]
    assert (table[columns] == ["ii", "model_ii_bias/cnn", "bias_conductance_g0"]).all(axis=None)
