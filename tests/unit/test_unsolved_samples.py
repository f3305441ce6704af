"""Samples that the exact solvers cannot solve: 10,000 of them go to Kwant and are counted.

Kwant takes some ten milliseconds for the smallest system, so that of the 10,000 samples only one
in 400 is really solved by it; for the others an exact solver stands in.
"""

from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest

from hamlearn.bubbles import ensemble as bubbles_ensemble
from hamlearn.bubbles import labels as bubbles_labels
from hamlearn.bubbles import solver as bubbles_solver
from hamlearn.crosscheck import crosscheck
from hamlearn.transport import batched, brickwall, square
from hamlearn.wires import ensemble as wires_ensemble
from hamlearn.wires import labels as wires_labels
from hamlearn.wires import solver as wires_solver
from hamlearn.wires.plan import CONDUCTANCE, EnsemblePlan

SAMPLES, BY_KWANT = 10_000, 400
ENERGIES = {"fermi_energy": 0.1, "bias": {"voltage": 0.36, "energies": 2}}
BROKEN = EnsemblePlan(name="broken", model="i", length=3, width=2, test=SAMPLES)
DECAY = {"hopping_decay": bubbles_solver.DECAY}
VALLEYS = list(bubbles_labels.TARGETS)


class StandIn:
    """Calls Kwant for one sample in 400, and something faster for the rest."""

    def __init__(self, kwant, faster):
        self.kwant, self.faster, self.calls = kwant, faster, 0

    def __call__(self, *arguments):
        self.calls += 1
        return (self.faster if self.calls % BY_KWANT else self.kwant)(*arguments)


@pytest.fixture(scope="module")
def wires():
    values = np.random.default_rng(1).uniform(-2, 2, (SAMPLES, 3, 2))
    return wires_ensemble.Ensemble(values=values.astype(np.float32))


@pytest.fixture(scope="module")
def flakes():
    random = np.random.default_rng(1)
    low, high = [0.1, 0.5, 0.5, -1, -1], [0.5, 2, 2, 1, 1]
    bubbles = random.uniform(low, high, (SAMPLES, 1, 5))
    energies = random.choice(np.linspace(0.1, 0.9, 30), SAMPLES)
    return bubbles_ensemble.Ensemble(bubbles, energies, "gaussian", 3.0)


def solved(wires, first=0, **method):
    numbers = np.arange(first, first + len(wires))
    return wires_labels.solve(wires, numbers, BROKEN, ENERGIES, **method)


def solved_flakes(flakes, first=0, **method):
    numbers = np.arange(first, first + len(flakes))
    return bubbles_labels.solve(flakes, numbers, BROKEN, DECAY, **method)


def by_recursion(onsite, energy):
    t, r = square.transmission_recursive(onsite[None], energy)
    return float(t[0]), float(r[0])


def not_unitary(onsite, energy):
    t, r, fallback = square.transmission(onsite, energy)
    t[::2] += 1e-5
    r[1::2] = np.nan
    return t, r, fallback


def test_ten_thousand_wires_are_handled_and_counted(wires, monkeypatch):
    expected = solved(wires)
    kwant = StandIn(wires_solver.kwant_transmission, by_recursion)
    with monkeypatch.context() as broken:
        broken.setattr(wires_solver, "transmission", not_unitary)
        broken.setattr(wires_solver, "kwant_transmission", kwant)
        table = solved(wires)
    assert kwant.calls == SAMPLES
    assert not expected["resolved"].any()
    assert table["resolved"].all()
    assert table["unitarity"].max() < 1e-9
    np.testing.assert_allclose(table[CONDUCTANCE], expected[CONDUCTANCE], rtol=0, atol=1e-9)
    row = crosscheck("wires", BROKEN, wires, table, ENERGIES, samples=5, root_seed=1)
    assert row["resolved"].item() == SAMPLES
    assert row["max_difference"].item() < 1e-9


