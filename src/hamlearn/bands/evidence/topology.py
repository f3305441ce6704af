"""Evidence on classes of bands: shares, fragile sets, cones, maps, embeddings, mirrors."""

import re

import numpy as np
import pandas as pd

from hamlearn.bands import cones, phases
from hamlearn.bands.embedding import KINDS
from hamlearn.bands.evidence.tables import Tables, evidence, held, number, statistic, tested
from hamlearn.bands.plan import BEST, EXPLORE, TRAIN_LAW
from hamlearn.bands.statistics import EXACT, FLUX, NETWORK
from hamlearn.bands.topology import CLASSES, TOPOLOGICAL
from hamlearn.claims import Claim, Evidence
from hamlearn.evidence import Missing, select

LEAST = 3
"""Points of a region of the map of mixtures."""


def shares(tables: Tables, ensemble: str, method: str, which: int) -> np.ndarray:
    """Return the share of each class of a set of bands, in %."""
    names = [f"{method} {which} {kind}" for kind in CLASSES]
    rows = select(tables.statistics, "shares", quantity="share", ensemble=ensemble, name=names)
    return 100 * rows.set_index("name").loc[names, "value"].to_numpy()


def _samples(tables: Tables) -> int:
    return int(statistic(tables, "share", ensemble=EXPLORE)["n"])


@evidence("bands.topo.fragile_share", "bands.topo.first_set_rarely_fragile")
def fragile_share(claim: Claim, tables: Tables) -> Evidence:
    which = 2 if claim.id.endswith("fragile_share") else 1
    share = shares(tables, EXPLORE, EXACT, which)[CLASSES.index(TOPOLOGICAL)]
    n = _samples(tables)
    by_network = shares(tables, EXPLORE, NETWORK, which)[CLASSES.index(TOPOLOGICAL)]
    note = f"by the network {by_network:.2g} %"
    return number(tables, claim, share, n, note=note, samples=n)


def _fragile(tables: Tables) -> pd.DataFrame:
    rows = tables.statistics
    return rows[(rows["quantity"] == "fragile") & (rows["ensemble"] == EXPLORE)]


@evidence("bands.topo.fragile_count", "bands.topo.fragile_fingerprints")
def fragile(claim: Claim, tables: Tables) -> Evidence:
    rows, n = _fragile(tables), _samples(tables)
    value = rows["value"].sum() if claim.id.endswith("count") else len(rows)
    return number(tables, claim, float(value), n, samples=n)


@evidence("bands.topo.fragile_are_splits", "bands.topo.corollary")
def splits(claim: Claim, tables: Tables) -> Evidence:
    rows, n = _fragile(tables), _samples(tables)
    names = rows["name"].str.split(") ", n=1, regex=False).str[1]
    pattern = r"\S+ − \S+" if claim.id.endswith("splits") else r".+ − .+"
    right = [bool(re.fullmatch(pattern, name)) for name in names]
    note = "; ".join(rows["name"])
    return held(tables, claim, float(np.sum(right)), bool(right) and all(right), n, note, samples=n)


@evidence("bands.topo.c2_relation")
def relation(claim: Claim, tables: Tables) -> Evidence:
    row = statistic(tables, "missing")
    share = row["value"] / max(1, row["n"])
    return held(tables, claim, share, share <= 0.01, int(row["n"]), samples=_samples(tables))


@evidence("bands.topo.disagreement_even")
def even(claim: Claim, tables: Tables) -> Evidence:
    return relation(claim, tables)


@evidence("bands.topo.cone_parity")
def parity(claim: Claim, tables: Tables) -> Evidence:
    row = statistic(tables, "parity")
    cells = tables.settings["flux"]["exact_cells"]
    return held(tables, claim, row["value"], row["value"] > 0.97, int(row["n"]), cells=cells)


@evidence("bands.topo.odd_cones")
def odd(claim: Claim, tables: Tables) -> Evidence:
    row = statistic(tables, "odd")
    return number(tables, claim, 100 * row["value"], int(row["n"]), samples=int(row["n"]))


