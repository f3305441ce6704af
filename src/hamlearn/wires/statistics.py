"""Distributions of the conductance in a small table, from which claims about them are judged."""

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import pandas as pd

from hamlearn.study import Inputs, Run
from hamlearn.wires import labels
from hamlearn.wires.ensemble import Ensemble
from hamlearn.wires.plan import CONDUCTANCE, TARGETS, EnsemblePlan
from hamlearn.wires.runs import shown

COLUMNS = (
    *("source", "length", "run", "seed", "target", "quantity"),
    *("low", "high", "value", "error", "n"),
)
CONCENTRATION_BIN = 0.05
POWERS = 3  # of the impurity count, in the smooth function within one bin of the concentration
FEWEST_COUNTS = 25  # below it the difference of two counts is not near normal


def summarise(inputs: Inputs, settings: Mapping[str, Any]) -> pd.DataFrame:
    """Return every statistic of the study as one long table.

    Parameters
    ----------
    inputs : Inputs
        Draws and labels of model I and of models II to IV, predictions of model II.
    settings : mapping
        `fermi_energy`, `bias`, the size of the impurity models, and the half width Delta G of the
        bins of the conductance, `histogram_half_bin`, in G0 (Sec. II.B).

    Returns
    -------
    DataFrame
        source (ensemble, or ``clean``), length (sites), run (where predictions of one are binned),
        seed, target, quantity, low, high (bin of the concentration, or of the conductance in G0),
        value, error (standard error), n (samples). The quantities are those of
        :func:`distribution`, :func:`by_concentration` and :func:`histograms`, and ``mean`` of the
        source ``clean``.
    """
    half_bin, size = settings["histogram_half_bin"], settings["impurity_models"]["size"]
    tables = [clean_wire(size, settings)]
    for name, solved in inputs.solved.items():
        drawn = inputs.drawn[name]
        if drawn.species is None:
            values = solved[CONDUCTANCE].to_numpy()
            tables.append(distribution(name, drawn.length, values, half_bin))
            continue
        tables += [
            by_concentration(name, drawn, target, solved[target].to_numpy())
            for target in TARGETS
            if target in solved
        ]
    for run in _most_trained(inputs.runs.values()):
        chosen = inputs.predicted[inputs.predicted["run"] == run.name]
        chosen = chosen[chosen["ensemble"] == run.trained_on]
        width = inputs.drawn[run.trained_on].width
        for seed, part in chosen.groupby("seed"):
            tables.append(histograms(run, seed, width, part, half_bin))
    return pd.concat(tables, ignore_index=True)[list(COLUMNS)]


def _most_trained(runs: Collection[Run]) -> list[Run]:
    """Return the runs of Fig. 6 with the largest training set, one for each target."""
    by_target = [shown([run for run in runs if run.target == target]) for target in TARGETS]
    return [max(some, key=lambda run: run.n_train) for some in by_target]


def _table(rows: list[dict], **common: object) -> pd.DataFrame:
    blank = {"run": "", "seed": -1, "low": np.nan, "high": np.nan, "error": np.nan}
    return pd.DataFrame([{**blank, **common, **row} for row in rows], columns=list(COLUMNS))


def clean_wire(size: int, settings: Mapping[str, Any]) -> pd.DataFrame:
    """Return G and bias-averaged G of the wire without impurities, `size` x `size` sites.

    Exactly the number of open modes at the Fermi energy, and its mean over the bias energies.
    """
    wire = Ensemble(np.zeros((1, size, size), dtype=np.float32))
    shape = {"model": "i", "length": size, "width": size}
    plan = EnsemblePlan(name="clean", test=1, targets=TARGETS, **shape)
    solved = labels.solve(wire, np.arange(1), plan, settings)
    rows = [{"target": t, "value": solved[t].iloc[0]} for t in TARGETS]
    return _table(rows, source="clean", length=size, quantity="mean", n=1)


def distribution(
    source: str, length: int, conductance: np.ndarray, half_bin: float
) -> pd.DataFrame:
    """Return P(G) of one ensemble of model I, and its shape.

    Quantities: ``histogram``, the share of samples in each bin [low, high), in G0, of width
    2 `half_bin`, without empty bins; ``mean``, ``std`` (G0), ``skewness``, ``peak`` (centre of the
    fullest bin, G0), and for each distance (`low` to `high`, in G0) the share of samples that far
    above less the share that far below: ``shoulder_peak`` in whole bins from the fullest bin, as
    Fig. 2 shows them, and ``shoulder_mean`` from the mean. A distribution that is symmetric about
    any point is so about its mean; around the peak bin, which need not be centred, it may look
    asymmetric.

    Parameters
    ----------
    conductance : array (n,)
        In G0.
    """
    n, width = len(conductance), 2 * half_bin
    mean, std = conductance.mean(), conductance.std()
    scaled = (conductance - mean) / std
    kurtosis = (scaled**4).mean()
    bins = np.floor(conductance / width).astype(int)
    bin_counts = np.bincount(bins)
    peak = int(bin_counts.argmax())
    rows = [
        {"quantity": "mean", "value": mean, "error": std / np.sqrt(n)},
        {"quantity": "std", "value": std, "error": std * np.sqrt((kurtosis - 1) / (4 * n))},
        {"quantity": "skewness", "value": (scaled**3).mean(), "error": np.sqrt(6 / n)},
        {"quantity": "peak", "value": (peak + 0.5) * width},
        *_shares("histogram", conductance, width),
    ]
    away = np.abs(conductance - mean) / width
    for name, steps, above in (
        ("shoulder_peak", np.abs(bins - peak), bins > peak),
        ("shoulder_mean", np.floor(away).astype(int), conductance > mean),
    ):
        rows += _shoulders(name, steps, above, width)
    return _table(rows, source=source, length=length, target=CONDUCTANCE, n=n)


