"""The training loop of the studies: seeded, with two stopping rules, any Keras 3 backend.

Keras is imported when a function is called, not before, so that this module is cheap to import.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from hamlearn.learning import backend, batches
from hamlearn.learning.backend import configure, fresh
from hamlearn.learning.stopping import DEFAULT_STOPPING, DivergedTraining, Stopping, Watch

if TYPE_CHECKING:
    import keras

STEPS_PER_EXECUTION = 32  # per call from Python; small networks run 1.6 times faster
PREDICTION_BATCH = 512
__all__ = [
    "DEFAULT_STOPPING",
    "DivergedTraining",
    "Stopping",
    "adam",
    "configure",
    "fit",
    "fresh",
    "load",
    "predict",
    "save",
]


def adam(
    learning_rate: float, schedule: str = "constant", clipnorm: float | None = None
) -> Callable[[int], "keras.optimizers.Optimizer"]:
    """Return a function of the number of training steps that makes an optimizer for :func:`fit`.

    Parameters
    ----------
    learning_rate : float
        Step of Adam, whose other parameters are the defaults of Keras.
    schedule : {"constant", "cosine"}
        `cosine` raises the learning rate from a tenth over the first 5 % of the steps (at most
        200), then lowers it along a cosine to a thousandth at the last step of all epochs.
    clipnorm : float, optional
        Largest Euclidean norm of the gradient of each weight array.

    Raises
    ------
    ValueError
        For an unknown schedule.
    """
    if schedule not in ("constant", "cosine"):
        raise ValueError(f"schedule = {schedule!r}: expected constant or cosine")

    def optimizer(steps: int) -> "keras.optimizers.Optimizer":
        import keras

        rate = learning_rate if schedule == "constant" else _cosine(keras, learning_rate, steps)
        return keras.optimizers.Adam(rate, clipnorm=clipnorm)

    return optimizer


def _cosine(keras: Any, learning_rate: float, steps: int) -> Any:
    rise = max(1, min(200, steps // 20))
    return keras.optimizers.schedules.CosineDecay(
        0.1 * learning_rate,
        decay_steps=max(1, steps - rise),
        alpha=0.001,
        warmup_target=learning_rate,
        warmup_steps=rise,
    )


def fit(
    model: "keras.Model",
    data: Any,
    *,
    seed: int,
    epochs: int,
    batch: int | None = None,
    loss: Any = "mse",
    metrics: Any = ("mae",),
    optimizer: Any = None,
    stopping: Stopping | None = None,
    validation: Any = None,
    callbacks: Sequence[Any] = (),
    loss_weights: Any = None,
    weighted_metrics: Any = (),
    first_epoch: int = 1,
    again: bool = False,
    jit_compile: bool = False,
    label: str | None = None,
) -> pd.DataFrame:
    """Train a network for `epochs`, or until its stopping rule; the model is changed.

    Parameters
    ----------
    model : keras.Model
        Its initial weights are the caller's: seed Keras before building it.
    data : (inputs, targets), (inputs, targets, sample_weights), or keras.utils.PyDataset
        Arrays (n, ...), or tuples or mappings of such arrays, held in memory in single precision;
        Keras shuffles the samples. A PyDataset makes its batches (in the same form) anew each
        epoch; Keras passes them as they are, in an order of its own unless there is a method
        `begin_epoch`. See the notes.
    seed : int
        Seeds the order of the batches and the choice of held-out samples.
    epochs : int
        At most; `stopping` or a callback may end the training earlier.
    batch : int, optional
        Samples in a batch of arrays; none for a PyDataset.
    loss, metrics, loss_weights, weighted_metrics
        Whatever Keras takes; for several outputs, mappings. The mean squared error by default,
        eq. (4) of Phys. Rev. B 102, 064205, and the mean absolute error.
    optimizer : function of the number of all training steps, or Keras optimizer
        As from :func:`adam`, by default `adam(0.001)`. An optimizer itself may go on with what it
        has gathered in an earlier phase.
    stopping : Stopping, optional
    validation : as data, optional
        Other samples, whose loss and metrics are watched after every epoch and decide nothing;
        not with the stopping rule `validation`.
    callbacks : sequence of keras.callbacks.Callback
        What they log stands in the history: `learning_rate` of ReduceLROnPlateau.
    first_epoch : int
        Its number in the history, and for callbacks (which count from 0) and data.
    again : bool
        Keep what an earlier call has compiled: its loss, metrics, and optimizer, which goes back
        to its first step. Networks of one architecture, in one model whose weights are set anew,
        are traced once; number and size of the batches must be those of that call, and a
        PyDataset makes them, such as :class:`hamlearn.learning.shuffled.Shuffled`.
    jit_compile : bool
        XLA; no gain on a CPU, and ignored by TensorFlow while it is deterministic. JAX always
        compiles by XLA.
    label : str, optional
        Report every epoch under this name: a bar on a terminal, else a line, on standard error.

    Returns
    -------
    DataFrame
        A row per epoch: `epoch`, `loss` (mean over the training batches while the weights move),
        `val_loss` (NaN unless samples are held out or watched), the metrics as Keras names them,
        with `val_` before those of validation, what callbacks log, and `seconds`. Phases of a
        training, with other losses or optimizers, are several calls with `first_epoch` and a
        seed each; `pandas.concat` makes one history of theirs.

    Raises
    ------
    DivergedTraining
        When a loss is NaN or infinite.
    ValueError
        For numbers of samples that differ or are too small, for sample weights that leave out an
        output, or for options that exclude each other.

    Notes
    -----
    Sample weights multiply the loss of each sample, which has the shape of the targets without
    the last axis: give that shape, or (n,) for up to three axes of targets. Weights of several
    outputs name every one of them: ones where there is nothing to weigh. A PyDataset has to give
    (b, 1) for (b,) where its targets have three axes.

    Keras asks a PyDataset for batches, and calls its `on_epoch_end`, before the first epoch, and
    asks from another thread, so a batch may depend on its index and the epoch, and on no count of
    calls. A method `begin_epoch(epoch)`, if the data have it, is called before every epoch with
    its number in the history.

    Batches may differ in any axis, as for one graph a batch, but TensorFlow believes that those
    axes after the first are fixed in which batches 0 and 1 agree. JAX compiles anew for each
    shape. The loss of an epoch weighs each batch by the length of its first input; with several
    outputs, TensorFlow weighs no batch in the loss of one of them.
    """
    import keras

    _check(epochs, first_epoch, again, data)
    (backend.seed_python if again else keras.utils.set_random_seed)(seed)
    train, watched = batches.prepare(data, validation, stopping, seed)
    steps = batches.steps(train, batch)
    if again:
        _start_anew(model)
    else:
        model.compile(
            optimizer=_optimizer(keras, optimizer, steps * epochs),
            loss=loss,
            metrics=_listed(metrics),
            loss_weights=loss_weights,
            weighted_metrics=_listed(weighted_metrics),
            **_compiled_by(keras.config.backend(), steps, jit_compile),
        )
        _make_variables(model, data)
    watch = Watch(model, stopping, epochs, label)
    try:
        model.fit(
            **train,
            batch_size=batch,
            initial_epoch=first_epoch - 1,
            epochs=first_epoch - 1 + epochs,
            shuffle=not hasattr(data, "begin_epoch"),
            validation_data=watched,
            validation_batch_size=max(batch or 1, PREDICTION_BATCH),
            callbacks=[
                *callbacks,  # first, as some of them add to what the watch keeps
                _telling(watch, data, validation),
            ],
            verbose=0,
        )
    finally:
        watch.close()
    watch.restore()
    return watch.history


def _check(epochs: int, first_epoch: int, again: bool, data: Any) -> None:
    import keras

    if epochs < 1 or first_epoch < 1:
        raise ValueError(f"epochs = {epochs}, first_epoch = {first_epoch}: expected 1 or more")
    if again and not isinstance(data, keras.utils.PyDataset):
        raise ValueError("again: expected a PyDataset, whose order does not depend on TensorFlow")


def _compiled_by(name: str, steps: int, jit_compile: bool) -> dict[str, Any]:
    """Return how a backend compiles a training of so many steps an epoch."""
    return {
        "jit_compile": jit_compile or name == "jax",  # which runs op by op otherwise
        "steps_per_execution": 1 if name == "torch" else min(steps, STEPS_PER_EXECUTION),
    }


def _make_variables(model: "keras.Model", data: Any) -> None:
    """Make those of optimizer and losses: where the first step does, TensorFlow traces it twice."""
    model.optimizer.build(model.trainable_variables)
    if isinstance(getattr(model, "output", None), Mapping):  # only several losses have variables
        targets = (data if isinstance(data, tuple) else data[0])[1]
        one = {name: np.asarray(values[:1]) for name, values in targets.items()}
        found = {name: _like(model.output[name].shape, values) for name, values in one.items()}
        model.compute_loss(y=one, y_pred=found)
        model.reset_metrics()


def _like(shape: Sequence[int | None], target: np.ndarray) -> np.ndarray:
    """Return zeros of the shape of an output, its open axes as long as those of a target."""
    given = (*target.shape, *[1] * len(shape))
    return np.zeros([a or b for a, b in zip(shape, given, strict=False)], np.float32)


def _telling(watch: Watch, *data: Any) -> "keras.callbacks.Callback":
    """Return what tells the watch, and data that ask for it, of every epoch."""
    import keras

    told = [part.begin_epoch for part in data if hasattr(part, "begin_epoch")]

    def begin_epoch(epoch: int, logs: Any = None) -> None:
        watch.begin_epoch(epoch)
        for tell in told:
            tell(epoch + 1)

    return keras.callbacks.LambdaCallback(on_epoch_begin=begin_epoch, on_epoch_end=watch.end_epoch)


def _start_anew(model: "keras.Model") -> None:
    """Give the optimizer of a compiled model the state that it had before its first step."""
    used = model.optimizer
    new = type(used).from_config(used.get_config())
    new.build(model.trainable_variables)
    for variable, start in zip(used.variables, new.variables, strict=True):
        variable.assign(start)


def _optimizer(keras: Any, optimizer: Any, steps: int) -> Any:
    if isinstance(optimizer, keras.optimizers.Optimizer):
        return optimizer
    if optimizer is not None and not callable(optimizer):
        raise ValueError(
            f"optimizer = {optimizer!r}: expected a Keras optimizer or a function of the steps"
        )
    return (optimizer or adam(0.001))(steps)


def _listed(metrics: Any) -> Any:
    """Return metrics in the lists that Keras insists on, those of a name with their variables."""
    if isinstance(metrics, Mapping):
        return {name: _listed(some) for name, some in metrics.items()}
    if isinstance(metrics, list | tuple):
        return [_listed(one) for one in metrics]
    return _mean_absolute_error(metrics) if metrics == "mae" else metrics


def _mean_absolute_error(name: str) -> "keras.metrics.Metric":
    import keras

    return keras.metrics.MeanAbsoluteError(name=name)


def predict(model: "keras.Model", inputs: Any, batch: int = PREDICTION_BATCH) -> np.ndarray:
    """Return the single output of a network for `inputs` (n, ...) as float64 (n,)."""
    return np.asarray(model.predict(inputs, batch_size=batch, verbose=0), dtype=float)[:, 0]


def save(model: "keras.Model", path: str | Path) -> None:
    """Write a network for prediction: no optimizer state, a third of the size of a trained one."""
    if not model.compiled:
        model.save(path)
        return
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