@evidence("bands.topo.away_second")
def away(claim: Claim, tables: Tables) -> Evidence:
    row = statistic(tables, "changed", ensemble=EXPLORE, name="2")
    return number(tables, claim, 100 * row["value"], int(row["n"]), samples=int(row["n"]))


@evidence("bands.topo.methods_first", "bands.topo.methods_second")
def methods(claim: Claim, tables: Tables) -> Evidence:
    which = 1 if claim.id.endswith("first") else 2
    row = statistic(tables, "same_class", ensemble=EXPLORE, name=f"{NETWORK} {FLUX} {which}")
    n = int(row["n"])
    pairs = {name: 100 * statistic(tables, "even", name=name)["value"] for name in (NETWORK, EXACT)}
    note = (
        f"joined by an even number of cones: {pairs[NETWORK]:.2g} % of the cuts of the network's "
        f"models, {pairs[EXACT]:.2g} % of those of exact bands"
    )
    return number(tables, claim, 100 * (1 - row["value"]), n, note=note, samples=n)


def _largest_difference(tables: Tables, one: tuple[str, str], other: tuple[str, str]) -> float:
    pairs = [[shares(tables, *law, which) for law in (one, other)] for which in (1, 2)]
    return max(float(np.abs(a - b).max()) for a, b in pairs)


@evidence("bands.topo.nn_vs_reference")
def like_exact(claim: Claim, tables: Tables) -> Evidence:
    apart = _largest_difference(tables, (EXPLORE, NETWORK), (EXPLORE, EXACT))
    n = _samples(tables)
    return held(tables, claim, apart, apart <= 3, n, samples=n)


@evidence("bands.topo.two_laws")
def laws(claim: Claim, tables: Tables) -> Evidence:
    apart = _largest_difference(tables, (EXPLORE, EXACT), (TRAIN_LAW, EXACT))
    n = int(statistic(tables, "share", ensemble=TRAIN_LAW)["n"])
    return held(tables, claim, apart, apart <= 6, n, samples=n)


@evidence("bands.topo.symmetry_suffices")
def same_class(claim: Claim, tables: Tables) -> Evidence:
    share = 100 * tested(tables, BEST, EXPLORE)["class_2"].mean()
    return held(tables, claim, share, share >= 90, samples=_samples(tables))


@evidence("bands.topo.tsne")
def embedding(claim: Claim, tables: Tables) -> Evidence:
    scores = tables.embedding.groupby("kind")["same"].mean()
    found = [scores[kind] for kind in KINDS]
    return held(tables, claim, found, found[1] > found[0], len(tables.embedding) // 2)


@evidence("bands.topo.phase_map")
def mixtures(claim: Claim, tables: Tables) -> Evidence:
    size = phases.regions(tables.phases, "exact_2", TOPOLOGICAL)
    kinds = tables.phases["exact_2"].nunique()
    note = f"{kinds} classes of the second set"
    divisions = int(tables.phases["i"].max())
    used = {"divisions_of_map": divisions}
    return held(tables, claim, size, size >= LEAST and kinds >= 3, len(tables.phases), note, **used)


@evidence("bands.topo.annihilation")
def vanishing(claim: Claim, tables: Tables) -> Evidence:
    changes = cones.changes(tables.cones)
    odd = changes[(changes["before"] - changes["after"]) % 2 == 1]
    if odd.empty:
        raise Missing("no path on which the parity of cones changes at this scale")
    share = odd["irreps"].mean()
    return held(tables, claim, share, share == 1, len(odd))


@evidence("bands.topo.p6m_relation", "bands.topo.p6m_cones")
def mirror_lines(claim: Claim, tables: Tables) -> Evidence:
    rows = select(tables.mirror_lines, "crossings on mirror lines", kind="crossing")
    worst = rows["gap"].max()
    return held(tables, claim, worst, worst < 0.002, len(rows), "V_max, largest gap at a crossing")
