"""The studies of config.yaml at scale smoke, and samples of their ensembles."""

from dataclasses import replace
from functools import cache
from typing import Any

import pytest
import yaml
from support import ROOT

from hamlearn import config
from hamlearn.study import EnsemblePlan, Study, part


@cache
def registry() -> dict[str, Study]:
    """Every study of the configuration, by its name."""
    raw = yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))
    settings = config.load({**raw, "scale": "smoke"})
    return {name: Study(name, settings[name]) for name in settings["studies"]}


def draw(study: Study, plan: EnsemblePlan, seed: int, start: int = 0, stop: int | None = None):
    """Draw some samples, or all; skip the test where a draw reads files that are not made yet."""
    given = [ROOT / "results" / "smoke" / study.name / file for file in plan.given]
    if not all(path.exists() for path in given):
        pytest.skip(f"{', '.join(plan.given)} of results/smoke: run `make smoke` first")
    options = {"given": list(map(str, given))} if given else {}
    return part(study.name, "ensemble").draw(plan, seed, start, stop, **options)


def error_of(study: Study) -> str:
    """Return the column of the metrics that the networks of a study are compared by."""
    return getattr(part(study.name, "evaluation"), "ERROR", "mae")


def resized(plan: EnsemblePlan, train: int, test: int) -> EnsemblePlan:
    """Return the plan of an ensemble of the same law with other numbers of samples."""
    return replace(plan, train=train, test=test)


def rows(ensemble: Any) -> list[bytes]:
    """What was drawn of each sample, in its bytes."""
    return [row.tobytes() for row in ensemble.rows]
