"""What the study `wires` draws, solves and trains, read off its resolved settings.

Only this module turns settings into names of ensembles, groups and runs, so that the workflow, the
training and the figures agree on them. It imports nothing heavy: Snakemake reads it while parsing.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from hamlearn.config import ConfigError

IMPURITY_MODELS = ("ii", "iii", "iv")
CONDUCTANCE = "conductance_g0"
BIAS_CONDUCTANCE = "bias_conductance_g0"


@dataclass(frozen=True)
class EnsemblePlan:
    """One ensemble: its model, shape in sites, numbers of samples and energies to be solved."""

    name: str
    model: str
    length: int
    width: int
    train: int
    test: int
    disorder: float | None = None
    impurity_energies: tuple[float, ...] = ()
    concentration: str | None = None
    concentrations: int = 0
    targets: tuple[str, ...] = (CONDUCTANCE,)

    @property
    def samples(self) -> int:
        return self.train + self.test


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


def bias_energies(settings: Mapping) -> list[float]:
    """Return the energies (in t) of the bias-averaged conductance, with equal weights.

    Reads eq. (3) as the paper evaluates it: E_F + (-1/2 + k/(m - 1)) eV for k = 0 .. m - 1.
    """
    voltage, count = settings["bias"]["voltage"], settings["bias"]["energies"]
    return [settings["fermi_energy"] + (-0.5 + k / (count - 1)) * voltage for k in range(count)]


def ensembles(settings: Mapping) -> dict[str, EnsemblePlan]:
    """Return every ensemble of the study by its name."""
    plans = [*_model_i(settings), *_impurity_models(settings), *_appendix_a(settings)]
    merged: dict[str, EnsemblePlan] = {}
    for plan in plans:  # Figs. 8 and 9 share ensembles of the same shape and disorder
        known = merged.get(plan.name)
        if known is None or plan.samples > known.samples:
            merged[plan.name] = plan
    return merged


def _model_i(settings: Mapping) -> Iterator[EnsemblePlan]:
    part = settings["model_i"]
    for size, train in zip(part["sizes"], part["train"], strict=True):
        disorder = settings["models"]["i"]["disorder"]
        yield EnsemblePlan(f"i_{size}", "i", size, size, train, part["test"], disorder)


def _impurity_models(settings: Mapping) -> Iterator[EnsemblePlan]:
    part, size = settings["impurity_models"], settings["impurity_models"]["size"]
    energies = {m: tuple(settings["models"][m]["impurity_energies"]) for m in IMPURITY_MODELS}
    for model, train in zip(IMPURITY_MODELS, part["train"], strict=True):
        yield EnsemblePlan(
            model,
            model,
            size,
            size,
            train,
            part["test"],
            impurity_energies=energies[model],
            concentration=settings["concentration"],
            targets=(CONDUCTANCE, BIAS_CONDUCTANCE) if model == "ii" else (CONDUCTANCE,),
        )
    average = settings["average"]
    yield EnsemblePlan(
        "average",
        "ii",
        size,
        size,
        0,
        average["concentrations"] * average["configurations"],
        impurity_energies=energies["ii"],
        concentration="fixed",
        concentrations=average["concentrations"],
        targets=(BIAS_CONDUCTANCE,),
    )


def _appendix_a(settings: Mapping) -> Iterator[EnsemblePlan]:
    for key in ("system_size", "training_set"):
        part = settings[key]
        train = max(part["train"]) if isinstance(part["train"], list) else part["train"]
        for size in part["sizes"]:
            yield _small(size, size, part["disorder"], train, part["test"])
    part = settings["one_and_two_sites"]
    for (length, width), train in zip(part["shapes"], part["train"], strict=True):
        yield _small(length, width, part["disorder"], train, part["test"])
    part = settings["disorder_strength"]
    for disorder in part["disorders"]:
        yield _small(part["size"], part["size"], disorder, part["train"], part["test"])


def _small(length: int, width: int, disorder: float, train: int, test: int) -> EnsemblePlan:
    name = small_ensemble(length, width, disorder)
    return EnsemblePlan(name, "i", length, width, train, test, disorder)


def small_ensemble(length: int, width: int, disorder: float) -> str:
    """Return the name of an ensemble of appendix A."""
    return f"a_{length}x{width}_w{disorder:g}"


def groups(settings: Mapping) -> dict[str, list[Run]]:
    """Return the runs of every group by the group's name; one job trains one group and seed."""
    families = (_dnn_model_i, _cnn_model_ii, _fig08, _fig09, _sites, _disorder, _species, _own)
    grouped: dict[str, list[Run]] = {}
    for family in families:
        for run in family(settings):
            grouped.setdefault(run.group, []).append(run)
    return grouped


