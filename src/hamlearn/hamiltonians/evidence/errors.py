"""Claims on errors of networks, on bands and on densities of states."""

import pandas as pd

from hamlearn.claims import Claim, Evidence
from hamlearn.evidence import Missing, mean_sd, select
from hamlearn.hamiltonians import spectra
from hamlearn.hamiltonians.evidence.tables import Tables, by_dft, evidence, holds

FINEST_GRAPHENE, FINEST_SIGE = 0.5, 0.7
"""Share of the class median below which a network has learned, at reduced scale."""


def _rows(tables: Tables, family: str, **conditions: object) -> pd.DataFrame:
    rows = select(tables.metrics, "networks", family=family, **conditions)
    return rows[rows["ensemble"] == rows["trained_on"]]


def _sizes(tables: Tables, material: str) -> dict[str, object]:
    part = tables.settings[material]
    return {"train": part["train"], "test": part["test"], "train_333": 0}


@evidence("hamiltonians.graphene.mae.forward", "hamiltonians.graphene.mae.backward")
def graphene(claim: Claim, tables: Tables) -> Evidence:
    rows = _rows(tables, "graphene", target=claim.id.rpartition(".")[2])
    mean, sd = mean_sd(rows["mae"])
    trivial = float(rows["mae_trivial"].mean())
    settings = _sizes(tables, "graphene")
    given = {"trivial": trivial, "settings": settings, "note": by_dft(tables)}
    return Evidence(claim.id, mean, sd, len(rows), **given)


def _maes(tables: Tables, family: str, column: str = "mae") -> list[float]:
    return [float(_rows(tables, family, target=t)[column].mean()) for t in ("forward", "backward")]


@evidence("hamiltonians.graphene.mae.order")
def forward_larger(claim: Claim, tables: Tables) -> Evidence:
    found = _maes(tables, "graphene")
    return holds(claim, found, found[0] > found[1], settings=_sizes(tables, "graphene"))


@evidence("hamiltonians.graphene.comparable_deeph")
def comparable(claim: Claim, tables: Tables) -> Evidence:
    found = _maes(tables, "graphene")
    good = min(found) >= 0.4 and max(found) <= 8.5
    return holds(claim, found, good, settings=_sizes(tables, "graphene"))


@evidence("hamiltonians.graphene.skill", "hamiltonians.sige.skill")
def skill(claim: Claim, tables: Tables) -> Evidence:
    family = claim.id.split(".")[1]
    found = _maes(tables, family, "relative_mae")
    bound = FINEST_GRAPHENE if family == "graphene" else FINEST_SIGE
    return holds(claim, found, max(found) < bound, note="MAE over that of the class median")


@evidence("hamiltonians.graphene.learning_curve")
def falling(claim: Claim, tables: Tables) -> Evidence:
    ends = []
    for target in ("forward", "backward"):
        rows = select(tables.histories, "histories", run=f"graphene_{target}", seed=0)
        ends += [1000 * float(rows["val_mae"].iloc[0]), 1000 * float(rows["val_mae"].min())]
    return holds(claim, ends, ends[1] < ends[0] and ends[3] < ends[2])


@evidence("hamiltonians.lc.single_model_conflict")
def one_network(claim: Claim, tables: Tables) -> Evidence:
    one = float(_rows(tables, "variants", run="graphene_one_network")["train_mae"].mean())
    two = _maes(tables, "graphene", "train_mae")[0]
    return holds(claim, [one, two], one > 3 * two, note="training MAE in meV, one and forward")


@evidence("hamiltonians.fig4a.ordering", "hamiltonians.fig4b.ordering")
def degenerate(claim: Claim, tables: Tables) -> Evidence:
    crystal = "graphene_perfect" if "fig4a" in claim.id else "zincblende"
    found = []
    for name in ("deeph", "complete_forward", "complete_backward"):
        rows = select(tables.histories, "histories", run=f"{crystal}_{name}")
        last = rows.sort_values("epoch").groupby("seed")["loss"].last()
        found.append(float(last.median()))
    complete = (91 * found[1] + 78 * found[2]) / 169
    epochs = int(rows["epoch"].max())
    ratio = found[0] / complete
    note = "final loss of DeepH's frames over that of the complete ones, median of the seeds"
    return holds(claim, ratio, ratio > 1.5, settings={"epochs": epochs}, note=note)


