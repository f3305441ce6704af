"""What the study `bubbles` draws and solves, read off its resolved settings."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from hamlearn import study
from hamlearn.config import ConfigError
from hamlearn.study import Reads

PAPER_SIDE = 200
"""Side of the paper's flake, in a; bubbles are stated for it and scale with the side."""
TRAIN, FRESH, MORE, DEFORMED, SCAN, WEAK_SCAN = (
    *("train", "fresh", "more_gaussians", "deformed"),
    *("scan", "scan_weak"),
)
LORENTZIANS = ("lorentzian_printed", "lorentzian")

_FLAKES = ("pixels", "hopping_decay", "energy_window")
_NETWORKS = tuple(
    f"networks.{key}" for key in ("channels", "dense", "branch", "dropout", "momentum")
)
READS = {
    "solve": Reads(settings=("hopping_decay",), gpu=True),
    "train": Reads(
        settings=(
            *(*_FLAKES, *_NETWORKS),
            *("own.channels", "own.dense", "own.dropout", "own.held_out"),
        )
    ),
    "evaluate": Reads(settings=("data.deformed.bins", "data.deformed.largest_g")),
    "evidence": Reads(
        settings=("side", "pixels", "networks.dense"),
        tables={
            "metrics": "metrics.csv",
            "by_group": "by_group.csv",
            "statistics": "statistics.csv",
            "linear_map": "linear_map.csv",
            "histories": "histories.csv",
            "graph": "tables/bubbles_graph.csv",
            "timing": "timing.json",
        },
    ),
    "statistics.csv": Reads(
        settings=("data.train", "energy_window", "hopping_decay"),
        drawn=(TRAIN, SCAN, WEAK_SCAN),
        solved=(TRAIN, SCAN, WEAK_SCAN),
        predicted=("full", "smooth", "valley_diag", "valley_off", "own"),
    ),
    "timing.json": Reads(
        settings=("timing", "hopping_decay"), drawn=(TRAIN,), solved=(TRAIN,), trained=("full",)
    ),
    "architectures.csv": Reads(settings=("pixels", *_NETWORKS)),
}
"""What each stage and summary of the study reads."""


@dataclass(frozen=True, kw_only=True)
class EnsemblePlan(study.EnsemblePlan):
    """Law of one ensemble of flakes, each with bubbles and an energy; lengths in a, energies in t.

    Sample i belongs to group i modulo `groups`; groups differ in the number of bubbles (`counts`,
    one per group, if given) or in the bin of g between 0 and `largest_g`. A `scan` has one
    deformation, and energies evenly spaced over the window.
    """

    kind: str
    side: float
    count: tuple[int, int]
    amplitude: tuple[float, float]
    width: tuple[float, float]
    centre: tuple[float, float]
    energy: tuple[float, float]
    energies: str = "uniform"
    counts: tuple[int, ...] = ()
    groups: int = 1
    largest_g: float = 0.0
    scan: bool = False

    @property
    def most(self) -> int:
        """Largest number of bubbles of a sample."""
        return max(self.counts, default=self.count[1])


def ensembles(settings: Mapping) -> dict[str, EnsemblePlan]:
    """Return every ensemble of the study by its name."""
    return {plan.name: plan for plan in _ensembles(settings)}


def _ensembles(settings: Mapping) -> Iterator[EnsemblePlan]:
    data = settings["data"]

    def plan(name: str, test: int, kind: str = "gaussian", **values: object) -> EnsemblePlan:
        return EnsemblePlan(name=name, kind=kind, test=test, **{**_law(settings), **values})

    yield plan(TRAIN, data["test"], train=data["train"])
    yield plan(FRESH, data["fresh"])
    counts = tuple(data["more_gaussians"]["counts"])
    per_count = data["more_gaussians"]["samples"]
    yield plan(MORE, per_count * len(counts), counts=counts, groups=len(counts))
    part, scale = data["deformed"], settings["side"] / PAPER_SIDE
    largest = largest_g(part["largest_g"], settings["side"], settings["quartic"])
    bins = {"groups": part["bins"], "largest_g": largest}
    yield plan(DEFORMED, part["samples"] * part["bins"], settings["quartic"], **bins)
    widths = tuple(scale * value for value in settings["bubble"]["lorentzian_width"])
    for kind in LORENTZIANS:
        printed = {"amplitude": (scale, scale)} if kind == "lorentzian_printed" else {}
        yield plan(kind, data["lorentzian"], kind, width=widths, **printed)
    yield plan(SCAN, data["scan"], scan=True)
    weak = _law(settings)["amplitude"][1] * settings["weak_amplitude"]
    yield plan(WEAK_SCAN, data["scan"], scan=True, amplitude=(0.0, weak))


def _law(settings: Mapping) -> dict[str, object]:
    bubble, scale = settings["bubble"], settings["side"] / PAPER_SIDE
    lengths = {
        key: tuple(scale * value for value in bubble[key])
        for key in ("amplitude", "width", "centre")
    }
    law = {"side": settings["side"], "energy": tuple(settings["energy_window"])}
    law["energies"] = settings["energies"]
    return {**law, "count": tuple(bubble["count"]), **lengths}


def largest_g(stated: float, side: float, kind: str) -> float:
    """Return the upper end of the bins of g for a flake of some side, stated for one of 200 a.

    Printed quartic bubbles have g in 1/a², so that it grows as the flake shrinks; scaled ones have
    it without unit.
    """
    return stated / ((side / PAPER_SIDE) ** 2 if kind == "quartic" else 1)


def check(settings: Mapping) -> None:
    """Raise ConfigError where settings that are fine one by one contradict each other."""
    for key in ("count", "amplitude", "width", "centre", "lorentzian_width"):
        low, high = settings["bubble"][key]
        if low > high:
            raise ConfigError(f"bubbles.bubble.{key}", [low, high], "the smaller number first")
    low, high = settings["energy_window"]
    if not low < high:
        raise ConfigError("bubbles.energy_window", [low, high], "the smaller energy first")
    low, high = settings["training"]["learning_rates"]
    if not low < high:
        raise ConfigError("bubbles.training.learning_rates", [low, high], "the smaller rate first")


def ray_samples(settings: Mapping, ensemble: str) -> tuple[int, int]:
    """Return the samples that rays are followed through: the first of the test part, or all."""
    plan = ensembles(settings)[ensemble]
    most = settings["rays"]["samples"] if plan.train else plan.samples
    return plan.train, min(plan.train + most, plan.samples)
