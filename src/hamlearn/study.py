"""The contract of a study: what it must provide, and what the frame makes of it.

A study is a package `hamlearn.<study>` of modules with fixed names. A stage that a study lacks is
a module that it lacks. Those that exist provide:

    plan         EnsemblePlan (a subclass of the one here, with the law of an ensemble);
                 ensembles(settings) -> dict of them by name; check(settings), which raises
                 ConfigError where settings contradict each other; READS, by stage what it reads
    ensemble     draw(plan, root_seed, start=0, stop=None), save(path, ensemble), load(path); an
                 ensemble has a length, slices, and `rows`, an array (n, ...) of all that was drawn;
                 where a plan has files (`given`), draw takes them as an option of that name
    labels       solve(ensemble, numbers, plan, settings, method, label) -> table, a row a sample;
                 METHOD (the one in use), REFERENCE (the one it is checked against), TARGETS
                 (columns that both must give), AGREEMENT (largest difference), CHECKS (columns
                 that hold by how much each sample violates an exact law)
    runs         runs(settings) -> iterable of Run
    training     train(run, data, settings, seed, start, **compiled) -> (network, history);
                 TRAINS_AGAIN, true where networks of a job share what was compiled
    networks     load(path) -> network
    evaluation   evaluate(run, network, data, settings) -> (predictions, metrics, groups or None);
                 ERROR, the column of the metrics that networks are compared by (without it, mae),
                 beside which stand `<ERROR>_trivial` and `relative_<ERROR>`
    evidence     Tables, EVIDENCE: from small tables to evidence for each claim
    <summary>    summarise(inputs, settings) -> table, or a mapping: every other key of READS that
                 ends in .csv or .json is a small file that the module of its name computes

`data` maps the name of an ensemble to a :class:`hamlearn.dataset.Dataset`, `settings` holds what
READS names for the stage, and no more. The modules plan and runs import nothing heavy: Snakemake
reads them while parsing. `scripts/<study>` draws, and `scripts/<study>/pictures.yaml` says what.
"""

import functools
import importlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

from hamlearn import shards

ROOT = Path(__file__).parent
ARCHIVED = "archived"
"""As a solver: labels are read from `data/<study>.parquet` where it has them."""
NOT_TRAINED_BY = ("seeds", "applied_to", "group")
"""Fields of a run that its weights do not depend on."""


@dataclass(frozen=True, kw_only=True)
class EnsemblePlan:
    """Name and size of one ensemble; a study adds the law by which it is drawn.

    The first `train` samples are for training, the last `test` ones for testing. `work` is what
    one sample costs to solve, in the unit of the setting `work_per_shard`; `family` is what
    pictures select ensembles by, besides their names; `given` are files that the draw reads: in
    the folder of the study's results, which rules make, or absolute paths of the user's own.
    """

    name: str
    train: int = 0
    test: int
    family: str = ""
    work: float = 1.0
    given: tuple[str, ...] = ()

    @property
    def samples(self) -> int:
        return self.train + self.test

    @property
    def solved(self) -> bool:
        """Whether its labels are solved for; a study may draw some that bring theirs."""
        return True


@dataclass(frozen=True, kw_only=True)
class Run:
    """One network, to be fitted with each of its seeds.

    Attributes
    ----------
    name : str
        Unique in the study. Weights and shuffling depend on it, on the seed, and on nothing else.
    family : str
        What figures and claims select runs by.
    group : str
        Runs of a group are trained in one job, if the setting `training.jobs` says so.
    trained_on, applied_to : names of ensembles
        Of `trained_on` the first `n_train` samples are trained on, the last `n_test` tested.
    n_train, n_test : int
    seeds : int
        Repetitions.
    target, architecture : str
    options : mapping
        Of the architecture.
    fit : mapping
        Of the training: batch, epochs, learning rate, when it stops, ...
    starts_from : str
        Name of an earlier run of the same group whose network is continued.
    """

    name: str
    family: str
    trained_on: str
    n_train: int
    n_test: int
    architecture: str
    target: str = ""
    group: str = ""
    seeds: int = 1
    applied_to: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    fit: Mapping[str, Any] = field(default_factory=dict)
    starts_from: str = ""

    @property
    def training(self) -> dict[str, Any]:
        """What its weights depend on: a change of anything else trains no network anew."""
        return {k: v for k, v in asdict(self).items() if k not in NOT_TRAINED_BY}

    @property
    def evaluation(self) -> dict[str, Any]:
        """What its predictions depend on."""
        return {**self.training, "applied_to": self.applied_to}


@dataclass(frozen=True, kw_only=True)
class Reads:
    """What a stage, or a summary, of a study reads.

    Attributes
    ----------
    settings : names of settings of the study, dotted ones of parts of them
    drawn, solved : names or families of ensembles
        Whose draws and whose labels are read.
    predicted, trained : names or families of runs
        Whose predictions and whose networks are read.
    tables : mapping
        Files in the folder of the study's results, by the name that the stage knows them by.
    gpu : bool
        Whether it can use one.
    """

    settings: tuple[str, ...] = ()
    drawn: tuple[str, ...] = ()
    solved: tuple[str, ...] = ()
    predicted: tuple[str, ...] = ()
    trained: tuple[str, ...] = ()
    tables: Mapping[str, str] = field(default_factory=dict)
    gpu: bool = False


