"""Training of the networks of one job: several runs, one seed (Sec. III C, Table I)."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from hamlearn import files, seeds
from hamlearn.bubbles.dataset import Dataset, scaled, unscaled
from hamlearn.bubbles.ensemble import Ensemble
from hamlearn.bubbles.runs import TARGETS, Run
from hamlearn.learning import provenance, training
from hamlearn.transport import brickwall

if TYPE_CHECKING:
    import keras

HISTORY = "history.csv"
HISTORY_COLUMNS = ["run", "epoch", "loss", "mae", "val_loss", "val_mae", "seconds"]
SIZES = ("channels", "dense", "branch", "dropout", "momentum")
OWN = {"own": "modes", "staircase": "smeared"}
"""Architectures of our own, with how they count the modes of the leads."""


def network_path(directory: str | Path, run: Run) -> Path:
    """Return where the trained network of a run is kept in the folder of its job and seed."""
    return Path(directory) / f"{run.name}.keras"


def train_job(
    runs: Sequence[Run],
    data: Dataset,
    directory: str | Path,
    *,
    settings: Mapping[str, Any],
    root_seed: int,
    seed: int,
    threads: int,
    precision: str = "float32",
    jit_compile: bool = False,
) -> None:
    """Train the runs of a job one after the other, for a fixed number of epochs.

    Writes `<run>.keras` for each run, `history.csv` (run, epoch, loss, mae, val_loss, val_mae,
    seconds; mae and val_mae in 2e²/h) and `provenance.json` into `directory`. `val` is the test
    part, watched after every epoch as in the paper, where it decides nothing; our own networks are
    watched on maps as they are, before the mean over their mirror images. What a run learns
    depends on its name and the seeds, not on the runs before it.

    Parameters
    ----------
    runs : sequence of Run
    data : Dataset
        With a training and a test part.
    directory : path
        Made if missing; a temporary one, which the caller renames.
    settings : mapping
        Resolved settings of the study: `pixels`, `hopping_decay`, `energy_window`, `networks`
        and, for networks of our own, `own`.
    root_seed, seed : int
        Seed of the whole workflow, and number of the repetition from 0.
    threads : int
        CPU threads; trainings with one thread are equal bit for bit on one machine.
    precision, jit_compile
        See :func:`hamlearn.learning.training.configure` and `fit`. XLA gives up determinism.

    Raises
    ------
    DivergedTraining
        When a loss is no longer finite.
    ValueError
        For a run that the data cannot serve.
    """
    directory = Path(directory)
    directory.mkdir(parents=True, exist_ok=True)
    training.configure(threads, root_seed, deterministic=not jit_compile, precision=precision)
    found = provenance.record(threads, xla=jit_compile)
    histories, speed = [], {}
    for number, run in enumerate(runs, start=1):
        run_seed = seeds.seed(root_seed, "bubbles", run.name, seed)
        network, history = train(run, data, settings, run_seed, jit_compile=jit_compile)
        training.save(network, network_path(directory, run))
        histories.append(history.assign(run=run.name))
        speed[run.name] = provenance.speed(history, data.train)
        print(
            f"[{number}/{len(runs)}] {run.job}/{run.name} seed {seed}: {len(history)} epochs, "
            f"{history['seconds'].sum():.1f} s, test MAE {history['val_mae'].iloc[-1]:.4g}",
            flush=True,
        )
    table = pd.concat(histories, ignore_index=True)[HISTORY_COLUMNS]
    files.write_csv(directory / HISTORY, table)
    files.write_json(directory / provenance.FILE, {**found, provenance.SPEED: speed})


def train(
    run: Run,
    data: Dataset,
    settings: Mapping[str, Any],
    seed: int,
    *,
    jit_compile: bool = False,
) -> tuple["keras.Model", pd.DataFrame]:
    """Return the trained network of a run, from height maps, and its history (epochs by rows)."""
    from hamlearn.bubbles import inputs, own

    training.fresh(seed)
    network = build(run, settings, data.ensemble)
    fitted = own.one_orientation(network) if run.architecture in OWN else network
    on_device = inputs.from_bubbles(fitted, data.ensemble)
    arrays = inputs.wanted(on_device, inputs.of_samples(data.ensemble, data.modes))
    targets = scaled(run, data.targets(run.target))

    part = data.training
    chosen, calibrating = np.arange(part.start, part.stop), np.array([], dtype=int)
    options = {}
    if run.architecture in OWN:
        chosen, calibrating = own.held_out(data.train, settings["own"]["held_out"], seed)
        options = own.FIT_OPTIONS

    def samples(rows: np.ndarray | slice) -> tuple[dict[str, np.ndarray], np.ndarray]:
        return {name: array[rows] for name, array in arrays.items()}, targets[rows]

    history = training.fit(
        on_device,
        *samples(chosen),
        seed=seed,
        batch=run.batch,
        max_epochs=run.epochs,
        learning_rate=run.learning_rate,
        stopping=training.Stopping("train_plateau", patience=run.epochs),  # never before the end
        label=f"{run.job}/{run.name}",
        monitored=samples(data.test),
        jit_compile=jit_compile,
        **options,
    )
    if len(calibrating):
        held_out, true = samples(calibrating)
        whole = inputs.from_bubbles(network, data.ensemble)
        own.calibrate(network, whole.predict(held_out, verbose=0), true[:, 0])
    return network, history.assign(**unscaled(run, history[["mae", "val_mae"]]))


def build(run: Run, settings: Mapping[str, Any], flakes: Ensemble) -> "keras.Model":
    """Return the untrained network of a run, from height maps of flakes such as these.

    Raises ValueError for an unknown architecture or a setting that it cannot take.
    """
    from hamlearn.bubbles import networks, own

    sizes = {k: v for k, v in settings["networks"].items() if k in SIZES}
    outputs = len(TARGETS[run.target])
    if run.architecture == "mixed_input":
        given = {**sizes, "outputs": outputs, **run.options}
        return networks.mixed_input(settings["pixels"], **given)
    if run.architecture not in OWN:
        known = ", ".join(("mixed_input", *OWN))
        raise ValueError(f"architecture = {run.architecture!r}: expected one of {known}")
    if outputs != 1:
        raise ValueError(f"{run.architecture}: target = {run.target!r}, expected total")
    sizes = {k: v for k, v in settings["own"].items() if k in ("channels", "dense", "dropout")}
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
