"""Evidence beyond the test samples: graphs, linear map, robustness, speed (Secs. V to VII)."""

import pandas as pd

from hamlearn.bubbles.evidence.tables import (
    FULL,
    Tables,
    beside_eq6,
    evidence,
    known,
    over_seeds,
    several,
    tested,
)
from hamlearn.bubbles.linear_map import AS_PRINTED
from hamlearn.bubbles.plan import DEFORMED, LORENTZIANS, MORE
from hamlearn.claims import Claim, Evidence, show
from hamlearn.evidence import Missing, mean_sd, rank_correlation, seeds, select

PRINTED, WITH_AMPLITUDE = LORENTZIANS
WITH_CONSTANT = "_with_constant"
"""End of the ids of claims that read the linear map with a constant."""
AFFINE = {"fit": "global", "intercept": True}
CONSTANT = {"features": "constant", "fit": "global", "intercept": False}
"""h = -1, to which nothing is fitted."""
COUNTS = {"bubbles.robust.gauss11": 11, "bubbles.robust.gauss15": 15}
"""Claims on flakes with a number of bubbles."""
GRAPHS = tuple(
    f"bubbles.graph.{name}"
    for name in (
        *("honeycomb_subgraph", "brickwall_is_honeycomb", "kagome_subgraph", "kagome_multiple"),
        *("full_kernel_complete", "second_symmetric", "first_third_alternate"),
        *("no_translation_invariance", "adjacency_definition", "reconstruction"),
    )
)


# Graphs


def _statements(claim: Claim, tables: Tables) -> pd.DataFrame:
    return select(tables.graph, "statement about graphs", claim=claim.id)


@evidence(*GRAPHS)
def graph_holds(claim: Claim, tables: Tables) -> Evidence:
    rows = _statements(claim, tables)
    holds = rows["holds"].astype(bool)
    values = [int(holds.sum()), len(rows)]
    note = "; ".join(rows["value"].astype(str))
    return Evidence(claim.id, values, n=len(rows), holds=bool(holds.all()), note=note)


@evidence("bubbles.graph.kernel_nodes")
def kernel_nodes(claim: Claim, tables: Tables) -> Evidence:
    (value,) = _statements(claim, tables)["value"]
    return Evidence(claim.id, float(value), n=1)


# Linear map, read as printed (h = A F) and with a constant (h = A F + b)


def _readings(name: str) -> tuple[str, str]:
    return f"bubbles.linear_map.{name}", f"bubbles.linear_map.{name}{WITH_CONSTANT}"


def _maps(claim: Claim, tables: Tables, **conditions: object) -> pd.DataFrame:
    """Return the maps of one kind by seed; those that a claim reads where nothing else is said."""
    reading = {**AS_PRINTED, "intercept": claim.id.endswith(WITH_CONSTANT)}
    return select(tables.linear_map, "linear map", **{**reading, **conditions})


def _map_error(claim: Claim, tables: Tables, **conditions: object) -> float:
    return float(_maps(claim, tables, **conditions)["error_percent"].mean())


def _mapped(frame: pd.DataFrame) -> dict[str, int]:
    return {"fit_samples": int(frame["n_fit"].min()), "test_samples": int(frame["n_test"].min())}


@evidence(*_readings("error"))
def map_error(claim: Claim, tables: Tables) -> Evidence:
    frame = _maps(claim, tables)
    value, sd = mean_sd(frame["error_percent"])
    one_for_all = _map_error(claim, tables, fit="global")
    untrained = _map_error(claim, tables, features="untrained")
    return Evidence(
        claim.id,
        value,
        sd,
        seeds(frame),
        known(claim, tables, tested(tables, FULL), **_mapped(frame)),
        trivial=_map_error(claim, tables, **CONSTANT),
        note=f"one map for all samples {show(one_for_all)} %, untrained layer {show(untrained)} %",
    )


