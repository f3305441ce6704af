"""Claims on the basis, on Hamiltonians as data, and on local coordinates."""

import math

from hamlearn.claims import Claim, Evidence
from hamlearn.evidence import select
from hamlearn.hamiltonians import dft
from hamlearn.hamiltonians.evidence.tables import Tables, by_dft, evidence, holds
from hamlearn.hamiltonians.frames import AUXILIARY

PERFECT = ("graphene_perfect", "zincblende")
ATOMS_666 = 1728


def _data(tables: Tables, key: str) -> list:
    return [part[key] for part in tables.checks["data"].values()]


@evidence("hamiltonians.basis.type")
def basis(claim: Claim, tables: Tables) -> Evidence:
    momenta = tables.checks["basis"]["shells"]
    counts = "".join(f"{name}{momenta.count(str(n))}" for n, name in enumerate("spd"))
    return holds(claim, counts, counts == claim.value)


@evidence("hamiltonians.basis.orbitals_per_atom")
def orbitals(claim: Claim, tables: Tables) -> Evidence:
    return Evidence(claim.id, tables.checks["basis"]["orbitals"], n=1)


@evidence("hamiltonians.basis.block_shape")
def block(claim: Claim, tables: Tables) -> Evidence:
    return Evidence(claim.id, [tables.checks["basis"]["orbitals"]] * 2, n=1)


@evidence("hamiltonians.basis.cutoff_c", "hamiltonians.basis.cutoff_sige")
def radius(claim: Claim, tables: Tables) -> Evidence:
    radii = tables.checks["basis"]["radii"]
    return Evidence(claim.id, radii["6" if claim.id.endswith("_c") else "14"], n=1)


@evidence("hamiltonians.dft.xc_graphene", "hamiltonians.dft.xc_sige")
def functional(claim: Claim, tables: Tables) -> Evidence:
    graphene = claim.id.endswith("graphene")
    used = dft.SETTINGS["graphene" if graphene else "sige"]["xc"]
    return holds(claim, used, used == ("PBE" if graphene else "LDA"), note=by_dft(tables))


@evidence("hamiltonians.model.hermiticity")
def hermitian(claim: Claim, tables: Tables) -> Evidence:
    worst = max(_data(tables, "hermitian"))
    return holds(claim, worst, worst < 1e-8)


@evidence("hamiltonians.model.block_not_symmetric")
def not_symmetric(claim: Claim, tables: Tables) -> Evidence:
    off, on = min(_data(tables, "offsite_asymmetry")), max(_data(tables, "onsite_asymmetry"))
    return holds(claim, [off, on], off > 0.01 and on < 1e-8)


@evidence("hamiltonians.model.rotation_rule")
def rotation_rule(claim: Claim, tables: Tables) -> Evidence:
    worst = tables.checks["rotation"]["synthetic"]
    return holds(claim, worst, worst < 1e-10, note="Hamiltonians by formula; GPAW is not run here")


@evidence("hamiltonians.model.wigner_unitary")
def unitary(claim: Claim, tables: Tables) -> Evidence:
    worst = tables.checks["rotation"]["unitary"]
    return holds(claim, worst, worst < 1e-12)


@evidence("hamiltonians.data.graphene.edges_per_atom", "hamiltonians.data.sige.edges_per_atom")
def edges_per_atom(claim: Claim, tables: Tables) -> Evidence:
    name = PERFECT["sige" in claim.id]
    return Evidence(claim.id, tables.checks["data"][name]["edges_per_atom"], n=1)


@evidence("hamiltonians.data.sige.hoppings_666")
def hoppings(claim: Claim, tables: Tables) -> Evidence:
    per_atom = tables.checks["data"]["zincblende"]["edges_per_atom"]
    size = tables.checks["basis"]["orbitals"] ** 2
    found = ATOMS_666 * per_atom * size
    return Evidence(claim.id, found, n=1, settings={"atoms": ATOMS_666})


@evidence("hamiltonians.data.sige.composition")
def composition(claim: Claim, tables: Tables) -> Evidence:
    return Evidence(claim.id, tables.checks["data"]["sige"]["germanium"], n=1)


@evidence("hamiltonians.data.sige.combinations_64")
def combinations(claim: Claim, tables: Tables) -> Evidence:
    return Evidence(claim.id, float(math.comb(64, 32)), n=1)


