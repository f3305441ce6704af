"""Claims on what the thesis proposes and does not do."""

import pandas as pd

from hamlearn.bitei.evidence.scatter import binomial, measured, ordered, repeated
from hamlearn.bitei.evidence.tables import Tables, evidence
from hamlearn.bitei.solver import LABELS
from hamlearn.claims import Claim, Evidence
from hamlearn.evidence import Gap, Missing, select

CHANCE = 100.0
"""Trace of any answers that do not depend on the crystal."""


def _costs(tables: Tables, *names: str) -> list[pd.DataFrame]:
    """Return the metrics of hybrid networks at the strong noise by cost."""
    chosen = {"family": "costs", "ensemble": "strong"}
    frames = [select(tables.metrics, "costs", network=f"hybrid_{n}", **chosen) for n in names]
    if any(frame["recall_weyl"].isna().any() for frame in frames):
        raise Missing("no Weyl semimetal in the test set at this scale")
    return frames


def _trained_on(frame: pd.DataFrame) -> dict[str, int]:
    return {"n_train": int(frame["n_train"].iloc[0])}


@evidence("bitei.ext.balanced_cost")
def balanced(claim: Claim, tables: Tables) -> Evidence:
    plain, weighted, soft = _costs(tables, "plain", "weighted", "soft_trace")
    traces = [measured(tables, frame, "trace", "trace") for frame in (plain, weighted, soft)]
    recalls = [float(frame["recall_weyl"].mean()) for frame in (plain, weighted, soft)]
    best = max((1, 2), key=lambda at: traces[at].value)
    weyl = measured(tables, (weighted, soft)[best - 1], "recall_weyl", "Weyl recall")
    note = "traces by cross-entropy, weighted, and by the soft trace; Weyl recalls "
    note += ", ".join(f"{recall:.3g}" for recall in recalls)
    found = {"n": len(plain), "settings": _trained_on(plain), "note": note}
    values = [trace.value for trace in traces]
    return ordered(claim, values, [traces[best] - traces[0], weyl - Gap(5, 0, "5")], **found)


@evidence("bitei.ext.resampling")
def resampled(claim: Claim, tables: Tables) -> Evidence:
    plain, again = _costs(tables, "plain", "resampled")
    weyl, trivial = (
        [measured(tables, frame, f"recall_{label}", label) for frame in (plain, again)]
        for label in ("weyl", "trivial")
    )
    note = "Weyl, then trivial recall, without and with resampling"
    found = {"n": len(plain), "settings": _trained_on(plain), "note": note}
    values = [recall.value for recall in (*weyl, *trivial)]
    return ordered(claim, values, [weyl[1] - weyl[0], trivial[0] - trivial[1]], **found)


@evidence("bitei.ext.longer_training")
def longer(claim: Claim, tables: Tables) -> Evidence:
    frame = select(tables.metrics, "longer training", family="costs", ensemble="clean")
    if frame["recall_weyl"].isna().any():
        raise Missing("no Weyl semimetal in the test set at this scale")
    recalls = [
        measured(tables, rows, "recall_weyl", f"after {epochs} epochs")
        for epochs, rows in frame.groupby("epochs")
    ]
    found = {"n": int(frame["repeat"].nunique()), "settings": _trained_on(frame)}
    values = [recall.value for recall in recalls]
    return ordered(claim, values, [recalls[-1] - recalls[0]], **found)


@evidence("bitei.ext.reciprocal_network")
def reciprocal(claim: Claim, tables: Tables) -> Evidence:
    zone = select(tables.metrics, "extractor", family="reciprocal", network="stretched")
    (hybrid,) = _costs(tables, "weighted")
    traces = [
        measured(tables, frame, "trace", name)
        for name, frame in (("extractor", zone), ("hybrid", hybrid))
    ]
    trivial = tables.baselines.loc[tables.baselines["ensemble"] == "strong", "trace"].max()
    note = f"both with weights, at the strong noise; the best trivial predictor has {trivial:.1f}"
    found = {"n": len(zone), "settings": _trained_on(zone), "note": note}
    return ordered(claim, [trace.value for trace in traces], [traces[0] - traces[1]], **found)


@evidence("bitei.ext.universality")
def universal(claim: Claim, tables: Tables) -> Evidence:
    """Judge whether a network that saw BiTeI learns another family better than a fresh one."""
    frame = tables.dirac
    if (frame[[f"n_{label}" for label in LABELS]] == 0).any(axis=None):
        raise Missing("a class of the other family has no test crystals at this scale")
    names = {"as_it_is": "network of BiTeI", "continued": "the same, trained on", "fresh": "fresh"}
    traces = [_of_dirac(frame[frame["predictor"] == key], name) for key, name in names.items()]
    logistic = frame.loc[frame["predictor"] == "logistic", "trace"].mean()
    note = f"traces; logistic regression of the same energies has {logistic:.1f}"
    gaps = [traces[1] - Gap(CHANCE, 0, "chance"), traces[1] - traces[2]]
    fresh = frame[frame["predictor"] == "fresh"]
    found = {"n": len(fresh), "settings": _trained_on(fresh), "note": note}
    return ordered(claim, [trace.value for trace in traces], gaps, **found)


def _of_dirac(rows: pd.DataFrame, name: str) -> Gap:
    first = rows.iloc[0]
    errors = [binomial(rows[f"recall_{one}"].mean(), first[f"n_{one}"]) for one in LABELS]
    return repeated(rows["trace"], errors, name)


@evidence("bitei.ext.gradient_descent")
def descends(claim: Claim, tables: Tables) -> Evidence:
    ends = tables.descent.groupby("parameters", sort=False).last()
    missed = (ends["gap_ev"] - ends["target_ev"]).abs()
    holds = bool(((missed < 5e-3) & (ends["phase"] == 1)).all())
    steps = ", ".join(f"{name}: {int(step)} steps" for name, step in ends["step"].items())
    used = {"steps": tables.settings["descent"]["steps"]}
    return Evidence(claim.id, missed.tolist(), n=1, holds=holds, settings=used, note=steps)


@evidence("bitei.ext.rotation_encoding")
def rotation(claim: Claim, tables: Tables) -> Evidence:
    return Evidence(claim.id, tables.checks["rotation"], n=1)
