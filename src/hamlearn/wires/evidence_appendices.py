"""Evidence on appendices A and B: Figs. 8 to 12."""

import numpy as np
import pandas as pd

from hamlearn.claims import Claim, Evidence, show
from hamlearn.wires.evidence_model_i import model_i
from hamlearn.wires.evidence_tables import (
    Missing,
    Tables,
    evidence,
    groups_of,
    largest,
    lists,
    mean_sd,
    network_mae,
    rank_correlation,
    rising,
    runs,
    seeds,
    select,
    settings,
    statistic,
)
from hamlearn.wires.plan import CONDUCTANCE, IMPURITY_MODELS

NETWORK = ["hidden", "neurons"]
REFERENCE = {"hidden": 1, "neurons": 30}  # the network of the limits that App. A states
INSET = 0.6  # the concentration from which the inset of Fig. 10 shows


def _grid(frame: pd.DataFrame, *keys: str) -> pd.Series:
    """Return the MAE averaged over the seeds, by the keys."""
    return frame.groupby(list(keys))["mae_g0"].mean().sort_index()


# Fig. 8


def _fig08(tables: Tables) -> pd.DataFrame:
    return runs(tables, groups_of(tables, "fig08_"))


def _fig08_evidence(
    claim: Claim, frame: pd.DataFrame, value: object, holds: bool, note: str = ""
) -> Evidence:
    known = {
        "largest_size": int(frame["length"].max()),
        "hidden": sorted(frame["hidden"].unique().tolist()),
    }
    used = settings(claim, frame, **known)
    return Evidence(claim.id, value, n=seeds(frame), settings=used, holds=holds, note=note)


@evidence("wires.app_a.fig8.neurons")
def wider_is_better(claim: Claim, tables: Tables) -> Evidence:
    frame = _fig08(tables)
    table = _grid(frame, "length", "hidden", "neurons").unstack()
    if table.shape[1] < 2:
        raise Missing("a comparison needs two widths, there is one at this scale")
    share = float((table.iloc[:, -1] < table.iloc[:, 0]).mean())
    return _fig08_evidence(claim, frame, share, share > claim.tolerance["share"])


@evidence("wires.app_a.fig8.size")
def larger_is_worse(claim: Claim, tables: Tables) -> Evidence:
    frame = _fig08(tables)
    steps = _grid(frame, "hidden", "neurons", "length").unstack().diff(axis=1).iloc[:, 1:]
    if steps.empty:
        raise Missing("a comparison needs two sizes, there is one at this scale")
    share = float((steps > 0).to_numpy().mean())
    return _fig08_evidence(claim, frame, share, share == 1)


@evidence("wires.app_a.fig8.convergence")
def converges(claim: Claim, tables: Tables) -> Evidence:
    frame = _fig08(tables)
    table = _grid(frame, "hidden", "length", "neurons").unstack()
    if table.shape[1] < 2 or len(table.index.levels[0]) < 2:
        raise Missing("a comparison needs two widths and two depths")
    change = (table.iloc[:, -1] / table.iloc[:, -2] - 1).abs().groupby("hidden").mean()
    values = [float(change.iloc[0]), float(change.iloc[-1])]
    note = f"{show(int(change.index[0]))} and {show(int(change.index[-1]))} hidden layers"
    return _fig08_evidence(claim, frame, values, values[1] < values[0], note)


@evidence("wires.app_a.disorder_strength")
def disorder_hurts(claim: Claim, tables: Tables) -> Evidence:
    frame = runs(tables, groups_of(tables, "disorder_")).sort_values("disorder_t")
    parts = [part["mae_g0"] for _, part in frame.groupby("disorder_t")]
    values, sd = lists(parts)
    used = settings(claim, frame)
    return Evidence(claim.id, values, sd, seeds(frame), used, holds=rising(values))


# Fig. 9


def _fig09(tables: Tables) -> pd.DataFrame:
    return runs(tables, groups_of(tables, "fig09_"))


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
    frame = largest(select(_fig09(tables), "network of Fig. 9", **REFERENCE), "n_train")
    parts = [select(frame, "network of Fig. 9", length=size)["mae_g0"] for size in (3, 4)]
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
    small = _grid(select(frame, "network of Fig. 9", **REFERENCE), "length")
    large = _grid(select(frame, "network of Fig. 9", hidden=hidden, neurons=neurons), "length")
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
    curves = _grid(_fig09(tables), "length", *NETWORK, "n_train").groupby(["length", *NETWORK])
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
        settings=settings(claim, frame),
        holds=share > claim.tolerance["share"] and more,
        note=f"samples for the small and a larger network: {show([list(p) for p in pairs])}",
    )


@evidence("wires.app_a.fig9.falls_with_n")
def falls_with_samples(claim: Claim, tables: Tables) -> Evidence:
    worst = max(rank_correlation(curve.index, curve) for curve in _curves(tables).values())
    frame = largest(_fig09(tables), "n_train")
    used = settings(claim, frame)
    return Evidence(claim.id, worst, n=seeds(frame), settings=used, holds=worst < 0)