@evidence("hamiltonians.sige.train_mae.forward", "hamiltonians.sige.train_mae.backward")
def sige_training(claim: Claim, tables: Tables) -> Evidence:
    rows = _rows(tables, "sige", target=claim.id.rpartition(".")[2])
    mean, sd = mean_sd(rows["train_mae"])
    trivial = float(rows["mae_trivial"].mean())
    settings = _sizes(tables, "sige")
    given = {"trivial": trivial, "settings": settings, "note": by_dft(tables)}
    return Evidence(claim.id, mean, sd, len(rows), **given)


@evidence("hamiltonians.sige.train_mae.balance")
def balance(claim: Claim, tables: Tables) -> Evidence:
    forward, backward = _maes(tables, "sige", "train_mae")
    return Evidence(claim.id, forward / backward, n=1, settings=_sizes(tables, "sige"))


def _by_size(tables: Tables) -> pd.Series:
    rows = select(tables.assembled, "structures", material="sige", method="paper")
    return rows.groupby("atoms")["mae_local"].mean()


@evidence("hamiltonians.sige.val_mae.range")
def over_sizes(claim: Claim, tables: Tables) -> Evidence:
    found = _by_size(tables)
    trivial = _rows(tables, "sige")["mae_trivial"].mean()
    shown = ", ".join(f"{value:.3g} at {atoms} atoms" for atoms, value in found.items())
    given = {"trivial": float(trivial), "settings": _sizes(tables, "sige"), "note": shown}
    return Evidence(claim.id, float(found.max()), n=len(found), **given)


@evidence("hamiltonians.sige.val_mae.extensible")
def extensible(claim: Claim, tables: Tables) -> Evidence:
    found = _by_size(tables)
    if len(found) < 2:
        raise Missing("structures of one size only")
    ratio = float(found.iloc[-1] / found.iloc[0])
    note = f"{found.index[-1]} atoms over {found.index[0]}"
    return holds(claim, ratio, ratio < 1.6, settings=_sizes(tables, "sige"), note=note)


@evidence("hamiltonians.sige.generalisation")
def generalisation(claim: Claim, tables: Tables) -> Evidence:
    ratios = [
        test / train
        for test, train in zip(
            _maes(tables, "sige"), _maes(tables, "sige", "train_mae"), strict=True
        )
    ]
    return Evidence(claim.id, max(ratios), n=1, settings=_sizes(tables, "sige"))


@evidence("hamiltonians.sige.below_graphene")
def below(claim: Claim, tables: Tables) -> Evidence:
    found = [max(_maes(tables, family)) for family in ("sige", "graphene")]
    return holds(claim, found, found[0] < found[1], note=by_dft(tables))


@evidence("hamiltonians.sige.parity")
def parity(claim: Claim, tables: Tables) -> Evidence:
    rows = select(tables.assembled, "structures", material="sige", method="paper")
    worst = float(rows["r2"].min())
    return holds(claim, worst, worst > 0.999, settings=_sizes(tables, "sige"))


@evidence("hamiltonians.graphene.bands", "hamiltonians.sige.bands_222")
def bands(claim: Claim, tables: Tables) -> Evidence:
    material = claim.id.split(".")[1]
    found = spectra.bands_error(tables.levels, material, "paper", tables.settings["bands"])
    settings = _sizes(tables, material)
    return holds(claim, found, found < 20, settings=settings, note=f"meV; {by_dft(tables)}")


@evidence("hamiltonians.graphene.dos", "hamiltonians.sige.dos_222", "hamiltonians.sige.dos_large")
def dos(claim: Claim, tables: Tables) -> Evidence:
    material = claim.id.split(".")[1]
    atoms = tables.levels.loc[tables.levels["material"] == material, "atoms"]
    size = int(atoms.max())
    if claim.id.endswith("large") and size < 216:
        raise Missing("no structure of 216 atoms or more at this scale")
    if not claim.id.endswith("large"):
        size = int(_rows(tables, material)["atoms"].iloc[0])
    found = spectra.dos_error(tables.levels, material, "paper", size, tables.settings["bands"])
    return holds(claim, found, found < 0.05, settings=_sizes(tables, material), note=by_dft(tables))
