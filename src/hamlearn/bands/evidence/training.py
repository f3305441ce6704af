"""Evidence on how networks are trained: phases, costs, wave vectors, mirror images."""

import pandas as pd

from hamlearn.bands.evidence.tables import Tables, evidence, held, number, tested
from hamlearn.bands.plan import BEST, FRESH
from hamlearn.bands.runs import CORRECTED, FIRST, MIRROR
from hamlearn.claims import Claim, Evidence
from hamlearn.evidence import Missing, select


@evidence("bands.train.final_phase_loss")
def last_epochs(claim: Claim, tables: Tables) -> Evidence:
    found = [tested(tables, run)["loss"].mean() for run in (BEST, FIRST)]
    return held(tables, claim, found, found[0] < found[1])


@evidence("bands.train.final_phase_irreps")
def last_irreps(claim: Claim, tables: Tables) -> Evidence:
    found = [100 * tested(tables, run)["irreps"].mean() for run in (BEST, FIRST)]
    return held(tables, claim, found, found[0] <= found[1])


def _as_many(tables: Tables) -> pd.DataFrame:
    """Return the metrics of the network that the ablations are compared with."""
    own = tested(tables, "global_cost")
    name = f"mirror_{int(own['n_train'].iloc[0])}"
    if name not in set(tables.metrics["run"]):
        raise Missing(f"no network {name} to compare with")
    return tested(tables, name)


@evidence("bands.train.global_only_stuck")
def global_cost(claim: Claim, tables: Tables) -> Evidence:
    with_local, without = _as_many(tables), tested(tables, "global_cost")
    found = [100 * frame["irreps"].mean() for frame in (without, with_local)]
    n_train = int(without["n_train"].iloc[0])
    return held(tables, claim, found, found[0] < found[1], n_train=n_train)


@evidence("bands.train.seventh_band")
def seventh(claim: Claim, tables: Tables) -> Evidence:
    seven = _as_many(tables)["run"].iloc[0]
    found = []
    for run in (seven, "six_bands"):
        rows = select(tables.by_group, "irreps", run=run, ensemble=FRESH, band=6)
        found.append(100 * rows["irreps"].mean())
    n_train = int(tested(tables, seven)["n_train"].iloc[0])
    return held(tables, claim, found, found[0] >= found[1], n_train=n_train)


@evidence("bands.train.epoch_time")
def epoch(claim: Claim, tables: Tables) -> Evidence:
    return number(tables, claim, tested(tables, FIRST)["seconds_per_epoch"].mean())


@evidence("bands.train.k_set_sufficient")
def few_wave_vectors(claim: Claim, tables: Tables) -> Evidence:
    few, many = tested(tables, "few_k"), _as_many(tables)
    found = [frame["loss"].mean() for frame in (few, many)]
    n_train = int(few["n_train"].iloc[0])
    return held(tables, claim, found, found[0] <= 1.3 * found[1], n_train=n_train)


@evidence("bands.beyond.mirror")
def mirrored(claim: Claim, tables: Tables) -> Evidence:
    rows = select(tables.metrics, "mirror images", family=MIRROR, ensemble=FRESH)
    kinds = rows.assign(kind=rows["run"].str.split("_").str[0])
    table = kinds.pivot_table(index="n_train", columns="kind", values="rms")
    pairs = table[["mirror", "plain"]].to_numpy()
    return held(tables, claim, pairs.ravel().tolist(), (pairs[:, 0] < pairs[:, 1]).all())


@evidence("bands.beyond.shifts")
def shifts(claim: Claim, tables: Tables) -> Evidence:
    rows = select(tables.metrics, "learned shifts", family=CORRECTED, ensemble=FRESH)
    own = rows.loc[rows["n_train"].idxmax(), "rms"]
    untrained = select(tables.baselines, "plane waves", method="folded")["rms"].iloc[0]
    return held(tables, claim, [own, untrained], own < untrained)
