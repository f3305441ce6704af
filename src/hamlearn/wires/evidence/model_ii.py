"""Evidence on model II: Figs. 3 and 6."""

import numpy as np
import pandas as pd

from hamlearn.claims import Claim, Evidence, show
from hamlearn.evidence import (
    Missing,
    in_words,
    lists,
    mean_sd,
    rank_correlation,
    rising,
    seeds,
    select,
)
from hamlearn.wires import ending
from hamlearn.wires.evidence.model_i import model_i
from hamlearn.wires.evidence.tables import (
    Tables,
    evidence,
    network_mae,
    settings,
    statistic,
)
from hamlearn.wires.plan import BIAS_CONDUCTANCE, CONDUCTANCE, TARGETS
from hamlearn.wires.selection import largest, model_ii, model_ii_by_the_papers_rule


def _bins(tables: Tables, quantity: str, target: str) -> pd.DataFrame:
    return statistic(tables, quantity, source="ii", target=target).sort_values("low")


def _ensemble_settings(tables: Tables) -> dict[str, object]:
    means = _bins(tables, "mean", CONDUCTANCE)
    return {"size": int(means["length"].iloc[0]), "samples": int(means["n"].sum())}


@evidence("wires.model_ii.fig3.limit_n1")
def vanishes(claim: Claim, tables: Tables) -> Evidence:
    last = [_bins(tables, "mean", target).iloc[-1] for target in TARGETS]
    if min(bin_["high"] for bin_ in last) < 1:
        raise Missing("no sample with a concentration near 1 at this scale")
    value = max(float(bin_["value"]) for bin_ in last)
    n = int(last[0]["n"])
    return Evidence(claim.id, value, n=n, settings=_ensemble_settings(tables))


@evidence("wires.model_ii.fig3.monotone")
def falls(claim: Claim, tables: Tables) -> Evidence:
    floor, holds, above = claim.tolerance["floor_g0"], True, []
    for target in TARGETS:
        means = _bins(tables, "mean", target)["value"].to_numpy()
        floored = np.maximum(means, floor)
        stop = int(np.argmax(means <= floor)) if (means <= floor).any() else len(means)
        holds &= rising(-floored[: stop + 1]) and bool((floored[stop:] == floor).all())
        above.append(stop)
    common = _ensemble_settings(tables)
    return Evidence(
        claim.id,
        n=common["samples"],
        settings=common,
        holds=holds,
        note=f"{above[0]} and {above[1]} bins lie above the floor for G and its average",
    )


@evidence("wires.model_ii.fig3.spread")
def spreads_more(claim: Claim, tables: Tables) -> Evidence:
    both = pd.merge(
        *(_bins(tables, "spread", target)[["low", "high", "value"]] for target in TARGETS),
        on=["low", "high"],
    ).dropna()
    both = both[both["high"] <= claim.tolerance["concentration"] + 1e-9]
    if both.empty:
        raise Missing("too few samples in every bin of the concentration")
    share = float((both["value_x"] > both["value_y"]).mean())
    common = _ensemble_settings(tables)
    return Evidence(
        claim.id,
        share,
        n=common["samples"],
        settings=common,
        holds=share > claim.tolerance["share"],
    )


@evidence("wires.model_ii.gbar_fluctuation")
def fluctuates_less(claim: Claim, tables: Tables) -> Evidence:
    residuals = []
    for target in TARGETS:
        bins = _bins(tables, "residual", target).dropna(subset=["value"])
        if bins.empty:
            raise Missing("too few samples in every bin of the concentration")
        residuals.append(float(np.average(bins["value"], weights=bins["n"])))
    common = _ensemble_settings(tables)
    return Evidence(
        claim.id,
        residuals,
        n=common["samples"],
        settings=common,
        holds=residuals[1] < residuals[0],
    )


@evidence("wires.digitised.fig3.n0")
def clean(claim: Claim, tables: Tables) -> Evidence:
    rows = [statistic(tables, "mean", source="clean", target=target).iloc[0] for target in TARGETS]
    values = [float(row["value"]) for row in rows]
    return Evidence(claim.id, values, n=1, settings={"size": int(rows[0]["length"])})


def networks(tables: Tables, target: str) -> pd.DataFrame:
    """Return the metrics of the convolutional networks that Fig. 6 shows for one target."""
    found = model_ii(tables.metrics, target)
    if found.empty:
        raise Missing(f"no network of model II was trained for {target} at this scale")
    return found


def best_trained(tables: Tables, target: str) -> pd.DataFrame:
    """Return those with the largest training set."""
    return largest(networks(tables, target), "n_train")


