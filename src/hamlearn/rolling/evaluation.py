"""What trained networks say of rolled test images, beside predictors that learn next to nothing."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from hamlearn.dataset import Dataset
from hamlearn.rolling import baselines, measures, pipelines, targets
from hamlearn.rolling.measures import accuracy, attention, flatness, invariance_error
from hamlearn.rolling.targets import CLASS
from hamlearn.study import Run

if TYPE_CHECKING:
    import keras

__all__ = ["accuracy", "attention", "evaluate", "flatness", "invariance_error"]

ERROR = "error"
METRICS = {
    "ensemble": "that it is applied to",
    "kind": "conv, torfcn or torsum; empty for a dense network",
    "downsample": "aligned, dilated, polyphase or none; empty for a dense network",
    "floor": "of the attention; NaN without one",
    "chi": "degree of rolling of the images that it is trained on, and tested on here",
    "repeat": "number of the repetition, from 0",
    "channels": "of the maps; NaN for a dense network",
    "batch": "images",
    "learning_rate": "of Adam",
    "trainable": "parameters that are trained",
    "n_test": "images",
    "passes": "over these, each with other rolls",
    "accuracy": "after the last epoch; NaN for flakes, as all of it that is about classes",
    "accuracy_se": "binomial standard error over the test images",
    "cross_entropy": "mean of the test images, in nats",
    "error": "share of wrong classes, 1 - accuracy; of flakes, mean absolute error in 1/t",
    "accuracy_chance": "of the class that is most frequent in training",
    "accuracy_class_mean": "of the nearest mean over the rolled training images of a class",
    "error_trivial": "the smaller of both errors; of flakes, that of the median in training",
    "relative_error": "error / error_trivial",
    "invariance_error": "largest change of a logit by rolls by one pixel, over the largest logit",
    "subgroup_error": "the same by rolls by the product of all strides; NaN for a dense network",
    "attention_centre": "centre of mass of the attention over the read-outs, sum r a_r / sum a_r",
    "attention_spread": "(largest - smallest) / mean attention of the read-outs",
    "frozen": "read-outs with a mean attention below 0.01 that is the same for all samples",
}
"""Columns of the metrics after those of every study, :data:`hamlearn.learning.jobs.DESCRIPTION`."""
GROUPS = (
    *("ensemble", "group", "chi", "read_out", "n", "accuracy", "accuracy_se", "cross_entropy"),
    *("error", "accuracy_chance", "accuracy_class_mean", "error_trivial"),
    *("attention", "attention_sd"),
)
"""Columns of the groups: rows of the group `chi` are about test images rolled by that degree,
those of the group `read_out` about the attention of one read-out, test images rolled as trained."""
PREDICTIONS = ("ensemble", "chi", "sample", "true", "predicted")


def evaluate(
    run: Run, network: "keras.Model", data: Mapping[str, Dataset], settings: Mapping[str, Any]
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Apply a network to its test images, rolled as in its training and by other degrees.

    Parameters
    ----------
    run : Run
    network : keras.Model
    data : mapping of Dataset
    settings : mapping
        `evaluation`: `chi` (degrees of rolling besides the own one), `passes`, `images` (for the
        error of invariance); `attention.samples`.

    Returns
    -------
    predictions, metrics, groups : DataFrame
        With the columns `PREDICTIONS`, `METRICS` (one row) and `GROUPS`.
    """
    known, part = data[run.trained_on], settings["evaluation"]
    _, tested = known.split(run.n_train, run.n_test)
    inputs = known.remember("inputs", lambda: known.ensemble.inputs)[tested]
    true, own = targets.true(run, known, tested), run.fit["chi"]
    mean, spread = targets.scale(run, known)
    said = {
        chi: mean + spread * measures.logits(network, inputs, chi, passes=part["passes"])
        for chi in sorted({own, *part["chi"]})
    }
    scores = {chi: {**_scores(run, said[chi], true), **_trivial(run, known, chi)} for chi in said}
    seen = inputs[: settings["attention"]["samples"]]
    attended = _attention(run, network, seen)
    by_chi = [{"group": "chi", "chi": chi, "n": len(true), **scores[chi]} for chi in said]
    groups = pd.DataFrame([*by_chi, *_by_read_out(attended, len(seen), own)], columns=list(GROUPS))
    error, trivial = (scores[own][name] for name in (ERROR, f"{ERROR}_trivial"))
    row = {
        **_description(run, network, known),
        **scores[own],
        "passes": len(said[own]),
        f"relative_{ERROR}": error / trivial if trivial else np.nan,
        **_invariance(run, network, inputs[: part["images"]]),
        **_of_attention(run, attended),
    }
    predictions = {
        "ensemble": known.name,
        "chi": own,
        "sample": np.arange(tested.start, tested.stop),
        "true": true,
        "predicted": _answers(run, said[own])[0],
    }
    return (
        pd.DataFrame(predictions)[list(PREDICTIONS)],
        pd.DataFrame([row], columns=list(METRICS)),
        groups.assign(ensemble=known.name),
    )


