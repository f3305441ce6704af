"""Every network trains with TensorFlow and JAX, in half precision and by XLA, and moves between."""

import importlib.util
import os
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest

from hamlearn.learning import backend as started
from hamlearn.learning import provenance, training

keras = pytest.importorskip("keras")
bubbles = pytest.importorskip("hamlearn.bubbles.networks")
own = pytest.importorskip("hamlearn.bubbles.own")
rolling = pytest.importorskip("hamlearn.rolling.networks")
wires = pytest.importorskip("hamlearn.wires.networks")
scattering = pytest.importorskip("hamlearn.wires.scattering")

pytestmark = pytest.mark.backend

OTHER = {"tensorflow": "jax", "jax": "tensorflow"}
SIZES = {"channels": (4, 4, 6, 6, 4), "dense": (16, 8), "branch": (4,)}
FLAKE = {"side": 20.0, "window": 0.63, "thresholds": (0.19, 0.32, 0.44, 0.55)}
TORUS = {"shape": (4, 4, 1), "channels": 2, "classes": 1, "downsample": "polyphase"}
OURS = {**FLAKE, "channels": (4, 6), "dense": (8, 8), "dropout": 0.1}
BUILD = {
    "dnn": lambda: wires.dnn(64, 10, 2),
    "cnn": lambda: wires.cnn(8, 8),
    "uniform": lambda: scattering.scattering(8, 8),
    "free": lambda: scattering.scattering(8, 8, lattice="free", latent=5),
    "mixed_input": lambda: bubbles.mixed_input(16, **SIZES, dropout=0.1, momentum=0.9),
    "own": lambda: own.own(16, **OURS),
    "staircase": lambda: own.own(16, steps="smeared", **OURS),
    "rolling": lambda: rolling.build("free", "torsum", **TORUS),
}
OPTIONS = {"own": own.FIT_OPTIONS, "staircase": own.FIT_OPTIONS}
SETTINGS = {"seed": 0, "batch": 16, "epochs": 2, "optimizer": training.adam(0.01)}


def network(name):
    keras.utils.set_random_seed(0)
    return BUILD[name]()


def samples(name, number=32):
    """What a network takes, and a target, as float32."""
    random = np.random.default_rng(0)
    onsite = random.normal(size=(number, 8, 8)).astype(np.float32)
    target = random.random((number, 1)).astype(np.float32)
    if name in ("dnn", "cnn"):
        return wires.model_inputs(name, onsite), target
    if name in scattering.LATTICES:
        return onsite, target
    if name == "rolling":
        return onsite[:, :4, :4, None], target
    maps = {
        "heights": random.normal(size=(number, 16, 16)).astype(np.float32),
        "energy": random.uniform(0.05, 0.63, (number, 1)).astype(np.float32),
        "modes": np.full((number, 1), 3, dtype=np.float32),
    }
    return {key: maps[key] for key in maps if name != "staircase" or key != "modes"}, target


def outputs(model, name):
    return model.predict(samples(name)[0], verbose=0)


def in_another_process(code, *arguments, backend=None):
    environment = {**os.environ, "KERAS_BACKEND": backend or keras.backend.backend()}
    command = [sys.executable, "-c", code, *map(str, arguments)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


APPLY = """
import sys, numpy as np
from hamlearn.learning import training
training.configure(threads=1, seed=0)
import keras, hamlearn.bubbles.own, hamlearn.bubbles.networks, hamlearn.wires.scattering
import hamlearn.rolling.networks
import test_backends as given
found = {n: given.outputs(training.load(f"{sys.argv[1]}/{n}.keras"), n) for n in given.BUILD}
np.savez(sys.argv[1] + "/found.npz", **found)
print(keras.backend.backend())
"""


def test_a_network_saved_by_one_backend_predicts_the_same_in_the_other(tmp_path):
    other = OTHER[keras.backend.backend()]
    if importlib.util.find_spec(other) is None:
        pytest.skip(f"{other} is not installed")
    expected = {}
    for name in BUILD:
        model = network(name)
        model.set_weights([w + 0.01 for w in model.get_weights()])  # no zero hides an exchange
        training.save(model, tmp_path / f"{name}.keras")
        expected[name] = outputs(model, name)
    folder = os.path.dirname(__file__)
    code = f"import sys; sys.path.insert(0, {folder!r})\n{APPLY}"
    assert in_another_process(code, tmp_path, backend=other).strip() == other
    with np.load(tmp_path / "found.npz") as found:
        for name, values in expected.items():
            np.testing.assert_allclose(found[name], values, rtol=1e-5, atol=1e-5, err_msg=name)
            assert values.std() > 1e-3


@pytest.mark.parametrize("name", [name for name in BUILD if name not in scattering.LATTICES])
def test_mixed_precision_trains_and_gives_single_precision(name, half_precision):
    model = network(name)
    history = training.fit(model, samples(name), **SETTINGS, **OPTIONS.get(name, {}))
    assert np.isfinite(history["loss"]).all()
    assert {str(w.dtype) for w in model.trainable_weights} == {"float32"}
    assert [output.dtype for output in model.outputs] == ["float32"]
    assert any(layer.compute_dtype == "bfloat16" for layer in model.layers if layer.weights)
    assert provenance.record(xla=True)["precision"] == "mixed_bfloat16"


def test_mixed_precision_leaves_the_physics_of_a_flake_exact(half_precision):
    inputs, _ = samples("own")
    inputs["heights"] = np.zeros_like(inputs["heights"])
    found = np.asarray(network("own")(inputs))
    np.testing.assert_allclose(found, np.repeat(inputs["modes"], 3, axis=1), rtol=1e-5)


XLA = """
import test_backends as given
from hamlearn.learning import training
training.configure(threads=1, seed=0, deterministic=False)
for name in ("dnn", "uniform"):
    model = given.network(name)
    training.fit(model, given.samples(name), jit_compile=True, **given.SETTINGS)
    print(name, model.jit_compile)
"""


def test_xla_compiles_what_it_can():
    folder = os.path.dirname(__file__)
    code = f"import sys; sys.path.insert(0, {folder!r})\n{XLA}"
    by_jax = keras.backend.backend() == "jax"
    assert in_another_process(code).split() == ["dnn", "True", "uniform", str(by_jax)]


def test_a_record_says_how_it_was_trained():
    found = provenance.record(threads=1)
    assert {"precision": "float32", "xla": found["backend"] == "jax", "threads": 1}.items() <= (
        found.items()
    )
    assert provenance.record(xla=True)["xla"]


def test_memory_of_every_gpu_grows_as_it_is_needed(monkeypatch):
    training.configure(threads=1, seed=0)
    assert os.environ["XLA_PYTHON_CLIENT_PREALLOCATE"] == "false"
    assert os.environ["NPROC"] == "1"
    tf = pytest.importorskip("tensorflow")
    gpus, growing = [SimpleNamespace(name=f"GPU:{k}") for k in range(2)], []
    monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind: gpus * (kind == "GPU"))
    grow = "set_memory_growth"
    monkeypatch.setattr(tf.config.experimental, grow, lambda *given: growing.append(given))
    started._let_memory_grow(tf.config)
    assert growing == [(gpu, True) for gpu in gpus]
    if keras.backend.backend() == "tensorflow":
        training.configure(threads=1, seed=0)
        assert len(growing) == 4

    def late(*given):
        raise RuntimeError("already initialised")

    monkeypatch.setattr(tf.config.experimental, grow, late)
    with pytest.raises(ValueError, match="GPU:0: TensorFlow already runs") as caught:
        started._let_memory_grow(tf.config)
    assert "\n" not in str(caught.value)