def by_the_papers_rule(tables: Tables, target: str) -> pd.DataFrame:
    """Return them as trained by the paper's stopping rule, if they were, else as Fig. 6 shows."""
    found = model_ii_by_the_papers_rule(tables.metrics, target)
    return best_trained(tables, target) if found.empty else largest(found, "n_train")


def _best_mae(claim: Claim, tables: Tables, target: str) -> Evidence:
    judged, shown = by_the_papers_rule(tables, target), best_trained(tables, target)
    if judged.equals(shown):
        return network_mae(claim, judged)
    rule = ending.in_words(shown)
    return network_mae(claim, judged, f"{rule}, as in Fig. 6: {in_words(shown['mae'])}")


@evidence("wires.model_ii.mae_g.30k")
def mae_smallest(claim: Claim, tables: Tables) -> Evidence:
    frame = networks(tables, CONDUCTANCE)
    return network_mae(claim, frame[frame["n_train"] == frame["n_train"].min()])


@evidence("wires.model_ii.mae_g.80k", "wires.model_ii.mae_g.summary")
def mae_conductance(claim: Claim, tables: Tables) -> Evidence:
    return _best_mae(claim, tables, CONDUCTANCE)


@evidence("wires.model_ii.mae_gbar.80k", "wires.model_ii.mae_gbar.summary")
def mae_average(claim: Claim, tables: Tables) -> Evidence:
    return _best_mae(claim, tables, BIAS_CONDUCTANCE)


@evidence("wires.model_ii.mae_ratio")
def mae_ratio(claim: Claim, tables: Tables) -> Evidence:
    frames = [by_the_papers_rule(tables, target).set_index("seed") for target in TARGETS]
    ratios = (frames[1]["mae"] / frames[0]["mae"]).dropna()
    if ratios.empty:
        raise Missing("no seed with a network for G and one for its average")
    value, sd = mean_sd(ratios)
    counting = frames[1]["mae_trivial"].mean() / frames[0]["mae_trivial"].mean()
    return Evidence(
        claim.id,
        value,
        sd,
        len(ratios),
        settings(claim, pd.concat(frames)),
        note=f"regression on the impurity count: {show(float(counting))}",
    )


def _epochs(tables: Tables, *targets: str) -> dict[str, str]:
    frames = [networks(tables, target) for target in targets]
    return {"epochs": ending.epochs_in_words(pd.concat(frames))}


def _curve(tables: Tables, target: str) -> pd.Series:
    return networks(tables, target).groupby("n_train")["mae"].mean().sort_index()


@evidence("wires.model_ii.mae_g.learning_curve")
def learns(claim: Claim, tables: Tables) -> Evidence:
    curve = _curve(tables, CONDUCTANCE)
    if len(curve) < 2:
        raise Missing("a learning curve needs two training sets, there is one at this scale")
    correlation = rank_correlation(curve.index, curve)
    frame = best_trained(tables, CONDUCTANCE)
    return Evidence(
        claim.id,
        curve.tolist(),
        n=seeds(frame),
        settings=settings(claim, frame, **_epochs(tables, CONDUCTANCE)),
        holds=bool(curve.iloc[-1] < curve.iloc[0]) and correlation < 0,
        note=f"{show(curve.index.tolist())} samples; rank correlation {show(correlation)}",
    )


@evidence("wires.model_ii.mae_gbar.decay")
def decays(claim: Claim, tables: Tables) -> Evidence:
    curves = [_curve(tables, target) for target in TARGETS]
    if min(map(len, curves)) < claim.tolerance["points"]:
        raise Missing(
            f"a constant plus an exponential needs {claim.tolerance['points']} training sets or "
            f"more, there are {min(map(len, curves))} at this scale"
        )
    drops = [_late_drop(curve) for curve in curves]
    r2 = exponential_r2(curves[1].index.to_numpy(float), curves[1].to_numpy())
    frame = best_trained(tables, BIAS_CONDUCTANCE)
    return Evidence(
        claim.id,
        r2,
        n=seeds(frame),
        settings=settings(claim, frame, **_epochs(tables, *TARGETS)),
        holds=drops[1] < drops[0] and r2 > claim.tolerance["r2"],
        note=f"late relative drop {show(drops[0])} for G, {show(drops[1])} for its average",
    )


def _late_drop(curve: pd.Series) -> float:
    middle = curve.index[curve.index >= (curve.index[0] + curve.index[-1]) / 2][0]
    return float(1 - curve.iloc[-1] / curve[middle])


def exponential_r2(x: np.ndarray, y: np.ndarray) -> float:
    """Return R2 of the best a + b exp(-x/c) with b > 0; 0 if none falls."""
    best = 0.0
    for scale in np.geomspace(0.05, 20, 200) * np.ptp(x):
        basis = np.column_stack([np.ones_like(x), np.exp(-(x - x[0]) / scale)])
        fit = np.linalg.lstsq(basis, y, rcond=None)[0]
        if fit[1] > 0:
            rest = ((y - basis @ fit) ** 2).sum() / ((y - y.mean()) ** 2).sum()
            best = max(best, 1 - float(rest))
    return best


