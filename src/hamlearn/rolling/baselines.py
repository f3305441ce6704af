"""What networks are set beside: chance, the nearest class mean, logistic regression.

All are trained on images as they are or on rolled ones, and tested on images rolled by some
degree. The first two are what :mod:`hamlearn.rolling.evaluation` calls trivial.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from hamlearn import seeds
from hamlearn.rolling import rolls
from hamlearn.rolling.ensemble import Ensemble
from hamlearn.rolling.plan import SECTIONS, images
from hamlearn.study import Inputs

COLUMNS = ("ensemble", "predictor", "n_train", "chi_trained", "chi", "n", "accuracy")
COPIES = 4
"""Rolls of each image that a regression is trained on."""
ITERATIONS = 300


def residues(chi: int, length: int) -> np.ndarray:
    """Return how likely a roll by up to chi pixels is one by r mod `length`, (length,)."""
    shifts = np.arange(-chi, chi + 1) % length
    return np.bincount(shifts, minlength=length) / len(shifts)


def mean_of_rolls(arrays: np.ndarray, chi: int) -> np.ndarray:
    """Return the mean of arrays (n, N_1, ..., c) over all rolls by up to chi along each axis."""
    for axis in range(1, arrays.ndim - 1):
        weights = residues(chi, arrays.shape[axis])
        turned = (np.roll(arrays, r, axis) * w for r, w in enumerate(weights) if w)
        arrays = sum(turned)
    return arrays


@dataclass(frozen=True)
class ClassMeans:
    """The nearest mean of a class: classes (k,) and their means (k, N_1, ..., c)."""

    classes: np.ndarray
    means: np.ndarray

    @classmethod
    def fitted(cls, inputs: np.ndarray, classes: np.ndarray, chi: int = 0) -> "ClassMeans":
        """Return the means of images (n, N_1, ..., c), over all that rolls make of them."""
        found = np.unique(classes)
        means = np.stack([inputs[classes == one].mean(axis=0) for one in found])
        return cls(found, mean_of_rolls(means, chi))

    def predict(self, inputs: np.ndarray) -> np.ndarray:
        """Return the class of each image (n, N_1, ..., c), (n,)."""
        means = self.means.reshape(len(self.means), -1)
        products = inputs.reshape(len(inputs), -1) @ means.T
        return self.classes[np.argmin((means**2).sum(axis=1) - 2 * products, axis=1)]


def chance(classes: np.ndarray, tested: np.ndarray) -> float:
    """Return how often the most frequent class of `classes` (n,) is that of `tested` (m,)."""
    return float((tested == np.bincount(classes).argmax()).mean())


def summarise(inputs: Inputs, settings: Mapping[str, Any]) -> pd.DataFrame:
    """Return the accuracy of every predictor without a network on every ensemble.

    Parameters
    ----------
    inputs : Inputs
        The ensembles.
    settings : mapping
        `baselines`: `train` (at most so many images to train on) and `chi` (degrees of rolling);
        source, side, train and test of `plain` and `pipeline`.

    Returns
    -------
    DataFrame
        ensemble, predictor (chance, class_mean, logistic), n_train, chi_trained (0, or as chi),
        chi (of the test images), n (of these), accuracy.
    """
    part, rows = settings["baselines"], []
    sizes = {images(settings, section): settings[section] for section in SECTIONS}
    for name, size in sizes.items():
        train, drawn = min(part["train"], size["train"]), inputs.drawn[name]
        pair = drawn[:train], drawn[len(drawn) - size["test"] :]
        seed = seeds.seed(inputs.root_seed, "rolling", "baselines", name)
        rows += [(name, *row) for row in _rows(*pair, part["chi"], seed)]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _rows(known: Ensemble, tested: Ensemble, chis: list[int], seed: int) -> Iterator[tuple]:
    """Yield the rows of one ensemble, without its name."""
    true, n = tested.classes, (len(known), len(tested))
    fitted: dict[int, dict] = {}
    for chi in chis:
        given = _rolled(tested.inputs, chi, seed)
        yield "chance", n[0], chi, chi, n[1], chance(known.classes, true)
        for trained in dict.fromkeys((0, chi)):
            if trained not in fitted:
                fitted[trained] = {
                    "class_mean": ClassMeans.fitted(known.inputs, known.classes, trained).predict,
                    "logistic": _logistic(known, trained, seed),
                }
            for predictor, predict in fitted[trained].items():
                accuracy = float((predict(given) == true).mean())
                yield predictor, n[0], trained, chi, n[1], accuracy


def _rolled(inputs: np.ndarray, chi: int, seed: int) -> np.ndarray:
    return rolls.apply(inputs, rolls.draw(len(inputs), chi, inputs.ndim - 2, seed))


def _logistic(known: Ensemble, chi: int, seed: int) -> Any:
    """Return what a logistic regression predicts that was trained on images rolled by chi."""
    from sklearn.linear_model import LogisticRegression

    copies = range(1, 1 + (COPIES if chi else 1))
    rows = [_rolled(known.inputs, chi, seed + copy) for copy in copies]
    rows = np.concatenate(rows).reshape(len(copies) * len(known), -1)
    regression = LogisticRegression(max_iter=ITERATIONS)
    regression.fit(rows, np.tile(known.classes, len(copies)))
    return lambda inputs: regression.predict(inputs.reshape(len(inputs), -1))
