"""The phase of a crystal of one's own, exactly and by trained networks."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from hamlearn import files
from hamlearn.bitei import inputs, path, plan, solver
from hamlearn.bitei.lattice_sum import Crystal
from hamlearn.bitei.runs import OWN, THESIS
from hamlearn.learning.jobs import network_path
from hamlearn.study import Run, Study

SETTINGS, METRICS = "provenance.json", "metrics.csv"
UNCERTAIN = "uncertain"
COLUMNS = (
    *("source", "phase", "gap_ev", "k_1", "k_2", "k_3", "z2_0", "z2_pi"),
    *(f"p_{label}" for label in solver.LABELS),
    *("networks", "test_trace"),
)


@dataclass(frozen=True)
class Trained:
    """Networks of one architecture and ensemble: runs, and a file for each."""

    name: str
    runs: tuple[Run, ...]
    paths: tuple[Path, ...]


def exact(crystal: np.ndarray, vectors: np.ndarray, occupied: int) -> pd.DataFrame:
    """Return one row: phase, smallest direct gap and where it is, Z2 of both planes."""
    found = solver.phase(crystal, vectors, occupied)
    label = solver.LABELS[found.label] if found.label >= 0 else UNCERTAIN
    z2 = [int(x) if x >= 0 else np.nan for x in found.z2]
    row = ("exact", label, found.gap_ev, *found.k, *z2, *[np.nan] * 3, 0, np.nan)
    return pd.DataFrame([row], columns=list(COLUMNS))


def settings_of(results: str | Path) -> dict | None:
    """Return the settings of a folder of results, None if nothing was made there."""
    source = Path(results) / SETTINGS
    if not source.is_file():
        return None
    try:
        settings = files.read_small(source, ["settings"])["settings"]["bitei"]
        plan.ensembles(settings)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{source}: expected the settings of `bitei`; run it again") from error
    return settings


def networks_of(results: str | Path, settings: Mapping) -> list[Trained]:
    """Return our networks and those of the thesis that are in a folder of results."""
    study, groups = Study("bitei", settings), {}
    for run in study.runs.values():
        if run.family in (OWN, THESIS):
            groups.setdefault(run.group, []).append(run)
    found = []
    for name, runs in groups.items():
        paths = [
            network_path(Path(results) / "networks" / study.job(run) / "seed0", run.name)
            for run in runs
        ]
        pairs = [(run, at) for run, at in zip(runs, paths, strict=True) if at.is_file()]
        if pairs:
            found.append(Trained(name, *map(tuple, zip(*pairs, strict=True))))
    return found


def fitting(crystal: np.ndarray, occupied: int) -> str:
    """Return why networks cannot look at a crystal; empty if they can."""
    if crystal.shape[-1] != inputs.ORBITALS:
        return f"{crystal.shape[-1]} orbitals; networks know crystals of {inputs.ORBITALS}"
    if occupied != path.OCCUPIED:
        return f"{occupied} occupied bands; networks know crystals of {path.OCCUPIED}"
    return ""


def traces(results: str | Path) -> dict[str, float]:
    """Return the trace of each run on its own test set, by its name."""
    source = Path(results) / METRICS
    if not source.is_file():
        return {}
    table = files.read_small(source, ["run", "ensemble", "trained_on", "trace"])
    own = table[table["ensemble"] == table["trained_on"]]
    return own.set_index("run")["trace"].to_dict()


def predicted(
    crystal: np.ndarray, vectors: np.ndarray, trained: Trained, known: Mapping[str, float]
) -> pd.DataFrame:
    """Return one row: the phase that networks say most, and their mean probabilities."""
    from hamlearn.bitei import networks
    from hamlearn.bitei.evaluation import logits_of

    given = _given(crystal, vectors, trained.runs[0].options)
    said = np.stack([logits_of(networks.load(at), given)[0] for at in trained.paths])
    share = np.exp(said - said.max(axis=1, keepdims=True))
    mean = (share / share.sum(axis=1, keepdims=True)).mean(axis=0)
    trace = float(np.mean([known.get(run.name, np.nan) for run in trained.runs]))
    row = (trained.name, solver.LABELS[int(mean.argmax())], *[np.nan] * 6, *mean)
    return pd.DataFrame([(*row, len(said), trace)], columns=list(COLUMNS))


def _given(crystal: np.ndarray, vectors: np.ndarray, options: Mapping) -> np.ndarray:
    """Return what networks of some options see of a crystal, (1, ...)."""
    if options["input"] == plan.CELLS:
        return inputs.truncate(crystal, vectors)[None]
    return inputs.foreseen(Crystal(crystal, vectors), options["n"])[None]
