"""Evidence on the disorder average of model II: Fig. 7 and its timings."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy.integrate import trapezoid

from hamlearn.claims import Claim, Evidence, show
from hamlearn.evidence import Missing, lists, mean_sd
from hamlearn.wires import ending
from hamlearn.wires.evidence.model_ii import best_trained
from hamlearn.wires.evidence.tables import Tables, evidence
from hamlearn.wires.plan import BIAS_CONDUCTANCE


def _differences(tables: Tables, quantity: str) -> pd.DataFrame:
    """Return, by seed, the largest difference in G0, the mean over n, and n of the largest."""
    if tables.average.empty:
        raise Missing("no disorder average at this scale")
    table = tables.average.sort_values("concentration")
    difference = (table[f"{quantity}_predicted_g0"] - table[f"{quantity}_true_g0"]).abs()
    rows = {}
    for seed, part in difference.groupby(table["seed"]):
        n = table.loc[part.index, "concentration"].to_numpy()
        # concentrations are not equidistant
        mean = trapezoid(part, n) / np.ptp(n) if len(n) > 1 else part.iloc[0]
        rows[seed] = {"max": part.max(), "mean": mean, "at": n[part.argmax()]}
    return pd.DataFrame.from_dict(rows, orient="index")


def _average_settings(tables: Tables) -> dict[str, object]:
    if "configurations" not in tables.average:
        raise Missing("the table of disorder averages does not say over how many configurations")
    frame = best_trained(tables, BIAS_CONDUCTANCE)
    return {
        "size": int(frame["length"].iloc[0]),
        "configurations": int(tables.average["configurations"].min()),
        "n_train": int(frame["n_train"].iloc[0]),
        "epochs": ending.epochs_in_words(frame),
    }


def _largest_at(found: pd.DataFrame) -> str:
    return f"largest at n = {show(sorted((100 * found['at']).unique().tolist()))} %"


def _mean_agrees(tables: Tables, tolerance: Mapping[str, float]) -> tuple[pd.DataFrame, bool]:
    found = _differences(tables, "mean")
    largest_, mean = found["max"].mean(), found["mean"].mean()
    return found, bool(largest_ < tolerance["largest_g0"] and mean < tolerance["mean_g0"])


@evidence("wires.ensemble.mean_agrees")
def mean_agrees(claim: Claim, tables: Tables) -> Evidence:
    found, holds = _mean_agrees(tables, claim.tolerance)
    values, sd = lists([found["max"], found["mean"]])
    used, note = _average_settings(tables), _largest_at(found)
    return Evidence(claim.id, values, sd, len(found), used, holds=holds, note=note)


@evidence("wires.ensemble.std_agrees")
def std_agrees(claim: Claim, tables: Tables) -> Evidence:
    found = _differences(tables, "std")
    value, sd = mean_sd(found["max"])
    holds = value < claim.tolerance["largest_g0"]
    used, note = _average_settings(tables), _largest_at(found)
    return Evidence(claim.id, value, sd, len(found), used, holds=holds, note=note)


def _seconds(tables: Tables) -> tuple[float, float, str]:
    """Return the seconds of Kwant and of the network with loading it, and the hardware."""
    timing = tables.timing
    if not timing:
        raise Missing("no timing at this scale")
    network = timing["network_seconds"] + timing["network_load_seconds"]
    hardware = timing["hardware"]
    words = hardware.items() if isinstance(hardware, Mapping) else [("hardware", hardware)]
    return timing["kwant_seconds"], network, ", ".join(f"{key} {value}" for key, value in words)


def _timing(claim: Claim, tables: Tables, value: float, note: str) -> Evidence:
    used = {key: tables.timing[key] for key in ("configurations", "energies")}
    used["size"] = tables.timing["size"][0]  # length and width
    return Evidence(claim.id, value, n=1, settings=used, note=note)


@evidence("wires.timing.kwant")
def kwant_time(claim: Claim, tables: Tables) -> Evidence:
    kwant, _, hardware = _seconds(tables)
    solves = tables.timing["kwant_solves"]
    solver = show(tables.timing["solver_seconds"])
    note = f"from {solves} solves; the batched solver takes {solver} s; {hardware}"
    return _timing(claim, tables, kwant, note)


@evidence("wires.timing.network")
def network_time(claim: Claim, tables: Tables) -> Evidence:
    _, network, hardware = _seconds(tables)
    warm = show(tables.timing["network_seconds"])
    return _timing(claim, tables, network, f"{warm} s of it predict; {hardware}")


@evidence("wires.timing.ratio")
def time_ratio(claim: Claim, tables: Tables) -> Evidence:
    kwant, network, hardware = _seconds(tables)
    warm, solver = tables.timing["ratio_kwant_network"], tables.timing["ratio_solver_network"]
    note = f"{show(warm)} without loading; batched solver to network {show(solver)}; {hardware}"
    return _timing(claim, tables, kwant / network, note)


@evidence("wires.general.fast_and_accurate")
def fast_and_accurate(claim: Claim, tables: Tables) -> Evidence:
    found, accurate = _mean_agrees(tables, claim.tolerance)
    kwant, network, hardware = _seconds(tables)
    share = network / kwant
    return Evidence(
        claim.id,
        share,
        n=len(found),
        settings=_average_settings(tables),
        holds=accurate and share < claim.tolerance["time_share"],
        note=f"averages {'agree' if accurate else 'do not agree'}; {hardware}",
    )
