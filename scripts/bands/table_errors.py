"""Table: errors of every network, of plane waves and of mean bands, on every ensemble."""

import pandas as pd

from hamlearn import tables
from hamlearn.bands.readout import MODEL
from hamlearn.bands.runs import CORRECTED
from hamlearn.files import read_small

COLUMNS = {
    "run": "network",
    "n_train": "trained on",
    "ensemble": "cells",
    "rms": "rms error (V_max)",
    "rms_trivial": "of mean bands",
    "irreps": "irreps right (%)",
    "class_1": "class, set 1 (%)",
    "class_2": "class, set 2 (%)",
}
SHARES = ("irreps", "class_1", "class_2")


def is_corrected(frame):
    return frame["family"] == CORRECTED


def draw(metrics, baselines, readout, scale):
    """Return the page in Markdown and the table."""
    frame, peers = read_small(metrics), read_small(baselines)
    peers = peers[peers["method"] == "folded"].rename(columns={"method": "run"})
    peers = peers.assign(run="plane waves, untrained", n_train=0, ensemble="fresh")
    models = read_small(readout)
    models = models[models["method"] == MODEL].assign(run="models of shifted waves")
    models = models.assign(ensemble="fresh", n_train=frame[is_corrected(frame)]["n_train"].max())
    frame = pd.concat([frame, peers, models], ignore_index=True)[list(COLUMNS)]
    frame = frame.assign(**{name: 100 * frame[name] for name in SHARES})
    note = (
        f"Scale: {scale}. Six bands; rms over cells and wave vectors. Mean bands are those of the "
        "tested cells at each wave vector. Plane waves know nothing but the image: 37 of them, 894 "
        "folded in."
    )
    return tables.markdown("Errors of the study bands", note, frame, COLUMNS), frame
