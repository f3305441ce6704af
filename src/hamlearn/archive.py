"""Labels that took long to solve, kept in one small checksummed table and read back.

An archive holds labels, and fingerprints of what each sample is and of how it was solved. The
samples themselves are drawn anew, so that labels are never given to others.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from hamlearn import files
from hamlearn.dataset import DRAWN, fingerprints
from hamlearn.study import EnsemblePlan

SOLVED = "solved"
"""Column that says by which law an ensemble was solved: see :func:`law`."""


def law(plan: EnsemblePlan, settings: Mapping[str, Any]) -> int:
    """Return a digest of all that labels depend on besides the samples, a uint64.

    Parameters
    ----------
    plan : EnsemblePlan
        Whose law counts, but not its name and size.
    settings : mapping
        Those that the study names for the stage `solve`.
    """
    others = {"name", "train", "test", "family", "work", "given"}
    kept = {k: v for k, v in asdict(plan).items() if k not in others}
    text = json.dumps(_floats([kept, settings]), sort_keys=True)
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")


def _floats(value: Any) -> Any:
    """Return numbers as floats, wherever they stand: 0 and 0.0 are one setting."""
    if isinstance(value, Mapping):
        return {key: _floats(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_floats(inner) for inner in value]
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def write(
    path: str | Path,
    plans: Mapping[str, EnsemblePlan],
    labels: Mapping[str, pd.DataFrame],
    settings: Mapping[str, Any],
) -> None:
    """Keep the labels of ensembles, by their names, in one table."""
    tables = []
    for name, plan in plans.items():
        table = labels[name].drop(columns=DRAWN)
        table.insert(0, "ensemble", name)
        table.insert(2, DRAWN, labels[name][DRAWN])
        table.insert(3, SOLVED, np.uint64(law(plan, settings)))
        tables.append(table)
    files.write_table(path, pd.concat(tables, ignore_index=True), compact=True)


def read(
    path: str | Path,
    plan: EnsemblePlan,
    ensemble: Any,
    samples: tuple[int, int],
    settings: Mapping[str, Any],
) -> pd.DataFrame:
    """Return the kept labels of some samples of an ensemble.

    An archive may hold the first samples of an ensemble only: sample i is the same however many
    are drawn. Raises DamagedFile if the archive is damaged, lacks some of the labels, or holds
    those of other samples or of another law.
    """
    table, otherwise = files.read_table(path), "set another solver than archived"
    files.check_names(path, table, ["ensemble", "sample", DRAWN, SOLVED])
    start, stop = samples
    table = table[(table["ensemble"] == plan.name) & table["sample"].between(start, stop - 1)]
    if len(table) < stop - start:
        raise files.DamagedFile(
            f"{path}: no labels of all samples {start} to {stop - 1} of ensemble {plan.name}; "
            f"{otherwise}"
        )
    differ = np.flatnonzero(table[DRAWN].to_numpy() != fingerprints(ensemble[start:stop]))
    if len(differ):
        raise files.DamagedFile(
            f"{path}: sample {start + differ[0]} of ensemble {plan.name} was drawn with another "
            f"seed or law (another scale?); {otherwise}"
        )
    if (table[SOLVED] != law(plan, settings)).any():
        raise files.DamagedFile(
            f"{path}: ensemble {plan.name} was solved with other settings; {otherwise}"
        )
    table = table.drop(columns=["ensemble", DRAWN, SOLVED]).reset_index(drop=True)
    return table.dropna(axis="columns", how="all")