@evidence("wires.app_a.mae.1x1", "wires.app_a.mae.1x2")
def mae_of_sites(claim: Claim, tables: Tables) -> Evidence:
    length, width = claim.needs["length"], claim.needs["width"]
    frame = largest(runs(tables, [f"small_{length}x{width}"]), "n_train")
    note = ""
    turned = tables.metrics[tables.metrics["group"] == f"small_{width}x{length}"]
    if length != width and not turned.empty:
        note = (
            f"L = {width}, W = {length}: {show(mean_sd(largest(turned, 'n_train')['mae_g0'])[0])}"
        )
    return network_mae(claim, frame, note)


@evidence("wires.app_a.samples_ratio")
def two_sites_need_more(claim: Claim, tables: Tables) -> Evidence:
    one = runs(tables, ["small_1x1"])
    one = one[one["n_train"] == one["n_train"].min()]
    n_train = int(one["n_train"].iloc[0])
    two = runs(tables, ["small_1x2"])
    fewest = two[two["n_train"] == two["n_train"].min()]
    values, sd = lists([one["mae_g0"], fewest["mae_g0"]])
    samples = int(fewest["n_train"].iloc[0])
    if samples > n_train and values[1] <= values[0]:
        raise Missing(
            f"1 x 2 reaches the MAE of 1 x 1 with {samples} samples, and was not tried with fewer"
        )
    used = settings(claim, one, n_train=n_train)
    note = f"1 x 2 with {samples} samples"
    return Evidence(claim.id, values, sd, seeds(one), used, holds=values[1] > values[0], note=note)


# Fig. 10


def _spreads(tables: Tables, above: float) -> pd.DataFrame:
    """Return the spread of G in G0 by bin of the concentration, one column for each model."""
    rows = statistic(tables, "spread", source=list(IMPURITY_MODELS), target=CONDUCTANCE)
    rows = rows[rows["low"] >= above - 1e-9]
    spreads = rows.pivot(index="low", columns="source", values="value")
    spreads = spreads.reindex(columns=list(IMPURITY_MODELS)).dropna()
    if spreads.empty:
        raise Missing(f"too few samples of models II to IV at concentrations above {above}")
    return spreads


def _samples(tables: Tables) -> dict[str, object]:
    rows = statistic(tables, "mean", source=list(IMPURITY_MODELS), target=CONDUCTANCE)
    return {
        "size": int(rows["length"].iloc[0]),
        "samples": int(rows.groupby("source")["n"].sum().min()),
    }


@evidence("wires.app_b.fluctuation")
def species_fluctuate(claim: Claim, tables: Tables) -> Evidence:
    spreads = _spreads(tables, claim.tolerance["concentration"])
    rises = (spreads["ii"] < spreads["iii"]) & (spreads["iii"] < spreads["iv"])
    share, used = float(rises.mean()), _samples(tables)
    holds = share > claim.tolerance["share"]
    return Evidence(claim.id, share, n=used["samples"], settings=used, holds=holds)


@evidence("wires.app_b.fluctuation.60_100.ii")
def iii_above_ii(claim: Claim, tables: Tables) -> Evidence:
    spreads, used = _spreads(tables, INSET).mean(), _samples(tables)
    values = [float(spreads["ii"]), float(spreads["iii"])]
    holds = values[1] > claim.tolerance["ratio"] * values[0]
    return Evidence(claim.id, values, n=used["samples"], settings=used, holds=holds)


@evidence("wires.app_b.fluctuation.60_100.iv")
def iii_like_iv(claim: Claim, tables: Tables) -> Evidence:
    spreads, used = _spreads(tables, INSET).mean(), _samples(tables)
    values = [float(spreads["iii"]), float(spreads["iv"])]
    holds = max(values) < claim.tolerance["ratio"] * min(values)
    return Evidence(claim.id, values, n=used["samples"], settings=used, holds=holds)


# Figs. 11 and 12


def _dnn(tables: Tables) -> pd.DataFrame:
    return runs(tables, [f"species_dnn_{model}" for model in IMPURITY_MODELS])


def _cnn(tables: Tables) -> pd.DataFrame:
    return runs(tables, [f"species_cnn_{model}" for model in IMPURITY_MODELS])


def _reference(tables: Tables) -> pd.DataFrame:
    """Return the dense networks of Fig. 12: the widest, with three layers if there are such."""
    frame = largest(_dnn(tables), "neurons")
    three = frame[frame["hidden"] == 3]
    return largest(frame, "hidden") if three.empty else three


def _by_model(frame: pd.DataFrame, column: str = "mae_g0") -> list[pd.Series]:
    """Return a metric of models II, III and IV, each over its seeds; raise Missing if one lacks."""
    return [select(frame, "network of App. B", ensemble=m)[column] for m in IMPURITY_MODELS]


