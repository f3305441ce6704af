"""Evidence on model I: Figs. 2 and 5."""

import numpy as np
import pandas as pd

from hamlearn.claims import Claim, Evidence, show
from hamlearn.evidence import Missing, in_words, lists, mean_sd, rising, seeds, select
from hamlearn.wires import ending
from hamlearn.wires.evidence.tables import (
    Tables,
    evidence,
    network_mae,
    runs,
    settings,
    statistic,
)
from hamlearn.wires.runs import PAPER_RULE
from hamlearn.wires.selection import largest, of_family

SMALLEST = 5  # sites; from here on the fluctuation is universal (Sec. III)


def model_i(tables: Tables) -> pd.DataFrame:
    """Return the metrics of the networks of Fig. 5 by size, each with its largest training set."""
    frame = runs(tables, "model_i")
    return pd.concat([largest(part, "n_train") for _, part in frame.groupby("length")])


def by_size(frame: pd.DataFrame, column: str) -> pd.Series:
    """Return a metric by size, averaged over the seeds."""
    return frame.groupby("length")[column].mean()


def _sources(tables: Tables, smallest: int = 0) -> pd.DataFrame:
    frame = statistic(tables, "std")
    frame = frame[(frame["length"] >= smallest)].sort_values("length")
    if frame.empty:
        raise Missing(f"no ensemble of model I of {smallest} sites or more at this scale")
    return frame


@evidence("wires.model_i.histogram.asymmetric")
def asymmetric(claim: Claim, tables: Tables) -> Evidence:
    sources = _sources(tables)
    found = {"shoulder_peak": [], "shoulder_mean": []}
    for source in sources["source"]:
        for name, values in found.items():
            shoulders = statistic(tables, name, source=source)
            values.append(float((shoulders["value"] / shoulders["error"]).abs().max()))
    skewness = statistic(tables, "skewness").sort_values("length")["value"].tolist()
    smaller = np.minimum(*found.values())
    return Evidence(
        claim.id,
        smaller.tolist(),
        n=int(sources["n"].min()),
        settings={"sizes": sources["length"].tolist(), "samples": sources["n"].tolist()},
        holds=bool((smaller > claim.tolerance["standard_errors"]).all()),
        note=f"around the peak bin {show(found['shoulder_peak'])}; skewness {show(skewness)}",
    )


@evidence("wires.model_i.histogram.wide")
def wide(claim: Claim, tables: Tables) -> Evidence:
    sources = _sources(tables)
    return Evidence(
        claim.id,
        sources["value"].tolist(),
        n=int(sources["n"].min()),
        settings={"sizes": sources["length"].tolist(), "samples": sources["n"].tolist()},
        holds=bool((sources["value"] > claim.tolerance["std_g0"]).all()),
    )


@evidence("wires.model_i.ucf_constant")
def constant_fluctuation(claim: Claim, tables: Tables) -> Evidence:
    sources = _sources(tables, SMALLEST)
    if len(sources) < 2:
        raise Missing("a comparison needs two sizes, there is one at this scale")
    ratio = float(sources["value"].max() / sources["value"].min())
    return Evidence(
        claim.id,
        ratio,
        n=int(sources["n"].min()),
        settings={"sizes": sources["length"].tolist(), "samples": sources["n"].tolist()},
        holds=ratio < claim.tolerance["ratio"],
        note=f"standard deviations {show(sources['value'].tolist())} G0",
    )


def _one_size(tables: Tables, size: int) -> pd.DataFrame:
    return select(model_i(tables), "network of Fig. 5", length=size)


def _with_other_rule(tables: Tables, frame: pd.DataFrame) -> str:
    other = of_family(tables.metrics, "model_i")
    other = other[other["stopping"] != PAPER_RULE]
    for column in ("trained_on", "n_train"):
        other = other[other[column].isin(frame[column])]
    return "" if other.empty else f"{ending.in_words(other)}: {in_words(other['mae'])}"


@evidence(*(f"wires.model_i.mae.{size}x{size}" for size in (3, 5, 10, 20)))
def mae(claim: Claim, tables: Tables) -> Evidence:
    frame = _one_size(tables, claim.needs["size"])
    return network_mae(claim, frame, note=_with_other_rule(tables, frame))