@evidence(*_readings("any_sample"))
def any_sample(claim: Claim, tables: Tables) -> Evidence:
    frame = _maps(claim, tables)
    holds = frame["p95_percent"].mean() <= claim.tolerance["percent"]
    return several(claim, tables, [frame["p95_percent"]], holds, **_mapped(frame))


@evidence(*_readings("energy_slice_irrelevant"))
def second_slice(claim: Claim, tables: Tables) -> Evidence:
    frames = [_maps(claim, tables, slices=slices) for slices in ("first", "both")]
    columns = [frame["error_percent"] for frame in frames]
    one, both = (column.mean() for column in columns)
    holds = abs(both / one - 1) < claim.tolerance["relative"]
    return several(claim, tables, columns, holds, **_mapped(frames[0]))


@evidence(*_readings("maps_agree"))
def maps_agree(claim: Claim, tables: Tables) -> Evidence:
    frame = _maps(claim, tables)
    columns = [frame[f"correlation_{direction}"] for direction in "abc"]
    error, trivial = _map_error(claim, tables), _map_error(claim, tables, **CONSTANT)
    correlated = min(column.mean() for column in columns) >= claim.tolerance["correlation"]
    note = f"error {show(error)} %, that of h = -1 {show(trivial)} %"
    mapped = _mapped(frame)
    return several(claim, tables, columns, correlated and error < trivial, note, **mapped)


@evidence("bubbles.linear_map.beats_constant")
def knows_more(claim: Claim, tables: Tables) -> Evidence:
    frame, constant = _maps(claim, tables, **AFFINE), _maps(claim, tables, **CONSTANT)
    untrained = _maps(claim, tables, features="untrained", **AFFINE)
    columns = [part["error_percent"] for part in (frame, constant, untrained)]
    ours, *theirs = (column.mean() for column in columns)
    return several(claim, tables, columns, ours < min(theirs), **_mapped(frame))


@evidence("bubbles.linear_map.training_adds")
def training_adds(claim: Claim, tables: Tables) -> Evidence:
    cases = [{"features": name} for name in ("untrained", "trained")]
    frames = [_maps(claim, tables, intercept=True, **case) for case in cases]
    columns = [frame["error_percent"] for frame in frames]
    untrained, trained = (column.mean() for column in columns)
    constant = _map_error(claim, tables, **CONSTANT)
    without, with_it = (show(100 * (1 - e / constant)) for e in (untrained, trained))
    note = f"{without} % and {with_it} % less than with h = -1, {show(constant)} %"
    holds = trained <= claim.tolerance["ratio"] * untrained
    return several(claim, tables, columns, holds, note, **_mapped(frames[1]))


# Robustness


def _groups(tables: Tables, ensemble: str, **conditions: object) -> pd.DataFrame:
    return select(tables.by_group, ensemble, run=FULL, ensemble=ensemble, **conditions)


@evidence(*COUNTS)
def more_bubbles(claim: Claim, tables: Tables) -> Evidence:
    frame = _groups(tables, MORE, group=COUNTS[claim.id])
    value, sd = mean_sd(frame["eq6_percent"])
    return Evidence(
        claim.id,
        value,
        sd,
        seeds(frame),
        known(claim, tables, tested(tables, FULL)),
        trivial=float(frame["eq6_modes_percent"].mean()),
        note="; ".join([f"{int(frame['n'].min())} samples", *beside_eq6(frame)]),
    )


@evidence("bubbles.robust.gauss_increases")
def rises_with_bubbles(claim: Claim, tables: Tables) -> Evidence:
    frame = _groups(tables, MORE)
    curve = frame[frame["group"] >= claim.tolerance["from"]].groupby("group")["eq6_percent"].mean()
    return _rises(claim, tables, curve)


@evidence("bubbles.robust.g_increases")
def rises_with_g(claim: Claim, tables: Tables) -> Evidence:
    frame = _groups(tables, DEFORMED)
    curve = frame.groupby("group")["eq15_percent"].mean()
    return _rises(claim, tables, curve, samples=_samples(frame))