@dataclass(frozen=True, kw_only=True)
class Inputs:
    """What a summary was given: see :class:`Reads`.

    Attributes
    ----------
    drawn, solved : mapping by ensemble of ensembles, of tables of labels
    predicted : DataFrame
        Predictions of the runs with their seeds; empty if none are read.
    trained : mapping from (run, seed) to the path of a network
    tables : mapping of DataFrames, and of mappings where the file is JSON
    runs : mapping of Run, by name: those predicted or trained
    threads : int
    root_seed : int
    """

    drawn: Mapping[str, Any] = field(default_factory=dict)
    solved: Mapping[str, Any] = field(default_factory=dict)
    predicted: Any = None
    trained: Mapping[tuple[str, int], Path] = field(default_factory=dict)
    tables: Mapping[str, Any] = field(default_factory=dict)
    runs: Mapping[str, Run] = field(default_factory=dict)
    threads: int = 1
    root_seed: int = 0


def part(study: str, module: str) -> ModuleType:
    """Return one module of a study. The fingerprint of a job follows calls of this function."""
    return importlib.import_module(f"hamlearn.{study}.{module}")


class Study:
    """One study with its settings, resolved to a scale: names, and no file of any result."""

    def __init__(self, name: str, settings: Mapping[str, Any]):
        self.name, self.settings = name, settings
        self.plan = part(name, "plan")

    def has(self, module: str) -> bool:
        """Return whether the study has a module, and so the stage that it serves."""
        path = ROOT / self.name / module
        return path.with_suffix(".py").is_file() or (path / "__init__.py").is_file()

    @functools.cached_property
    def ensembles(self) -> dict[str, EnsemblePlan]:
        """Every ensemble, by its name."""
        return self.plan.ensembles(self.settings)

    @functools.cached_property
    def runs(self) -> dict[str, Run]:
        """Every network that is trained, by its name."""
        if not self.has("runs"):
            return {}
        found = list(part(self.name, "runs").runs(self.settings))
        runs = {run.name: run for run in found}
        if len(runs) < len(found):
            raise ValueError(f"study {self.name}: two runs of one name")
        return runs

    @functools.cached_property
    def jobs(self) -> dict[str, list[Run]]:
        """The runs that are trained together, by the name of their job, which has one seed."""
        jobs: dict[str, list[Run]] = {}
        for run in self.runs.values():
            jobs.setdefault(self.job(run), []).append(run)
        return jobs

    def job(self, run: Run) -> str:
        """Return the job that trains a run, by the setting `training.jobs`.

        `together`: one job for all runs with as many seeds; `by_family`: one for each family;
        `by_group`: one for each group; `each`: one for each run.
        """
        way = self.settings["training"]["jobs"]
        return {
            "together": f"together_{run.seeds}",
            "by_family": run.family,
            "by_group": run.group,
            "each": run.starts_from or run.name,
        }[way]

    def seeds(self, job: str) -> range:
        """Return the seeds that a job is trained with."""
        return range(max(run.seeds for run in self.jobs[job]))

    def applied(self, job: str) -> list[str]:
        """Return the ensembles that the runs of a job are trained on or applied to, in order."""
        return self._in_order(
            {n for run in self.jobs[job] for n in (run.trained_on, *run.applied_to)}
        )

    def trained_on(self, job: str) -> list[str]:
        """Return the ensembles that the runs of a job are trained on, in order."""
        return self._in_order({run.trained_on for run in self.jobs[job]})

    def _in_order(self, names: set[str]) -> list[str]:
        return [name for name in self.ensembles if name in names]

    @functools.cached_property
    def solved(self) -> list[str]:
        """The ensembles whose labels are solved for, in order."""
        plans = self.ensembles.values() if self.has("labels") else ()
        return [plan.name for plan in plans if plan.solved]

    def shards(self, ensemble: str) -> list[tuple[int, int]]:
        """Return the half-open sample ranges in which an ensemble is solved."""
        plan = self.ensembles[ensemble]
        return shards.split(plan.samples, self.settings["work_per_shard"] / plan.work)

    def chosen_ensembles(self, names: Iterable[str]) -> list[str]:
        """Return the ensembles of these names and families, in the order of the plan.

        Every list of files of ensembles has this order, and so has every list of their names.
        """
        return _chosen(self.name, "ensemble", self.ensembles, names)

    def chosen_runs(self, names: Iterable[str]) -> list[str]:
        """Return the runs of these names and families, in the order of the plan."""
        return _chosen(self.name, "run", self.runs, names)

    def reads(self, stage: str) -> Reads:
        """Return what a stage or a summary reads; nothing if the plan does not say."""
        return self.plan.READS.get(stage, Reads())

    @functools.cached_property
    def summaries(self) -> list[str]:
        """The small files that modules of the study compute, besides those of the stages."""
        return [name for name in self.plan.READS if Path(name).suffix in (".csv", ".json")]

    def settings_of(self, stage: str) -> dict[str, Any]:
        """Return the settings that a stage reads, and no others."""
        return selected(self.settings, self.reads(stage).settings)


def _chosen(study: str, kind: str, known: Mapping[str, Any], names: Iterable[str]) -> list[str]:
    found = set()
    for name in names:
        members = {k for k, entry in known.items() if name in (k, entry.family)}
        if not members:
            raise ValueError(f"study {study}: no {kind} of the name or family {name}")
        found |= members
    return [name for name in known if name in found]


def setting(settings: Mapping[str, Any], name: str) -> Any:
    """Return one setting by its dotted name, `data.train`; raise KeyError if there is none."""
    return functools.reduce(lambda found, key: found[key], name.split("."), settings)


def selected(settings: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """Return some settings by their dotted names, nested as they are."""
    found: dict[str, Any] = {}
    for name in names:
        *path, last = name.split(".")
        part = functools.reduce(lambda inner, key: inner.setdefault(key, {}), path, found)
        part[last] = setting(settings, name)
    return found