@evidence("hamiltonians.data.imbalance.small", "hamiltonians.data.imbalance.large")
def imbalance(claim: Claim, tables: Tables) -> Evidence:
    small = claim.id.endswith("small")
    key = "below_1_mev" if small else "above_10_ev"
    found = [tables.checks["data"][name][key] for name in ("graphene", "sige")]
    good = min(found) >= 0.4 if small else min(found) > 0 and max(found) < 0.01
    return holds(claim, found, good, note=by_dft(tables))


@evidence(
    "hamiltonians.data.encoding.sorted",
    "hamiltonians.data.encoding.distinguishes",
    "hamiltonians.data.encoding.symmetry_invariant",
)
def lists(claim: Claim, tables: Tables) -> Evidence:
    key = claim.id.rpartition(".")[2].removeprefix("symmetry_")
    found = tables.checks["lists"][key]
    return holds(claim, found, found)


@evidence("hamiltonians.data.encoding.saturates")
def saturates(claim: Claim, tables: Tables) -> Evidence:
    rows = select(tables.local_lists, "lists", neighbours=16)
    last = rows.iloc[-1]
    patience = tables.settings["lists"]["patience"]
    recent = rows[rows["trial"] > last["trial"] - patience]
    good = int(recent["kept"].iloc[-1]) == int(recent["kept"].iloc[0]) and len(rows) > patience
    shown = [int(last["lists"]), int(last["kept"])]
    return holds(claim, shown, good, note=f"after {last['trial']:.0f} random structures")


@evidence("hamiltonians.lc.auxiliary_vector")
def auxiliary(claim: Claim, tables: Tables) -> Evidence:
    return Evidence(claim.id, AUXILIARY.tolist(), n=1)


@evidence("hamiltonians.lc.auxiliary_unique")
def auxiliary_unique(claim: Claim, tables: Tables) -> Evidence:
    gaps = [part["gap_of_cosines"] for part in tables.checks["perfect"].values()]
    return holds(claim, gaps, min(gaps) > 0.05)


@evidence("hamiltonians.lc.orthonormal")
def orthonormal(claim: Claim, tables: Tables) -> Evidence:
    worst = max(_data(tables, "orthonormal"))
    return holds(claim, worst, worst < 1e-12 and all(_data(tables, "right_handed")))


@evidence("hamiltonians.lc.shared_frame")
def shared(claim: Claim, tables: Tables) -> Evidence:
    worst = max(_data(tables, "shared"))
    return holds(claim, worst, worst == 0)


@evidence("hamiltonians.lc.two_groups")
def two_groups(claim: Claim, tables: Tables) -> Evidence:
    return holds(claim, _data(tables, "forward"), all(_data(tables, "one_forward")))


@evidence("hamiltonians.lc.deeph_not_unique")
def not_unique(claim: Claim, tables: Tables) -> Evidence:
    found = [part["deeph_edges"] for part in tables.checks["perfect"].values()]
    return holds(claim, found, min(found) > 0, note="edges in graphene, zincblende")


@evidence("hamiltonians.lc.complete_unique")
def unique(claim: Claim, tables: Tables) -> Evidence:
    parts = tables.checks["perfect"].values()
    found = [part["complete_spread_mev"] for part in parts]
    deeph = [part["deeph_spread_mev"] for part in parts]
    note = f"mean spread in meV; {deeph[0]:.2g}, {deeph[1]:.2g} over the choices of DeepH"
    return holds(claim, found, max(found) < 0.1, note=note)


@evidence("hamiltonians.lc.rotation_invariant_targets")
def invariant_targets(claim: Claim, tables: Tables) -> Evidence:
    rows = select(tables.cases, "cases", ensemble=["graphene", "sige"])
    free = ["nearest distances", "one candidate", "length of the candidate"]
    free += ["angle of the candidate", "all distances", "on site, one nearest"]
    free = select(rows, "cases", case=free, searched=0.0)
    paper = rows[rows["rule"] == "paper"]
    follow = (paper["follow"] * paper["share"]).sum() / paper["share"].sum()
    note = f"share of frames that turn along; of all edges by the paper's rule {follow:.3f}"
    worst = float(free["follow"].min())
    return holds(claim, worst, worst == 1, note=note)


@evidence("hamiltonians.fig3.lower_by_hermiticity")
def rebuilt(claim: Claim, tables: Tables) -> Evidence:
    worst = max(_data(tables, "rebuilt"))
    return holds(claim, worst, worst < 1e-6)
