"""Evidence on inverse design: what is reached, verified, fragile, and what it costs."""

import numpy as np
import pandas as pd

from hamlearn.bands import ensemble
from hamlearn.bands.evidence.tables import Tables, evidence, held, number, tested
from hamlearn.bands.plan import BEST, TRAIN
from hamlearn.bands.topology import TOPOLOGICAL
from hamlearn.claims import Claim, Evidence
from hamlearn.evidence import select

HONEYCOMB, FRAGILE, FREE, PRESSED, MAP = "honeycomb", "fragile", "free", "pressed", "map"
OTHER_PIXELS = 0.1
TIMED_STEPS = 10
"""Whose time the paper states."""


def trials(tables: Tables, target: str) -> pd.DataFrame:
    """Return the trials for a target."""
    return select(pd.DataFrame(tables.design["trials"]), "trials of design", target=target)


def _counts(tables: Tables) -> dict[str, int]:
    part = tables.settings["design"]
    return {"trials": part["trials"], "map_trials": part["map"]["trials"]}


def _own_loss(tables: Tables) -> float:
    return float(tested(tables, BEST, TRAIN)["loss"].mean())


@evidence("bands.design.reachable")
def reachable(claim: Claim, tables: Tables) -> Evidence:
    best, own = trials(tables, HONEYCOMB)["exact_loss"].min(), _own_loss(tables)
    n = len(trials(tables, HONEYCOMB))
    return held(tables, claim, [best, own], best <= 2 * own, n, **_counts(tables))


@evidence("bands.design.multistart")
def several(claim: Claim, tables: Tables) -> Evidence:
    losses = trials(tables, HONEYCOMB)["loss"]
    found = [losses.min(), losses.median()]
    return held(tables, claim, found, found[0] < found[1] / 2, len(losses), **_counts(tables))


@evidence("bands.design.non_unique")
def not_unique(claim: Claim, tables: Tables) -> Evidence:
    rows = trials(tables, HONEYCOMB)
    good = rows[rows["exact_loss"] <= 4 * rows["exact_loss"].min()]
    pixels = tables.settings["pixels"]
    images = ensemble.images(np.array(good["coefficients"].tolist()), pixels).astype(bool)
    apart = max(float((a ^ b).mean()) for a in images for b in images)
    return held(tables, claim, apart, apart > OTHER_PIXELS, len(good), **_counts(tables))


@evidence("bands.design.bounded_region")
def bounded(claim: Claim, tables: Tables) -> Evidence:
    losses = trials(tables, MAP).groupby(trials(tables, MAP)["energies"].astype(str))["exact_loss"]
    least = losses.min()
    found = [least.min(), least.max()]
    return held(tables, claim, found, found[1] > 10 * found[0], len(least), **_counts(tables))


@evidence("bands.design.nnn_fragile")
def fragile(claim: Claim, tables: Tables) -> Evidence:
    rows = trials(tables, FRAGILE)
    number_of = sum(TOPOLOGICAL in classes for classes in rows["classes"])
    return held(tables, claim, number_of, number_of > 0, len(rows), **_counts(tables))


@evidence("bands.design.discrete")
def discrete(claim: Claim, tables: Tables) -> Evidence:
    grey = [trials(tables, target)["grey"].median() for target in (FREE, HONEYCOMB)]
    losses = [trials(tables, target)["loss"].median() for target in (PRESSED, HONEYCOMB)]
    holds = grey[0] > grey[1] and losses[0] > losses[1]
    return held(tables, claim, [*grey, *losses], holds, **_counts(tables))


@evidence("bands.design.verified")
def verified(claim: Claim, tables: Tables) -> Evidence:
    rows = trials(tables, HONEYCOMB)
    best = rows.loc[rows["network_loss"].idxmin()]
    found = [best["exact_loss"], best["network_loss"]]
    return held(tables, claim, found, found[0] <= 5 * found[1], len(rows), **_counts(tables))


@evidence("bands.design.step_time")
def step_time(claim: Claim, tables: Tables) -> Evidence:
    part = tables.settings["design"]
    steps = max(1, part["steps"] - part["every"])
    seconds = tables.design["seconds"] / steps * TIMED_STEPS
    n = len(tables.design["trials"])
    return number(tables, claim, seconds, n, note=f"{n} trials", **_counts(tables))


@evidence("bands.design.evaluations")
def evaluations(claim: Claim, tables: Tables) -> Evidence:
    number_of = len(trials(tables, MAP)) * tables.design["steps"]
    return number(tables, claim, number_of, **_counts(tables))