def _shares(name: str, values: np.ndarray, width: float) -> list[dict]:
    place, found = np.unique(np.floor(values / width).astype(int), return_counts=True)
    share = found / len(values)
    return [
        {
            "quantity": name,
            "low": low * width,
            "high": (low + 1) * width,
            "value": p,
            "error": np.sqrt(p * (1 - p) / len(values)),
        }
        for low, p in zip(place, share, strict=True)
    ]


def _shoulders(name: str, steps: np.ndarray, above: np.ndarray, width: float) -> list[dict]:
    both = np.bincount(steps)
    higher = np.bincount(steps[above], minlength=len(both))
    first = 1 if name == "shoulder_peak" else 0
    n = len(steps)
    return [
        {
            "quantity": name,
            "low": step * width,
            "high": (step + 1) * width,
            "value": (2 * higher[step] - both[step]) / n,
            "error": np.sqrt(both[step]) / n,
        }
        for step in range(first, len(both))
        if both[step] >= FEWEST_COUNTS
    ]


def by_concentration(
    source: str, ensemble: Ensemble, target: str, conductance: np.ndarray
) -> pd.DataFrame:
    """Return mean and spread of the conductance in bins of the nominal concentration n.

    Quantities, in G0: ``mean``; ``spread``, the standard deviation about a cubic in the realised
    impurity count that is fitted within the bin; ``residual``, the mean absolute deviation from
    it. Spread and residual are NaN where a bin has fewer than 8 samples.

    Parameters
    ----------
    conductance : array (n,)
        In G0, one for each sample of the ensemble.
    """
    bins = round(1 / CONCENTRATION_BIN)
    place = np.minimum((ensemble.concentration * bins).astype(int), bins - 1)
    count = ensemble.count
    common = {"source": source, "length": ensemble.length, "target": target}
    tables = []
    for number in range(bins):
        inside = place == number
        values, n = conductance[inside], int(inside.sum())
        if n == 0:
            continue
        spread, residual = _about_the_count(count[inside], values)
        rows = [
            {
                "quantity": "mean",
                "value": values.mean(),
                "error": values.std(ddof=1) / np.sqrt(n) if n > 1 else np.nan,
            },
            {
                "quantity": "spread",
                "value": spread,
                "error": spread / np.sqrt(2 * max(n - POWERS - 1, 1)),
            },
            {"quantity": "residual", "value": residual},
        ]
        low, high = number / bins, (number + 1) / bins
        tables.append(_table(rows, **common, low=low, high=high, n=n))
    return pd.concat(tables, ignore_index=True)


def _about_the_count(count: np.ndarray, values: np.ndarray) -> tuple[float, float]:
    if len(values) < 2 * (POWERS + 1):
        return np.nan, np.nan
    scale = max(np.ptp(count) / 2, 1)
    powers = np.vander((count - count.mean()) / scale, POWERS + 1)
    fit, _, rank, _ = np.linalg.lstsq(powers, values, rcond=None)
    deviation = values - powers @ fit
    spread = np.sqrt((deviation**2).sum() / (len(values) - rank))
    return float(spread), float(np.abs(deviation).mean())


def histograms(
    run: Run, seed: int, length: int, predictions: pd.DataFrame, half_bin: float
) -> pd.DataFrame:
    """Return P(G) of the true and of the predicted conductance of a test set, in disjoint bins.

    Quantities ``histogram_true`` and ``histogram_predicted``: the share of samples in each bin
    [low, high), in G0, of width 2 `half_bin`; empty bins are left out. A value at the edge of all
    `length` open channels counts to the bin below it.
    """
    width, rows = 2 * half_bin, []
    for name in ("true", "predicted"):
        values = predictions[name].to_numpy(dtype=float)
        values = np.where(np.abs(values - length) < half_bin * 1e-6, length - half_bin, values)
        rows += _shares(f"histogram_{name}", values, width)
    common = {"source": run.trained_on, "run": run.name, "target": run.target}
    return _table(rows, **common, seed=seed, length=length, n=len(predictions))