@evidence("wires.model_ii.better_than_i")
def better_than_i(claim: Claim, tables: Tables) -> Evidence:
    worst = largest(model_i(tables), "length")
    ours = by_the_papers_rule(tables, CONDUCTANCE)
    values, sd = lists([worst["mae"], ours["mae"]])
    relative = [float((f["mae"] / f["mae_median"]).mean()) for f in (worst, ours)]
    epochs = ending.epochs_in_words(pd.concat([worst, ours]))
    return Evidence(
        claim.id,
        values,
        sd,
        seeds(ours),
        settings(claim, ours, epochs=epochs),
        holds=values[1] < values[0] and relative[1] < relative[0],
        note=f"over the constant predictor {show(relative)}",
    )


@evidence("wires.model_ii.outliers_g")
def outliers(claim: Claim, tables: Tables) -> Evidence:
    frame = best_trained(tables, CONDUCTANCE)
    value, sd = mean_sd(frame["fraction_above_1"])
    return Evidence(
        claim.id,
        value,
        sd,
        seeds(frame),
        settings(claim, frame),
        holds=value > claim.tolerance["share"],
    )


@evidence("wires.model_ii.parity.gbar_denser")
def denser(claim: Claim, tables: Tables) -> Evidence:
    frames = [best_trained(tables, target) for target in TARGETS]
    values, sd = lists([frame["fraction_above_1"] for frame in frames])
    return Evidence(
        claim.id,
        values,
        sd,
        seeds(frames[0]),
        settings(claim, frames[0]),
        holds=values[1] < values[0],
    )


def _histograms(tables: Tables, target: str) -> list[pd.DataFrame]:
    """Return, for each seed, the shares of true and predicted conductance by bin."""
    best = best_trained(tables, target)
    rows = select(
        tables.statistics,
        "histogram",
        run=best["run"].unique().tolist(),
        quantity=["histogram_true", "histogram_predicted"],
    )
    return [
        part.pivot_table(index=["low", "high"], columns="quantity", values="value", fill_value=0.0)
        for _, part in rows.groupby("seed")
    ]


def _distances(tables: Tables, target: str, above: float) -> list[float]:
    distances = []
    for shares in _histograms(tables, target):
        shown = shares[shares.index.get_level_values("low") > above - 1e-9]
        difference = shown["histogram_predicted"] - shown["histogram_true"]
        distances.append(float(difference.abs().sum() / 2))
    return distances


@evidence("wires.model_ii.hist_g")
def histograms_agree(claim: Claim, tables: Tables) -> Evidence:
    frame = best_trained(tables, CONDUCTANCE)
    value, sd = mean_sd(_distances(tables, CONDUCTANCE, claim.tolerance["above_g0"]))
    return Evidence(
        claim.id,
        value,
        sd,
        seeds(frame),
        settings(claim, frame),
        holds=value < claim.tolerance["distance"],
    )


@evidence("wires.model_ii.hist_gbar")
def histograms_closer(claim: Claim, tables: Tables) -> Evidence:
    frame = best_trained(tables, BIAS_CONDUCTANCE)
    above = claim.tolerance["above_g0"]
    values, sd = lists([_distances(tables, target, above) for target in TARGETS])
    return Evidence(
        claim.id,
        values,
        sd,
        seeds(frame),
        settings(claim, frame),
        holds=values[1] < values[0],
    )


@evidence("wires.model_ii.hist_g.exception")
def histograms_differ(claim: Claim, tables: Tables) -> Evidence:
    frame = best_trained(tables, CONDUCTANCE)
    channels, width = int(frame["length"].iloc[0]), claim.tolerance["width_g0"]
    shares = pd.concat(_histograms(tables, CONDUCTANCE))
    middle = shares.index.to_frame().mean(axis=1).to_numpy()
    # what lies just below zero or above all channels belongs to the interval at that end
    interval = np.clip(middle // width, 0, channels // width - 1).astype(int)
    joined = shares.groupby(interval).sum()
    joined = joined[joined["histogram_true"] > 0]
    relative = (joined["histogram_predicted"] / joined["histogram_true"] - 1).abs()
    low = int(relative.idxmax()) * width
    last = relative.get(channels // width - 1, 0.0)
    return Evidence(
        claim.id,
        [low, low + width],
        n=seeds(frame),
        settings=settings(claim, frame),
        holds=low == channels - width,
        note=f"relative difference {show(float(relative.max()))} there, "
        f"{show(float(last))} in [{channels - width}, {channels}]",
    )
