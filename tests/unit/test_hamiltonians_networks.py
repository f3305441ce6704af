"""The graph network: its parameters, invariances, loss, and what it learns by heart."""

import keras
import numpy as np
import pytest

from hamlearn.hamiltonians import graphs, networks, prediction, structures, superposition, synthetic
from hamlearn.hamiltonians.archive import pairs_of
from hamlearn.hamiltonians.evidence.networks import PAPER, counted
from hamlearn.hamiltonians.graph import edges
from hamlearn.learning import training

SMALL = {
    **{"neighbours": 8, "node": 8, "edge": 16, "orientation": 4, "filters": 4},
    **{"layers": 2, "hidden": 16, "cutoff": 7.41},
}


pytestmark = pytest.mark.usefixtures("eagerly")


@pytest.fixture(scope="module")
def alloy():
    found = structures.alloy((1, 1, 1), np.random.default_rng(3))
    found.positions += 0.05 * np.random.default_rng(1).standard_normal((8, 3))
    return found


@pytest.fixture(scope="module")
def pair():
    return [networks.lc_net(outputs, **SMALL) for outputs in (91, 78)]


@pytest.mark.parametrize(("outputs", "parameters"), [(91, 524_731), (78, 521_390), (45, 512_909)])
def test_networks_have_the_parameters_of_the_paper(outputs, parameters):
    assert networks.lc_net(outputs).count_params() == parameters == counted(PAPER, outputs)


def test_predictions_do_not_depend_on_origin_order_and_repetition(alloy, pair):
    given = prediction.blocks(alloy, *pair, 7.41, "invariant")
    moved = alloy.copy()
    moved.positions += [1.0, 2.0, 3.0]
    assert np.allclose(prediction.blocks(moved, *pair, 7.41, "invariant"), given, atol=1e-5)
    order = np.random.default_rng(0).permutation(8)
    mixed, found = prediction.blocks(alloy[order], *pair, 7.41, "invariant"), edges(alloy, 7.41)
    other = edges(alloy[order], 7.41)
    key = np.lexsort((*found.cell.T, found.second, found.first))
    same = np.lexsort((*other.cell.T, order[other.second], order[other.first]))
    assert np.allclose(mixed[same], given[key], atol=1e-4)
    double = alloy.repeat((2, 1, 1))
    twice = prediction.blocks(double, *pair, 7.41, "invariant")
    assert np.isclose(np.abs(twice).sum(), 2 * np.abs(given).sum(), rtol=1e-5)


def test_parts_of_a_network_give_what_it_gives(alloy, pair):
    graph = graphs.build(alloy, 7.41, "paper", SMALL["neighbours"])
    said = pair[0].predict_on_batch(graph.given("forward"))
    whole = prediction.blocks(alloy, *pair, 7.41)
    made = graphs.build(alloy, 7.41, "paper", 8, hamiltonian=whole[pairs_of(edges(alloy, 7.41))])
    assert np.allclose(made.values("forward"), said, atol=1e-5)


def test_the_text_cnn_sees_the_order_and_no_row_that_is_not_there():
    rows = np.random.default_rng(0).standard_normal((5, 8, 25)).astype("float32")
    count = np.array([8, 8, 6, 5, 4], "int32")
    for ordered in (True, False):
        layer = networks.layers.TextCNN(4, ordered)
        found = np.asarray(layer(rows, count))
        beyond = np.where(np.arange(8)[None, :, None] < count[:, None, None], rows, 7.0)
        assert np.allclose(layer(beyond, count), found, atol=1e-6)
        backwards = np.asarray(layer(rows[:2, ::-1].copy(), count[:2]))
        assert np.allclose(backwards, found[:2], atol=1e-5) != ordered


def test_attention_sums_to_one_over_the_edges_of_an_atom():
    first = np.array([0, 0, 0, 1, 2, 2], "int32")
    logit = np.array([1.0, 50.0, -3, 0.3, 2, 2], "float32")
    weight = np.asarray(networks.layers._softmax(logit, first, 3))
    assert np.allclose(np.bincount(first, weight), 1)
    assert np.isclose(weight[3], 1)


def test_the_loss_is_that_of_eq_6():
    true = np.zeros((3, 1), "float32")
    predicted = np.array([[1e-6], [1.0], [10.0]], "float32")
    slope, one, ten = np.asarray(networks.focal(true, predicted))
    assert np.isclose(slope / 1e-6, 0.25, rtol=1e-5)
    assert np.isclose(one, 0.3160424, rtol=1e-5)
    assert np.isclose(ten, 8.540, rtol=1e-3)


def test_targets_are_what_a_pair_shares(alloy):
    found = edges(alloy, 7.41)
    h, _ = synthetic.hamiltonian(alloy, found)
    graph = graphs.build(alloy, 7.41, "paper", 8, hamiltonian=h[pairs_of(found)])
    one = graph.values("both")
    number = int(graph.frames.forward.sum())
    assert np.array_equal(one[:number], graph.values("forward"))
    assert len(one) == len(found)
    assert graph.values("whole").shape == (len(found), 169)


def test_two_centre_parts_are_fitted_and_added(alloy):
    found = edges(alloy, 7.41)
    h, _ = synthetic.hamiltonian(alloy, found, environment=0.0)
    graph = graphs.build(alloy, 7.41, "paper", 8, hamiltonian=h[pairs_of(found)])
    network = networks.lc_net(91, superposition=True, **SMALL)
    asked, values = graph.asked("forward"), graph.values("forward")
    ends = (alloy.numbers[rows[asked]] for rows in (found.first, found.second))
    layer = network.get_layer("superposition")
    layer.set_from(*ends, found.length[asked], values)
    network.get_layer("elements").set_weights(
        [np.zeros_like(w) for w in network.get_layer("elements").get_weights()]
    )
    off = ~found.onsite[asked]
    difference = np.abs(network.predict_on_batch(graph.given("forward")) - values)[off]
    assert difference.mean() < 0.02 * np.abs(values[off]).mean()
    assert superposition.knots(7.41) * superposition.SPECIES**2 == layer.centre.shape[0]


def test_one_structure_is_learned_by_heart(alloy):
    found = edges(alloy, 7.41)
    h, _ = synthetic.hamiltonian(alloy, found)
    graph = graphs.build(alloy, 7.41, "paper", 8, hamiltonian=h[pairs_of(found)])
    training.configure(threads=1, seed=0)
    network = networks.lc_net(91, **SMALL)
    network.compile(optimizer=keras.optimizers.Adam(0.01), loss=networks.focal)
    given, values = graph.given("forward"), graph.values("forward").astype("float32")
    losses = [float(network.train_on_batch(given, values)) for _ in range(150)]
    assert np.mean(losses[-5:]) < losses[0] / 8
