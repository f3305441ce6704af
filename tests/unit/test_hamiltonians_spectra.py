"""Densities of states of levels."""

import numpy as np
import pandas as pd
import pytest

from hamlearn.hamiltonians import spectra

PART = {"window": 2.5, "bins": 500}


def levels(energies, weights):
    """Levels on a mesh, with the weights of their wave vectors."""
    return pd.DataFrame({"energy": energies, "weight": weights})


def test_a_density_counts_two_spins_of_each_level_in_the_window():
    centres, states = spectra.dos(levels([-1.0, 0.3, 9.0], [0.5, 0.25, 1.0]), PART)
    assert states.sum() * (centres[1] - centres[0]) == pytest.approx(1.5, rel=1e-12)
    coarse, few = spectra.dos(levels([-1.0, 0.3, 9.0], [0.5, 0.25, 1.0]), {**PART, "bins": 10})
    assert few.sum() * (coarse[1] - coarse[0]) == pytest.approx(1.5, rel=1e-12)


def test_a_level_is_a_gaussian_of_the_stated_width():
    centres, states = spectra.dos(levels([0.2], [1.0]), PART)
    mean = np.average(centres, weights=states)
    width = np.sqrt(np.average((centres - mean) ** 2, weights=states))
    assert mean == pytest.approx(0.2, abs=1e-9)
    assert width == pytest.approx(spectra.BROADENING, rel=0.01)


def test_equal_levels_have_equal_densities_and_others_do_not():
    columns = {"kind": "dos", "material": "sige", "atoms": 16, "weight": 1.0}
    methods = {"dft": 0.0, "paper": 0.0, "ours": 1.0}
    rows = [{**columns, "method": name, "energy": energy} for name, energy in methods.items()]
    found = pd.DataFrame(rows)
    assert spectra.dos_error(found, "sige", "paper", 16, PART) == 0
    assert spectra.dos_error(found, "sige", "ours", 16, PART) == pytest.approx(2, rel=1e-6)
