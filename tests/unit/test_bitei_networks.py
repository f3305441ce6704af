"""Networks and costs of bitei: parameters, layers, invariance, weights; slopes of the gap."""

import keras
import numpy as np
import pytest
from rolling_inputs import double_precision
from support import ROOT

from hamlearn import claims
from hamlearn.bitei import (
    checks,
    confusion,
    descent,
    dirac,
    gap,
    hoppings,
    inputs,
    networks,
    rotation,
    training,
)
from hamlearn.bitei.evidence import EVIDENCE
from hamlearn.bitei.lattice_sum import Crystal
from hamlearn.bitei.noise import noise

ENDS = hoppings.load()
RNG = np.random.default_rng(0)


def test_networks_of_the_thesis_have_its_parameters():
    found = [networks.dense(checks.THESIS[name]).count_params() for name in ("small", "large")]
    hybrid = networks.hybrid(**checks.THESIS["hybrid"])
    assert [*found, hybrid.count_params()] == [1_750_003, 9_310_003, 8_075_215]
    front = [hybrid.get_layer(name).count_params() for name in ("kernels", "combined")]
    assert front == [165_888 + 6_912, 7_077_888 + 1_024]


def test_kernels_are_shared_by_all_cells():
    hybrid = networks.hybrid(4, 8, [8])
    layer = hybrid.get_layer("kernels")
    kernel = layer.get_weights()[0]
    bias = RNG.standard_normal((27, 4)).astype(np.float32)
    layer.set_weights([kernel, bias])
    given = RNG.standard_normal((2, 27, 648)).astype(np.float32)
    found = np.asarray(layer(given))
    for cell in range(27):
        assert np.allclose(found[:, cell], given[:, cell] @ kernel + bias[cell], atol=1e-4)
    order = RNG.permutation(27)
    assert np.allclose(
        np.asarray(layer(given[:, order])) - bias, (found - bias)[:, order], atol=1e-4
    )


def test_no_roll_changes_an_extractor_without_pools_and_a_pooled_one_none_by_four():
    with double_precision():
        given = RNG.standard_normal((1, 8, 8, 8, inputs.CHANNELS))
        for pooled, step in ((False, 1), (True, 4)):
            network = networks.extractor(given.shape[1:], 4, pooled=pooled)
            rolled = np.roll(given, (step, 2 * step, step), (1, 2, 3))
            change = np.asarray(network(rolled)) - np.asarray(network(given))
            assert np.abs(change).max() < 1e-8


def test_points_do_not_know_their_order():
    network = networks.points((20, 12), [8])
    given = RNG.standard_normal((2, 20, 12)).astype(np.float32)
    order = RNG.permutation(20)
    assert np.allclose(np.asarray(network(given)), np.asarray(network(given[:, order])), atol=1e-5)


@pytest.mark.parametrize("right", [True, False])
def test_the_soft_trace_is_minus_one_for_a_perfect_and_minus_a_third_for_a_constant_one(right):
    phases = np.array([0] * 7 + [1] * 2 + [2])
    logits = 40.0 * np.eye(3)[phases] if right else 40.0 * np.eye(3)[np.zeros(10, int)]
    weights = training.class_weights(phases, "soft_trace")[phases]
    values = np.asarray(training.cost("soft_trace")(phases, logits.astype(np.float32)))
    assert np.mean(weights * values) == pytest.approx(-1 if right else -1 / 3, abs=1e-6)


def test_weights_and_resampling_count_each_class_alike():
    phases = np.array([0] * 70 + [1] * 20 + [2] * 10)
    weights = training.class_weights(phases, "weighted")
    assert np.bincount(phases) * weights == pytest.approx([100 / 3] * 3)
    counts = np.bincount(phases[training.balanced(phases, 0)])
    assert counts.sum() == 100
    assert np.ptp(counts) <= 2
    assert training.class_weights(phases, "plain").tolist() == [1, 1, 1]
    assert confusion.trace(phases, phases) == 300


