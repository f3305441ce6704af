"""Evidence on the errors of the network: bands, irreps, gaps, holes, and its speed."""

import numpy as np

from hamlearn.bands.evidence.tables import (
    Tables,
    evidence,
    held,
    number,
    of_network,
    statistic,
    tested,
)
from hamlearn.bands.plan import BEST, EXPLORE, FRESH, GREY, HOLES, TRAIN
from hamlearn.bands.readout import MODEL
from hamlearn.bands.statistics import NETWORK
from hamlearn.claims import Claim, Evidence
from hamlearn.evidence import Missing, seeds, select

P, D = 2, 3
"""Numbers of the irreps p and d in the table of levels of holes."""


@evidence("bands.acc.val_loss", "bands.acc.fine_loss", "bands.acc.rms")
def loss(claim: Claim, tables: Tables) -> Evidence:
    frame = tested(tables, BEST, TRAIN if claim.id.endswith("val_loss") else FRESH)
    if claim.id.endswith("rms"):
        return of_network(tables, claim, frame, "rms", "rms_trivial")
    squared = frame.assign(trivial=frame["rms_trivial"] ** 2)
    return of_network(tables, claim, squared, "loss", "trivial")


@evidence("bands.acc.grids_agree")
def same_on_both_grids(claim: Claim, tables: Tables) -> Evidence:
    coarse, fine = (tested(tables, BEST, name)["loss"].mean() for name in (TRAIN, FRESH))
    return held(tables, claim, fine / coarse, 0.8 <= fine / coarse <= 1.25)


@evidence("bands.acc.rel_min_gap", "bands.acc.rel_mean_gap", "bands.acc.main_text")
def relative(claim: Claim, tables: Tables) -> Evidence:
    gap = statistic(tables, "min_gap" if claim.id.endswith("min_gap") else "mean_gap")["value"]
    frame = tested(tables)
    rms, trivial = frame["rms"].mean(), frame["rms_trivial"].mean()
    return number(tables, claim, 100 * rms / gap, seeds(frame), trivial=100 * trivial / gap)


@evidence("bands.acc.irreps")
def irreps(claim: Claim, tables: Tables) -> Evidence:
    frame = tested(tables)
    return number(tables, claim, 100 * frame["irreps"].mean(), seeds(frame))


@evidence("bands.acc.irreps_per_band")
def irreps_of_bands(claim: Claim, tables: Tables) -> Evidence:
    rows = select(tables.by_group, "irreps", run=BEST, ensemble=FRESH)
    shares = 100 * rows.groupby(["point", "band"])["irreps"].mean()
    return held(tables, claim, shares.min(), shares.min() >= 95, int(rows["n"].iloc[0]))


@evidence("bands.acc.indistinguishable")
def on_the_path(claim: Claim, tables: Tables) -> Evidence:
    rows = select(tables.showcase, "path", kind="path", ensemble=FRESH)
    largest = (rows["exact"] - rows["network"]).abs().max()
    return held(tables, claim, largest, largest < 0.02)


@evidence("bands.acc.gap_maps")
def maps(claim: Claim, tables: Tables) -> Evidence:
    rows = select(tables.showcase, "maps of gaps", kind="gap")
    rms = float(np.sqrt(((rows["exact"] - rows["network"]) ** 2).mean()))
    cells = len(rows[["ensemble", "sample"]].drop_duplicates())
    return held(tables, claim, rms, rms < 0.006, cells)


@evidence("bands.acc.free_cones")
def cones(claim: Claim, tables: Tables) -> Evidence:
    rows = select(tables.showcase, "maps of gaps", kind="gap", ensemble=EXPLORE, band=2)
    least = rows.loc[rows["exact"].idxmin()]
    q1, q2 = least["q1"], least["q2"]
    corners = np.array([(0, 0), (2 / 3, 1 / 3), (1 / 3, 2 / 3), (0.5, 0.5)])
    away = np.abs(corners - (q1, q2)).max(axis=1).min()
    explored = int(tested(tables, BEST, EXPLORE)["n_test"].iloc[0])
    holds = least["exact"] < 0.01 and away > 0.02
    return held(tables, claim, least["exact"], holds, samples=explored)


def _crossings(tables: Tables, column: str) -> tuple[np.ndarray, np.ndarray]:
    """Return where E_p - E_d of the holes changes its sign, and its signs, by distance."""
    rows = select(tables.showcase, "levels of holes", kind="level", ensemble=HOLES)
    table = rows.pivot_table(index="x", columns="band", values=column).sort_index()
    apart = (table[P] - table[D]).replace([np.inf, -np.inf], np.nan).dropna()
    x, y = apart.index.to_numpy(), apart.to_numpy()
    at = np.flatnonzero(np.sign(y[1:]) != np.sign(y[:-1]))
    places = x[at] + (x[at + 1] - x[at]) * y[at] / (y[at] - y[at + 1])
    return places, np.sign(y)


