"""What the study `bubbles` draws and solves, read off its resolved settings."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from hamlearn import study
from hamlearn.config import ConfigError
from hamlearn.study import Reads

PAPER_SIDE = 200
"""Side of the paper's flake, in a; bubbles are stated for it and scale with the side."""
TRAIN, FRESH, MORE, DEFORMED = "train", "fresh", "more_gaussians", "deformed"
SWEEPS = SCAN, WEAK_SCAN, WIDE_SCAN = "scan", "scan_weak", "scan_wide"
LORENTZIANS = ("lorentzian_printed", "lorentzian")
FLAT = 1e-6
"""A flake is flat if no hopping differs by more, relatively, from that of a flat one."""
NARROWEST = 0.25
"""Width of a bubble, in a, below which it can stand between the sites without touching one."""
NARROWEST_WINDOW = 1e-3
"""Of energies, in t."""

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
        drawn=(TRAIN, *SWEEPS),
        solved=(TRAIN, *SWEEPS),
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
    low, high = _law(settings)["width"]  # wide bubbles are smooth: valleys mix late
    yield plan(WIDE_SCAN, data["scan"], scan=True, width=((low + high) / 2, high))


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
    if high - low < NARROWEST_WINDOW:
        allowed = f"a window at least {NARROWEST_WINDOW:g} t wide"
        raise ConfigError("bubbles.energy_window", [low, high], allowed)
    low, high = settings["training"]["learning_rates"]
    if not low < high:
        raise ConfigError("bubbles.training.learning_rates", [low, high], "the smaller rate first")
    _check_held_out(settings["data"]["train"], settings["own"]["held_out"])
    _check_deformed(settings)


def _check_held_out(samples: int, fraction: float) -> None:
    """Check that the intervals of our own networks get samples, and the networks as well."""
    if not 1 <= round(samples * fraction) < samples:
        allowed = f"a share of {samples} training samples that leaves one or more on either side"
        raise ConfigError("bubbles.own.held_out", fraction, allowed)


def _check_deformed(settings: Mapping) -> None:
    """Check that no ensemble consists of flakes that are flat, or as good as flat."""
    law, decay, weak = (settings[key] for key in ("bubble", "hopping_decay", "weak_amplitude"))
    highest, narrowest = law["amplitude"][1], NARROWEST * PAPER_SIDE / settings["side"]
    if largest_change(1, decay) < FLAT:
        allowed = "more, so that hoppings depend on the distance"
        raise ConfigError("bubbles.hopping_decay", decay, allowed)
    for key in ("width", "lorentzian_width"):
        if law[key][1] < narrowest:
            allowed = f"bubbles no narrower than the lattice, some above {narrowest:g} a"
            raise ConfigError(f"bubbles.bubble.{key}", law[key], allowed)

    def flat(height: float) -> bool:
        return largest_change(steepest(height, law["width"], law["centre"]), decay) < FLAT

    allowed = f"bubbles that change some hopping by more than {FLAT:g}, so that not all is flat"
    if flat(highest):
        chosen = {key: law[key] for key in ("amplitude", "width", "centre")}
        raise ConfigError("bubbles.bubble", chosen, allowed)
    if flat(weak * highest):
        raise ConfigError("bubbles.weak_amplitude", weak, allowed)


def steepest(amplitude: float, width: Sequence[float], centre: Sequence[float]) -> float:
    """Return the largest slope that one Gaussian gives a flake of 200 a, its size in a.

    The slope A d/σ² exp(-d²/2σ²) at the distance d from the centre is largest at d = σ, and then
    the larger, the smaller σ: both are taken as near to that as bubble and flake allow. `width`
    and `centre` are the ends of the intervals of both widths and both coordinates of the centre.
    """
    edge = PAPER_SIDE / 2
    nearest = max(0.0, centre[0] - edge, -edge - centre[1])
    farthest = edge + max(abs(centre[0]), abs(centre[1]))
    sigma = min(max(width[0], nearest, NARROWEST), width[1])
    distance = min(max(sigma, nearest), farthest)
    across = math.exp(-((nearest / width[1]) ** 2) / 2)  # in the other direction
    return amplitude * distance / sigma**2 * math.exp(-((distance / sigma) ** 2) / 2) * across


def largest_change(slope: float, decay: float) -> float:
    """Return how much a slope weakens a bond, 1 - exp(-decay [sqrt(1 + slope²) - 1]), eq. (2)."""
    return -math.expm1(-decay * (math.hypot(1, slope) - 1))


def ray_samples(settings: Mapping, ensemble: str) -> tuple[int, int]:
    """Return the samples that rays are followed through: the first of the test part, or all."""
    plan = ensembles(settings)[ensemble]
    most = settings["rays"]["samples"] if plan.train else plan.samples
    return plan.train, min(plan.train + most, plan.samples)
