"""The networks that the study `bubbles` trains, read off its resolved settings."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from hamlearn.bubbles.plan import DEFORMED, FRESH, LORENTZIANS, MORE, SCAN, TRAIN, WEAK_SCAN

TARGETS = {
    "total": ("total",),
    "diagonal": ("t_k_k", "t_kp_kp"),
    "off_diagonal": ("t_k_kp", "t_kp_k"),
}
"""What a network predicts: columns of the solved table, `total` for their sum, in 2e²/h."""
EVERYWHERE = (TRAIN, FRESH, MORE, DEFORMED, *LORENTZIANS, SCAN, WEAK_SCAN)
SWEEPS = (TRAIN, FRESH, SCAN, WEAK_SCAN)


@dataclass(frozen=True)
class Run:
    """One network to be fitted with one seed.

    `options` go to the builder named by `architecture`; `applied_to` are the ensembles it is
    evaluated on (of the ensemble it is trained on, the test part). Targets are multiplied by
    `factor` for training. A `choice` is one of the claims of Sec. IV A on how to train.
    """

    name: str
    job: str
    target: str
    architecture: str
    batch: int
    epochs: int
    learning_rate: float
    factor: float = 1.0
    options: dict = field(default_factory=dict)
    applied_to: tuple[str, ...] = (TRAIN, FRESH)
    choice: bool = False


def jobs(settings: Mapping) -> dict[str, list[Run]]:
    """Return the runs that are trained together, by the name of their job, which has one seed.

    By the setting `training.jobs` a job trains all networks with as many seeds (`together`), those
    of one purpose (`by_group`) or a single one (`each`).
    """
    found: dict[str, list[Run]] = {}
    for run in _runs(settings):
        found.setdefault(run.job, []).append(run)
    return found


def job_of(settings: Mapping, name: str) -> str:
    """Return the job that trains a network."""
    return _run(settings, name).job


def seeds(settings: Mapping, name: str) -> range:
    """Return the seeds that a network, and all its job, is trained with."""
    return _seeds(settings, _run(settings, name).choice)


def _seeds(settings: Mapping, choice: bool) -> range:
    return range(settings["training"]["choices_seeds" if choice else "seeds"])


def _run(settings: Mapping, name: str) -> Run:
    return next(run for run in _runs(settings) if run.name == name)


def _runs(settings: Mapping) -> Iterator[Run]:
    part = settings["training"]
    factor = settings["networks"]["off_diagonal_factor"]

    def run(name: str, group: str, target: str = "total", **values: object) -> Run:
        defaults = {"architecture": "mixed_input", "epochs": part["epochs"]}
        defaults |= {"batch": part["batch"], "learning_rate": part["learning_rate"]}
        together = f"together_{len(_seeds(settings, values.get('choice', False)))}"
        job = {"together": together, "by_group": group, "each": name}[part["jobs"]]
        return Run(name, job, target, **(defaults | values))

    total = {"epochs": part["total_epochs"]}
    main = {**total, "applied_to": EVERYWHERE}
    yield run("full", "full", **main)
    yield run("smooth", "smooth", options={"branch_inputs": ("energy",)}, **main)
    yield run("no_a", "redundancy", options={"energy_array": "none"}, **total)
    yield run("no_a_zero", "redundancy", options={"energy_array": "zeros"}, **total)
    yield run("no_b", "redundancy", options={"branch_inputs": ()}, **total)
    yield run("valley_diag", "valley", "diagonal", applied_to=SWEEPS)
    yield run("valley_off", "valley", "off_diagonal", factor=factor, applied_to=SWEEPS)
    yield run("valley_off_unscaled", "valley", "off_diagonal")
    low, high = part["learning_rates"]
    for name, differs in (
        ("relu", {"options": {"activation": "relu"}}),
        ("no_bn", {"options": {"batch_normalisation": False}}),
        ("no_dropout", {"options": {"dropout": 0.0}}),
        ("batch_large", {"batch": part["batch_large"]}),
        ("lr_low", {"learning_rate": low}),
        ("lr_high", {"learning_rate": high}),
    ):
        yield run(name, "choices", choice=True, epochs=part["choices_epochs"], **differs)
    own = {key: settings["own"][key] for key in ("epochs", "learning_rate")}
    for name in ("own", "staircase"):
        yield run(name, "own", architecture=name, applied_to=EVERYWHERE, **own)
