"""What the study `bitei` draws, read off its resolved settings."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from hamlearn import study
from hamlearn.config import ConfigError
from hamlearn.study import Reads

CLEAN, NOISY, STRONG = "clean", "noisy", "strong"
"""Ensembles: without noise, with noise for the class shares of Table 2, with stronger noise."""
SETS = (CLEAN, NOISY, STRONG)
CELLS, ZONE, WINDOW, FORESEEN = "cells", "zone", "window", "foreseen"
"""What networks see: hoppings of 27 cells, energies in the zone or around A, derivatives there."""
CUBE, BALL = "cube", "half_ball"
"""Cells of these hoppings: those of the thesis, or the 27 shortest, one of each A and -A."""

TESTS = tuple(f"{name}.test" for name in SETS)
EXTRACTOR = "reciprocal_strong_uniform_0"
"""The run that is taken to another family of crystals."""
READS = {
    "solve": Reads(),
    "archive": Reads(solved=(NOISY, STRONG)),
    "evaluate": Reads(),
    "evidence": Reads(
        settings=("descent",),
        tables={
            "metrics": "metrics.csv",
            "by_group": "by_group.csv",
            "histories": "histories.csv",
            "counts": "counts.csv",
            "baselines": "baselines.csv",
            "diagram": "diagram.csv",
            "checks": "checks.json",
            "manifold": "manifold.csv",
            "descent": "descent.csv",
            "dirac": "dirac.csv",
        },
    ),
    "counts.csv": Reads(
        settings=tuple(f"{name}.test" for name in SETS), drawn=("crystals",), solved=("crystals",)
    ),
    "baselines.csv": Reads(
        settings=("baselines", "reciprocal.n", "own.n", *(f"{name}.test" for name in SETS)),
        drawn=("crystals",),
        solved=("crystals",),
    ),
    "diagram.csv": Reads(settings=("path", "hoppings", "truncation", "noise.kind")),
    "checks.json": Reads(
        settings=("hoppings", "truncation", "networks", "noise.kind"), drawn=("crystals",)
    ),
    "architectures.csv": Reads(settings=("networks",)),
    "manifold.csv": Reads(settings=("manifold",), drawn=(CLEAN, NOISY), solved=(CLEAN, NOISY)),
    "descent.csv": Reads(settings=("descent", "hoppings", "truncation")),
    "dirac.csv": Reads(settings=("dirac", "reciprocal.uniform"), trained=(EXTRACTOR,)),
}
"""What each stage and summary of the study reads."""


@dataclass(frozen=True, kw_only=True)
class EnsemblePlan(study.EnsemblePlan):
    """One ensemble: δ uniform from 0 to `delta`; kind and sign of the noise; which end points."""

    delta: float
    kind: str = "recipe"
    sign: str = "minus"
    truncation: str = "pairs"


def ensembles(settings: Mapping) -> dict[str, EnsemblePlan]:
    """Return every ensemble of the study by its name."""
    return {
        name: EnsemblePlan(
            name=name,
            family="crystals",
            train=settings[name]["train"],
            test=settings[name]["test"],
            delta=0.0 if name == CLEAN else settings["noise"][name],
            kind=settings["noise"]["kind"],
            truncation=settings["truncation"],
            given=given(settings),
        )
        for name in SETS
    }


def given(settings: Mapping) -> tuple[str, ...]:
    """Return the file of the end points, where the settings name one."""
    named = settings["hoppings"]
    return (str(Path(named).expanduser().absolute()),) if named else ()


def check(settings: Mapping) -> None:
    """Raise ConfigError where settings that are fine one by one contradict each other."""
    for path in given(settings):
        if not Path(path).is_file():
            raise ConfigError("bitei.hoppings", settings["hoppings"], "a file that exists, or null")
    for part, key in (("reciprocal", "n"), ("reciprocal", "uniform"), ("baselines", "n")):
        if settings[part][key] % 4:
            allowed = "a multiple of 4, which two pools halve"
            raise ConfigError(f"bitei.{part}.{key}", settings[part][key], allowed)
    if settings["own"]["n"] % 2 == 0:
        allowed = "an odd number, so that A is a point of the mesh"
        raise ConfigError("bitei.own.n", settings["own"]["n"], allowed)
    strong, noisy = settings["noise"][STRONG], settings["noise"][NOISY]
    if strong < noisy:
        raise ConfigError("bitei.noise.strong", strong, f"at least {noisy}, that of noisy")
