"""Layer and physics of the network that composes columns like scattering matrices."""

import keras
import numpy as np
import pytest

from hamlearn.learning import training
from hamlearn.wires import scattering as module
from hamlearn.wires.scattering import orbits, scattering, transfer
from hamlearn.wires.solver import conductance

pytestmark = pytest.mark.backend

LATTICES = ("uniform", "free")
SHAPES = [(1, 1), (2, 1), (5, 4)]


def random_onsite(samples, length, width, seed=0, half_width=2.0):
    draw = np.random.default_rng(seed).uniform(-half_width, half_width, (samples, length, width))
    return draw.astype(np.float32)


def network(length, width, seed=0, **options):
    keras.utils.set_random_seed(seed)
    return scattering(length, width, **options)


def wire(model):
    return model.get_layer("wire")


def predict(model, onsite):
    return training.predict(model, onsite)


def set_linear_action(layer):
    """f(e) = -e from two units of tanh whose cubic terms cancel: (8 tanh(se) - tanh(2se)) / 6s."""
    step = 0.02
    layer.slope.assign([step, 2 * step])
    layer.offset.assign([0.0, 0.0])
    layer.weight.assign([-8 / (6 * step), 1 / (6 * step)])


def set_physics(model, width):
    """Put the Hamiltonian and the leads of the exact recursion at E = 0 into a network."""
    layer = wire(model)
    set_linear_action(layer)
    layer.root_damping.assign(0.0)
    layer.contrast.assign(0.0)
    hopping = np.eye(width, k=1) + np.eye(width, k=-1)
    fill(layer.column, layer._column, hopping)
    if layer.lattice == "uniform":
        layer.lead_energy.assign(0.0)
        return
    n = np.arange(1, width + 1)
    level = -2 * np.cos(np.pi * n / (width + 1))
    modes = np.sqrt(2 / (width + 1)) * np.sin(np.pi * np.outer(n, n) / (width + 1))
    root = np.sqrt(1 - (level / 2) ** 2)
    fill(layer.sites, layer._sites, np.eye(width))
    fill(layer.lead_shift, layer._column, (modes * -level / 2) @ modes.T)
    fill(layer.contact, layer._general, (modes * np.sqrt(2 * root)) @ modes.T)


def fill(weight, index, matrix):
    values = np.zeros(weight.shape, dtype=np.float32)
    values[index] = matrix
    np.testing.assert_allclose(values[index], matrix, atol=1e-6)  # the matrix has the symmetry
    weight.assign(values)


@pytest.mark.parametrize("lattice", LATTICES)
@pytest.mark.parametrize("shape", SHAPES)
def test_output_is_one_conductance_between_zero_and_the_width(lattice, shape):
    length, width = shape
    model = network(length, width, lattice=lattice, damping=0.0)
    output = model.predict(random_onsite(50, length, width), verbose=0)
    assert output.shape == (50, 1)
    assert np.isfinite(output).all()
    assert output.min() > -1e-5
    assert output.max() < width + 1e-4


@pytest.mark.parametrize("lattice", LATTICES)
@pytest.mark.parametrize("shape", [(4, 3), (5, 4)])
def test_mirror_and_reversal_are_exact(lattice, shape):
    onsite = random_onsite(50, *shape)
    model = network(*shape, lattice=lattice, strength=2.0, seed=3)
    output = predict(model, onsite)
    assert output.std() > 1e-3
    np.testing.assert_allclose(predict(model, onsite[:, :, ::-1]), output, atol=2e-5)
    np.testing.assert_allclose(predict(model, onsite[:, ::-1]), output, atol=2e-5)
    assert np.abs(predict(model, np.roll(onsite, 1, axis=2)) - output).max() > 1e-3


@pytest.mark.parametrize("lattice", LATTICES)
@pytest.mark.parametrize("shape", [(1, 4), (2, 1), (6, 5), (10, 10)])
def test_exact_recursion_is_one_member_of_the_family(lattice, shape):
    length, width = shape
    onsite = random_onsite(200, length, width, seed=1)
    model = network(length, width, lattice=lattice, hidden=2)
    set_physics(model, width)
    exact = conductance(onsite, [0.0])[:, 0]
    np.testing.assert_allclose(predict(model, onsite), exact, atol=1e-4)


def test_rank_of_the_contact_bounds_the_conductance():
    model = network(4, 3, lattice="free", damping=0.0, seed=5)
    layer = wire(model)
    layer.contrast.assign(0.0)
    odd = np.array([1.0, 0.0, -1.0])
    fill(layer.contact, layer._general, np.outer(odd, odd))
    output = predict(model, random_onsite(200, 4, 3))
    assert 0.1 < output.max() < 1 + 1e-4


