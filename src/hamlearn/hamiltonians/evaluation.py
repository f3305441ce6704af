"""Errors of trained networks on test structures, beside predictors that learn next to nothing."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from hamlearn.dataset import Dataset
from hamlearn.hamiltonians import baselines, graphs
from hamlearn.hamiltonians.training import graphs_of, of_edges
from hamlearn.study import Run

if TYPE_CHECKING:
    import keras

MEV = 1000.0
METRICS = {
    "ensemble": "that it is applied to",
    "material": "graphene or sige",
    "atoms": "of each structure",
    "frames": "rule of the local frames: paper, invariant or deeph",
    "superposition": "whether the network gives differences from two-centre parts",
    "ordered": "whether it sees the order of the neighbours",
    "neighbours": "of an atom that it sees",
    "edge": "width of the features of edges",
    "learning_rate": "of Adam at the start",
    "elements": "numbers for each edge: 91, 78 or 169",
    "n_test": "structures",
    "mae": "mean absolute error over the edges and elements that the network gives, in meV",
    "rms": "root mean square of the same, in meV",
    "train_mae": "the same MAE on the structures trained on, in meV; NaN for other ensembles",
    "mae_zero": "of a predictor that gives zero, in meV",
    "mae_trivial": "of the median of each class in training (shell, elements of both), in meV",
    "relative_mae": "mae / mae_trivial",
    "mae_superposition": "of the two-centre parts of a network alone, in meV; NaN without them",
    "trainable": "parameters that are trained",
}
"""Columns of the metrics after those of every study, :data:`hamlearn.learning.jobs.DESCRIPTION`."""
GROUPS = ("ensemble", "group", "member", "n", "mae", "mae_trivial", "mean_abs")
"""Columns of the groups, in meV: members of the group `element` are places in the list of elements,
of `shell` neighbour shells, of `pair` pairs of elements, of `structure` samples."""
PREDICTIONS = ("ensemble", "sample", "place", "true", "predicted")
"""`place` is edge asked for times elements plus element; in eV."""


def evaluate(
    run: Run, network: "keras.Model", data: Mapping[str, Dataset], settings: Mapping[str, Any]
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Apply a network to the test structures of its ensembles.

    Returns
    -------
    predictions, metrics, groups : DataFrame
        With the columns `PREDICTIONS`, `METRICS` (a row for each ensemble) and `GROUPS`.
    """
    known = data[run.trained_on]
    chosen, _ = known.split(run.n_train, run.n_test)
    learned = graphs_of(run, known, chosen, settings)
    cutoff = known.ensemble.solved.cutoff
    medians = known.remember(
        ("medians", run.target, run.fit["frames"], run.n_train),
        lambda: baselines.Medians.fitted(*of_edges(learned, run.target), cutoff),
    )
    true = np.concatenate([graph.values(run.target).ravel() for graph in learned])
    train_mae = MEV * np.abs(_said(network, learned, run.target) - true).mean()
    predictions, rows, groups = [], [], []
    for name in run.applied_to:
        tested = _tested(run, data[name])
        about = graphs_of(run, data[name], tested, settings)
        table, scores, parts = _judged(run, network, about, medians, tested.start)
        trained = train_mae if name == run.trained_on else np.nan
        predictions.append(table.assign(ensemble=name)[list(PREDICTIONS)])
        rows.append({**_description(run, network, about), **scores, "train_mae": trained})
        rows[-1]["mae_superposition"] = _superposed(run, network, about)
        rows[-1] |= {"ensemble": name, "n_test": len(about)}
        groups.append(parts.assign(ensemble=name)[list(GROUPS)])
    metrics = pd.DataFrame(rows)[list(METRICS)]
    return pd.concat(predictions), metrics, pd.concat(groups)


def _tested(run: Run, known: Dataset) -> slice:
    """Return the test samples: of an ensemble of another size, all."""
    if known.name == run.trained_on:
        return known.split(run.n_train, run.n_test)[1]
    return slice(0, len(known))


def _said(network: "keras.Model", about: list[graphs.Graph], target: str) -> np.ndarray:
    """Return what a network gives for structures, (n,), in eV, all elements one after another."""
    said = [apply(network, graph.given(target)).ravel() for graph in about]
    return np.concatenate(said).astype(float)


