"""The paper's networks: layers, parameters, shapes, and what they must not do."""

import itertools
from types import SimpleNamespace

import numpy as np
import pytest

from hamlearn.learning import training
from hamlearn.wires import networks

DNN_PARAMETERS = [  # features, neurons, hidden layers, parameters
    (9, 20, 3, 1_061),
    (25, 60, 3, 8_941),
    (100, 150, 3, 60_601),
    (400, 600, 3, 962_401),
    (1, 5, 1, 16),
    (2, 12, 1, 49),
    (9, 30, 1, 331),
    (16, 30, 1, 541),
    (25, 30, 1, 811),
    (9, 60, 1, 661),
    (9, 30, 3, 2_191),
    (1600, 2000, 3, 11_208_001),
    (1600, 2500, 3, 16_510_001),
    (1600, 3000, 3, 22_812_001),
]
CNN_PARAMETERS = {40: 413_809, 24: 151_665, 16: 69_745, 8: 20_593}


@pytest.fixture(scope="module", autouse=True)
def keras(single_threaded_keras):
    return pytest.importorskip("keras")


def small(architecture, **options):
    """A run of a dense network with these options, or of a convolutional one, which has none."""
    options = options if architecture == "dnn" else {}
    return SimpleNamespace(architecture=architecture, options=options)


@pytest.mark.parametrize(("features", "neurons", "hidden", "parameters"), DNN_PARAMETERS)
def test_parameters_of_the_dense_networks(features, neurons, hidden, parameters):
    formula = (features + 1) * neurons + (hidden - 1) * (neurons + 1) * neurons + neurons + 1
    assert formula == parameters
    if neurons in (2000, 2500):  # the same formula, without their 180 MB of weights
        return
    assert networks.dnn(features, neurons, hidden).count_params() == parameters


@pytest.mark.parametrize(("size", "parameters"), CNN_PARAMETERS.items())
def test_parameters_of_the_convolutional_networks(size, parameters):
    assert networks.cnn(size, size).count_params() == parameters


def test_layers_of_the_dense_network():
    layers = networks.dnn(25, 60, 3).layers
    assert [layer.name for layer in layers] == ["hidden_1", "hidden_2", "hidden_3", "conductance"]
    assert [layer.units for layer in layers] == [60, 60, 60, 1]
    assert [layer.activation.__name__ for layer in layers] == ["relu"] * 3 + ["linear"]


def test_layers_of_the_convolutional_network():
    layers = networks.cnn(40, 40).layers
    table = [(layer.name, layer.output.shape[1:], layer.count_params()) for layer in layers]
    assert table == [
        ("convolution_1", (20, 20, 16), 80),
        ("convolution_2", (10, 10, 16), 1_040),
        ("convolution_3", (5, 5, 16), 1_040),
        ("flatten", (400,), 0),
        ("dense", (1024,), 410_624),
        ("conductance", (1,), 1_025),
    ]
    activations = [layer.activation.__name__ for layer in layers if layer.name != "flatten"]
    assert activations == ["relu"] * 4 + ["linear"]
    for layer in layers[:3]:
        assert layer.kernel_size == layer.strides == (2, 2)


def test_an_8x8_wire_is_left_with_one_pixel():
    assert networks.cnn(8, 16).layers[2].output.shape == (None, 1, 2, 16)
    assert networks.cnn(8, 8).layers[2].output.shape == (None, 1, 1, 16)


def test_initial_weights_are_those_of_the_paper():
    for layer in networks.cnn(8, 8).layers:
        if layer.weights:
            assert type(layer.kernel_initializer).__name__ == "GlorotUniform"
            assert not np.any(layer.bias)


@pytest.mark.parametrize("architecture", ["dnn", "cnn"])
def test_build_takes_energies_and_gives_one_number_for_each_wire(architecture):
    run = small(architecture, neurons=7, hidden=2)
    model = networks.build(run, 16, 8)
    onsite = np.random.default_rng(0).normal(size=(5, 16, 8))
    inputs = networks.model_inputs(architecture, onsite)
    assert inputs.dtype == np.float32
    assert model.output_shape == (None, 1)
    assert training.predict(model, inputs).shape == (5,)


def test_every_site_reaches_the_output():
    random = np.random.default_rng(1)
    onsite = np.repeat(random.normal(size=(1, 8, 16)), 8 * 16, axis=0)
    for k, (x, y) in enumerate(itertools.product(range(8), range(16))):
        onsite[k, x, y] += 1
    for architecture, model in {
        "dnn": networks.dnn(128, 40, 1),
        "cnn": networks.cnn(8, 16),
    }.items():
        found = training.predict(model, networks.model_inputs(architecture, onsite))
        assert len(np.unique(found.round(7))) > 120


def test_inputs_keep_the_order_of_the_sites():
    onsite = np.arange(2 * 3 * 4).reshape(2, 3, 4)
    assert list(networks.model_inputs("dnn", onsite)[1]) == list(range(12, 24))
    assert networks.model_inputs("cnn", onsite)[1, 2, 3, 0] == 23
    assert networks.model_inputs("scattering", onsite).shape == (2, 3, 4)


@pytest.mark.parametrize("value", [0.0, 5.0])
@pytest.mark.parametrize("architecture", ["dnn", "cnn"])
def test_equal_wires_have_equal_predictions(architecture, value):
    run = small(architecture, neurons=50, hidden=3)
    onsite = np.full((100, 8, 8), value)  # a clean wire, and one of impurities only
    found = training.predict(networks.build(run, 8, 8), networks.model_inputs(architecture, onsite))
    assert np.std(found) < 1e-12


def test_bad_shapes_are_refused():
    with pytest.raises(ValueError, match="cnn: wire of 20x20 sites, expected multiples of 8"):
        networks.cnn(20, 20)
    with pytest.raises(ValueError, match="hidden = 0, expected at least 1"):
        networks.dnn(9, 20, 0)
    with pytest.raises(ValueError, match="architecture = 'rnn': expected one of dnn, cnn"):
        networks.build(small("rnn"), 8, 8)
    with pytest.raises(ValueError, match=r"shape \(4, 9\), expected \(n, length, width\)"):
        networks.model_inputs("dnn", np.zeros((4, 9)))