def _samples(frame: pd.DataFrame) -> int:
    return int(frame.groupby("seed")["n"].sum().min())


def _rises(claim: Claim, tables: Tables, curve: pd.Series, **more: object) -> Evidence:
    if len(curve) < 3:
        raise Missing(f"a trend needs three groups, there are {len(curve)} at this scale")
    value = rank_correlation(curve.index, curve)
    holds = value > claim.tolerance["correlation"]
    ends = show([float(curve.iloc[0]), float(curve.iloc[-1])])
    note = f"first and last of {len(curve)} groups {ends} %"
    return several(claim, tables, [[value]], holds, note, **more)


@evidence("bubbles.robust.lorentz_error")
def lorentzians(claim: Claim, tables: Tables) -> Evidence:
    other = float(tested(tables, FULL, ensemble=WITH_AMPLITUDE)["eq6_percent"].mean())
    frame = tested(tables, FULL, ensemble=PRINTED)
    note = f"bubbles as printed are almost flat; with the amplitudes of Table II {show(other)} %"
    note = "; ".join([note, *beside_eq6(frame)])
    value, sd = mean_sd(frame["eq6_percent"])
    used = known(claim, tables, tested(tables, FULL))
    trivial = float(frame["eq6_modes_percent"].mean())
    return Evidence(claim.id, value, sd, seeds(frame), used, trivial=trivial, note=note)


@evidence("bubbles.robust.lorentz_below_gaussian")
def below_gaussians(claim: Claim, tables: Tables) -> Evidence:
    frames = [tested(tables, FULL, ensemble=PRINTED), tested(tables, FULL)]
    columns = [frame["eq6_percent"] for frame in frames]
    trivial = show([float(frame["eq6_modes_percent"].mean()) for frame in frames])
    holds = columns[0].mean() < columns[1].mean()
    return several(claim, tables, columns, holds, f"T = 2n + 1 has {trivial} %")


@evidence("bubbles.robust.eq15_reason")
def few_excessive(claim: Claim, tables: Tables) -> Evidence:
    names = ("largest_eq6_percent", "largest_eq15_percent", "share_eq6_above_100")
    columns = [over_seeds(tables, name, run=FULL, ensemble=DEFORMED) for name in names]
    eq6, eq15, share = (column.mean() for column in columns)
    holds = eq6 > eq15 and 0 < share < claim.tolerance["share"]
    columns[2] = 100 * columns[2]
    samples = _samples(_groups(tables, DEFORMED))
    return several(claim, tables, columns, holds, samples=samples)


# Speed


def _timed(claim: Claim, tables: Tables, value: float, **values: object) -> Evidence:
    used = {key: tables.timing[key] for key in claim.needs}
    return Evidence(claim.id, value, n=1, settings=used, **values)


@evidence("bubbles.speed.factor")
def speed(claim: Claim, tables: Tables) -> Evidence:
    timing = tables.timing
    if not timing:
        raise Missing("no timing at this scale")
    seconds = {
        "Kwant": timing["kwant_seconds"],
        "our exact solver": timing["solver_seconds"],
        "prediction": timing["prediction_seconds"],
        "height map": timing["map_seconds"],
    }
    parts = [f"{name} {show(value)} s" for name, value in seconds.items()]
    parts.append(f"our exact solver to prediction {show(timing['ratio_solver'])}")
    parts.append(f"{timing['machine']['cpu']}, {timing['machine']['threads']} thread")
    return _timed(claim, tables, timing["ratio_kwant"], note="; ".join(parts))


@evidence("bubbles.speed.dense_entries")
def dense_entries(claim: Claim, tables: Tables) -> Evidence:
    if not tables.timing:
        raise Missing("no timing at this scale")
    sites, parameters = tables.timing["sites"], tables.timing["parameters"]
    value = sites**2 / parameters
    note = f"{parameters} parameters, {show(parameters / sites)} for each site"
    return _timed(claim, tables, value, holds=value > claim.tolerance["ratio"], note=note)
