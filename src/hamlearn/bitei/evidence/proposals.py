"""Claims on what the thesis proposes and does not do."""

import pandas as pd

from hamlearn.bitei.evidence.tables import Tables, evidence
from hamlearn.claims import Claim, Evidence
from hamlearn.evidence import Missing, select


def _costs(tables: Tables, *names: str) -> list[pd.DataFrame]:
    """Return the metrics of hybrid networks at the strong noise by cost."""
    chosen = {"family": "costs", "ensemble": "strong"}
    frames = [select(tables.metrics, "costs", cost=name, **chosen) for name in names]
    if any(frame["recall_weyl"].isna().any() for frame in frames):
        raise Missing("no Weyl semimetal in the test set at this scale")
    return frames


@evidence("bitei.ext.balanced_cost")
def balanced(claim: Claim, tables: Tables) -> Evidence:
    plain, weighted, soft = _costs(tables, "plain", "weighted", "soft_trace")
    traces = [float(frame["trace"].mean()) for frame in (plain, weighted, soft)]
    recalls = [float(frame["recall_weyl"].mean()) for frame in (plain, weighted, soft)]
    best = max((1, 2), key=lambda at: traces[at])
    holds = traces[best] > traces[0] and recalls[best] > 5
    note = "traces by cross-entropy, weighted, and by the soft trace; Weyl recalls "
    note += ", ".join(f"{recall:.3g}" for recall in recalls)
    used = {"n_train": int(plain["n_train"].iloc[0])}
    return Evidence(claim.id, traces, n=len(plain), holds=holds, settings=used, note=note)


@evidence("bitei.ext.resampling")
def resampled(claim: Claim, tables: Tables) -> Evidence:
    plain, again = _costs(tables, "plain", "resampled")
    weyl, trivial = (
        [float(frame[f"recall_{label}"].mean()) for frame in (plain, again)]
        for label in ("weyl", "trivial")
    )
    holds = weyl[1] > weyl[0] and trivial[1] < trivial[0]
    used = {"n_train": int(plain["n_train"].iloc[0])}
    note = "Weyl, then trivial recall, without and with resampling"
    found = {"n": len(plain), "holds": holds, "settings": used, "note": note}
    return Evidence(claim.id, [*weyl, *trivial], **found)


@evidence("bitei.ext.longer_training")
def longer(claim: Claim, tables: Tables) -> Evidence:
    frame = select(tables.metrics, "longer training", family="costs", ensemble="clean")
    found = frame.groupby("epochs")["recall_weyl"].mean().sort_index()
    if found.isna().any():
        raise Missing("no Weyl semimetal in the test set at this scale")
    used = {"n_train": int(frame["n_train"].iloc[0])}
    note = "after " + " and ".join(str(epochs) for epochs in found.index) + " epochs"
    holds = bool(found.iloc[-1] > found.iloc[0])
    n = int(frame["repeat"].nunique())
    return Evidence(claim.id, found.tolist(), n=n, holds=holds, settings=used, note=note)


@evidence("bitei.ext.reciprocal_network")
def reciprocal(claim: Claim, tables: Tables) -> Evidence:
    zone = select(tables.metrics, "extractor", family="reciprocal", network="stretched")
    (hybrid,) = _costs(tables, "weighted")
    found = [float(frame["trace"].mean()) for frame in (zone, hybrid)]
    trivial = tables.baselines.loc[tables.baselines["ensemble"] == "strong", "trace"].max()
    note = f"both with weights, at the strong noise; the best trivial predictor has {trivial:.1f}"
    used = {"n_train": int(zone["n_train"].iloc[0])}
    result = {"n": len(zone), "holds": found[0] > found[1], "settings": used, "note": note}
    return Evidence(claim.id, found, **result)


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
