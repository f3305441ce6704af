"""Table: networks, and predictors that learn next to nothing, on each ensemble."""

import pandas as pd

from bitei.looks import PREDICTORS, TAKEN_ALONG
from hamlearn import plotting, tables
from hamlearn.bitei.solver import LABELS
from hamlearn.files import read_small

VALUES = ["trace", *(f"recall_{label}" for label in LABELS), "accuracy"]
BY = ["ensemble", "trained_on", "family", "network", "n_train", "epochs", "parameters"]
HEADERS = {
    "ensemble": "tested on",
    "trained_on": "trained on",
    "name": "network or predictor",
    "shown": "trace, of 300",
    **{f"recall_{label}": f"{label}, %" for label in LABELS},
    "accuracy": "accuracy, %",
    "n_train": "crystals of training",
    "epochs": "epochs",
    "parameters": "parameters",
    "seeds": "networks",
}


def draw(metrics, baselines, dirac, scale):
    """Return the page, and its frame: what is told apart, trace and recalls with spreads."""
    own = plotting.over_seeds(read_small(metrics), BY, VALUES)
    own["name"] = own["family"] + ", " + own["network"]
    others = read_small(baselines)
    others = others.assign(name=others["predictor"].map(PREDICTORS), trained_on=others["ensemble"])
    others["family"] = "predictor"
    frame = pd.concat([own, others, _of_dirac(read_small(dirac))])
    frame = frame.sort_values(["ensemble", "trace"]).reset_index(drop=True)
    spreads = [f"{value}_sd" for value in VALUES]
    frame[spreads] = frame[spreads].fillna(0.0)
    frame["shown"] = tables.spreads(frame, "trace", 1)
    note = f"Test samples; mean ± standard deviation over repetitions. Scale: {scale}."
    page = tables.markdown("Networks and what they must beat", note, frame, HEADERS)
    columns = ["name", *BY, *VALUES, *spreads, "seeds"]
    return page, frame[columns]


def _of_dirac(frame):
    """Return the rows of the other family of crystals, means over repetitions."""
    by = ["predictor", *(name for name in BY if name in frame)]
    found = plotting.over_seeds(frame, by, VALUES)
    of_networks = ["epochs", "parameters", "seeds"]
    found[of_networks] = found[of_networks].mask(found["parameters"] == 0)
    found["name"] = found["predictor"].map(TAKEN_ALONG).fillna(found["predictor"].map(PREDICTORS))
    return found.assign(ensemble="wilson_dirac", family="dirac", network=found["predictor"])
