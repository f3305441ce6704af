"""Trained networks that a user names: files, folders of them, or the results of a study.

The workflow leaves a network at ``<results>/networks/<job>/seed<k>/<run>.keras``; what it was
trained on is then known from the settings of these results.
"""

import functools
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from hamlearn import config, files
from hamlearn.study import Run, Study

ROOT = Path(__file__).resolve().parents[2]
DEFAULT = ROOT / "results" / "default"
SETTINGS, METRICS = "provenance.json", "metrics.csv"
"""What a folder of results says of its networks."""
PLACE = re.compile(r"(.+)/networks/.+/seed\d+/(.+)\.keras")

Names = Collection[str] | Callable[[Study], Collection[str]]
"""Of runs, where they depend on the settings of the results."""


class Missing(ValueError):
    """There is no network that could answer; the exact answer may remain."""


@dataclass(frozen=True)
class Results:
    """A folder of results of a study, the scale that made it, and the settings of the study."""

    folder: Path
    name: str
    scale: str
    settings: Mapping

    @functools.cached_property
    def study(self) -> Study:
        """The study by these settings; raise ValueError where they are damaged, or of old results.

        Networks that say all of themselves are used without it.
        """
        found = Study(self.name, self.settings)
        try:
            if found.runs and found.ensembles:
                return found
        except (KeyError, TypeError, AttributeError):
            pass
        raise _damaged(self.folder, self.name)

    def metrics(self, value: str) -> dict[str, float]:
        """Return a column of the metrics of each run on its own test set, mean over its rows.

        Empty where networks have not been evaluated yet.
        """
        path = self.folder / METRICS
        if not path.is_file():
            return {}
        table = files.read_small(path, ["run", value])
        if {"ensemble", "trained_on"} <= set(table):
            table = table[table["ensemble"] == table["trained_on"]]
        return table.groupby("run")[value].mean().to_dict()


@dataclass(frozen=True)
class Trained:
    """The file of a network and the name of its run.

    `folder` is that of its results, or of the file; `results` are None where nothing is known.
    """

    path: Path
    name: str
    folder: Path
    results: Results | None = None

    def drawn(self, ensemble: str) -> Path:
        """Return where the samples of an ensemble are, if the workflow has drawn them."""
        return self.folder / "data" / ensemble / "ensemble.npz"

    @property
    def known(self) -> Results:
        """Its results; raise ValueError if there are none."""
        if self.results is None:
            raise ValueError(
                f"{self.path}: in no results, networks/<job>/seed0, whose {SETTINGS} says what it "
                "was trained on"
            )
        return self.results

    @property
    def run(self) -> Run:
        """Its run; raise ValueError where no results know it."""
        runs = self.known.study.runs
        if self.name not in runs:
            raise ValueError(f"{self.path}: no network by the settings of {self.known.folder}")
        return runs[self.name]


def find(study: str, given: Sequence[str | Path] | None, names: Names) -> list[Trained]:
    """Return every file that is named, and of each folder the networks of some runs.

    Parameters
    ----------
    study : str
    given : sequence of path, optional
        Files and folders; without any, the results of scale default.
    names : names of runs, or a function of the study that returns them

    Raises
    ------
    Missing
        For a path with none of these networks.
    ValueError
        For networks of another study, and for damaged settings of theirs.
    """
    results = functools.cache(functools.partial(_results, study))
    of_study = functools.cache(names) if callable(names) else None
    found: list[Trained] = []
    for path in map(Path, given or [DEFAULT / study]):
        own = [_at(one, results) for one in _networks(path)]
        if path.is_dir():
            chosen = [of_study(one.known.study) if of_study else names for one in own]
            own = [one for one, some in zip(own, chosen, strict=True) if one.name in some]
        if not own:
            raise Missing(
                f"{path}: no trained network of `{study}` there; `snakemake --cores 4 {study}` "
                "trains those of scale default"
            )
        found += own
    return list({one.path.resolve(): one for one in found}.values())


def by_group(found: Iterable[Trained], group: Callable[[Run], str]) -> list[list[Trained]]:
    """Return networks together whose runs have one group, in their order."""
    groups: dict[str, list[Trained]] = {}
    for one in found:
        groups.setdefault(group(one.run), []).append(one)
    return list(groups.values())


def scale_of(found: Sequence[Trained]) -> str:
    """Return the scale at which networks were trained, as figures name it."""
    if not found:
        return "no network"
    return found[0].results.scale if found[0].results else "not known"


def uncompared(path: str | Path) -> str:
    """Return the warning that the samples of the training are not there."""
    return f"{path}: no such file, so nothing is compared with what the network was trained on"


def unseen(what: str, seen: str, beyond: str) -> str:
    """Return the warning that networks extrapolate: what is beyond what they have seen."""
    return f"{what}: outside of what the network was trained on, {seen}, by {beyond}"


def _networks(path: Path) -> list[Path]:
    """Return a file, or all networks in a folder but those of a training under way."""
    if path.is_file():
        return [path]
    inside = sorted(path.rglob("*.keras"))
    return [one for one in inside if not _hidden(one.relative_to(path))]


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def _at(path: Path, results: Callable[[Path], Results | None]) -> Trained:
    place = PLACE.fullmatch(path.resolve().as_posix())
    if not place:
        return Trained(path, path.stem, path.parent)
    folder = Path(place[1])
    return Trained(path, place[2], folder, results(folder))


def _results(study: str, folder: Path) -> Results | None:
    """Return what is known of a folder of results, None if nothing is.

    Results that are not complete have no settings yet: they are those of config.yaml.
    """
    path = folder / SETTINGS
    if path.is_file():
        settings = files.read_small(path, ["settings"])["settings"]
    elif folder.name in config.studies() and folder.parent.name in config.SCALES:
        if folder.name != study:
            raise _other(folder, [folder.name], study)
        settings = configured(folder.parent.name)
    else:
        return None
    if not isinstance(settings, Mapping):
        raise _damaged(folder, study)
    others = [name for name in config.studies() if name in settings]
    if others and study not in settings:
        raise _other(folder, others, study)
    try:
        return Results(folder, study, str(settings["scale"]), settings[study])
    except KeyError as error:
        raise _damaged(folder, study) from error


def _damaged(folder: Path, study: str) -> ValueError:
    words = f"expected the settings of `{study}`, as they are now; run the workflow again"
    return ValueError(f"{folder / SETTINGS}: {words}")


def _other(folder: Path, others: Sequence[str], study: str) -> ValueError:
    return ValueError(f"{folder}: networks of `{others[0]}`, expected those of `{study}`")


@functools.cache
def configured(scale: str | None = None) -> dict:
    """Return the settings of config.yaml, at a scale or at its own."""
    raw = config.read([ROOT / "config.yaml"])
    return config.load({**raw, "scale": scale or raw["scale"]})
