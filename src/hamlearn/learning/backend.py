"""How Keras is set up: threads, seeds, memory, precision.

Keras is imported when a function is called, not before, so that this module is cheap to import.
"""

import ctypes
import gc
import os
import random
from typing import Any

import numpy as np

MALLOPT = {-4: 0, -1: 2**31 - 1, -2: 2**26}
"""Options of glibc: no pages of their own for large arrays, none given back, 64 MiB at a time."""


def configure(
    threads: int,
    seed: int,
    *,
    deterministic: bool = True,
    precision: str = "float32",
    eager: bool = False,
) -> None:
    """Set threads, seeds, determinism and precision of Keras; call it before any network is built.

    On one machine, `deterministic` trainings with one thread are equal bit for bit. The memory of
    a GPU is taken as it is needed, not all at once; that of the CPU, once taken, is kept.

    Parameters
    ----------
    threads : int
        CPU threads of TensorFlow and JAX; PyTorch takes its own from the environment.
    seed : int
        Seeds Python, NumPy and the backend.
    deterministic : bool
        Let TensorFlow choose deterministic operations only, which excludes XLA.
    precision : str
        Keras dtype policy: `float32` or, for recent GPUs, `mixed_float16`, `mixed_bfloat16`.
    eager : bool
        Let TensorFlow compute operation by operation: half the time for networks that are trained
        for a few steps, since tracing costs more than these; many times slower for others.

    Raises
    ------
    ValueError
        If TensorFlow has already started with another number of threads, or with all the memory
        of a GPU.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")  # JAX reads both as it starts
    os.environ["NPROC"] = str(threads)
    _keep_memory()
    import keras

    if keras.config.backend() == "tensorflow":
        import tensorflow as tf

        _set_threads(tf.config.threading, threads)
        _let_memory_grow(tf.config)
        tf.get_logger().setLevel("ERROR")  # it warns of every new network as of a retracing
        tf.config.run_functions_eagerly(eager)
        if deterministic:
            tf.config.experimental.enable_op_determinism()
    keras.config.set_image_data_format("channels_last")  # whatever a user's keras.json says
    keras.config.set_floatx("float32")
    keras.config.set_epsilon(1e-7)
    keras.config.set_dtype_policy(precision)
    keras.utils.set_random_seed(seed)
    gc.collect()
    gc.freeze()  # the libraries stay: to look through them again takes half a second a network


def fresh(seed: int, *, forget: bool = True) -> None:
    """Forget the networks built so far, which frees their memory, and seed the next one.

    The dtype policy of :func:`configure` is kept: Keras would fall back to single precision.
    Without `forget`, what was compiled is kept, for :func:`fit` to train it `again`.
    """
    import keras

    if not forget:
        seed_python(seed)
        return
    policy = keras.config.dtype_policy()
    keras.backend.clear_session()
    keras.config.set_dtype_policy(policy)
    keras.utils.set_random_seed(seed)


def seed_python(seed: int) -> None:
    """Seed initial weights and orders, but not TensorFlow: it would drop what it compiled."""
    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002


def _set_threads(threading: Any, threads: int) -> None:
    for kind in ("intra", "inter"):
        current = getattr(threading, f"get_{kind}_op_parallelism_threads")()
        if current == threads:
            continue
        try:
            getattr(threading, f"set_{kind}_op_parallelism_threads")(threads)
        except RuntimeError as error:
            raise ValueError(
                f"threads = {threads}: TensorFlow already runs with {current or 'its default'}; "
                "call configure before anything else uses Keras"
            ) from error


def _keep_memory() -> None:
    """Let glibc keep large arrays that are freed: new pages for them cost half of a step."""
    try:
        mallopt = ctypes.CDLL("libc.so.6").mallopt
    except (OSError, AttributeError):  # another C library
        return
    for parameter, value in MALLOPT.items():
        mallopt(parameter, value)


def _let_memory_grow(config: Any) -> None:
    for device in config.list_physical_devices("GPU"):
        try:
            config.experimental.set_memory_growth(device, True)
        except RuntimeError as error:
            raise ValueError(
                f"{device.name}: TensorFlow already runs and holds all its memory; "
                "call configure before anything else uses Keras"
            ) from error