def seeds(settings: Mapping, group: str) -> range:
    """Return the seeds that a group is trained with."""
    sections = {
        "model_i_": "model_i",
        "model_ii_": "model_ii",
        "plateau_ii_": "model_ii",
        "fig08_": "system_size",
        "fig09_": "training_set",
        "small_": "one_and_two_sites",
        "disorder_": "disorder_strength",
        "species_": "species",
        "scattering_": "scattering",
    }
    section = next(section for prefix, section in sections.items() if group.startswith(prefix))
    return range(settings[section]["seeds"])


def shards(settings: Mapping, ensemble: str) -> list[tuple[int, int]]:
    """Return the half-open sample ranges in which an ensemble is solved, of nearly equal size."""
    plan = ensembles(settings)[ensemble]
    sites = plan.samples * plan.length * plan.width
    count = min(plan.samples, math.ceil(sites / settings["sites_per_shard"]))
    edges = [plan.samples * k // count for k in range(count + 1)]
    return list(zip(edges[:-1], edges[1:], strict=True))


def _run(settings: Mapping, group: str, name: str, ensemble: str, **values: object) -> Run:
    training = settings["training"]
    test = ensembles(settings)[ensemble].test
    defaults = {
        "target": CONDUCTANCE,
        "hidden": 0,
        "neurons": 0,
        "n_test": test,
        "stopping": "train_plateau",
        "batch": training["batch"],
        "learning_rate": training["learning_rate"],
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
                max_epochs=part["max_epochs"],
            )
    ridge_train = settings["baselines"][
        "ridge_train"
    ]  # kernel ridge regression on the same samples
    yield _run(
        settings,
        f"model_i_{part['sizes'][0]}",
        f"dnn_{ridge_train}",
        f"i_{part['sizes'][0]}",
        architecture="dnn",
        hidden=part["hidden"],
        neurons=part["neurons"][0],
        n_train=ridge_train,
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
                max_epochs=part["max_epochs"],
            )
        yield _run(  # the paper's own stopping rule, to be compared with the one above
            settings,
            f"plateau_ii_{group}",
            f"cnn_{n_train}",
            "ii",
            target=target,
            architecture="cnn",
            n_train=n_train,
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
                    f"dnn_{hidden}x{neurons}",
                    small_ensemble(size, size, part["disorder"]),
                    architecture="dnn",
                    hidden=hidden,
                    neurons=neurons,
                    n_train=part["train"],
                    n_test=part["test"],
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
                    f"dnn_{network['hidden']}x{network['neurons']}_{n_train}",
                    small_ensemble(size, size, part["disorder"]),
                    architecture="dnn",
                    **network,
                    n_train=n_train,
                    n_test=part["test"],
                    max_epochs=part["max_epochs"],
                )


def _sites(settings: Mapping) -> Iterator[Run]:
    part = settings["one_and_two_sites"]
    rows = zip(part["shapes"], part["neurons"], part["train"], strict=True)
    for (length, width), neurons, train in rows:
        for n_train in sorted({train, part["train"][0]}):  # also as many as one site needs
            yield _run(
                settings,
                f"small_{length}x{width}",
                f"dnn_1x{neurons}_{n_train}",
                small_ensemble(length, width, part["disorder"]),
                architecture="dnn",
                hidden=1,
                neurons=neurons,
                n_train=n_train,
                n_test=part["test"],
                batch=min(settings["training"]["batch"], max(1, n_train // 8)),
                max_epochs=part["max_epochs"],
            )


def _disorder(settings: Mapping) -> Iterator[Run]:
    part = settings["disorder_strength"]
    for disorder in part["disorders"]:
        yield _run(
            settings,
            f"disorder_{disorder:g}",
            f"dnn_{part['hidden']}x{part['neurons']}",
            small_ensemble(part["size"], part["size"], disorder),
            architecture="dnn",
            hidden=part["hidden"],
            neurons=part["neurons"],
            n_train=part["train"],
            n_test=part["test"],
            max_epochs=part["max_epochs"],
        )


def _species(settings: Mapping) -> Iterator[Run]:
    part = settings["species"]
    common = {k: part[k] for k in ("stopping", "max_epochs")} | {"n_train": part["train"]}
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
                    **common,
                )
        yield _run(settings, f"species_cnn_{model}", "cnn", model, architecture="cnn", **common)


def _own(settings: Mapping) -> Iterator[Run]:
    part = settings["scattering"]
    common = {"architecture": "scattering", "max_epochs": part["max_epochs"]}
    for size, train in zip(part["sizes"], part["train"], strict=True):
        yield _run(
            settings, f"scattering_i_{size}", "scattering", f"i_{size}", n_train=train, **common
        )
    yield _run(settings, "scattering_ii", "scattering", "ii", n_train=part["train_ii"], **common)


def check(settings: Mapping) -> None:
    """Raise ConfigError where settings that are fine one by one contradict each other."""
    for section, keys in {
        "model_i": ("sizes", "neurons", "train"),
        "one_and_two_sites": ("shapes", "neurons", "train"),
        "scattering": ("sizes", "train"),
    }.items():
        _same_length(settings, section, keys)
    _subset(settings, "model_ii", "train", settings["impurity_models"]["train"][0])
    _subset(settings, "baselines", "ridge_train", settings["model_i"]["train"][0])
    _subset(settings, "species", "train", min(settings["impurity_models"]["train"]))
    _subset(settings, "scattering", "train_ii", settings["impurity_models"]["train"][0])
    for k, size in enumerate(settings["scattering"]["sizes"]):
        if size not in settings["model_i"]["sizes"]:
            raise ConfigError(f"wires.scattering.sizes[{k}]", size, "one of wires.model_i.sizes")
    narrowest = min(plan.width for plan in ensembles(settings).values())
    edge = 2 + 2 * math.cos(math.pi / (narrowest + 1))
    if abs(settings["fermi_energy"]) >= edge:
        raise ConfigError(
            "wires.fermi_energy",
            settings["fermi_energy"],
            f"an energy inside the band of the narrowest wire, below {edge:.4g} t",
        )
    if abs(settings["fermi_energy"]) + settings["bias"]["voltage"] / 2 >= 4:
        raise ConfigError(
            "wires.bias.voltage", settings["bias"]["voltage"], "a window inside the band, |E| < 4 t"
        )


def _same_length(settings: Mapping, section: str, keys: tuple[str, ...]) -> None:
    first = len(settings[section][keys[0]])
    for key in keys[1:]:
        if len(settings[section][key]) != first:
            raise ConfigError(
                f"wires.{section}.{key}",
                settings[section][key],
                f"{first} entries, as wires.{section}.{keys[0]}",
            )


def _subset(settings: Mapping, section: str, key: str, available: int) -> None:
    values = settings[section][key]
    if max(values if isinstance(values, list) else [values]) > available:
        raise ConfigError(
            f"wires.{section}.{key}",
            values,
            f"at most {available}, the training samples that are drawn",
        )