@evidence("bands.inversion.crossing")
def crossing(claim: Claim, tables: Tables) -> Evidence:
    places, _ = _crossings(tables, "exact")
    if not len(places):
        raise Missing("p and d do not cross in the scan of this scale")
    return number(tables, claim, places[0], len(places))


@evidence("bands.inversion.order")
def order(claim: Claim, tables: Tables) -> Evidence:
    found = [_crossings(tables, column) for column in ("exact", "network")]
    once = [len(places) == 1 and signs[0] < 0 for places, signs in found]
    return held(tables, claim, [len(places) for places, _ in found], all(once))


@evidence("bands.inversion.dirac_pair", "bands.inversion.mk_pairs")
def degenerate(claim: Claim, tables: Tables) -> Evidence:
    rows = select(tables.showcase, "path", kind="path", ensemble=HOLES)
    _, crossing_of, _ = sorted(rows["sample"].unique())
    rows = rows[rows["sample"] == crossing_of]
    bands = rows.pivot_table(index=["x", "q1", "q2"], columns="band", values="exact").reset_index()
    if claim.id.endswith("dirac_pair"):
        own = bands[(bands["q1"] == 0) & (bands["q2"] == 0)]
        worst = (own[5] - own[2]).max()
    else:  # K to M: q1 + q2 = 1
        own = bands[(bands["q1"] + bands["q2"] - 1).abs() < 1e-9]
        worst = max((own[2] - own[1]).max(), (own[6] - own[5]).max())
    return held(tables, claim, worst, worst < 0.003)


@evidence("bands.inversion.nn_close")
def on_holes(claim: Claim, tables: Tables) -> Evidence:
    found = [tested(tables, BEST, name)["rms"].mean() for name in (HOLES, TRAIN)]
    return held(tables, claim, found, found[0] < 5 * found[1])


def _seconds(tables: Tables, method: str, points: int) -> float:
    row = select(tables.baselines, f"times of {method}", method=method).iloc[0]
    return row[f"ms_{points}"] / 1e3


def _of_network(tables: Tables) -> tuple[float, int]:
    """Return the seconds of a prediction, and at how many wave vectors."""
    frame = tested(tables)
    return frame["milliseconds"].mean() / 1e3, int(frame["wave_vectors"].iloc[0])


@evidence("bands.speed.nn_79k", "bands.speed.nn_821k")
def prediction(claim: Claim, tables: Tables) -> Evidence:
    seconds, points = _of_network(tables)
    return number(tables, claim, seconds, note=f"{points} wave vectors, one thread")


@evidence("bands.speed.ratio")
def ratio(claim: Claim, tables: Tables) -> Evidence:
    seconds, points = _of_network(tables)
    own = _seconds(tables, "lanczos", 79) / 79 * points
    exact = _seconds(tables, "exact", 79)
    note = f"against the exact solver {exact / seconds:.2g}, at 79 wave vectors"
    return number(tables, claim, own / seconds, note=note)


@evidence("bands.speed.few_points")
def few(claim: Claim, tables: Tables) -> Evidence:
    found = [_of_network(tables)[0], _seconds(tables, "lanczos", 3)]
    return held(tables, claim, found, found[0] < found[1])


@evidence("bands.beyond.exact_peer")
def peer(claim: Claim, tables: Tables) -> Evidence:
    factor = _seconds(tables, "exact", 79) / _of_network(tables)[0]
    return held(tables, claim, factor, factor < 10)


@evidence("bands.beyond.plane_waves")
def plane_waves(claim: Claim, tables: Tables) -> Evidence:
    row = select(tables.baselines, "plane waves", method="folded").iloc[0]
    rms, right = row["rms"], 100 * row["irreps"]
    return held(tables, claim, [rms, right], rms < 0.0007 and right >= 99.9)


@evidence("bands.beyond.readout")
def readout(claim: Claim, tables: Tables) -> Evidence:
    row = select(tables.readout, "models of plane waves", method=MODEL).iloc[0]
    rms, right = row["rms"], 100 * row["irreps"]
    note = f"{row['milliseconds']:.3g} ms for a fit"
    n = int(row["n_test"])
    return held(tables, claim, [rms, right], rms <= 0.0007 and right >= 99.9, n, note)


@evidence("bands.beyond.grey")
def grey(claim: Claim, tables: Tables) -> Evidence:
    betas = tables.settings["data"]["grey"]["betas"]
    names = [f"{NETWORK} {beta:g}" for beta in (min(betas), max(betas))]
    softest, sharpest = (
        statistic(tables, "grey", ensemble=GREY, name=name)["value"] for name in names
    )
    return held(tables, claim, [softest, sharpest], softest <= 2 * sharpest)


@evidence("bands.topo.alpha_transfer")
def other_law(claim: Claim, tables: Tables) -> Evidence:
    found = [tested(tables, BEST, name)["rms"].mean() for name in (EXPLORE, FRESH)]
    return held(tables, claim, found, found[0] < 2 * found[1])
