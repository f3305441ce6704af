"""Evidence on what is calculated: flat flakes, means and spreads (Secs. II and IV)."""

from hamlearn.bubbles.evidence.tables import Tables, calculated, evidence, known, statistic
from hamlearn.bubbles.plan import SCAN, TRAIN, WEAK_SCAN
from hamlearn.bubbles.statistics import INTER_VALLEY, TOTAL
from hamlearn.claims import Claim, Evidence, show
from hamlearn.evidence import Missing

MEANS = {
    "bubbles.data.mean_conductance": TOTAL,
    "bubbles.valley.mean.sum": TOTAL,
    "bubbles.valley.mean.kk": "t_k_k",
    "bubbles.valley.mean.kkp": "t_k_kp",
    "bubbles.valley.mean.kpk": "t_kp_k",
    "bubbles.valley.mean.kpkp": "t_kp_kp",
}
FLAT_CHECKS = {
    "bubbles.model.clean_quantised": "clean_error",
    "bubbles.model.valley_degeneracy": "clean_valley_error",
    "bubbles.model.valley_sum": "valley_sum_error",
}


def _samples(claim: Claim, tables: Tables, n: int) -> dict[str, object]:
    """Return the settings of a claim on n samples, or on n energies."""
    counted = {key: n for key in ("samples", "energies", "n_test")}
    return known(claim, tables, tables.metrics.iloc[:0], **counted)


@evidence(*FLAT_CHECKS)
def within_error(claim: Claim, tables: Tables) -> Evidence:
    row = calculated(tables, FLAT_CHECKS[claim.id])
    value, n = float(row["value"]), int(row["n"])
    holds = value < claim.tolerance["error"]
    return Evidence(claim.id, value, n=n, settings=_samples(claim, tables, n), holds=holds)


@evidence("bubbles.model.deformation_changes_profile")
def bubbles_scatter(claim: Claim, tables: Tables) -> Evidence:
    row = calculated(tables, "mean_loss")
    value, n = float(row["value"]), int(row["n"])
    holds = value > claim.tolerance["loss"]
    return Evidence(claim.id, value, n=n, settings=_samples(claim, tables, n), holds=holds)


def _mean(tables: Tables, target: str) -> tuple[float, int]:
    row = calculated(tables, "mean", ensemble=TRAIN, target=target)
    return float(row["value"]), int(row["n"])


@evidence(*MEANS)
def mean_transmission(claim: Claim, tables: Tables) -> Evidence:
    value, n = _mean(tables, MEANS[claim.id])
    return Evidence(claim.id, value, n=n, settings=_samples(claim, tables, n))


@evidence("bubbles.valley.mean.edge_difference")
def edge_mode(claim: Claim, tables: Tables) -> Evidence:
    (k, n), (k_prime, _) = (_mean(tables, target) for target in ("t_k_k", "t_kp_kp"))
    return Evidence(claim.id, k_prime - k, n=n, settings=_samples(claim, tables, n))


@evidence("bubbles.valley.mean.offdiag_symmetric")
def symmetric(claim: Claim, tables: Tables) -> Evidence:
    (one, n), (other, _) = (_mean(tables, target) for target in INTER_VALLEY)
    holds = abs(one - other) < claim.tolerance["relative"] * (one + other) / 2
    used = _samples(claim, tables, n)
    return Evidence(claim.id, [one, other], n=n, settings=used, holds=holds)


@evidence("bubbles.valley.offdiag_near_zero")
def near_zero(claim: Claim, tables: Tables) -> Evidence:
    rows = [calculated(tables, "share_below_1e-3", target=target) for target in INTER_VALLEY]
    shares, n = [float(row["value"]) for row in rows], int(rows[0]["n"])
    holds = min(shares) > claim.tolerance["share"]
    return Evidence(claim.id, shares, n=n, settings=_samples(claim, tables, n), holds=holds)


@evidence("bubbles.valley.fluctuations")
def fluctuates(claim: Claim, tables: Tables) -> Evidence:
    rows = statistic(tables, "fluctuation", ensemble=SCAN, target=INTER_VALLEY[0])
    row = rows.iloc[0]
    if not row["n"]:
        raise Missing("no window of 0.005 t with two energies and inter-valley scattering")
    energies = int(calculated(tables, "onset", ensemble=SCAN, target=INTER_VALLEY[0])["n"])
    value = float(row["value"])
    return Evidence(
        claim.id,
        value,
        n=int(row["n"]),
        settings=_samples(claim, tables, energies),
        holds=value > claim.tolerance["share"],
    )


@evidence("bubbles.valley.fluctuations_high_energy")
def fluctuates_above(claim: Claim, tables: Tables) -> Evidence:
    rows = statistic(tables, "std", target=INTER_VALLEY[0]).sort_values("low")
    if len(rows) < 3:
        raise Missing("a third of the energy window has no sample")
    values, n = rows["value"].tolist(), int(rows["n"].sum())
    used = _samples(claim, tables, n)
    return Evidence(claim.id, values, n=n, settings=used, holds=values[-1] > values[0])


@evidence("bubbles.total.severe_deformation_no_steps")
def steps_vanish(claim: Claim, tables: Tables) -> Evidence:
    flakes = (WEAK_SCAN, SCAN)
    steps = [calculated(tables, "step_measure", ensemble=flake) for flake in flakes]
    severity = [float(calculated(tables, "severity", ensemble=flake)["value"]) for flake in flakes]
    values, n = [float(row["value"]) for row in steps], int(steps[0]["n"])
    if not all(value == value for value in values):
        raise Missing("too few energies to tell steps from what is between them")
    return Evidence(
        claim.id,
        values,
        n=n,
        settings=_samples(claim, tables, n),
        holds=values[1] < values[0] and severity[0] < severity[1],
        note=f"mean(1 - |t|) of {show(severity)}",
    )
