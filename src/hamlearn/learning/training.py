"""The training loop of the studies: seeded, with two stopping rules, any Keras 3 backend.

Keras is imported when a function is called, not before, so that this module is cheap to import.
"""

import math
import os
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from tqdm import tqdm

if TYPE_CHECKING:
    import keras

STEPS_PER_EXECUTION = 32  # per call from Python; small networks run 1.6 times faster
PREDICTION_BATCH = 512


class DivergedTraining(ArithmeticError):
    """The loss of a training is no longer a finite number."""


@dataclass(frozen=True)
class Stopping:
    """When a training ends, apart from its maximum number of epochs.

    `train_plateau`: once the training loss has not improved by the fraction `improvement` in
    `patience` epochs; the last weights are kept. This is the reading of "until the MSE reaches
    the minimum" (Sec. II.C of Phys. Rev. B 102, 064205); it may over-fit.

    `validation`: a random `fraction` of the training samples is held out; the training ends once
    their loss has not improved in `patience` epochs, and the best weights are restored.
    """

    rule: str
    patience: int
    improvement: float = 0.0
    fraction: float = 0.0

    def __post_init__(self) -> None:
        if self.rule not in DEFAULT_STOPPING:
            raise ValueError(
                f"stopping = {self.rule!r}: expected one of {sorted(DEFAULT_STOPPING)}"
            )
        if self.patience < 1:
            raise ValueError(
                f"stopping {self.rule}: patience = {self.patience}, expected 1 or more"
            )
        if not 0 <= self.improvement < 1:
            raise ValueError(
                f"stopping {self.rule}: improvement = {self.improvement}, expected 0 to 1"
            )
        if (self.rule == "validation") != (0 < self.fraction < 1):
            raise ValueError(
                f"stopping {self.rule}: fraction = {self.fraction}, expected "
                + ("between 0 and 1" if self.rule == "validation" else "none")
            )

    @classmethod
    def named(cls, rule: str, settings: Mapping[str, float] | None = None) -> "Stopping":
        """Return a rule by its name, with `settings` in place of the defaults."""
        return cls(rule, **{**DEFAULT_STOPPING.get(rule, {"patience": 1}), **(settings or {})})


DEFAULT_STOPPING = {
    "train_plateau": {"patience": 10, "improvement": 0.01},
    "validation": {"patience": 15, "fraction": 0.1},
}


