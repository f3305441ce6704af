"""The networks that the study `wires` trains, read off its resolved settings."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from hamlearn.wires.plan import (
    BIAS_CONDUCTANCE,
    CONDUCTANCE,
    IMPURITY_MODELS,
    SMALL_II,
    ensembles,
    small_ensemble,
)

SHARED_JOBS = ("fig08", "fig09", "small", "disorder", "species_cnn", "plateau_ii", "scattering")


@dataclass(frozen=True)
class Run:
    """One network to be fitted with one seed."""

    name: str
    group: str
    ensemble: str
    target: str
    architecture: str
    hidden: int
    neurons: int
    n_train: int
    n_test: int
    stopping: str
    batch: int
    max_epochs: int
    learning_rate: float
    starts_from: str = ""  # path of a run of the same job whose network is continued
    options: dict = field(default_factory=dict)  # of the architecture

    @property
    def path(self) -> str:
        """Its group and its name, which is unique within the group only."""
        return f"{self.group}/{self.name}"


def groups(settings: Mapping) -> dict[str, list[Run]]:
    """Return every run, by the name of its group."""
    families = (_dnn_model_i, _cnn_model_ii, _fig08, _fig09, _sites, _disorder, _species, _own)
    found: dict[str, list[Run]] = {}
    for family in families:
        for run in family(settings):
            found.setdefault(run.group, []).append(run)
    return found


def jobs(settings: Mapping) -> dict[str, list[Run]]:
    """Return the runs that are trained together, by the name of their job, which has one seed."""
    found: dict[str, list[Run]] = {}
    for group, runs in groups(settings).items():
        found.setdefault(job_of(settings, group), []).extend(runs)
    return found


def job_of(settings: Mapping, group: str) -> str:
    """Return the job that trains a group.

    By the setting `training.jobs` it trains all groups with as many seeds (`together`), or this
    group, and the likes of it where trainings are short or continue each other (`by_group`).
    """
    if settings["training"]["jobs"] == "together":
        return f"together_{len(seeds(settings, group))}"
    return next((job for job in SHARED_JOBS if group.startswith(job)), group)


def ensembles_of(runs: Sequence[Run]) -> list[str]:
    """Return the names of the ensembles of some runs, each once, in their order."""
    return list(dict.fromkeys(run.ensemble for run in runs))


def seeds(settings: Mapping, group: str) -> range:
    """Return the seeds that a group, and all its job, is trained with."""
    sections = {
        "model_i_": "model_i",
        "model_ii_": "model_ii",
        "plateau_ii": "model_ii",
        "fig08": "system_size",
        "fig09": "training_set",
        "small": "one_and_two_sites",
        "disorder": "disorder_strength",
        "species_": "species",
        "scattering": "scattering",
    }
    section = next(section for prefix, section in sections.items() if group.startswith(prefix))
    return range(settings[section]["seeds"])


def _run(settings: Mapping, group: str, name: str, ensemble: str, **values: object) -> Run:
    test = ensembles(settings)[ensemble].test
    defaults = {
        "target": CONDUCTANCE,
        "hidden": 0,
        "neurons": 0,
        "n_test": test,
        "stopping": "train_plateau",
        "learning_rate": settings["training"]["learning_rate"],
    }
    return Run(name=name, group=group, ensemble=ensemble, **{**defaults, **values})


def _dnn_model_i(settings: Mapping) -> Iterator[Run]:
    part = settings["model_i"]
    for k, size in enumerate(part["sizes"]):
        for stopping in part["stopping"]:
            yield _run(
                settings,
                f"model_i_{size}",
                f"dnn_{stopping}",
                f"i_{size}",
                architecture="dnn",
                hidden=part["hidden"],
                neurons=part["neurons"][k],
                n_train=part["train"][k],
                stopping=stopping,
                batch=part["batch"][k],
                max_epochs=part["max_epochs"],
            )
    ridge_train = settings["baselines"]["ridge_train"]
    yield _run(  # on the same samples as kernel ridge regression
        settings,
        f"model_i_{part['sizes'][0]}",
        f"dnn_{ridge_train}",
        f"i_{part['sizes'][0]}",
        architecture="dnn",
        hidden=part["hidden"],
        neurons=part["neurons"][0],
        n_train=ridge_train,
        batch=part["batch"][0],
        max_epochs=part["max_epochs"],
    )


def _cnn_model_ii(settings: Mapping) -> Iterator[Run]:
    part = settings["model_ii"]
    for group, target in (("conductance", CONDUCTANCE), ("bias", BIAS_CONDUCTANCE)):
        for n_train in part["train"]:
            yield _run(
                settings,
                f"model_ii_{group}",
                f"cnn_{n_train}",
                "ii",
                target=target,
                architecture="cnn",
                n_train=n_train,
                stopping=part["stopping"],
                batch=part["batch"],
                max_epochs=part["max_epochs"],
            )
        yield _run(  # the paper's own stopping rule, to be compared with the one above
            settings,
            f"plateau_ii_{group}",
            f"cnn_{group}",
            "ii",
            target=target,
            architecture="cnn",
            n_train=max(part["train"]),
            batch=part["batch"],
            max_epochs=part["max_epochs"],
        )


def _fig08(settings: Mapping) -> Iterator[Run]:
    part = settings["system_size"]
    for size in part["sizes"]:
        for hidden in part["hidden"]:
            for neurons in part["neurons"]:
                yield _run(
                    settings,
                    f"fig08_{size}",
                    f"dnn_{size}_{hidden}x{neurons}",
                    small_ensemble(size, size, part["disorder"]),
                    architecture="dnn",
                    hidden=hidden,
                    neurons=neurons,
                    n_train=part["train"],
                    n_test=part["test"],
                    batch=part["batch"],
                    max_epochs=part["max_epochs"],
                )


def _fig09(settings: Mapping) -> Iterator[Run]:
    part = settings["training_set"]
    for size in part["sizes"]:
        for network in part["architectures"]:
            for n_train in part["train"]:
                yield _run(
                    settings,
                    f"fig09_{size}",
                    f"dnn_{size}_{network['hidden']}x{network['neurons']}_{n_train}",
                    small_ensemble(size, size, part["disorder"]),
                    architecture="dnn",
                    **network,
                    n_train=n_train,
                    n_test=part["test"],
                    batch=part["batch"],
                    max_epochs=part["max_epochs"],
                )


def _sites(settings: Mapping) -> Iterator[Run]:
    part = settings["one_and_two_sites"]
    rows = zip(part["shapes"], part["neurons"], part["train"], part["batch"], strict=True)
    for (length, width), neurons, train, batch in rows:
        for n_train in sorted({train, part["train"][0]}):  # also as many as one site needs
            yield _run(
                settings,
                f"small_{length}x{width}",
                f"dnn_{length}x{width}_{neurons}_{n_train}",
                small_ensemble(length, width, part["disorder"]),
                architecture="dnn",
                hidden=1,
                neurons=neurons,
                n_train=n_train,
                n_test=part["test"],
                batch=min(batch, part["batch"][0]) if n_train < train else batch,
                max_epochs=part["max_epochs"],
            )


def _disorder(settings: Mapping) -> Iterator[Run]:
    part = settings["disorder_strength"]
    for disorder in part["disorders"]:
        yield _run(
            settings,
            f"disorder_{disorder:g}",
            f"dnn_w{disorder:g}",
            small_ensemble(part["size"], part["size"], disorder),
            architecture="dnn",
            hidden=part["hidden"],
            neurons=part["neurons"],
            n_train=part["train"],
            n_test=part["test"],
            batch=part["batch"],
            max_epochs=part["max_epochs"],
        )


def _species(settings: Mapping) -> Iterator[Run]:
    part = settings["species"]
    common = {key: part[key] for key in ("stopping", "batch", "max_epochs")}
    for model in IMPURITY_MODELS:
        for hidden in part["hidden"]:
            for neurons in part["neurons"]:
                yield _run(
                    settings,
                    f"species_dnn_{model}",
                    f"dnn_{hidden}x{neurons}",
                    model,
                    architecture="dnn",
                    hidden=hidden,
                    neurons=neurons,
                    n_train=part["train"],
                    **common,
                )
        yield _run(
            settings,
            f"species_cnn_{model}",
            f"cnn_{model}",
            model,
            architecture="cnn",
            n_train=part["cnn_train"],
            **common,
        )


def _own(settings: Mapping) -> Iterator[Run]:
    part = settings["scattering"]
    common = {"architecture": "scattering", "batch": part["batch"]}
    from_random = {key: part[key] for key in ("max_epochs", "learning_rate")} | common
    continued = part["continued"] | common
    sizes = sorted(zip(part["sizes"], part["train"], strict=True))
    smallest = [
        _scattering(settings, f"i_{size}", n_train=train, **from_random)
        for size, train in sizes
        if size <= part["starts_from"]
    ]
    yield from smallest
    for size, train in sizes[len(smallest) :]:
        parent = smallest[-1].path
        yield _scattering(settings, f"i_{size}", n_train=train, starts_from=parent, **continued)
    small = part["small_ii"]
    small_ii = _scattering(
        settings,
        SMALL_II,
        n_train=small["train"],
        options={"damping": small["damping"], "strength": small["strength"]},
        **from_random,
    )
    yield small_ii
    parent = small_ii.path
    yield _scattering(settings, "ii", n_train=part["train_ii"], starts_from=parent, **continued)


def _scattering(settings: Mapping, ensemble: str, **values: object) -> Run:
    name = f"scattering_{ensemble}"
    return _run(settings, name, name, ensemble, **values)
