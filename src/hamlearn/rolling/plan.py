"""What the study `rolling` draws, read off its resolved settings."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from hamlearn import study
from hamlearn.config import ConfigError
from hamlearn.rolling import pipelines
from hamlearn.study import Reads

DIGITS, MNIST, CIFAR10 = "digits", "mnist", "cifar10"
FLAKES, DOS = "flakes", "dos"
"""The source that is drawn at random, and what networks learn of it."""
SIDES = {DIGITS: 8, MNIST: 28, CIFAR10: 32}
"""Of the images of each source, in pixels."""
CHANNELS = {DIGITS: 1, MNIST: 1, CIFAR10: 3}
IMAGES = {DIGITS: (1797,), MNIST: (60_000, 10_000), CIFAR10: (50_000, 10_000)}
"""In the training and the test part of a source; the digits are one part."""
SECTIONS = {"plain": (*pipelines.DENSE, *pipelines.MNIST), "pipeline": pipelines.CIFAR}
"""Sections of the settings, each with its families of networks."""

_IMAGES = tuple(
    f"{section}.{key}" for section in SECTIONS for key in ("source", "side", "train", "test")
)
READS = {
    "solve": Reads(
        settings=tuple(f"flakes.{key}" for key in ("impurity_energy", "energy", "width"))
    ),
    "train": Reads(settings=("attention.samples",)),
    "evaluate": Reads(settings=("evaluation", "attention.samples")),
    "evidence": Reads(
        settings=("plain", "pipeline"),
        tables={
            "metrics": "metrics.csv",
            "by_group": "by_group.csv",
            "histories": "histories.csv",
            "statistics": "statistics.csv",
            "flatness": "flatness.csv",
            "baselines": "baselines.csv",
            "architectures": "architectures.csv",
            "exact": "exact.json",
        },
    ),
    "statistics.csv": Reads(tables={"metrics": "metrics.csv", "by_group": "by_group.csv"}),
    "flatness.csv": Reads(settings=_IMAGES, tables={"statistics": "statistics.csv"}),
    "baselines.csv": Reads(settings=("baselines", *_IMAGES), drawn=("images",)),
    "exact.json": Reads(),
    "architectures.csv": Reads(
        settings=(*_IMAGES, *(f"{section}.channels" for section in SECTIONS))
    ),
}
"""What each stage and summary of the study reads."""


@dataclass(frozen=True, kw_only=True)
class EnsemblePlan(study.EnsemblePlan):
    """One ensemble: images of a source, `side` pixels wide, means over squares of its own.

    The source `flakes` is no set of images: each flake has `impurities` at sites chosen at random,
    and a density of states, which is solved for.
    """

    source: str
    side: int
    impurities: int = 0

    @property
    def solved(self) -> bool:
        return self.source == FLAKES


def ensembles(settings: Mapping) -> dict[str, EnsemblePlan]:
    """Return every ensemble of the study by its name; two sections may share one."""
    sizes: dict[str, list[Mapping]] = {}
    for section in SECTIONS:
        sizes.setdefault(images(settings, section), []).append(settings[section])
    found = [
        EnsemblePlan(
            name=name,
            family="images",
            source=parts[0]["source"],
            side=parts[0]["side"],
            train=max(part["train"] for part in parts),
            test=max(part["test"] for part in parts),
            given=tuple(_files(settings["files"], parts[0]["source"]).values()),
        )
        for name, parts in sizes.items()
    ]
    return {plan.name: plan for plan in (*found, _flakes(settings["flakes"]))}


def _flakes(part: Mapping) -> EnsemblePlan:
    law = {key: part[key] for key in ("side", "impurities", "test")}
    train = max(part["train"])
    return EnsemblePlan(name=FLAKES, family=FLAKES, source=FLAKES, train=train, **law)


def images(settings: Mapping, section: str) -> str:
    """Return the name of the ensemble of a section."""
    return f"{settings[section]['source']}_{settings[section]['side']}"


def shape(settings: Mapping, section: str) -> tuple[int, int, int]:
    """Return the shape (side, side, channels) of the images of a section."""
    part = settings[section]
    return part["side"], part["side"], CHANNELS[part["source"]]


def _files(named: Mapping, source: str) -> dict[str, str]:
    """Return the files of a source by their settings, where these name any."""
    keys = (key for key in (source, f"{source}_left_out") if named.get(key))
    return {key: str(Path(named[key]).expanduser().absolute()) for key in keys}


def check(settings: Mapping) -> None:
    """Raise ConfigError where settings that are fine one by one contradict each other."""
    for section in SECTIONS:
        part = settings[section]
        for name, path in _files(settings["files"], part["source"]).items():
            if not Path(path).is_file():
                key = f"rolling.files.{name}"
                raise ConfigError(key, settings["files"][name], "a file that exists, or null")
        _check_side(section, part)
        for family, kind in networks(section):
            try:
                channels = {"channels": part["channels"]}
                pipelines.check(family, kind, shape=shape(settings, section), **channels)
            except ValueError as error:
                given = {key: part[key] for key in ("side", "channels")}
                raise ConfigError(f"rolling.{section}", given, f"other sizes ({error})") from None
    _check_counts(settings)
    _check_flakes(settings["flakes"])


def networks(section: str) -> Iterator[tuple[str, str | None]]:
    """Yield family and kind of each network of a section."""
    for family in SECTIONS[section]:
        for kind in (None,) if family in pipelines.DENSE else pipelines.KINDS:
            yield family, kind


def _check_side(section: str, part: Mapping) -> None:
    whole = SIDES[part["source"]]
    if whole % part["side"]:
        allowed = f"a divisor of {whole}, the side of the images of {part['source']}"
        raise ConfigError(f"rolling.{section}.side", part["side"], allowed)


def _check_counts(settings: Mapping) -> None:
    """Check that a source has as many images as are drawn of it."""
    for section in SECTIONS:
        part = settings[section]
        wanted = [part["train"], part["test"]]
        most = IMAGES[part["source"]]
        if len(most) == 1:
            wanted = [sum(wanted)]
        for key, number, allowed in zip(("train", "test"), wanted, most, strict=False):
            if number > allowed:
                words = f"fewer, as {part['source']} has {allowed} images"
                raise ConfigError(f"rolling.{section}.{key}", part[key], words)
    if not any(settings["pipeline"]["chi"]):
        allowed = "some above 0, so that images are rolled"
        raise ConfigError("rolling.pipeline.chi", settings["pipeline"]["chi"], allowed)
    most = settings["pipeline"]["train"]
    if max(settings["sizes"]["train"]) >= most:
        words = f"below {most}, the training images of rolling.pipeline"
        raise ConfigError("rolling.sizes.train", settings["sizes"]["train"], words)


def _check_flakes(part: Mapping) -> None:
    """Check that flakes differ, and that networks fit them."""
    sites = part["side"] ** 2
    if part["side"] < 3:
        allowed = "3 or more, so that a site has four neighbours"
        raise ConfigError("rolling.flakes.side", part["side"], allowed)
    if part["impurities"] >= sites:
        allowed = f"fewer than {sites}, the sites of a flake"
        raise ConfigError("rolling.flakes.impurities", part["impurities"], allowed)
    try:
        image = (part["side"], part["side"], 1)
        pipelines.check("std", "torsum", shape=image, channels=part["channels"])
    except ValueError as error:
        raise ConfigError("rolling.flakes.side", part["side"], f"another ({error})") from None
    if not part["chi"]:
        allowed = "a number above 0, so that some flakes are rolled"
        raise ConfigError("rolling.flakes.chi", part["chi"], allowed)
