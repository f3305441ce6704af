"""Evidence on how networks learn, and on the choices of their design (Fig. 3, Sec. III)."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from hamlearn.bubbles.evidence.tables import (
    DIAGONAL,
    FULL,
    OFF_DIAGONAL,
    Tables,
    evidence,
    several,
)
from hamlearn.bubbles.plan import TRAIN
from hamlearn.bubbles.statistics import TOTAL
from hamlearn.claims import Claim, Evidence, show
from hamlearn.evidence import Missing, mean_sd, select

CONVERGING = {
    "bubbles.train.validation_converges.total": FULL,
    "bubbles.train.validation_converges.offdiag": OFF_DIAGONAL,
    "bubbles.train.validation_converges.diag": DIAGONAL,
}
REDUCTIONS = {
    "bubbles.redundancy.reduction_a": ("no_a",),
    "bubbles.redundancy.reduction_b": ("no_b",),
    "bubbles.redundancy.range": ("no_a", "no_b"),
}
WORSE = {
    "bubbles.train.batch_tradeoff_error": "batch_large",
    "bubbles.train.swish_beats_relu": "relu",
    "bubbles.train.dropout_essential": "no_dropout",
    "bubbles.train.batchnorm_essential": "no_bn",
}


def _histories(tables: Tables, run: str, epochs: int) -> list[np.ndarray]:
    """Return the validation MAE after each epoch, one array for each seed."""
    rows = select(tables.histories, f"history of {run}", run=run).sort_values("epoch")
    found = [part["val_mae"].to_numpy() for _, part in rows.groupby("seed")]
    shortest = min(map(len, found))
    if shortest < epochs:
        raise Missing(f"needs {epochs} epochs, there are {shortest} at this scale")
    return found


@evidence(*CONVERGING)
def converges(claim: Claim, tables: Tables) -> Evidence:
    changes = []
    for mae in _histories(tables, CONVERGING[claim.id], epochs=10):
        fifth = len(mae) // 5
        last, before = np.median(mae[-fifth:]), np.median(mae[-2 * fifth : -fifth])
        changes.append(abs(last / before - 1))
    holds = np.mean(changes) <= claim.tolerance["relative"]
    return several(claim, tables, [changes], holds)


@evidence("bubbles.train.spikes_recover")
def recovers(claim: Claim, tables: Tables) -> Evidence:
    epochs, window = claim.tolerance["epochs"], claim.tolerance["window"]
    back = []
    for run in CONVERGING.values():
        for mae in _histories(tables, run, window):
            relative = mae / running_median(mae, window)
            spikes = np.flatnonzero(relative[:-epochs] > claim.tolerance["spike"])
            back += [
                (relative[k + 1 : k + 1 + epochs] < claim.tolerance["recovered"]).any()
                for k in spikes
            ]
    if not back:
        raise Missing("the error has no spike in any training")
    share = float(np.mean(back))
    return several(claim, tables, [[share]], share == 1, f"{len(back)} spikes")


def running_median(mae: Sequence[float], window: int) -> np.ndarray:
    """Return the median over `window` epochs around each one, fewer at the ends."""
    return pd.Series(mae).rolling(window, center=True, min_periods=1).median().to_numpy()


def _scatter(tables: Tables, run: str) -> list[float]:
    """Return mean |change of the validation MAE| over its mean, last half, for each seed."""
    halves = [mae[len(mae) // 2 :] for mae in _histories(tables, run, epochs=4)]
    return [float(np.abs(np.diff(half)).mean() / half.mean()) for half in halves]


def late(mae: Sequence[float]) -> float:
    """Return the mean over the last quarter of the epochs, at least one.

    Between one epoch and the next the error of a network changes by more than many of the
    differences between networks that the paper states.
    """
    return float(np.mean(late_part(mae)))


def late_part(mae: Sequence[float]) -> Sequence[float]:
    """Return the last quarter of the epochs, at least one."""
    return mae[-max(1, len(mae) // 4) :]


def late_errors(histories: pd.DataFrame, *runs: str) -> tuple[list[pd.Series], dict[str, int]]:
    """Return :func:`late` of each run by seed, and the epochs and seeds that all runs have.

    Missing is raised if a run has no history, or no seed is common to all.
    """
    curves = [
        select(histories, f"history of {run}", run=run)
        .sort_values("epoch")
        .groupby("seed")["val_mae"]
        .agg(list)
        for run in runs
    ]
    common = set.intersection(*(set(curve.index) for curve in curves))
    if not common:
        raise Missing(f"no seed with all of {', '.join(runs)}")
    epochs = min(len(mae) for curve in curves for mae in curve)
    found = [curve[sorted(common)].map(lambda mae: late(mae[:epochs])) for curve in curves]
    return found, {"epochs": epochs, "seeds": len(common)}


def late_ranges(
    histories: pd.DataFrame, metrics: pd.DataFrame, runs: Sequence[str]
) -> pd.DataFrame:
    """Return what figures show of :func:`late`: its mean over the seeds, and what it is a mean of.

    Returns
    -------
    DataFrame
        A row for each run that was trained, by its name: late_mae; the least and the most of the
        errors of these epochs in all seeds, late_least and late_most; of the networks that are
        kept, after the last epoch, mae and mae_trivial on the test samples, in 2e²/h; epochs,
        seeds.
    """
    of_test = metrics[(metrics["ensemble"] == TRAIN) & (metrics["target"] == TOTAL)]
    kept = of_test.groupby("run")[["mae", "mae_trivial"]].mean()
    rows = []
    for run in kept.index.intersection(histories["run"]):
        (means,), used = late_errors(histories, run)
        part = histories[(histories["run"] == run) & (histories["epoch"] <= used["epochs"])]
        curves = part.sort_values("epoch").groupby("seed")["val_mae"].agg(list)
        errors = np.concatenate(curves.map(late_part).tolist())
        ends = {"late_least": errors.min(), "late_most": errors.max()}
        rows.append({"run": run, "late_mae": means.mean(), **ends, **kept.loc[run], **used})
    columns = ["run", "late_mae", *("late_least", "late_most", "mae", "mae_trivial")]
    table = pd.DataFrame(rows, columns=[*columns, "epochs", "seeds"])
    return table.set_index("run").reindex([run for run in runs if run in set(table["run"])])


@evidence("bubbles.train.batch_tradeoff_smooth")
def smoother(claim: Claim, tables: Tables) -> Evidence:
    small, large = (_scatter(tables, run) for run in (FULL, "batch_large"))
    return several(claim, tables, [small, large], np.mean(large) < np.mean(small))


@evidence(*WORSE)
def worse(claim: Claim, tables: Tables) -> Evidence:
    (ours, other), used = late_errors(tables.histories, FULL, WORSE[claim.id])
    holds = ours.mean() < other.mean()
    return several(claim, tables, [ours, other], holds, **used)


@evidence("bubbles.train.adam_defaults_best")
def defaults_are_best(claim: Claim, tables: Tables) -> Evidence:
    columns, used = late_errors(tables.histories, FULL, "lr_low", "lr_high")
    (ours, scatter), *others = (mean_sd(column) for column in columns)
    holds = all(ours <= mean + np.hypot(scatter or 0, sd or 0) for mean, sd in others)
    return several(claim, tables, columns, holds, **used)


@evidence("bubbles.redundancy.ordering")
def redundancy_helps(claim: Claim, tables: Tables) -> Evidence:
    (*columns, zeros), used = late_errors(tables.histories, FULL, "no_a", "no_b", "no_a_zero")
    full, without_a, without_b = (column.mean() for column in columns)
    control = float(zeros.mean())
    more = "more" if without_b > without_a else "less"
    note = (
        f"the second branch helps {more}; with zeros in place of the energy array {show(control)}"
    )
    return several(claim, tables, columns, full < min(without_a, without_b), note, **used)


def reduction_percent(histories: pd.DataFrame, run: str) -> tuple[pd.Series, dict[str, int]]:
    """Return how far the late MAE of the primary network is below that of a run, in %, by seed.

    With it, the number of epochs and of seeds that both have. Raises Missing without history.
    """
    (full, other), used = late_errors(histories, FULL, run)
    return 100 * (1 - full / other), used


@evidence(*REDUCTIONS)
def reduction(claim: Claim, tables: Tables) -> Evidence:
    found = [reduction_percent(tables.histories, run) for run in REDUCTIONS[claim.id]]
    used = {key: min(part[key] for _, part in found) for key in ("epochs", "seeds")}
    return several(claim, tables, [column for column, _ in found], **used)