def _widest(claim: Claim, frame: pd.DataFrame) -> dict[str, object]:
    return settings(claim, frame, neurons=int(frame["neurons"].max()))


@evidence("wires.app_b.mae.ii", "wires.app_b.mae.iii", "wires.app_b.mae.iv")
def mae_of_species(claim: Claim, tables: Tables) -> Evidence:
    model = claim.id.rpartition(".")[2]
    frame = select(_reference(tables), "network of App. B", ensemble=model)
    return network_mae(claim, frame)


@evidence("wires.app_b.depth_dependence")
def depends_on_network(claim: Claim, tables: Tables) -> Evidence:
    frame = _dnn(tables)
    if seeds(frame) < 2:
        raise Missing("the spread over seeds needs two seeds, there is one at this scale")
    cells = frame.groupby(["ensemble", *NETWORK])["mae_g0"]
    over_grid = cells.mean().groupby("ensemble").std()
    over_seeds = np.sqrt(cells.var().groupby("ensemble").mean())
    ratios = (over_grid / over_seeds)[list(IMPURITY_MODELS)]
    return Evidence(
        claim.id,
        ratios.tolist(),
        n=seeds(frame),
        settings=_widest(claim, frame),
        holds=bool((ratios > 1).all()),
    )


@evidence("wires.app_b.optimal_depth")
def optimal_depth(claim: Claim, tables: Tables) -> Evidence:
    frame = largest(_dnn(tables), "neurons")
    table = _grid(frame, "ensemble", "hidden").unstack()
    if table.shape[1] < 2:
        raise Missing("a comparison needs two depths, there is one at this scale")
    relative = (table.T / table.min(axis=1)).mean(axis=1)
    note = (
        f"MAE over the best, {show(relative.tolist())} for depths {show(relative.index.tolist())}"
    )
    return Evidence(
        claim.id, int(relative.idxmin()), None, seeds(frame), _widest(claim, frame), note=note
    )


@evidence("wires.app_b.mae.ordering")
def species_hurt(claim: Claim, tables: Tables) -> Evidence:
    frame = _reference(tables)
    dense, sd = lists(_by_model(frame))
    convolutional = lists(_by_model(_cnn(tables)))[0]
    holds = rising(dense) and rising(convolutional)
    note = f"convolutional network {show(convolutional)}"
    return Evidence(
        claim.id, dense, sd, seeds(frame), settings(claim, frame), holds=holds, note=note
    )


@evidence("wires.app_b.architecture_weak")
def weak_dependence(claim: Claim, tables: Tables) -> Evidence:
    frame = _dnn(tables)
    deep = frame[frame["hidden"] >= 2]
    cells = _grid(deep, "ensemble", *NETWORK)
    if cells.groupby("ensemble").size().reindex(list(IMPURITY_MODELS), fill_value=0).min() < 2:
        raise Missing("needs two networks of two layers or more for every model")
    spread = cells.groupby("ensemble").agg(np.ptp).max()
    between = np.diff(cells.groupby("ensemble").mean()[list(IMPURITY_MODELS)]).min()
    return Evidence(
        claim.id,
        [float(spread), float(between)],
        n=seeds(frame),
        settings=_widest(claim, frame),
        holds=bool(spread < between),
    )


@evidence("wires.app_b.cnn_equals_dnn")
def equally_accurate(claim: Claim, tables: Tables) -> Evidence:
    frame = _reference(tables)
    dense = np.array(lists(_by_model(frame))[0])
    relative = np.array(lists(_by_model(_cnn(tables)))[0]) / dense - 1
    return Evidence(
        claim.id,
        relative.tolist(),
        n=seeds(frame),
        settings=settings(claim, frame),
        holds=bool((np.abs(relative) < claim.tolerance["relative"]).all()),
    )


@evidence("wires.app_b.cnn_cheaper")
def cheaper(claim: Claim, tables: Tables) -> Evidence:
    frame = _reference(tables)
    dense = np.array(lists(_by_model(frame, "seconds_per_epoch"))[0])
    convolutional = np.array(lists(_by_model(_cnn(tables), "seconds_per_epoch"))[0])
    return Evidence(
        claim.id,
        [float(convolutional.mean()), float(dense.mean())],
        n=seeds(frame),
        settings=settings(claim, frame),
        holds=bool((convolutional < claim.tolerance["ratio"] * dense).all()),
    )


@evidence("wires.general.nc_small")
def few_kinds_are_easier(claim: Claim, tables: Tables) -> Evidence:
    frame = _cnn(tables)
    worst = largest(model_i(tables), "length")
    parts = [select(frame, "network of App. B", ensemble=m) for m in IMPURITY_MODELS]
    values, sd = lists([1 - part["mae_g0"] / part["mae_median_g0"] for part in (*parts, worst)])
    return Evidence(
        claim.id, values, sd, seeds(frame), settings(claim, frame), holds=rising(values[::-1])
    )
