"""Claims on confusion matrices, their traces and accuracies (Tables 3 to 8)."""

import numpy as np

from hamlearn.bitei.evidence.scatter import binomial
from hamlearn.bitei.evidence.tables import (
    NETWORKS,
    SET,
    Tables,
    confusions,
    evidence,
    of_thesis,
    used,
)
from hamlearn.bitei.solver import LABELS
from hamlearn.claims import Claim, Evidence, show
from hamlearn.evidence import ERRORS, Missing, lists, mean_sd, select

CONFUSION = "bitei.confusion."


@evidence(
    *(
        f"{CONFUSION}{part}.{network}.{split}.true_{label}"
        for part in SET
        for network in NETWORKS
        for split in ("train", "test")
        for label in LABELS
    )
)
def column(claim: Claim, tables: Tables) -> Evidence:
    part, network, split, label = claim.id.removeprefix(CONFUSION).split(".")
    rows = confusions(tables, part, network, split, label.removeprefix("true_"))
    if not np.isfinite(rows).all():
        raise Missing(f"no {label.removeprefix('true_')} sample in the {split} set at this scale")
    chosen = {"ensemble": SET[part], "split": split, "true": label.removeprefix("true_")}
    n = int(select(tables.by_group, "crystals", **chosen)["n"].iloc[0])
    _enough(claim, n, max(binomial(percent, n) for percent in rows.mean(axis=0)))
    value, sd = lists(rows.T)
    settings = used(of_thesis(tables, part, network))
    return Evidence(claim.id, value, sd, n=len(rows), settings=settings)


def _enough(claim: Claim, n: int, error: float) -> None:
    """Raise Missing where so few crystals cannot say whether the claim's tolerance is met."""
    if ERRORS * error > claim.tolerance["absolute"]:
        few = f"{n} crystals of this class, standard error {error:.2g}"
        raise Missing(f"{few}, tolerance {show(claim.tolerance['absolute'])}")


@evidence(*(f"bitei.trace.{part}.{network}" for part in SET for network in NETWORKS))
def of_trace(claim: Claim, tables: Tables) -> Evidence:
    _, _, part, network = claim.id.split(".")
    frame = of_thesis(tables, part, network)
    value, sd = mean_sd(frame["trace"])
    note = f"thresholds in u reach {frame['trace_trivial'].iloc[0]:.1f} of 300"
    return Evidence(claim.id, value, sd, n=len(frame), settings=used(frame), note=note)


@evidence(*(f"bitei.accuracy.{part}.{network}" for part in SET for network in NETWORKS))
def of_accuracy(claim: Claim, tables: Tables) -> Evidence:
    _, _, part, network = claim.id.split(".")
    frame = of_thesis(tables, part, network)
    value, sd = mean_sd(frame["accuracy"])
    return Evidence(claim.id, value, sd, n=len(frame), settings=used(frame))


@evidence("bitei.perturbed.no_weyl_predictions")
def no_weyl(claim: Claim, tables: Tables) -> Evidence:
    frame = of_thesis(tables, "perturbed", list(NETWORKS))
    value, sd = mean_sd(frame["said_weyl"])
    note = "per cent of the test samples that are called Weyl semimetals"
    return Evidence(claim.id, value, sd, n=len(frame), settings=used(frame), note=note)
