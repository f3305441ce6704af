"""Training of the networks, for a fixed number of epochs (Sec. III C, Table I)."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from hamlearn.bubbles import labels, targets
from hamlearn.bubbles.ensemble import Ensemble
from hamlearn.dataset import Dataset
from hamlearn.learning import training
from hamlearn.study import Run
from hamlearn.transport import brickwall

if TYPE_CHECKING:
    import keras

OWN = {"own": "modes", "staircase": "smeared"}
"""Architectures of our own, with how they count the modes of the leads."""


def train(
    run: Run,
    data: Mapping[str, Dataset],
    settings: Mapping[str, Any],
    seed: int,
    start: Path | None = None,
    *,
    jit_compile: bool = False,
) -> tuple["keras.Model", pd.DataFrame]:
    """Return the trained network of a run, from height maps, and its history.

    The test part is watched after every epoch as in the paper, where it decides nothing; our own
    networks are watched on maps as they are, before the mean over their mirror images.

    Parameters
    ----------
    run, data, settings
        `data` holds what the run is trained on; for settings see `plan.READS`.
    seed : int
        Of the order of batches and of the samples that are held out; seed Keras before.
    start : path, optional
        Not looked at: no run continues another.

    Returns
    -------
    network : keras.Model
    history : DataFrame
        A row for each epoch: epoch, loss, val_loss, mae and val_mae in 2e²/h, seconds.

    Raises DivergedTraining when a loss is no longer finite, ValueError for a run that the data
    cannot serve.
    """
    from hamlearn.bubbles import own

    known = data[run.trained_on]
    chosen, watched = known.split(run.n_train, run.n_test)
    network = build(run, settings, known.ensemble)
    ours, options, schedule = run.architecture in OWN, {}, "constant"
    if ours:
        chosen, calibrating = own.held_out(run.n_train, settings["own"]["held_out"], seed)
        options, schedule = own.FIT_OPTIONS, "cosine"
    on_device, samples = _on_device(own.one_orientation(network) if ours else network, run, known)
    history = training.fit(
        on_device,
        samples(chosen),
        seed=seed,
        batch=run.fit["batch"],
        epochs=run.fit["epochs"],
        optimizer=training.adam(run.fit["learning_rate"], schedule),
        validation=samples(watched),
        label=run.name,
        jit_compile=jit_compile,
        **options,
    )
    if ours:
        whole, _ = _on_device(network, run, known)
        held_out, true = samples(calibrating)
        own.calibrate(network, whole.predict(held_out, verbose=0), true[:, 0])
    return network, history.assign(**targets.unscaled(run, history[["mae", "val_mae"]]))


def _on_device(
    network: "keras.Model", run: Run, known: Dataset
) -> tuple["keras.Model", Callable[[Any], tuple[dict[str, np.ndarray], np.ndarray]]]:
    """Return a network of bubbles, and a function from rows to what it takes and is to say."""
    from hamlearn.bubbles import inputs

    on_device = inputs.from_bubbles(network, known.ensemble)
    given = inputs.of_samples(known.ensemble, labels.modes(known.labels))
    arrays = inputs.wanted(on_device, given)
    wanted = targets.scaled(run, targets.of_samples(known.labels, run.target))
    return on_device, lambda rows: ({k: v[rows] for k, v in arrays.items()}, wanted[rows])


def build(run: Run, settings: Mapping[str, Any], flakes: Ensemble) -> "keras.Model":
    """Return the untrained network of a run, from height maps of flakes such as these.

    Raises ValueError for an unknown architecture or a setting that it cannot take.
    """
    from hamlearn.bubbles import networks, own

    outputs = len(targets.OUTPUTS[run.target])
    if run.architecture == "mixed_input":
        given = {**settings["networks"], "outputs": outputs, **run.options}
        return networks.mixed_input(settings["pixels"], **given)
    if run.architecture not in OWN:
        known = ", ".join(("mixed_input", *OWN))
        raise ValueError(f"architecture = {run.architecture!r}: expected one of {known}")
    if outputs != 1:
        raise ValueError(f"{run.architecture}: target = {run.target!r}, expected total")
    sizes = {k: v for k, v in settings["own"].items() if k != "held_out"}
    return own.own(
        settings["pixels"],
        side=flakes.side,
        window=settings["energy_window"][1],
        thresholds=brickwall.thresholds_of_flake(flakes.side).tolist(),
        steps=OWN[run.architecture],
        decay=settings["hopping_decay"],
        **sizes,
        **run.options,
    )