def test_ten_thousand_flakes_are_handled_and_counted(flakes, monkeypatch):
    plain, calls = brickwall.scatter, []
    once = lru_cache(SAMPLES)(lambda w, v, energy: plain(np.array(w), np.array(v), energy))

    def scatter(w, v, energy):
        return once(tuple(map(tuple, w)), tuple(map(tuple, v)), energy)

    def exactly(surface, energy, length, width, decay):
        x, y = brickwall.positions(*brickwall.shape(length, width))
        found = scatter(*bubbles_solver.hoppings(surface(x, y), decay), energy)
        return found.transmission, found.reflection, found.in_valley_k, found.in_valley_k

    def failing(*arguments):
        calls.append(None)
        if len(calls) % 2:
            raise np.linalg.LinAlgError("no symmetric response")
        return replace(scatter(*arguments), reflection=-1.0)

    monkeypatch.setattr(brickwall, "scatter", scatter)
    expected = solved_flakes(flakes)
    kwant = StandIn(bubbles_solver._kwant, exactly)
    with monkeypatch.context() as broken:
        broken.setattr(brickwall, "scatter", failing)
        broken.setattr(batched, "scatter_many", fails)
        broken.setattr(bubbles_solver, "_kwant", kwant)
        table = solved_flakes(flakes)
    assert kwant.calls == len(calls) == SAMPLES
    assert not expected["resolved"].any()
    assert table["resolved"].all()
    assert table["unitarity"].max() < 1e-8
    np.testing.assert_allclose(table[VALLEYS], expected[VALLEYS], rtol=0, atol=1e-8)
    row = crosscheck("bubbles", BROKEN, flakes, table, DECAY, samples=5, root_seed=1)
    assert row["resolved"].item() == SAMPLES
    assert row["max_difference"].item() < 1e-8


def fails(*_):
    raise RuntimeError("MUMPS failed")


@pytest.mark.parametrize(
    ("by_kwant", "words"),
    [
        (lambda *_: (7.0, 0.0), r"T = 7\.0, R = 0\.0 by Kwant, but 2 open modes"),
        (lambda *_: (np.nan, 0.0), "T = nan, R = 0.0 by Kwant, but 2 open modes"),
        (fails, "Kwant fails: MUMPS failed"),
    ],
)
def test_a_wire_that_kwant_cannot_solve_either_is_named(wires, monkeypatch, by_kwant, words):
    marked = wires[27:28].exact_onsite

    def one_fails(onsite, energy):
        t, r, fallback = square.transmission(onsite, energy)
        t[(onsite == marked).all(axis=(1, 2))] = np.nan
        return t, r, fallback

    monkeypatch.setattr(wires_labels, "SITES_AT_ONCE", 60)  # ten wires
    monkeypatch.setattr(wires_solver, "transmission", one_fails)
    monkeypatch.setattr(wires_solver, "kwant_transmission", by_kwant)
    with pytest.raises(RuntimeError, match=rf"^sample 4027 at E = 0\.1 t: {words}$"):
        solved(wires[:50], 4000)
    with pytest.raises(RuntimeError, match=rf"^sample 4000 at E = 0\.1 t: {words}$"):
        solved(wires[:2], 4000, method="kwant")


@pytest.mark.parametrize(
    ("by_kwant", "words"),
    [
        (lambda *_: (np.full((1, 1), 7.0), 0.0, [True], [True]), r"T = 7\.0, R = 0\.0, but 1 open"),
        (fails, "MUMPS failed"),
    ],
)
def test_a_flake_that_kwant_cannot_solve_either_is_named(flakes, monkeypatch, by_kwant, words):
    scatter, marked = brickwall.scatter, 0.55
    flakes = replace(flakes, energy=np.where(np.arange(SAMPLES) == 27, marked, flakes.energy))

    def one_fails(w, v, energy):
        return fails() if energy == marked else scatter(w, v, energy)

    monkeypatch.setattr(brickwall, "scatter", one_fails)
    monkeypatch.setattr(batched, "scatter_many", fails)
    monkeypatch.setattr(bubbles_solver, "_kwant", by_kwant)
    named = rf"^sample 4027 at E = {marked} t: no solver .* the last: {words}"
    with pytest.raises(RuntimeError, match=named) as caught:
        solved_flakes(flakes[:50], 4000)
    assert "\n" not in str(caught.value)
    with pytest.raises(RuntimeError, match="^sample 4000 at"):
        solved_flakes(flakes[:50], 4000, method="kwant")
