"""What the study `hamiltonians` draws, read off its resolved settings."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from hamlearn import shards, study
from hamlearn.config import ConfigError
from hamlearn.study import Reads

SYNTHETIC, ARCHIVE, DFT = "synthetic", "archive", "dft"
"""Where Hamiltonians are from: a formula, files of data/, or GPAW (rules/hamiltonians.smk)."""
GRAPHENE, SIGE = "graphene", "sige"
ATOMS = {GRAPHENE: 2, SIGE: 8}
"""Of the cell that is repeated."""
PERFECT = {GRAPHENE: "graphene_perfect", SIGE: "zincblende"}
KEPT = Path(__file__).parents[3] / "data"
AT_ONCE = 20
"""Structures that one job of DFT solves."""

_PREDICTED = ("graphene", "sige", "own")
_TABLES = {
    name: f"{name}.csv"
    for name in ("metrics", "by_group", "histories", "assembled", "cases", "local_lists", "levels")
}
READS = {
    "train": Reads(settings=("collinear_sin_min",)),
    "evaluate": Reads(settings=("collinear_sin_min",)),
    "assembled.csv": Reads(
        settings=("collinear_sin_min",),
        predicted=_PREDICTED,
        drawn=(GRAPHENE, SIGE),
    ),
    "levels.csv": Reads(
        settings=("collinear_sin_min", "bands"), predicted=_PREDICTED, drawn=(GRAPHENE, SIGE)
    ),
    "cases.csv": Reads(
        settings=("collinear_sin_min", "covariance"), drawn=("perfect", GRAPHENE, SIGE)
    ),
    "checks.json": Reads(
        settings=("collinear_sin_min",),
        drawn=("perfect", GRAPHENE, SIGE),
        trained=_PREDICTED,
    ),
    "local_lists.csv": Reads(settings=("lists",)),
    "timing.json": Reads(
        settings=("collinear_sin_min", "timing", "sige.cutoff"), trained=("sige",)
    ),
    "example.json": Reads(
        settings=("collinear_sin_min",), trained=("graphene",), drawn=(GRAPHENE,)
    ),
    "evidence": Reads(
        settings=("source", "graphene", "sige", "network", "lists", "bands"),
        tables={**_TABLES, **{name: f"{name}.json" for name in ("checks", "timing", "example")}},
    ),
}
"""What each stage and summary of the study reads."""


@dataclass(frozen=True, kw_only=True)
class EnsemblePlan(study.EnsemblePlan):
    """One ensemble: structures of one material and size, with their Hamiltonians.

    `split` interleaved mixes all snapshots, blocked takes the last ones for the test.
    """

    material: str
    source: str
    repeats: tuple[int, int, int]
    cutoff: float
    perfect: bool = False
    split: str = "interleaved"

    @property
    def solved(self) -> bool:
        return False

    @property
    def atoms(self) -> int:
        """In each structure."""
        cell = 2 if self.perfect else ATOMS[self.material]
        return cell * self.repeats[0] * self.repeats[1] * self.repeats[2]


def ensembles(settings: Mapping) -> dict[str, EnsemblePlan]:
    """Return every ensemble of the study by its name."""
    found = [_perfect(settings, material) for material in (GRAPHENE, SIGE)]
    for material in (GRAPHENE, SIGE):
        part = settings[material]
        counts = {"train": part["train"], "test": part["test"], "split": part["split"]}
        found.append(_thermal(settings, material, material, part["repeats"], **counts))
        for other in part["others"]:
            name = f"{material}_{'x'.join(map(str, other['repeats']))}"
            found.append(_thermal(settings, material, name, other["repeats"], test=other["test"]))
    return {plan.name: plan for plan in found}


def _perfect(settings: Mapping, material: str) -> EnsemblePlan:
    return EnsemblePlan(
        name=PERFECT[material],
        family="perfect",
        material=material,
        source=settings["source"],
        repeats=(1, 1, 1),
        cutoff=settings[material]["cutoff"],
        perfect=True,
        train=1,
        test=1,
        given=_given(settings["source"], f"{material}2"),
    )


def _thermal(
    settings: Mapping, material: str, name: str, repeats: list[int], **counts: object
) -> EnsemblePlan:
    repeats = tuple(repeats)
    atoms = ATOMS[material] * repeats[0] * repeats[1] * repeats[2]
    return EnsemblePlan(
        name=name,
        family=material,
        material=material,
        source=settings["source"],
        repeats=repeats,
        cutoff=settings[material]["cutoff"],
        given=_given(settings["source"], f"{material}{atoms}"),
        **counts,
    )


def _given(source: str, name: str) -> tuple[str, ...]:
    """Return the file of the Hamiltonians: of the repository, or what a rule makes."""
    kept = {ARCHIVE: str(KEPT / f"hamiltonians_{name}.npz"), DFT: f"dft/{name}.npz"}
    return (kept[source],) if source in kept else ()


def check(settings: Mapping) -> None:
    """Raise ConfigError where settings that are fine one by one contradict each other."""
    for material in (GRAPHENE, SIGE):
        part = settings[material]
        if material == GRAPHENE and part["repeats"][2] != 1:
            key = f"hamiltonians.{material}.repeats"
            raise ConfigError(key, part["repeats"], "1 at its end, as a sheet has one layer")
        for plan in ensembles(settings).values():
            if plan.source == ARCHIVE and not Path(plan.given[0]).is_file():
                allowed = f"a size that has been solved (no {Path(plan.given[0]).name} in data)"
                key = f"hamiltonians.{plan.material}.repeats"
                raise ConfigError(key, list(plan.repeats), allowed)
    width = settings["network"]["neighbours"]
    if width < 4:
        raise ConfigError("hamiltonians.network.neighbours", width, "4 or more, the widest window")


def solved_by_dft(plans: Mapping[str, EnsemblePlan], file: str) -> list[tuple[int, int]]:
    """Return the structures, half-open, that each job of DFT solves for a file of `given`."""
    asked = [1 if plan.perfect else plan.samples for plan in plans.values() if file in plan.given]
    return shards.split(max(asked), AT_ONCE)