def _superposed(run: Run, network: "keras.Model", about: list[graphs.Graph]) -> float:
    """Return the MAE of the two-centre parts of a network alone, in meV, NaN without them."""
    if not run.options.get("superposition"):
        return np.nan
    layer, errors = network.get_layer("superposition"), []
    for graph in about:
        given, values = graph.given(run.target), graph.values(run.target)
        zero = np.zeros(values.shape, np.float32)
        others = (given[name] for name in ("numbers", "first", "second", "length", "asked"))
        errors.append(np.abs(np.asarray(layer(zero, *others)) - values).mean())
    return MEV * float(np.mean(errors))


def apply(network: "keras.Model", given: Mapping[str, np.ndarray]) -> np.ndarray:
    """Return what a network gives for one graph, (F, outputs), in eV."""
    return np.asarray(network.predict_on_batch(dict(given)))


def _judged(
    run: Run,
    network: "keras.Model",
    about: list[graphs.Graph],
    medians: baselines.Medians,
    first: int,
) -> tuple[pd.DataFrame, dict[str, float], pd.DataFrame]:
    numbers, length, values = of_edges(about, run.target)
    said = _said(network, about, run.target).reshape(values.shape)
    error = MEV * np.abs(said - values)
    trivial = MEV * np.abs(medians.predict(numbers, length) - values)
    size = MEV * np.abs(values)
    scores = {
        "mae": error.mean(),
        "rms": MEV * np.sqrt(np.square(said - values).mean()),
        "mae_zero": size.mean(),
        "mae_trivial": trivial.mean(),
        "relative_mae": error.mean() / trivial.mean(),
    }
    edges_of = [len(graph.asked(run.target)) for graph in about]
    sample = np.repeat(np.arange(first, first + len(about)), edges_of)
    members = {
        "shell": baselines.shell_of(length, medians.known),
        "pair": 1000 * numbers[:, 0] + numbers[:, 1],
        "structure": sample,
    }
    groups = pd.concat(
        [
            _by_element(error, trivial, size),
            *(_by_member(name, rows, error, trivial, size) for name, rows in members.items()),
        ]
    )
    outputs = values.shape[1]
    place = np.concatenate([np.arange(n * outputs) for n in edges_of])
    columns = {"place": place.astype(np.int32), "sample": np.repeat(sample, outputs)}
    columns |= {"true": values.ravel(), "predicted": said.ravel()}
    return pd.DataFrame(columns).astype({"true": "f4", "predicted": "f4"}), scores, groups


def _by_element(error: np.ndarray, trivial: np.ndarray, size: np.ndarray) -> pd.DataFrame:
    columns = {"mae": error, "mae_trivial": trivial, "mean_abs": size}
    means = {name: values.mean(axis=0) for name, values in columns.items()}
    member = np.arange(error.shape[1])
    return pd.DataFrame({"group": "element", "member": member, "n": len(error), **means})


def _by_member(
    name: str, members: np.ndarray, error: np.ndarray, trivial: np.ndarray, size: np.ndarray
) -> pd.DataFrame:
    columns = {"mae": error, "mae_trivial": trivial, "mean_abs": size}
    table = pd.DataFrame({key: values.mean(axis=1) for key, values in columns.items()})
    grouped = table.groupby(members)
    found = grouped.mean().assign(n=grouped.size(), group=name)
    return found.rename_axis("member").reset_index()


def _description(run: Run, network: "keras.Model", about: list[graphs.Graph]) -> dict[str, Any]:
    carbon = set(np.unique(about[0].structure.numbers).tolist()) == {6}
    return {
        "material": "graphene" if carbon else "sige",
        "atoms": len(about[0].structure),
        "frames": run.fit["frames"],
        "superposition": bool(run.options.get("superposition", False)),
        "ordered": bool(run.options.get("ordered", True)),
        "neighbours": run.options["neighbours"],
        "edge": run.options["edge"],
        "learning_rate": run.fit["learning_rate"],
        "elements": graphs.OUTPUTS[run.target],
        "trainable": sum(int(np.prod(weight.shape)) for weight in network.trainable_weights),
    }
