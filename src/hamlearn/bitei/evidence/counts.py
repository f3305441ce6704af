"""Claims on how many samples there are of each class."""

import pandas as pd

from hamlearn.bitei.evidence.tables import SET, Tables, evidence
from hamlearn.bitei.solver import LABELS
from hamlearn.claims import Claim, Evidence, allowance
from hamlearn.evidence import ERRORS, Missing, select

SPLITS = ("train", "test", "total")
COUNT = "bitei.count."


def _counts(tables: Tables, perturbed: str, split: str) -> pd.Series:
    return select(tables.counts, "counts", ensemble=SET[perturbed], split=split).iloc[0]


def _samples(tables: Tables, perturbed: str) -> dict[str, int]:
    return {"samples": int(_counts(tables, perturbed, "total")["samples"])}


@evidence(*(f"{COUNT}{part}.{split}" for part in SET for split in SPLITS))
def of_samples(claim: Claim, tables: Tables) -> Evidence:
    perturbed, split = claim.id.removeprefix(COUNT).split(".")
    found = int(_counts(tables, perturbed, split)["samples"])
    return Evidence(claim.id, found, n=found, settings=_samples(tables, perturbed))


@evidence(
    *(f"{COUNT}{part}.{label}.{split}" for part in SET for label in LABELS for split in SPLITS)
)
def of_a_class(claim: Claim, tables: Tables) -> Evidence:
    perturbed, label, split = claim.id.removeprefix(COUNT).split(".")
    row = _counts(tables, perturbed, split)
    found = {"n": int(row["samples"]), "settings": _samples(tables, perturbed)}
    return Evidence(claim.id, int(row[label]), **found)


@evidence("bitei.count.consistency")
def consistent(claim: Claim, tables: Tables) -> Evidence:
    frame = tables.counts.set_index(["ensemble", "split"])[[*LABELS, "uncertain", "samples"]]
    ensembles = frame.index.unique("ensemble")
    sums = all(
        (frame.loc[(name, "train")] + frame.loc[(name, "test")] == frame.loc[(name, "total")]).all()
        for name in ensembles
    )
    whole = (frame[[*LABELS, "uncertain"]].sum(axis=1) == frame["samples"]).all()
    used = {"samples": int(frame["samples"].max())}
    return Evidence(claim.id, n=len(ensembles), holds=bool(sums and whole), settings=used)


@evidence("bitei.count.unique")
def unique(claim: Claim, tables: Tables) -> Evidence:
    whole = tables.counts[tables.counts["split"] == "total"]
    used = {"samples": int(whole["samples"].max())}
    return Evidence(claim.id, n=len(whole), holds=bool(whole["unique"].all()), settings=used)


@evidence("bitei.count.dirac")
def dirac(claim: Claim, tables: Tables) -> Evidence:
    whole = tables.counts[tables.counts["split"] == "total"]
    labelled = whole[[*LABELS, "uncertain"]].sum(axis=1)
    used = {"samples": int(whole["samples"].max())}
    note = "no class of that name is needed: every sample has one of the three"
    found = int((whole["samples"] - labelled).sum())
    return Evidence(claim.id, found, n=len(whole), settings=used, note=note)


@evidence("bitei.fraction.weyl.unperturbed", "bitei.fraction.weyl.perturbed")
def weyl_share(claim: Claim, tables: Tables) -> Evidence:
    perturbed = claim.id.rpartition(".")[2]
    row = _counts(tables, perturbed, "total")
    n, weyl = int(row["samples"]), int(row["weyl"])
    spread = 100 * (weyl * (1 - weyl / n)) ** 0.5 / n
    if ERRORS * spread > allowance(claim.value, claim.tolerance):
        few = f"{weyl} of {n}, standard error {spread:.2g} %"
        raise Missing(f"{few}: two of these exceed the tolerance")
    note = f"{weyl} of {n}, standard error {spread:.2g} %"
    used = _samples(tables, perturbed)
    return Evidence(claim.id, 100 * weyl / n, n=n, settings=used, note=note)


@evidence("bitei.fraction.weyl.ratio")
def weyl_ratio(claim: Claim, tables: Tables) -> Evidence:
    clean, noisy = (_counts(tables, part, "total") for part in SET)
    if not clean["weyl"]:
        raise Missing("no clean Weyl semimetal at this scale")
    ratio = (noisy["weyl"] / noisy["samples"]) / (clean["weyl"] / clean["samples"])
    used = _samples(tables, "perturbed")
    return Evidence(claim.id, float(ratio), n=int(noisy["samples"]), settings=used)
