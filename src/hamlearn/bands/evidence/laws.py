"""Evidence on exact laws: symmetries of models and cells, identities, gradients."""

from hamlearn.bands.evidence.tables import Tables, evidence, held, law, number, statistic
from hamlearn.bands.plan import EXPLORE, FRESH, TRAIN, TRAIN_LAW
from hamlearn.claims import Claim, Evidence

BOUNDS = {
    "bands.grid.sixth_sufficient": (("cells_turned", 1e-9),),
    "bands.tb.hermitian_c6_t": (("turned", 1e-12),),
    "bands.tb.block_diagonal": (("blocks", 1e-12),),
    "bands.tb.gamma_doublets": (("doublets", 1e-10), ("cell_doublets", 1e-10)),
    "bands.tb.k_dirac": (("doublets", 1e-10), ("cone", 0.1)),
    "bands.train.gradient_exact": (("gradient", 1e-5),),
    "bands.topo.c5_identity": (("c5", 1e-12),),
    "bands.topo.c6_identity": (("c6", 1e-12),),
    "bands.topo.flux_pi": (("flux_parity", 0.03),),
}
"""Of each claim the laws and by how much they may be violated."""


@evidence(*BOUNDS)
def obeyed(claim: Claim, tables: Tables) -> Evidence:
    found = [(*law(tables, name), bound) for name, bound in BOUNDS[claim.id]]
    values = [value for value, _, _ in found]
    holds = all(value <= bound for value, _, bound in found)
    return held(tables, claim, values if len(values) > 1 else values[0], holds, found[0][1])


@evidence("bands.model.group_is_p6")
def no_mirror(claim: Claim, tables: Tables) -> Evidence:
    mirrored = statistic(tables, "asymmetry", ensemble=FRESH, name="median")
    turned, _ = law(tables, "cells_turned")
    holds = mirrored["value"] > 1e-4 and turned < 1e-9
    return held(tables, claim, [mirrored["value"], turned], holds, int(mirrored["n"]))


@evidence("bands.field.filling_centre")
def filling(claim: Claim, tables: Tables) -> Evidence:
    rows = [statistic(tables, "filling", ensemble=name) for name in (EXPLORE, TRAIN_LAW)]
    worst = max(rows, key=lambda row: abs(row["value"] - claim.value))
    return number(tables, claim, worst["value"], int(worst["n"]))


@evidence("bands.tb.max_occupation_s", "bands.tb.max_occupation_pdf")
def occupation(claim: Claim, tables: Tables) -> Evidence:
    names = "s" if claim.id.endswith("_s") else "pdf"
    rows = [statistic(tables, "occupation", ensemble=TRAIN, name=name) for name in names]
    values, n = [int(row["value"]) for row in rows], int(rows[0]["n"])
    if len(values) == 1:
        return number(tables, claim, values[0], n, samples=n)
    found = number(tables, claim, 0, n, samples=n)
    return Evidence(claim.id, values, n=n, settings=found.settings)


@evidence("bands.acc.gap_ratio", "bands.acc.min_gap")
def gaps(claim: Claim, tables: Tables) -> Evidence:
    smallest, mean = (statistic(tables, name) for name in ("min_gap", "mean_gap"))
    value = smallest["value"] if claim.id.endswith("min_gap") else mean["value"] / smallest["value"]
    return number(tables, claim, value, int(smallest["n"]))
