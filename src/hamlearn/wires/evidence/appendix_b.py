"""Evidence on appendix B: Figs. 10 to 12."""

import numpy as np
import pandas as pd

from hamlearn.claims import Claim, Evidence, show
from hamlearn.evidence import Missing, lists, rising, seeds, select
from hamlearn.wires import ending
from hamlearn.wires.evidence.model_i import model_i
from hamlearn.wires.evidence.tables import (
    Tables,
    evidence,
    grid,
    network_mae,
    runs,
    settings,
    statistic,
)
from hamlearn.wires.plan import CONDUCTANCE, IMPURITY_MODELS
from hamlearn.wires.selection import fig12, largest

NETWORK = ["hidden", "neurons"]
INSET = 0.6  # the concentration from which the inset of Fig. 10 shows


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
    return runs(tables, "species", architecture="dnn")


def _cnn(tables: Tables) -> pd.DataFrame:
    return runs(tables, "species", architecture="cnn")


def _reference(tables: Tables) -> pd.DataFrame:
    """Return the dense networks of Fig. 12, or raise Missing."""
    return select(fig12(tables.metrics), "dense network of Fig. 12")


def _by_model(frame: pd.DataFrame, column: str = "mae") -> list[pd.Series]:
    """Return a metric of models II, III and IV, each over its seeds; raise Missing if one lacks."""
    return [select(frame, "network of App. B", model=m)[column] for m in IMPURITY_MODELS]


def _both(claim: Claim, tables: Tables) -> dict[str, object]:
    """Return the settings of the dense networks of Fig. 12, and the epochs of all that it shows."""
    dense = _reference(tables)
    epochs = ending.epochs_in_words(pd.concat([dense, _cnn(tables)]))
    return settings(claim, dense, epochs=epochs)


def _widest(claim: Claim, frame: pd.DataFrame) -> dict[str, object]:
    return settings(claim, frame, neurons=int(frame["neurons"].max()))


@evidence("wires.app_b.mae.ii", "wires.app_b.mae.iii", "wires.app_b.mae.iv")
def mae_of_species(claim: Claim, tables: Tables) -> Evidence:
    model = claim.id.rpartition(".")[2]
    frame = select(_reference(tables), "network of App. B", model=model)
    return network_mae(claim, frame)


@evidence("wires.app_b.depth_dependence")
def depends_on_network(claim: Claim, tables: Tables) -> Evidence:
    frame = _dnn(tables)
    if seeds(frame) < 2:
        raise Missing("the spread over seeds needs two seeds, there is one at this scale")
    cells = frame.groupby(["model", *NETWORK])["mae"]
    over_grid = cells.mean().groupby("model").std()
    over_seeds = np.sqrt(cells.var().groupby("model").mean())
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
    table = grid(frame, "model", "hidden").unstack()
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
    used = _both(claim, tables)
    return Evidence(claim.id, dense, sd, seeds(frame), used, holds=holds, note=note)


@evidence("wires.app_b.architecture_weak")
def weak_dependence(claim: Claim, tables: Tables) -> Evidence:
    frame = _dnn(tables)
    deep = frame[frame["hidden"] >= 2]
    cells = grid(deep, "model", *NETWORK)
    if cells.groupby("model").size().reindex(list(IMPURITY_MODELS), fill_value=0).min() < 2:
        raise Missing("needs two networks of two layers or more for every model")
    spread = cells.groupby("model").agg(np.ptp).max()
    between = np.diff(cells.groupby("model").mean()[list(IMPURITY_MODELS)]).min()
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
        settings=_both(claim, tables),
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
        settings=_both(claim, tables),
        holds=bool((convolutional < claim.tolerance["ratio"] * dense).all()),
    )


@evidence("wires.general.nc_small")
def few_kinds_are_easier(claim: Claim, tables: Tables) -> Evidence:
    frame = _cnn(tables)
    worst = largest(model_i(tables), "length")
    parts = [select(frame, "network of App. B", model=m) for m in IMPURITY_MODELS]
    values, sd = lists([1 - part["mae"] / part["mae_median"] for part in (*parts, worst)])
    used = settings(claim, frame, epochs=ending.epochs_in_words(pd.concat([frame, worst])))
    return Evidence(claim.id, values, sd, seeds(frame), used, holds=rising(values[::-1]))
