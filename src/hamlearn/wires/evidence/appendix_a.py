"""Evidence on appendix A: Figs. 8 and 9, and the smallest wires."""

import numpy as np
import pandas as pd

from hamlearn.claims import Claim, Evidence, show
from hamlearn.evidence import Missing, lists, mean_sd, rank_correlation, rising, seeds, select
from hamlearn.wires import ending
from hamlearn.wires.evidence.tables import (
    Tables,
    evidence,
    grid,
    network_mae,
    runs,
    settings,
)
from hamlearn.wires.selection import gain_of_width, largest, of_family

SITES = "one_and_two_sites"
NETWORK = ["hidden", "neurons"]
REFERENCE = {"hidden": 1, "neurons": 30}  # the network of the limits that App. A states


# Fig. 8


def _fig08(tables: Tables) -> pd.DataFrame:
    return runs(tables, "system_size")


def _fig08_evidence(
    claim: Claim, frame: pd.DataFrame, value: object, holds: bool, note: str = ""
) -> Evidence:
    used = settings(claim, frame, hidden=sorted(frame["hidden"].unique().tolist()))
    sizes = f"sizes {show(sorted(frame['length'].unique().tolist()))}"
    note = "; ".join(part for part in (sizes, note) if part)
    return Evidence(claim.id, value, n=seeds(frame), settings=used, holds=holds, note=note)


@evidence("wires.app_a.fig8.neurons")
def wider_is_better(claim: Claim, tables: Tables) -> Evidence:
    frame = _fig08(tables)
    table = grid(frame, "length", "hidden", "neurons").unstack()
    if table.shape[1] < 2:
        raise Missing("a comparison needs two widths, there is one at this scale")
    share = float((table.iloc[:, -1] < table.iloc[:, 0]).mean())
    return _fig08_evidence(claim, frame, share, share > claim.tolerance["share"])


@evidence("wires.app_a.fig8.size")
def larger_is_worse(claim: Claim, tables: Tables) -> Evidence:
    frame = _fig08(tables)
    steps = grid(frame, "hidden", "neurons", "length").unstack().diff(axis=1).iloc[:, 1:]
    if steps.empty:
        raise Missing("a comparison needs two sizes, there is one at this scale")
    share = float((steps > 0).to_numpy().mean())
    return _fig08_evidence(claim, frame, share, share == 1)


@evidence("wires.app_a.fig8.convergence")
def converges(claim: Claim, tables: Tables) -> Evidence:
    frame = _fig08(tables)
    if frame["neurons"].nunique() < 2:
        raise Missing("a comparison needs two widths, there is one at this scale")
    change = gain_of_width(frame).iloc[-1]
    holds = bool((change.abs() < claim.tolerance["relative"]).all())
    widths = sorted(frame["neurons"].unique().tolist())[-2:]
    note = f"{show(int(change.name))} hidden layers, from {show(widths[0])} to {show(widths[1])}"
    return _fig08_evidence(claim, frame, change.tolist(), holds, f"{note} neurons")


@evidence("wires.app_a.disorder_strength")
def disorder_hurts(claim: Claim, tables: Tables) -> Evidence:
    frame = runs(tables, "disorder_strength").sort_values("disorder_t")
    parts = [part["mae"] for _, part in frame.groupby("disorder_t")]
    values, sd = lists(parts)
    used = settings(claim, frame)
    return Evidence(claim.id, values, sd, seeds(frame), used, holds=rising(values))


# Fig. 9


def _fig09(tables: Tables) -> pd.DataFrame:
    return runs(tables, "training_set")


@evidence("wires.app_a.fig9.mae.3x3", "wires.app_a.fig9.mae.4x4")
def mae_limit(claim: Claim, tables: Tables) -> Evidence:
    wanted = {key: claim.needs[key] for key in NETWORK}
    frame = select(_fig09(tables), "network of Fig. 9", length=claim.needs["size"], **wanted)
    frame = frame[frame["n_train"] <= claim.needs["n_train"]]
    if frame.empty:
        raise Missing(f"no training set of {claim.needs['n_train']} samples or fewer")
    return network_mae(claim, largest(frame, "n_train"))


@evidence("wires.app_a.fig9.not_by_samples")
def not_by_samples(claim: Claim, tables: Tables) -> Evidence:
    frame = select(_fig09(tables), "network of Fig. 9", length=[3, 4], **REFERENCE)
    frame = largest(frame, "n_train")
    parts = [select(frame, "network of Fig. 9", length=size)["mae"] for size in (3, 4)]
    values, sd = lists(parts)
    return Evidence(
        claim.id,
        values,
        sd,
        seeds(frame),
        settings(claim, frame),
        holds=values[1] > claim.tolerance["ratio"] * values[0],
    )