def configure(
    threads: int, seed: int, *, deterministic: bool = True, precision: str = "float32"
) -> None:
    """Set threads, seeds, determinism and precision of Keras; call it before any network is built.

    On one machine, `deterministic` trainings with one thread are equal bit for bit. The memory of
    a GPU is taken as it is needed, not all at once.

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

    Raises
    ------
    ValueError
        If TensorFlow has already started with another number of threads, or with all the memory
        of a GPU.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")  # JAX reads both as it starts
    os.environ["NPROC"] = str(threads)
    import keras

    if keras.config.backend() == "tensorflow":
        import tensorflow as tf

        _set_threads(tf.config.threading, threads)
        _let_memory_grow(tf.config)
        tf.get_logger().setLevel("ERROR")  # it warns of every new network as of a retracing
        if deterministic:
            tf.config.experimental.enable_op_determinism()
    keras.config.set_dtype_policy(precision)
    keras.utils.set_random_seed(seed)


def fresh(seed: int) -> None:
    """Forget the networks built so far, which frees their memory, and seed the next one.

    The dtype policy of :func:`configure` is kept: Keras would fall back to single precision.
    """
    import keras

    policy = keras.config.dtype_policy()
    keras.backend.clear_session()
    keras.config.set_dtype_policy(policy)
    keras.utils.set_random_seed(seed)


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


def _let_memory_grow(config: Any) -> None:
    for device in config.list_physical_devices("GPU"):
        try:
            config.experimental.set_memory_growth(device, True)
        except RuntimeError as error:
            raise ValueError(
                f"{device.name}: TensorFlow already runs and holds all its memory; "
                "call configure before anything else uses Keras"
            ) from error


def fit(
    model: "keras.Model",
    inputs: Any,
    targets: Any,
    *,
    seed: int,
    batch: int,
    max_epochs: int,
    learning_rate: float,
    stopping: Stopping,
    loss: Any = "mse",
    schedule: str = "constant",
    clipnorm: float | None = None,
    jit_compile: bool = False,
    label: str | None = None,
    monitored: tuple[Any, Any] | None = None,
    error: Any = "mae",
) -> pd.DataFrame:
    """Train a network with Adam until its stopping rule or `max_epochs`; the model is changed.

    Parameters
    ----------
    model : keras.Model
        Its initial weights are the caller's: seed Keras before building it.
    inputs : array (n, ...), or a tuple or mapping of such arrays
        Held in memory, in the floating-point type of the model.
    targets : array (n,) or (n, outputs), or a mapping of such arrays
    seed : int
        Seeds the order of the batches and the choice of held-out samples.
    batch, max_epochs : int
    learning_rate : float
        Step of Adam, whose other parameters are the defaults of Keras.
    stopping : Stopping
    loss : str or function
        Mean squared error by default, eq. (4) of Phys. Rev. B 102, 064205.
    schedule : {"constant", "cosine"}
        `cosine` raises the learning rate from a tenth over the first 5 % of the steps (at most
        200), then lowers it along a cosine to a thousandth at `max_epochs`.
    clipnorm : float, optional
        Largest Euclidean norm of the gradient of each weight array.
    jit_compile : bool
        XLA; no gain on a CPU, and ignored by TensorFlow while it is deterministic. JAX always
        compiles by XLA.
    label : str, optional
        Report every epoch under this name: a bar on a terminal, else a line, on standard error.
    monitored : pair of inputs and targets, optional
        Other samples, whose loss is watched and decides nothing; not with `validation`.
    error : str or function named `mae`
        Mean absolute error by default; for outputs that are more than the targets.

    Returns
    -------
    DataFrame
        A row per epoch: `epoch` (from 1), `loss` and `mae` (means over the training batches while
        the weights move), `val_loss` (NaN unless samples are held out or monitored) and `seconds`;
        with `monitored` samples their `val_mae` too.

    Raises
    ------
    DivergedTraining
        When a loss is NaN or infinite.
    ValueError
        For numbers of samples that differ or are too small, or for an unknown schedule.
    """
    import keras

    keras.utils.set_random_seed(seed)
    as_array = keras.tree.map_structure(_float_column, (inputs, targets))
    train, held_out = _split(keras, as_array, stopping, seed)
    if monitored is not None:
        if held_out is not None:
            raise ValueError("monitored samples: expected none with the stopping rule validation")
        held_out = keras.tree.map_structure(_float_column, monitored)
    steps = math.ceil(_samples(keras, train) / batch)
    backend = keras.config.backend()
    at_once = 1 if backend == "torch" else min(steps, STEPS_PER_EXECUTION)
    model.compile(
        optimizer=keras.optimizers.Adam(
            _learning_rate(keras, learning_rate, schedule, steps * max_epochs),
            clipnorm=clipnorm,
        ),
        loss=loss,
        metrics=[error],
        jit_compile=jit_compile or backend == "jax",  # which runs op by op otherwise
        steps_per_execution=at_once,
    )
    model.optimizer.build(model.trainable_variables)  # else TensorFlow traces the first step twice
    watch = _Watch(model, stopping, max_epochs, label)
    try:
        model.fit(
            *train,
            batch_size=batch,
            epochs=max_epochs,
            validation_data=held_out,
            validation_batch_size=max(batch, PREDICTION_BATCH),
            callbacks=[
                keras.callbacks.LambdaCallback(
                    on_epoch_begin=watch.begin_epoch, on_epoch_end=watch.end_epoch
                )
            ],
            verbose=0,
        )
    finally:
        watch.close()
    watch.restore()
    columns = ["epoch", "loss", "val_loss", "mae", "seconds"]
    return pd.DataFrame(watch.rows, columns=columns + (["val_mae"] if monitored else []))


class _Watch:
    """Follows a training epoch by epoch: history, stopping rule, divergence and progress."""

    def __init__(self, model: "keras.Model", stopping: Stopping, epochs: int, label: str | None):
        self.model, self.stopping, self.label = model, stopping, label
        self.rows: list[dict[str, float]] = []
        self.lowest, self.waited, self.best_weights = math.inf, 0, None
        self.started = time.perf_counter()  # the first epoch includes the compilation
        terminal = label is not None and sys.stderr.isatty()
        self.bar = tqdm(total=epochs, desc=label, unit="epoch", disable=not terminal)

    def begin_epoch(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
        if epoch > 0:
            self.started = time.perf_counter()

    def end_epoch(self, epoch: int, logs: Mapping[str, float]) -> None:
        row = {
            "epoch": epoch + 1,
            "loss": float(logs["loss"]),
            "val_loss": float(logs.get("val_loss", math.nan)),
            "mae": float(logs["mae"]) if "mae" in logs else math.nan,
            "val_mae": float(logs.get("val_mae", math.nan)),
            "seconds": time.perf_counter() - self.started,
        }
        self.rows.append(row)
        validated = self.stopping.rule == "validation"
        watched = ("loss", "val_loss") if validated else ("loss",)
        if not all(math.isfinite(row[k]) for k in watched):
            raise DivergedTraining(
                f"{self.label or self.model.name}: loss {row['loss']:g} in epoch {epoch + 1}, "
                "the training diverged; lower learning_rate or look for NaN in the data"
            )
        self._report(row)
        newest = row[watched[-1]]
        if newest < self.lowest * (1 - self.stopping.improvement):
            self.lowest, self.waited = newest, 0
            self.best_weights = self.model.get_weights() if validated else None
        else:
            self.waited += 1
        if self.waited >= self.stopping.patience:
            self.model.stop_training = True

    def _report(self, row: Mapping[str, float]) -> None:
        shown = {k: f"{row[k]:.4g}" for k in ("loss", "val_loss") if math.isfinite(row[k])}
        self.bar.set_postfix(shown, refresh=False)
        self.bar.update()
        if self.label is not None and self.bar.disable:
            losses = " ".join(f"{name} {value}" for name, value in shown.items())
            line = f"{self.label} epoch {row['epoch']}: {losses} {row['seconds']:.2f} s"
            print(line, file=sys.stderr, flush=True)

    def restore(self) -> None:
        if self.best_weights is not None:
            self.model.set_weights(self.best_weights)

    def close(self) -> None:
        self.bar.close()


def _float_column(values: np.ndarray) -> np.ndarray:
    """Return float32 with at least two axes: Keras would broadcast (n,) against (n, 1)."""
    values = np.asarray(values, dtype=np.float32)
    return values[:, None] if values.ndim == 1 else values


def _samples(keras: Any, arrays: Any) -> int:
    lengths = {len(array) for array in keras.tree.flatten(arrays)}
    if len(lengths) != 1:
        raise ValueError(f"training data: {sorted(lengths)} samples, expected equal numbers")
    return lengths.pop()


def _split(keras: Any, arrays: Any, stopping: Stopping, seed: int) -> tuple[Any, Any]:
    samples = _samples(keras, arrays)
    if stopping.rule != "validation":
        return arrays, None
    held_out = max(1, round(samples * stopping.fraction))
    if held_out >= samples:
        raise ValueError(f"training data: {samples} sample(s), too few to hold any out")
    order = np.random.default_rng(seed).permutation(samples)
    parts = np.sort(order[held_out:]), np.sort(order[:held_out])
    return tuple(keras.tree.map_structure(lambda a, rows=rows: a[rows], arrays) for rows in parts)


def _learning_rate(keras: Any, learning_rate: float, schedule: str, steps: int) -> Any:
    if schedule == "constant":
        return learning_rate
    if schedule == "cosine":
        rise = max(1, min(200, steps // 20))
        return keras.optimizers.schedules.CosineDecay(
            0.1 * learning_rate,
            decay_steps=max(1, steps - rise),
            alpha=0.001,
            warmup_target=learning_rate,
            warmup_steps=rise,
        )
    raise ValueError(f"schedule = {schedule!r}: expected constant or cosine")


def predict(model: "keras.Model", inputs: Any, batch: int = PREDICTION_BATCH) -> np.ndarray:
    """Return the single output of a network for `inputs` (n, ...) as float64 (n,)."""
    return np.asarray(model.predict(inputs, batch_size=batch, verbose=0), dtype=float)[:, 0]


def save(model: "keras.Model", path: str | Path) -> None:
    """Write a network for prediction: no optimizer state, a third of the size of a trained one."""
    bare = type(model).from_config(model.get_config())
    bare.set_weights(model.get_weights())
    bare.save(path)


def load(path: str | Path) -> "keras.Model":
    """Read a network written by :func:`save`; raise ValueError if it is missing or damaged."""
    import keras

    try:
        return keras.saving.load_model(path, compile=False)
    except Exception as error:  # zip, JSON and HDF5 each raise their own
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise ValueError(
            f"{path}: expected a Keras network, found: {reason}; delete the file and run again"
        ) from error
