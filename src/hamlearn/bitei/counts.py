"""How many samples of each class the ensembles hold (Tables 1 and 2)."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from hamlearn.bitei.solver import LABELS
from hamlearn.study import Inputs

COLUMNS = ("ensemble", "split", *LABELS, "uncertain", "samples", "unique", "delta", "refined")


def summarise(inputs: Inputs, settings: Mapping[str, Any]) -> pd.DataFrame:
    """Return the number of samples of each class, in training and test set and in both.

    Parameters
    ----------
    inputs : Inputs
        The ensembles with their labels; the test set are the last samples.
    settings : mapping
        `test` of each ensemble.

    Returns
    -------
    DataFrame
        The columns `COLUMNS`: uncertain phases, whether all samples are different, the largest δ,
        samples that needed a finer mesh.
    """
    rows = []
    for name, drawn in inputs.drawn.items():
        table, train = inputs.solved[name], len(drawn) - settings[name]["test"]
        parts = {"train": slice(0, train), "test": slice(train, len(drawn))}
        for split, part in {**parts, "total": slice(0, len(drawn))}.items():
            phases = table["phase"].to_numpy()[part]
            counts = [int((phases == at).sum()) for at in (*range(len(LABELS)), -1)]
            different = len(np.unique(drawn[part].rows, axis=0)) == len(phases)
            largest, refined = float(drawn[part].delta.max()), int(table["resolved"][part].sum())
            rows.append((name, split, *counts, len(phases), different, largest, refined))
    return pd.DataFrame(rows, columns=list(COLUMNS))
