"""Evidence on what networks predict: total and valley-resolved transmission (Secs. III C, IV)."""

import numpy as np
import pandas as pd

from hamlearn.bubbles.evidence.tables import (
    DIAGONAL,
    FULL,
    OFF_DIAGONAL,
    SMOOTH,
    UNSCALED,
    Tables,
    beside_eq6,
    calculated,
    evidence,
    network_error,
    over_seeds,
    several,
    statistic,
    tested,
)
from hamlearn.bubbles.evidence.training import late_errors
from hamlearn.bubbles.plan import FRESH, SCAN
from hamlearn.bubbles.statistics import CALCULATED, INTER_VALLEY
from hamlearn.bubbles.targets import OUTPUTS
from hamlearn.claims import Claim, Evidence, show
from hamlearn.evidence import Missing, in_words

MAE = {
    "bubbles.total.mae": FULL,
    "bubbles.redundancy.mae_without_a": "no_a",
    "bubbles.redundancy.mae_without_b": "no_b",
}
COMPONENTS = {
    "bubbles.valley.mae.kk": (DIAGONAL, "t_k_k"),
    "bubbles.valley.mae.kkp": (OFF_DIAGONAL, "t_k_kp"),
    "bubbles.valley.mae.kpk": (OFF_DIAGONAL, "t_kp_k"),
    "bubbles.valley.mae.kpkp": (DIAGONAL, "t_kp_kp"),
}
SEVERITY = {
    "bubbles.total.small_deformation_prefers_quantised": "weak",
    "bubbles.total.severe_deformation_prefers_smooth": "strong",
}
BOTH = {
    "bubbles.valley.offdiag_mae_scaled": OFF_DIAGONAL,
    "bubbles.valley.offdiag_mae_unscaled": UNSCALED,
}


# Total transmission


@evidence(*MAE)
def mae(claim: Claim, tables: Tables) -> Evidence:
    run = MAE[claim.id]
    frame = tested(tables, run)
    new = tables.metrics[(tables.metrics["run"] == run) & (tables.metrics["ensemble"] == FRESH)]
    note = f"on samples never watched {in_words(new['mae'])}" if len(new) else ""
    return network_error(claim, tables, frame, "mae", "mae_trivial", note)


@evidence("bubbles.total.relative_error", "bubbles.total.relative_error_below_5")
def relative_error(claim: Claim, tables: Tables) -> Evidence:
    frame = tested(tables, FULL)
    note = "; ".join(beside_eq6(frame))
    return network_error(claim, tables, frame, "eq6_percent", "eq6_modes_percent", note)


@evidence("bubbles.total.smooth_model_comparable")
def comparable(claim: Claim, tables: Tables) -> Evidence:
    (full, smooth), used = late_errors(tables.histories, FULL, SMOOTH)
    ratios = smooth / full
    holds = claim.tolerance["low"] <= ratios.mean() <= claim.tolerance["high"]
    return several(claim, tables, [ratios], holds, **used)


@evidence(*SEVERITY)
def by_severity(claim: Claim, tables: Tables) -> Evidence:
    weak = SEVERITY[claim.id] == "weak"
    columns = []
    for run in (FULL, SMOOTH):
        quarters = statistic(tables, "mae_by_severity", run=run).sort_values("low")
        ends = quarters.groupby("seed")["value"]
        columns.append(ends.first() if weak else ends.last())
    full, smooth = (column.mean() for column in columns)
    return several(claim, tables, columns, full < smooth if weak else smooth <= full)


# Sweeps over the energy


def _sweep(tables: Tables, quantity: str, run: str, **conditions: object) -> pd.Series:
    values = over_seeds(tables, quantity, run=run, ensemble=SCAN, **conditions)
    if values.isna().any():
        raise Missing(f"{quantity}: too few energies in the sweep")
    return values


def _energies(tables: Tables) -> int:
    return int(calculated(tables, "severity", ensemble=SCAN)["n"])


@evidence("bubbles.scan_total.follows")
def follows(claim: Claim, tables: Tables) -> Evidence:
    swept = _sweep(tables, "sweep_mae", FULL)
    correlated = _sweep(tables, "sweep_correlation", FULL)
    test = tested(tables, FULL)["mae"]
    holds = (
        swept.mean() <= claim.tolerance["ratio"] * test.mean()
        and correlated.mean() > claim.tolerance["correlation"]
    )
    columns = [swept, test, correlated]
    return several(claim, tables, columns, holds, energies=_energies(tables))


