"""Masked cells are no data: every entrance refuses them in one line."""

import numpy as np
import pytest

from hamlearn.bubbles import solver as bubbles
from hamlearn.wires import solver as wires

ONSITE = np.ma.masked_greater(np.arange(9.0).reshape(1, 3, 3) / 9, 0.8)
HEIGHTS = np.ma.masked_less(np.ones((4, 5)) * np.arange(5), 1)
BUBBLES = np.ma.masked_greater(np.array([[1.0, 5.0, 5.0, 0.0, 0.0]]), 4)
ENERGIES = np.ma.masked_less(np.array([0.1, 0.2]), 0.15)


@pytest.mark.parametrize(
    ("enter", "words"),
    [
        (lambda: wires.solve(ONSITE, [0.0]), "onsite: 1 of 9 values are masked"),
        (lambda: wires.solve(ONSITE.data, ENERGIES), "energies: 1 of 2 values are masked"),
        (lambda: bubbles.hoppings(HEIGHTS), "heights: 4 of 20 values are masked"),
        (lambda: bubbles.transmission(BUBBLES, [0.2], 10, 10), "bubbles: 2 of 5 values are masked"),
        (lambda: bubbles.transmission(BUBBLES.data, ENERGIES, 10, 10), "energies: 1 of 2 values"),
    ],
)
def test_masked_values_are_refused(enter, words):
    with pytest.raises(ValueError, match=words) as caught:
        enter()
    assert "\n" not in str(caught.value)


def test_arrays_that_could_mask_and_do_not_are_data():
    found = wires.conductance(np.ma.asarray(ONSITE.data), [0.0])
    assert np.array_equal(found, wires.conductance(ONSITE.data, [0.0]))