def test_rotation_of_the_latent_basis_changes_nothing():
    model = network(4, 2, lattice="free", seed=2)
    onsite = random_onsite(20, 4, 2)
    before, layer = predict(model, onsite), wire(model)
    hadamard = np.array([[1.0, 1.0], [1.0, -1.0]]) / np.sqrt(2)
    swap = np.array([[0.0, 1.0], [1.0, 0.0]])
    rotation = hadamard @ np.diag([1.0, -1.0]) @ hadamard  # commutes with the mirror
    np.testing.assert_allclose(rotation @ swap, swap @ rotation, atol=1e-12)
    for weight, index, both in [
        (layer.column, layer._column, True),
        (layer.lead_shift, layer._column, True),
        (layer.sites, layer._sites, False),
        (layer.contact, layer._general, False),
    ]:
        matrix = keras.ops.convert_to_numpy(weight)[index]
        fill(weight, index, rotation @ matrix @ (rotation.T if both else np.eye(2)))
    np.testing.assert_allclose(predict(model, onsite), before, atol=1e-5)


@pytest.mark.parametrize("lattice", LATTICES)
def test_saved_network_is_the_same(lattice, tmp_path):
    model, onsite = network(3, 4, lattice=lattice, hidden=5), random_onsite(20, 3, 4)
    training.save(model, tmp_path / "network.keras")
    loaded = training.load(tmp_path / "network.keras")
    assert wire(loaded).options() == wire(model).options()
    np.testing.assert_array_equal(predict(loaded, onsite), predict(model, onsite))


def test_parameter_counts_of_the_docstring():
    for width in (2, 10):
        half = width // 2
        free = width**2 + 2 * (half * (half + 1)) + 3 * 16 + 2
        assert network(2, width, lattice="free").count_params() == free
        assert network(2, width, lattice="uniform").count_params() == width + 3 * 16 + 3
    assert network(40, 40).count_params() == 91


def test_latent_dimension_may_differ_from_the_width():
    output = predict(network(4, 3, lattice="free", latent=5), random_onsite(10, 4, 3))
    assert np.isfinite(output).all()


@pytest.mark.parametrize("lattice", LATTICES)
def test_short_training_divides_the_error_of_the_best_constant_by_five(lattice):
    onsite = random_onsite(4500, 3, 3, seed=2)
    exact = conductance(onsite, [0.0])[:, 0]
    model = network(3, 3, lattice=lattice, seed=2)
    training.fit(
        model,
        (onsite[:4000], exact[:4000]),
        seed=2,
        batch=64,
        epochs=14,
        optimizer=training.adam(0.02, **module.ADAM_OPTIONS),
        stopping=training.Stopping.named("train_plateau"),
    )
    error = np.abs(predict(model, onsite[4000:]) - exact[4000:]).mean()
    constant = np.abs(exact[4000:] - np.median(exact[:4000])).mean()
    assert error < constant / 5


def test_transfer_of_the_learned_physics_to_another_size():
    small = network(3, 3, hidden=2)
    set_physics(small, 3)
    onsite = random_onsite(50, 7, 6)
    exact = conductance(onsite, [0.0])[:, 0]
    np.testing.assert_allclose(predict(transfer(small, 7, 6), onsite), exact, atol=1e-4)
    narrow = transfer(transfer(small, 7, 6), 3, 3)
    np.testing.assert_array_equal(
        predict(narrow, onsite[:, :3, :3]), predict(small, onsite[:, :3, :3])
    )


def test_transfer_needs_a_uniform_lattice():
    with pytest.raises(ValueError, match="lattice = 'free'"):
        transfer(network(3, 3, lattice="free"), 4, 4)


def test_orbits_count_the_elements_that_symmetry_leaves_free():
    assert orbits(1, 1).tolist() == [[0]]
    assert orbits(2, 2, symmetric=True).tolist() == [[0, 1], [1, 0]]
    index = orbits(5, 3)
    np.testing.assert_array_equal(index, index[::-1, ::-1])
    assert index.max() == 7


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"lattice": "honeycomb"}, "lattice = 'honeycomb'"),
        ({"hidden": 0}, "hidden = 0"),
        ({"damping": -1.0}, "damping = -1.0"),
        ({"latent": 5}, "latent = 5"),
    ],
)
def test_wrong_options_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        scattering(4, 3, **options)


def test_wire_without_sites_is_refused():
    with pytest.raises(ValueError, match="0x3"):
        scattering(0, 3)