def _answers(run: Run, said: np.ndarray) -> np.ndarray:
    """Return classes, or densities of states, (passes, n) of what a network says of them."""
    return said.argmax(axis=2) if run.target == CLASS else said[..., 0]


def _scores(run: Run, said: np.ndarray, true: np.ndarray) -> dict[str, float]:
    answers = _answers(run, said)
    if run.target != CLASS:
        return {ERROR: float(np.abs(answers - true).mean())}
    largest = said.max(axis=2, keepdims=True)
    total = largest[..., 0] + np.log(np.exp(said - largest).sum(axis=2))
    share = float((answers == true).mean())
    return {
        "accuracy": share,
        "accuracy_se": float(np.sqrt(share * (1 - share) / len(true))),
        "cross_entropy": float((total - said[:, np.arange(len(true)), true]).mean()),
        ERROR: 1 - share,
    }


def _trivial(run: Run, known: Dataset, chi: int) -> dict[str, float]:
    """Return what trivial predictors reach, computed once for all runs that share them."""
    chosen, tested = known.split(run.n_train, run.n_test)
    learned, true = (targets.true(run, known, part) for part in (chosen, tested))
    if run.target != CLASS:
        return {f"{ERROR}_trivial": float(np.abs(true - np.median(learned)).mean())}

    def computed() -> dict[str, float]:
        inputs = known.ensemble.inputs
        nearest = baselines.ClassMeans.fitted(inputs[chosen], learned, run.fit["chi"])
        (given,) = measures.logits(_unchanged, inputs[tested], chi, passes=1)
        found = {
            "accuracy_chance": baselines.chance(learned, true),
            "accuracy_class_mean": float((nearest.predict(given) == true).mean()),
        }
        return {**found, f"{ERROR}_trivial": 1 - max(found.values())}

    return known.remember(("trivial", run.n_train, run.n_test, run.fit["chi"], chi), computed)


def _unchanged(images: Any, training: bool) -> Any:
    return images


def _description(run: Run, network: "keras.Model", known: Dataset) -> dict[str, Any]:
    convolutional, options = run.architecture not in pipelines.DENSE, run.options
    return {
        "ensemble": known.name,
        "kind": options.get("kind", ""),
        "downsample": options.get("downsample", "aligned") if convolutional else "",
        "floor": options.get("floor", np.nan),
        "channels": options.get("channels", np.nan),
        **{name: run.fit[name] for name in ("chi", "repeat", "batch", "learning_rate")},
        "trainable": sum(int(np.prod(weight.shape)) for weight in network.trainable_weights),
        "n_test": run.n_test,
    }


def _invariance(run: Run, network: "keras.Model", images: np.ndarray) -> dict[str, float]:
    unit, subgroup = np.eye(images.ndim - 2, dtype=int), np.nan
    if run.architecture not in pipelines.DENSE:
        strides = pipelines.stride(run.architecture, images.shape[1:])
        subgroup = measures.invariance_error(network, images, strides * unit)
    one = measures.invariance_error(network, images, unit)
    return {"invariance_error": one, "subgroup_error": subgroup}


def _attention(run: Run, network: "keras.Model", images: np.ndarray) -> measures.Attention | None:
    if run.architecture not in pipelines.FREE:
        return None
    return measures.attention(network, images, run.fit["chi"])


def _of_attention(run: Run, found: measures.Attention | None) -> dict[str, float]:
    if found is None:
        return dict.fromkeys(("attention_centre", "attention_spread", "frozen"), np.nan)
    return {
        "attention_centre": found.centre,
        "attention_spread": found.spread,
        "frozen": found.frozen(run.options["floor"]),
    }


def _by_read_out(found: measures.Attention | None, n: int, chi: int) -> list[dict[str, Any]]:
    pairs = [] if found is None else zip(found.mean, found.sd, strict=True)
    return [
        {"group": "read_out", "chi": chi, "read_out": r, "n": n, "attention": a, "attention_sd": sd}
        for r, (a, sd) in enumerate(pairs)
    ]