def _sizes(claim: Claim, frame: pd.DataFrame) -> dict[str, object]:
    first = frame.groupby("length", as_index=False).first().sort_values("length")
    known = {
        "sizes": first["length"].tolist(),
        "n_train": first["n_train"].tolist(),
        "neurons": first["neurons"].tolist(),
        "n_test": int(first["n_test"].min()),
        "epochs": ending.epochs_in_words(frame),
    }
    return settings(claim, first, **known)


@evidence("wires.model_i.mae.monotone")
def mae_grows(claim: Claim, tables: Tables) -> Evidence:
    frame = model_i(tables)
    values, sd = lists([part["mae"] for _, part in frame.groupby("length")])
    if len(values) < 4:
        raise Missing(f"needs four sizes, there are {len(values)} at this scale")
    relative = by_size(frame, "relative_mae").tolist()
    holds = rising(values) and rising(relative[:3]) and rising(relative[2:], strictly=False)
    return Evidence(
        claim.id,
        values,
        sd,
        seeds(frame),
        _sizes(claim, frame),
        holds=holds,
        note=f"over the constant predictor {show(relative)}; {ending.in_words(frame)}",
    )


@evidence("wires.model_i.parity.3x3_dense")
def dense_at_3x3(claim: Claim, tables: Tables) -> Evidence:
    frame = model_i(tables)
    r2 = by_size(frame, "r2")
    if r2.index[0] != 3 or len(r2) < 2:
        raise Missing("needs 3 x 3 and another size")
    best = float(r2.iloc[0])
    return Evidence(
        claim.id,
        r2.tolist(),
        n=seeds(frame),
        settings=_sizes(claim, frame),
        holds=best > claim.tolerance["r2"] and bool(best > r2.iloc[1:].max()),
    )


@evidence("wires.model_i.parity.spread")
def spread_grows(claim: Claim, tables: Tables) -> Evidence:
    frame = model_i(tables)
    shares, sd = lists([part["fraction_above_03"] for _, part in frame.groupby("length")])
    return Evidence(claim.id, shares, sd, seeds(frame), _sizes(claim, frame), holds=rising(shares))


@evidence("wires.model_i.coverage")
def coverage(claim: Claim, tables: Tables) -> Evidence:
    frame = model_i(tables)
    n_train = by_size(frame, "n_train")
    covered = n_train * claim.tolerance["eps_over_w"] ** (n_train.index.to_numpy(float) ** 2)
    return Evidence(
        claim.id,
        covered.tolist(),
        n=len(covered),
        settings=_sizes(claim, frame),
        holds=rising(covered.tolist()[::-1]),
        note="follows from the formula",
    )


@evidence("wires.model_i.prediction_fails")
def fails(claim: Claim, tables: Tables) -> Evidence:
    frame = _one_size(tables, claim.needs["size"])
    value, sd = mean_sd(frame["mae"] / frame["mae_median"])
    return Evidence(
        claim.id,
        value,
        sd,
        seeds(frame),
        settings(claim, frame),
        holds=value >= claim.tolerance["ratio"],
        note=_with_other_rule(tables, frame),
    )


@evidence("wires.model_i.beats_ridge")
def beats_ridge(claim: Claim, tables: Tables) -> Evidence:
    ridge = select(
        tables.baselines, "kernel ridge regression", ensemble="i_3", predictor="kernel_ridge"
    )
    ridge = largest(ridge, "n_train")
    n_train = int(ridge["n_train"].iloc[0])
    networks = runs(tables, "model_i", trained_on="i_3")
    same = networks[networks["n_train"] == n_train]
    frame = largest(networks, "n_train") if same.empty else same
    network, sd = mean_sd(frame["mae"])
    other = float(ridge["mae"].mean())
    return Evidence(
        claim.id,
        [network, other],
        None if sd is None else [sd, 0.0],
        seeds(frame),
        settings(claim, frame, same_training_set=not same.empty),
        trivial=float(frame["mae_trivial"].mean()),
        holds=network < other,
        note=f"{int(frame['n_train'].iloc[0])} and {n_train} training samples",
    )