@evidence("bubbles.scan_total.steps")
def has_steps(claim: Claim, tables: Tables) -> Evidence:
    steps = _sweep(tables, "step_measure", FULL)
    exact = show(float(calculated(tables, "step_measure", ensemble=SCAN)["value"]))
    holds = steps.mean() >= claim.tolerance["ratio"]
    note = f"calculated {exact}"
    return several(claim, tables, [steps], holds, note, energies=_energies(tables))


@evidence("bubbles.scan_total.smooth_without_modes")
def has_no_steps(claim: Claim, tables: Tables) -> Evidence:
    smooth, full = (_sweep(tables, "step_measure", run) for run in (SMOOTH, FULL))
    holds = smooth.mean() <= claim.tolerance["ratio"] and smooth.mean() < full.mean()
    return several(claim, tables, [smooth, full], holds, energies=_energies(tables))


# Valleys


@evidence(*COMPONENTS)
def component_mae(claim: Claim, tables: Tables) -> Evidence:
    run, target = COMPONENTS[claim.id]
    return network_error(claim, tables, tested(tables, run, target), "mae", "mae_trivial")


def _both(tables: Tables, run: str) -> pd.DataFrame:
    """Return the metrics of T_KK' and T_K'K, averaged over the two, for each seed."""
    frame = tested(tables, run, list(INTER_VALLEY))
    means = frame.groupby("seed")[["mae", "mae_trivial"]].mean()
    rest = frame.drop(columns=["mae", "mae_trivial"]).drop_duplicates("seed").set_index("seed")
    return rest.join(means).reset_index()


@evidence(*BOTH)
def inter_valley_mae(claim: Claim, tables: Tables) -> Evidence:
    frame = _both(tables, BOTH[claim.id])
    note = f"factor {frame['factor'].iloc[0]:g} in training"
    return network_error(claim, tables, frame, "mae", "mae_trivial", note)


@evidence("bubbles.valley.scaling_helps")
def scaling_helps(claim: Claim, tables: Tables) -> Evidence:
    scaled, plain = (_both(tables, run) for run in (OFF_DIAGONAL, UNSCALED))
    holds = scaled["mae"].mean() < plain["mae"].mean()
    note = f"factor {scaled['factor'].iloc[0]:g}"
    return several(claim, tables, [scaled["mae"], plain["mae"]], holds, note)


@evidence("bubbles.valley.diag_error_comparable")
def comparable_with_total(claim: Claim, tables: Tables) -> Evidence:
    (diagonal, total), used = late_errors(tables.histories, DIAGONAL, FULL)
    ratios = diagonal / total
    holds = claim.tolerance["low"] <= ratios.mean() <= claim.tolerance["high"]
    return several(claim, tables, [ratios], holds, **used)


@evidence("bubbles.valley.scan_follows")
def valleys_follow(claim: Claim, tables: Tables) -> Evidence:
    ratios = []
    for target in OUTPUTS["diagonal"]:
        swept = _sweep(tables, "sweep_mae", DIAGONAL, target=target)
        ratios.append([float(swept.mean() / tested(tables, DIAGONAL, target)["mae"].mean())])
    holds = max(ratio[0] for ratio in ratios) <= claim.tolerance["ratio"]
    return several(claim, tables, ratios, holds, energies=_energies(tables))


@evidence("bubbles.valley.onset_energy")
def onset_is_predicted(claim: Claim, tables: Tables) -> Evidence:
    rows = statistic(tables, "onset", run=[CALCULATED, OFF_DIAGONAL])
    rows = rows.assign(value=rows["value"].fillna(rows["high"]))  # never in the sweep: at its end
    exact = rows["run"] == CALCULATED
    both = rows[~exact].merge(rows[exact], on=["ensemble", "target"], suffixes=("", "_exact"))
    if both.empty:
        raise Missing("no predicted sweep of inter-valley transmissions")
    differences = (both["value"] - both["value_exact"]).abs()
    median = float(differences.median())
    area = over_seeds(tables, "onset_auc", run=OFF_DIAGONAL)
    holds = median <= claim.tolerance["energy"] and area.mean() >= claim.tolerance["area"]
    values = [[median], [float(area.mean())]]
    note = f"largest difference {show(float(np.max(differences)))} t in {len(both)} sweeps"
    return several(claim, tables, values, holds, note, energies=_energies(tables))
