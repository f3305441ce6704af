"""Disorder averages of model II at fixed concentrations, calculated and predicted (Fig. 7)."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from hamlearn.study import Inputs


def summarise(inputs: Inputs, settings: Mapping[str, Any]) -> pd.DataFrame:
    """Return :func:`ensemble_average` for each seed of the network that is applied to them.

    Samples of all ensembles that were drawn count, those of one concentration together.
    """
    parts = []
    for name, drawn in inputs.drawn.items():
        part = inputs.predicted[inputs.predicted["ensemble"] == name]
        parts.append(part.assign(concentration=drawn.concentration[part["sample"]].round(9)))
    return pd.concat(
        [
            ensemble_average(part["concentration"], part["true"], part["predicted"], seed)
            for seed, part in pd.concat(parts).groupby("seed")
        ]
    )


def ensemble_average(
    concentration: np.ndarray, true: np.ndarray, predicted: np.ndarray, seed: int
) -> pd.DataFrame:
    r"""Return mean and spread of true and predicted conductance at each concentration.

    .. math::
        \bar G_\mathrm{ens} = \frac{1}{N_C} \sum_k \bar G_k, \qquad
        \bar G_\mathrm{variance} = \sqrt{\frac{1}{N_C} \sum_k (\bar G_k - \bar G_\mathrm{ens})^2}

    Eq. (5); the "variance" of the paper is a standard deviation, with N_C in the denominator.

    Parameters
    ----------
    concentration, true, predicted : arrays (n,)
        Of n samples at fixed concentrations; conductances in G0.
    seed : int
        Number of the repetition, for the table only.

    Returns
    -------
    DataFrame
        `seed`, `concentration`, `configurations`, `mean_true_g0`, `mean_predicted_g0`,
        `std_true_g0`, `std_predicted_g0`, by rising concentration.
    """
    frame = pd.DataFrame(
        {
            "concentration": np.asarray(concentration),
            "true": np.asarray(true),
            "predicted": np.asarray(predicted),
        }
    )
    by_concentration = frame.groupby("concentration", sort=True)
    mean, spread = by_concentration.mean(), by_concentration.std(ddof=0)
    return pd.DataFrame(
        {
            "seed": seed,
            "concentration": mean.index.to_numpy(),
            "configurations": by_concentration.size().to_numpy(),
            "mean_true_g0": mean["true"].to_numpy(),
            "mean_predicted_g0": mean["predicted"].to_numpy(),
            "std_true_g0": spread["true"].to_numpy(),
            "std_predicted_g0": spread["predicted"].to_numpy(),
        }
    )
