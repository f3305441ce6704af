"""Table: what rolls change in networks, and how flat their accuracy is."""

import pandas as pd

from hamlearn import tables
from hamlearn.files import read_small
from hamlearn.rolling import measures
from rolling import looks

KEYS = ["family", "architecture", "kind", "downsample", "n_train"]
ERRORS = 2
"""Standard errors by which a difference must be beyond."""
HEADERS = {
    "name": "network",
    "kind": "kind",
    "downsample": "downsampling",
    "one": "roll by one",
    "multiple": "by the product of all strides",
    "difference": "accuracy at large minus small χ, networks trained at each",
    "flat": "flat",
}


def verdict(difference: float, se: float) -> str:
    """Return whether a difference of accuracies is within what does not count, as claims are."""
    if pd.isna(difference):
        return ""
    beyond = abs(difference) - measures.NEARLY
    return "yes" if beyond <= 0 else "no" if beyond > ERRORS * se else "not told"


def draw(metrics, flatness, scale):
    """Return the page, and its frame: error of invariance and flatness of each network."""
    metrics, flatness = read_small(metrics), read_small(flatness)
    metrics = metrics[metrics["target"] == "class"]
    metrics = metrics[~metrics["family"].isin(["sizes", "frozen"])]
    found = metrics.groupby(KEYS, dropna=False, sort=False).agg(
        one=("invariance_error", "max"), multiple=("subgroup_error", "max")
    )
    flat = flatness[flatness["trained_at"].astype(str).isin(["own", "0"])]
    exact = flat["downsample"].fillna("aligned") != "aligned"
    flat = flat[exact == (flat["trained_at"].astype(str) == "0")]
    flat = flat.drop_duplicates(KEYS)[[*KEYS, "difference", "se"]]
    frame = found.reset_index().merge(flat, on=KEYS, how="left")
    text = frame[["kind", "downsample"]].fillna("")
    shown = frame.assign(**text, name=frame["architecture"].map(looks.FAMILIES))
    pairs = list(zip(frame["difference"], frame["se"], strict=True))
    shown["difference"] = [f"{a:+.3f} ± {b:.3f}" if pd.notna(a) else "" for a, b in pairs]
    for column in ("one", "multiple"):
        shown[column] = [f"{v:.1e}" if pd.notna(v) else "" for v in frame[column]]
    shown["flat"] = [verdict(a, b) for a, b in pairs]
    note = (
        "Largest change of a logit over the largest logit, in single precision, over all "
        "repetitions; errors of the accuracies are standard errors. Large χ are those of half a "
        "period or more, small ones up to 3. Networks with exact pools are trained at χ = 0 alone. "
        "Flat: within 1.5 %; not told: beyond that by less than two standard errors. "
        f"Scale: {scale}."
    )
    return tables.markdown("Invariance under rolls", note, shown, HEADERS), frame
