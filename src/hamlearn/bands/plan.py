"""The ensembles that the study `bands` draws and solves, read off its resolved settings."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Union

from hamlearn import study
from hamlearn.config import ConfigError
from hamlearn.study import Reads

if TYPE_CHECKING:
    from hamlearn.bands.ensemble import Grey, Holes, Mixtures, RandomField

TRAIN, FRESH, EXPLORE, TRAIN_LAW, HOLES, MIXTURES, GREY = (
    *("train", "fresh", "explore", "explore_train_law"),
    *("holes", "interpolation", "grey"),
)
FIELD = "field"
BEST = "main"
"""Run of which figures are drawn: the paper's training, both phases, with mirror images if set."""
_TABLES = (
    *("statistics", "showcase", "phases", "embedding", "baselines", "architectures"),
    *("mirror_lines", "laws", "cones", "readout"),
)
EXPLORED = "explored"
"""Family of the ensembles of which classes of bands are counted, one of each law."""

_SEEN = {"drawn": (EXPLORE,), "solved": (EXPLORE,), "predicted": (BEST,)}
READS = {
    "archive": Reads(solved=(TRAIN,)),
    "train": Reads(settings=("training.eigenvectors_on",)),
    "evidence": Reads(
        settings=("pixels", "data", "flux", "design"),
        tables={
            **{name: f"{name}.csv" for name in (*_TABLES, "metrics", "by_group", "histories")},
            "design": "design.json",
        },
    ),
    "architectures.csv": Reads(settings=("pixels",)),
    "statistics.csv": Reads(
        settings=("flux", "data.grey.betas"),
        drawn=(EXPLORED, FRESH, GREY),
        solved=(EXPLORED, FRESH, TRAIN, GREY),
        predicted=(BEST,),
    ),
    "showcase.csv": Reads(
        settings=("showcase", "data.interpolation.corners"),
        drawn=(FRESH, EXPLORE, HOLES),
        solved=(EXPLORE, HOLES),
        predicted=(BEST,),
    ),
    "phases.csv": Reads(
        settings=("data.interpolation.divisions",), solved=(MIXTURES,), predicted=(BEST,)
    ),
    "cones.csv": Reads(settings=("cones",), drawn=(EXPLORE,)),
    "readout.csv": Reads(
        settings=("readout",), drawn=(FRESH,), solved=(FRESH,), predicted=(BEST, "corrected")
    ),
    "laws.csv": Reads(settings=("laws",), drawn=(FRESH,)),
    "mirror_lines.csv": Reads(settings=("mirror_lines",), drawn=(EXPLORE,)),
    "embedding.csv": Reads(settings=("embedding",), **_SEEN),
    "baselines.csv": Reads(settings=("baselines",), drawn=(FRESH,), solved=(FRESH,)),
    "design.json": Reads(settings=("design",), trained=(BEST,), gpu=True),
}
"""What each stage and summary of the study reads."""


@dataclass(frozen=True, kw_only=True)
class EnsemblePlan(study.EnsemblePlan):
    """One ensemble: its law, and the grid of wave vectors on which it is solved.

    `kind` is "field" (random fields with the exponent α of eq. (A3)), "holes" (of a `radius`, the
    last at the distances `fixed`, others between two, in a), "interpolation" (of samples `corners`
    of the fields of the ensemble `of`, a triangle with as many `divisions_of_map`), or "grey"
    (fields through sigmoids, eq. (A4), with each β of `fixed`).
    """

    kind: str = FIELD
    length: int
    divisions: int
    exponent: float = 1.0
    fixed: tuple[float, ...] = ()
    between: tuple[float, ...] = ()
    radius: float = 0.0
    of: str = ""
    corners: tuple[int, ...] = ()
    divisions_of_map: int = 0

    @property
    def law(self) -> Union["RandomField", "Holes", "Mixtures", "Grey"]:
        """The law by which :func:`hamlearn.bands.ensemble.draw` draws."""
        from hamlearn.bands import ensemble

        if self.kind == HOLES:
            holes = {key: getattr(self, key) for key in ("fixed", "between", "radius", "length")}
            return ensemble.Holes(**holes)
        field = ensemble.RandomField(exponent=self.exponent, length=self.length)
        if self.kind == FIELD:
            return field
        if self.kind == GREY:
            return ensemble.Grey(field=field, betas=self.fixed)
        return ensemble.Mixtures(
            of=self.of, corners=self.corners, divisions=self.divisions_of_map, field=field
        )


def ensembles(settings: Mapping) -> dict[str, EnsemblePlan]:
    """Return every ensemble of the study by its name."""
    data, laws = settings["data"], settings["exponents"]
    trained = {"exponent": laws["train"], "length": settings["pixels"]}
    explored = {"length": settings["pixels"], "divisions": data["explore_divisions"]}
    found = [
        EnsemblePlan(
            name=TRAIN,
            train=data["train"],
            test=data["validation"],
            divisions=data["divisions"],
            **trained,
        ),
        EnsemblePlan(name=FRESH, test=data["fresh"], divisions=data["fresh_divisions"], **trained),
        *(
            EnsemblePlan(
                name=name, family=EXPLORED, test=data[name], exponent=laws[law], **explored
            )
            for name, law in ((EXPLORE, "explore"), (TRAIN_LAW, "train"))
        ),
        _holes(settings),
        _mixtures(data["interpolation"], exponent=laws["explore"], **explored),
        EnsemblePlan(
            name=GREY,
            kind=GREY,
            test=data["grey"]["cells"] * len(data["grey"]["betas"]),
            fixed=tuple(data["grey"]["betas"]),
            divisions=data["divisions"],
            **trained,
        ),
    ]
    return {plan.name: plan for plan in found}


def _holes(settings: Mapping) -> EnsemblePlan:
    holes = settings["data"]["holes"]
    return EnsemblePlan(
        name=HOLES,
        kind=HOLES,
        test=holes["samples"],
        fixed=tuple(holes["fixed"]),
        between=tuple(holes["between"]),
        radius=holes["radius"],
        divisions=settings["data"]["divisions"],
        length=settings["pixels"],
    )


def _mixtures(part: Mapping, **others: Any) -> EnsemblePlan:
    return EnsemblePlan(
        name=MIXTURES,
        kind=MIXTURES,
        test=(part["divisions"] + 1) * (part["divisions"] + 2) // 2,
        of=EXPLORE,
        corners=tuple(part["corners"]),
        divisions_of_map=part["divisions"],
        **others,
    )


def check(settings: Mapping) -> None:
    """Raise ConfigError where settings that are fine one by one contradict each other."""
    data = settings["data"]
    low, high = data["holes"]["between"]
    if not low < high:
        raise ConfigError("bands.data.holes.between", [low, high], "the smaller first")
    if not data["holes"]["fixed"][0] < data["holes"]["fixed"][2]:
        allowed = "a distance before the crossing first, one behind it last"
        raise ConfigError("bands.data.holes.fixed", data["holes"]["fixed"], allowed)
    for section, key in (
        ("ablations", "train"),
        ("ablations", "mirror_train"),
        ("corrected", "train"),
    ):
        asked = settings[section][key]
        if max(asked if isinstance(asked, list) else [asked]) > data["train"]:
            allowed = f"at most {data['train']}, the training samples that are drawn"
            raise ConfigError(f"bands.{section}.{key}", asked, allowed)
    if settings["design"]["every"] > settings["design"]["steps"]:
        value = settings["design"]["every"]
        raise ConfigError("bands.design.every", value, "at most bands.design.steps")