def test_slopes_of_the_gap_are_those_of_finite_differences():
    random = np.random.default_rng(2)
    added = noise(random, ENDS.vectors, size=np.abs(ENDS.trivial).mean())
    crystal = hoppings.interpolate(ENDS.trivial, ENDS.topological, 0.05)
    k = gap.minimum(Crystal(crystal, ENDS.vectors), 12, "a").k
    slope = descent.slope(crystal, ENDS.vectors, k)
    step = 1e-4

    def gap_at(amount):
        levels = np.linalg.eigvalsh(
            hoppings.bloch(crystal + amount * added, ENDS.vectors, k[None])[0]
        )
        return levels[12] - levels[11]

    expected = (gap_at(step) - gap_at(-step)) / (2 * step)
    assert np.sum(slope.conj() * added).real == pytest.approx(expected, abs=1e-5)
    projected = descent.projected(slope, ENDS.vectors)
    assert hoppings.hermiticity(projected, ENDS.vectors) < 1e-12
    assert hoppings.time_reversal(projected) < 1e-12
    assert np.sum(projected.conj() * added).real == pytest.approx(expected, abs=1e-5)


def test_rotations_by_a_quarter_turn_the_encoding():
    assert rotation.violation(np.random.default_rng(0)) < 1e-12
    image, kernel = rotation.motif_slice()
    upright, turned = (27, 11), (13, 29)
    plain, encoded = rotation.encoded(image, kernel, 1), rotation.encoded(image, kernel)
    assert plain[turned] < 0.6 * plain[upright]
    assert encoded[turned] > 0.8 * encoded[upright]


def test_every_claim_that_is_attempted_has_its_evidence():
    ledger = claims.load(ROOT / "claims/bitei.yaml")
    attempted = {claim.id for claim in ledger.results if claim.not_attempted is None}
    assert attempted == set(EVIDENCE)


def test_a_network_is_read_as_it_was_saved(tmp_path):
    from hamlearn.learning import training as shared

    network = networks.points((6, 12), [4], scale=[2.0] * 12, offset=[1.0] * 12)
    shared.save(network, tmp_path / "n.keras")
    given = RNG.standard_normal((3, 6, 12)).astype(np.float32)
    again = networks.load(tmp_path / "n.keras")
    assert np.allclose(np.asarray(again(given)), np.asarray(network(given)))
    keras.backend.clear_session()


def test_energies_of_another_family_know_the_mass_and_roll_with_the_origin():
    crystals = dirac.drawn(np.random.default_rng(0), 3, 0.5)
    given = dirac.energies(crystals, 8)
    assert given.shape == (3, 8, 8, 8, inputs.CHANNELS)
    assert not given[..., [0, 1, 6, 7]].any()
    for steps in (1, 4):
        rolled = np.roll(given, (-steps,) * 3, (1, 2, 3))
        assert np.allclose(dirac.shifted(crystals, 8, steps), rolled, atol=1e-6)
    for mass in (0.3, 2.0, 3.5):
        gaps = dirac.energies(dirac.crystal(mass)[None], 8)[0, ..., -1]
        at_points = [gaps[place] for place in ((0, 0, 4), (0, 4, 4), (4, 4, 4), (4, 4, 0))]
        expected = [abs(mass - sum_of_cosines) for sum_of_cosines in (-3, -1, 1, 3)]
        assert np.array(at_points) / (2 * dirac.SCALE) == pytest.approx(expected, abs=1e-5)


def test_half_a_ball_holds_the_nearest_cells_and_none_with_its_opposite():
    kept = inputs.half_ball(ENDS.vectors, ENDS.cells[0])
    found = {tuple(vector) for vector in kept.tolist()}
    assert len(found) == 27
    assert not found & {tuple(-x for x in one) for one in found - {(0, 0, 0)}}
    assert {(1, -1, 0), (-1, 1, 0)} & found
    length = np.linalg.norm(kept @ ENDS.cells[0], axis=1)
    others = [v for v in ENDS.vectors.tolist() if not {tuple(v), tuple(-x for x in v)} & found]
    assert length.max() <= np.linalg.norm(np.array(others) @ ENDS.cells[0], axis=1).min() + 1e-6