def _gain(claim: Claim, tables: Tables, hidden: int, neurons: int) -> Evidence:
    frame = largest(_fig09(tables), "n_train")
    small = grid(select(frame, "network of Fig. 9", **REFERENCE), "length")
    large = grid(select(frame, "network of Fig. 9", hidden=hidden, neurons=neurons), "length")
    gain = (small - large).dropna()
    if gain.empty:
        raise Missing("no size with both networks at this scale")
    return Evidence(
        claim.id,
        gain.tolist(),
        n=seeds(frame),
        settings=settings(claim, frame),
        holds=bool((gain > 0).all()),
        note=f"MAE {show(small[gain.index].tolist())} before, {show(large[gain.index].tolist())}",
    )


@evidence("wires.app_a.fig9.by_width")
def by_width(claim: Claim, tables: Tables) -> Evidence:
    return _gain(claim, tables, hidden=1, neurons=60)


@evidence("wires.app_a.fig9.by_depth")
def by_depth(claim: Claim, tables: Tables) -> Evidence:
    return _gain(claim, tables, hidden=3, neurons=30)


def _curves(tables: Tables) -> dict[tuple, pd.Series]:
    """Return the learning curves by (length, hidden, neurons), each by the training set."""
    curves = grid(_fig09(tables), "length", *NETWORK, "n_train").groupby(["length", *NETWORK])
    found = {key: curve.droplevel(["length", *NETWORK]) for key, curve in curves}
    if max(map(len, found.values())) < 2:
        raise Missing("a learning curve needs two training sets, there is one at this scale")
    return found


def _converged_from(curve: pd.Series, relative: float) -> int:
    """Return the training set from which a curve stays within a fraction of its last value."""
    far = (curve / curve.iloc[-1] - 1).abs() > relative
    return int(curve.index[int(np.flatnonzero(far)[-1]) + 1 if far.any() else 0])


@evidence("wires.app_a.fig9.samples_for_convergence")
def larger_needs_more(claim: Claim, tables: Tables) -> Evidence:
    needed = {
        k: _converged_from(c, claim.tolerance["relative"]) for k, c in _curves(tables).items()
    }
    reference = tuple(REFERENCE.values())
    pairs = [
        (needed[(size, *reference)], number)
        for (size, *network), number in needed.items()
        if tuple(network) != reference and (size, *reference) in needed
    ]
    if not pairs:
        raise Missing("no size with two networks at this scale")
    share = float(np.mean([large >= small for small, large in pairs]))
    more = any(large > small for small, large in pairs)
    frame = largest(_fig09(tables), "n_train")
    return Evidence(
        claim.id,
        share,
        n=seeds(frame),
        settings=settings(claim, frame, epochs=ending.epochs_in_words(_fig09(tables))),
        holds=share > claim.tolerance["share"] and more,
        note=f"samples for the small and a larger network: {show([list(p) for p in pairs])}",
    )


@evidence("wires.app_a.fig9.falls_with_n")
def falls_with_samples(claim: Claim, tables: Tables) -> Evidence:
    worst = max(rank_correlation(curve.index, curve) for curve in _curves(tables).values())
    frame = largest(_fig09(tables), "n_train")
    used = settings(claim, frame, epochs=ending.epochs_in_words(_fig09(tables)))
    return Evidence(claim.id, worst, n=seeds(frame), settings=used, holds=worst < 0)


# The smallest wires


def _sites(tables: Tables, length: int, width: int) -> pd.DataFrame:
    return runs(tables, SITES, length=length, width=width)


@evidence("wires.app_a.mae.1x1", "wires.app_a.mae.1x2")
def mae_of_sites(claim: Claim, tables: Tables) -> Evidence:
    length, width = claim.needs["length"], claim.needs["width"]
    frame = largest(_sites(tables, length, width), "n_train")
    note = ""
    turned = of_family(tables.metrics, SITES, length=width, width=length)
    if length != width and not turned.empty:
        note = f"L = {width}, W = {length}: {show(mean_sd(largest(turned, 'n_train')['mae'])[0])}"
    return network_mae(claim, frame, note)


@evidence("wires.app_a.samples_ratio")
def two_sites_need_more(claim: Claim, tables: Tables) -> Evidence:
    one = _sites(tables, 1, 1)
    one = one[one["n_train"] == one["n_train"].min()]
    n_train = int(one["n_train"].iloc[0])
    two = _sites(tables, 1, 2)
    fewest = two[two["n_train"] == two["n_train"].min()]
    values, sd = lists([one["mae"], fewest["mae"]])
    samples = int(fewest["n_train"].iloc[0])
    if samples > n_train and values[1] <= values[0]:
        raise Missing(
            f"1 x 2 reaches the MAE of 1 x 1 with {samples} samples, and was not tried with fewer"
        )
    epochs = ending.epochs_in_words(pd.concat([one, fewest]))
    used = settings(claim, one, n_train=n_train, epochs=epochs)
    note = f"1 x 2 with {samples} samples"
    return Evidence(claim.id, values, sd, seeds(one), used, holds=values[1] > values[0], note=note)
