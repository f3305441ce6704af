"""Solved and predicted transmissions in one long table, from which claims about them are judged.

Each quantity is computed by the function of its name or as :func:`summarise` says. Transmissions
in 2e²/h, energies in t; `run` is ``calculated`` and `seed` -1 where no network is involved.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from hamlearn.bubbles.ensemble import Ensemble
from hamlearn.bubbles.labels import TARGETS, total
from hamlearn.bubbles.plan import DEFORMED, SWEEPS, TRAIN
from hamlearn.bubbles.solver import DECAY, hoppings, transmission
from hamlearn.bubbles.surface import heights
from hamlearn.learning import metrics
from hamlearn.study import Inputs
from hamlearn.transport import brickwall

COLUMNS = ("quantity", "run", "seed", "ensemble", "target", "low", "high", "value", "n")
CALCULATED, TOTAL, FLAT = "calculated", "total", "flat"
INTER_VALLEY = ("t_k_kp", "t_kp_k")

NEAR_ZERO = 1e-3
"""Below it, in 2e²/h, an inter-valley transmission counts as near zero."""
ONSET = 0.1
"""Above it, in 2e²/h, inter-valley scattering has set in."""
ONSET_WINDOW = 0.02
"""Width of the running mean that decides the onset, in t."""
FLUCTUATION_WINDOW = 0.005
"""Width of the short energy ranges of Sec. IV C, in t."""
FLUCTUATING = 0.01
"""Below it, in 2e²/h, a change by a factor of two is not counted as a fluctuation."""
CLEAN_ENERGIES = 50


def summarise(inputs: Inputs, settings: Mapping[str, Any]) -> pd.DataFrame:
    """Return every statistic of the study.

    Parameters
    ----------
    inputs : Inputs
        Drawn and solved: ``train`` and the sweeps; the predictions of the networks
        that are looked at.
    settings : mapping
        `data.train`: the samples of ``train`` that networks are fitted to, the rest is the test
        part; `energy_window`: lowest and highest energy in t; `hopping_decay`.

    Returns
    -------
    DataFrame
        quantity, run, seed, ensemble, target, low, high (bin of energies or severities, or the
        ends of a sweep), value, n (samples, or energies). The quantities are

        - ``mean`` of each target, ``mean_of_subbands`` with the same weight for each number of
          modes, as if subbands were drawn and not energies; ``share_below_1e-3`` of the
          inter-valley ones, their ``std`` and ``mean_by_third`` by third of the window;
          ``mean_loss`` (2n + 1 - T, test part);
        - ``valley_sum_error``, the largest |Σ T_αβ - (N - R)|; ``clean_error`` and
          ``clean_valley_error``, see :func:`clean`;
        - of sweeps: ``severity``, ``step_measure``, ``fluctuation``, ``onset``, ``sweep_mae``,
          ``sweep_correlation``;
        - of the test part: ``mae_by_severity`` (quartiles), ``onset_auc``, the area under the ROC
          curve of "T_KK' is above 0.1";
        - of deformed bubbles: ``largest_eq6_percent``, ``largest_eq15_percent`` and
          ``share_eq6_above_100``, see :func:`percent_errors`.
    """
    drawn, solved, decay = inputs.drawn, inputs.solved, settings["hopping_decay"]
    train, window = settings["data"]["train"], settings["energy_window"]
    severity = severities(drawn[TRAIN][train:], decay)
    keys = ["run", "seed", "ensemble", "target"]
    rows = [
        *_of_ensemble(solved[TRAIN], train, window),
        *clean(drawn[TRAIN].side, window, decay),
        *(row for name in SWEEPS for row in _of_sweep(name, drawn[name], solved[name], decay)),
        *(
            {**dict(zip(keys, key, strict=True)), **row}
            for key, part in inputs.predicted.groupby(keys)
            for row in _of_prediction(*key[2:], part, solved, severity, train)
        ),
    ]
    blank = {"run": CALCULATED, "seed": -1, "target": TOTAL, "low": np.nan, "high": np.nan}
    return pd.DataFrame([{**blank, **row} for row in rows], columns=list(COLUMNS))


def _of_ensemble(solved: pd.DataFrame, train: int, window: tuple[float, float]) -> Iterator[dict]:
    common = {"ensemble": TRAIN, "n": len(solved)}
    for target in (TOTAL, *TARGETS):
        values = pd.Series(values_of(solved, target))
        of_subbands = values.groupby(solved["modes"].to_numpy()).mean()
        for quantity, found in (("mean", values), ("mean_of_subbands", of_subbands)):
            yield {**common, "quantity": quantity, "target": target, "value": found.mean()}
    for target in INTER_VALLEY:
        share = (solved[target] < NEAR_ZERO).mean()
        yield {**common, "quantity": "share_below_1e-3", "target": target, "value": share}
    loss = (solved["modes"] - total(solved))[train:]
    yield {"ensemble": TRAIN, "quantity": "mean_loss", "value": loss.mean(), "n": len(loss)}
    error = solved["unitarity"].max()  # N - R is the total that does not come from the sum
    yield {**common, "quantity": "valley_sum_error", "value": error}
    edges = np.linspace(*window, 4)
    for low, high in zip(edges[:-1], edges[1:], strict=True):
        part = solved[solved["energy_t"].between(low, high, inclusive="right")]
        if part.empty:
            continue
        third = {"ensemble": TRAIN, "low": low, "high": high, "n": len(part)}
        for target in INTER_VALLEY:
            for quantity, value in (
                ("std", part[target].std(ddof=0)),
                ("mean", part[target].mean()),
            ):
                name = "mean_by_third" if quantity == "mean" else quantity
                yield {**third, "quantity": name, "target": target, "value": value}


def values_of(solved: pd.DataFrame, target: str) -> np.ndarray:
    """Return the calculated values (n,) of a target, a column or ``total``, in 2e²/h."""
    return total(solved) if target == TOTAL else solved[target].to_numpy()


def severities(ensemble: Ensemble, decay: float = DECAY) -> np.ndarray:
    """Return how much the bubbles of each flake weaken its bonds, mean(1 - |t_ij|) in t, (n,)."""
    x, y = brickwall.positions(*brickwall.shape(ensemble.side, ensemble.side))
    bonds = (x.shape[0] - 1) * x.shape[1] + brickwall.has_rung(*x.shape).sum()
    found = np.empty(len(ensemble))
    for i in range(len(ensemble)):
        pairs = hoppings(heights(ensemble.sample(i), x, y, ensemble.kind), decay)
        found[i] = 1 - sum(pair.sum() for pair in pairs) / bonds
    return found


def clean(side: float, window: tuple[float, float], decay: float = DECAY) -> Iterator[dict]:
    """Yield how far the flat flake is from its quantised transmission, at 50 energies.

    ``clean_error`` is the largest |T - (2n + 1)|, ``clean_valley_error`` the largest difference
    of a component from T_KK = n, T_K'K' = n + 1, T_KK' = T_K'K = 0, in 2e²/h.
    """
    low, high = window
    energies = low + (high - low) * (np.arange(CLEAN_ENERGIES) + 0.5) / CLEAN_ENERGIES
    found = transmission(np.array([[0.0, 1, 1, 0, 0]]), energies, side, side, decay=decay)
    n = (found.modes - 1) / 2
    expected = np.zeros_like(found.valley)
    expected[:, 0, 0], expected[:, 1, 1] = n, n + 1
    errors = {
        "clean_error": np.abs(found.total - found.modes).max(),
        "clean_valley_error": np.abs(found.valley - expected).max(),
    }
    for quantity, value in errors.items():
        yield {"ensemble": FLAT, "quantity": quantity, "value": value, "n": CLEAN_ENERGIES}


def _of_sweep(name: str, ensemble: Ensemble, solved: pd.DataFrame, decay: float) -> Iterator[dict]:
    solved = solved.sort_values("energy_t")
    energy, common = solved["energy_t"].to_numpy(), _ends(solved) | {"ensemble": name}
    yield {**common, "quantity": "severity", "value": severities(ensemble[:1], decay)[0]}
    steps = step_measure(solved["modes"].to_numpy(), total(solved))
    yield {**common, "quantity": "step_measure", "value": steps}
    for target in INTER_VALLEY:
        values = solved[target].to_numpy()
        of_target = {**common, "target": target}
        yield {**of_target, "quantity": "onset", "value": onset(energy, values)}
        share, n = fluctuation(energy, values)
        yield {**of_target, "quantity": "fluctuation", "value": share, "n": n}


def _ends(solved: pd.DataFrame) -> dict[str, object]:
    energy = solved["energy_t"]
    return {"low": energy.min(), "high": energy.max(), "n": len(solved)}


def _of_prediction(
    name: str,
    target: str,
    part: pd.DataFrame,
    solved: Mapping[str, pd.DataFrame],
    severity: np.ndarray,
    train: int,
) -> Iterator[dict]:
    true, predicted = (part[key].to_numpy(dtype=float) for key in ("true", "predicted"))
    if name in SWEEPS:
        yield from _of_predicted_sweep(target, part, solved[name])
    elif name == DEFORMED and target == TOTAL:
        yield from percent_errors(true, predicted)
    elif name == TRAIN and target == TOTAL:
        here = severity[part["sample"].to_numpy() - train]
        yield from _by_quartile(here, np.abs(predicted - true))
    elif name == TRAIN and target in INTER_VALLEY:
        from sklearn.metrics import roc_auc_score  # not where claims are judged

        above = true > ONSET
        if 0 < above.sum() < len(above):
            area = roc_auc_score(above, predicted)
            yield {"quantity": "onset_auc", "value": area, "n": len(above)}


def _of_predicted_sweep(target: str, part: pd.DataFrame, solved: pd.DataFrame) -> Iterator[dict]:
    part = part.merge(solved[["sample", "energy_t", "modes"]], on="sample").sort_values("energy_t")
    true, predicted = (part[key].to_numpy(dtype=float) for key in ("true", "predicted"))
    ends = _ends(part)
    yield {**ends, "quantity": "sweep_mae", "value": np.abs(predicted - true).mean()}
    yield {**ends, "quantity": "sweep_correlation", "value": correlation(true, predicted)}
    if target == TOTAL:
        value = step_measure(part["modes"].to_numpy(), predicted)
        yield {**ends, "quantity": "step_measure", "value": value}
    elif target in INTER_VALLEY:
        value = onset(part["energy_t"].to_numpy(), predicted)
        yield {**ends, "quantity": "onset", "value": value}


def _by_quartile(severity: np.ndarray, error: np.ndarray) -> Iterator[dict]:
    edges = np.quantile(severity, np.linspace(0, 1, 5))
    quartile = np.clip(np.searchsorted(edges, severity, side="right") - 1, 0, 3)
    for k, (low, high) in enumerate(zip(edges[:-1], edges[1:], strict=True)):
        inside = quartile == k
        if inside.any():
            limits = {"low": low, "high": high, "n": int(inside.sum())}
            yield {**limits, "quantity": "mae_by_severity", "value": error[inside].mean()}


def step_measure(modes: np.ndarray, transmission: np.ndarray) -> float:
    """Return Q, how much steeper a sweep is where modes open than elsewhere.

    Mean |ΔT| over the intervals between energies in which the number of modes changes, divided by
    that over the others; NaN if there are none of either, infinite for perfect steps.

    Parameters
    ----------
    modes, transmission : (m,), by rising energy
    """
    opens, change = np.diff(modes) != 0, np.abs(np.diff(transmission))
    if opens.all() or not opens.any():
        return np.nan
    at, elsewhere = change[opens].mean(), change[~opens].mean()
    return float(at / elsewhere) if elsewhere > 0 else (np.inf if at > 0 else np.nan)


def onset(energy: np.ndarray, transmission: np.ndarray) -> float:
    """Return E*, the lowest energy at which the running mean of T_KK' exceeds 0.1, in t.

    The mean is over the energies within 0.01 t; NaN if it never does.

    Parameters
    ----------
    energy, transmission : (m,), by rising energy
    """
    near = np.abs(energy[:, None] - energy) <= ONSET_WINDOW / 2
    above = (near @ transmission) / near.sum(axis=1) > ONSET
    return float(energy[above.argmax()]) if above.any() else np.nan


def fluctuation(energy: np.ndarray, transmission: np.ndarray) -> tuple[float, int]:
    """Return the share of windows of 0.005 t in which T_KK' changes by a factor of two or more.

    Windows are disjoint; those count that hold two energies or more with T_KK' above 0.01.

    Parameters
    ----------
    energy, transmission : (m,), by rising energy

    Returns
    -------
    share (NaN without a window), number of windows
    """
    counted = transmission > FLUCTUATING
    place = np.floor((energy[counted] - energy[0]) / FLUCTUATION_WINDOW).astype(int)
    windows = pd.Series(transmission[counted]).groupby(place).agg(["min", "max", "size"])
    windows = windows[windows["size"] > 1]
    return float((windows["max"] >= 2 * windows["min"]).mean()), len(windows)


def correlation(true: np.ndarray, predicted: np.ndarray) -> float:
    """Return Pearson's correlation, 0 if either is constant."""
    if np.ptp(true) == 0 or np.ptp(predicted) == 0:
        return 0.0
    return float(np.corrcoef(true, predicted)[0, 1])


def percent_errors(true: np.ndarray, predicted: np.ndarray) -> Iterator[dict]:
    """Yield how large the relative errors of eqs. (6) and (15) become at small transmissions.

    ``largest_eq6_percent`` and ``largest_eq15_percent``, and ``share_eq6_above_100``, the share
    of samples where eq. (6) exceeds 100 %.

    Parameters
    ----------
    true, predicted : (n,) in 2e²/h
    """
    eq6 = 100 * metrics.errors_relative_to_prediction(predicted, true)
    eq15 = 100 * metrics.errors_relative_to_larger(predicted, true)
    found = {
        "largest_eq6_percent": eq6.max(),
        "largest_eq15_percent": eq15.max(),
        "share_eq6_above_100": (eq6 > 100).mean(),
    }
    for quantity, value in found.items():
        yield {"quantity": quantity, "value": value, "n": len(true)}
