"""The small tables from which claims are judged, and what every evidence function needs."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from hamlearn.bitei.plan import CLEAN, NOISY
from hamlearn.bitei.runs import THESIS
from hamlearn.bitei.solver import LABELS
from hamlearn.evidence import registry, select

EVIDENCE, evidence = registry()
SET = {"unperturbed": CLEAN, "perturbed": NOISY}
"""What the thesis calls the ensembles."""
NETWORKS = ("small", "large", "hybrid")
TO = [f"to_{label}" for label in LABELS]


@dataclass
class Tables:
    """Results of one scale; the module that computes each table says what its columns are."""

    metrics: pd.DataFrame
    by_group: pd.DataFrame
    histories: pd.DataFrame
    counts: pd.DataFrame
    baselines: pd.DataFrame
    diagram: pd.DataFrame
    checks: Mapping
    manifold: pd.DataFrame
    descent: pd.DataFrame
    dirac: pd.DataFrame
    settings: Mapping


def of_thesis(tables: Tables, perturbed: str, network: str | list[str]) -> pd.DataFrame:
    """Return the metrics of networks of the thesis, a row a repetition, on their own ensemble."""
    name = SET[perturbed]
    return select(
        tables.metrics,
        f"{perturbed} networks",
        family=THESIS,
        trained_on=name,
        ensemble=name,
        network=network,
    )


def confusions(tables: Tables, perturbed: str, network: str, split: str, true: str) -> np.ndarray:
    """Return per cent of a true class said to be each class, (repetitions, 3)."""
    runs = of_thesis(tables, perturbed, network)["run"]
    rows = select(
        tables.by_group,
        "confusion matrices",
        run=list(runs),
        ensemble=SET[perturbed],
        split=split,
        true=true,
    )
    return rows[TO].to_numpy()


def used(frame: pd.DataFrame) -> dict[str, object]:
    """Return the settings that the claims on networks need."""
    return {
        "n_train": int(frame["n_train"].min()),
        "epochs": int(frame["epochs"].min()),
        "repeats": int(frame["repeat"].nunique()),
    }
