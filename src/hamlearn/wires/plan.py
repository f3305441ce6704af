"""The ensembles that the study `wires` draws and solves, read off its resolved settings.

This module and `runs` alone turn settings into names, so that workflow, training and figures agree
on them. They import nothing heavy: Snakemake reads them while parsing.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from hamlearn import study
from hamlearn.config import ConfigError
from hamlearn.study import Reads

IMPURITY_MODELS = ("ii", "iii", "iv")
CONDUCTANCE = "conductance_g0"
BIAS_CONDUCTANCE = "bias_conductance_g0"
TARGETS = (CONDUCTANCE, BIAS_CONDUCTANCE)
SMALL_II = "small_ii"
AVERAGE = "average"
AVERAGE_LOW = "average_low"
LOW = 0.06
"""Below it the averages of Fig. 7 vary most: to this concentration there is an ensemble more."""

MOST_NETWORKS = 1000
"""Of one figure."""
NEAR_EDGE = 1e-9
"""Distance from the edge of the band, in t, at which no mode counts as open."""

READS = {
    "solve": Reads(settings=("fermi_energy", "bias")),
    "archive": Reads(solved=("impurity_models", AVERAGE)),
    "train": Reads(settings=("training.train_plateau", "training.validation")),
    "evidence": Reads(
        tables={
            "metrics": "metrics.csv",
            "baselines": "baselines.csv",
            "average": "average.csv",
            "statistics": "statistics.csv",
            "timing": "timing.json",
        }
    ),
    "baselines.csv": Reads(
        settings=("model_i.test", "impurity_models.test", "baselines.ridge_train"),
        drawn=("model_i", "impurity_models"),
        solved=("model_i", "impurity_models"),
    ),
    "average.csv": Reads(drawn=(AVERAGE,), predicted=("model_ii",)),
    "timing.json": Reads(
        settings=(
            *("fermi_energy", "bias"),
            *("average.configurations", "average.timing_kwant_solves"),
        ),
        drawn=(AVERAGE,),
        trained=("model_ii",),
    ),
    "statistics.csv": Reads(
        settings=("fermi_energy", "bias", "histogram_half_bin", "impurity_models.size"),
        drawn=("model_i", "impurity_models"),
        solved=("model_i", "impurity_models"),
        predicted=("model_ii",),
    ),
    "architectures.csv": Reads(
        settings=(
            *("model_i.sizes", "model_i.neurons", "model_i.hidden"),
            "impurity_models.size",
        )
    ),
}


@dataclass(frozen=True, kw_only=True)
class EnsemblePlan(study.EnsemblePlan):
    """One ensemble: its model, shape in sites, law of the on-site energies, energies to be solved.

    `work` counts sites. `disorder` is the width of the distribution of model I, in t;
    `impurity_energies` (in t) and `concentration` are those of models II to IV: `uniform`,
    `percent_grid`, or at `concentrations` equidistant values, `fixed` from 0 to 1 or `fixed_low`
    from 0 to LOW.
    """

    model: str
    length: int
    width: int
    disorder: float | None = None
    impurity_energies: tuple[float, ...] = ()
    concentration: str | None = None
    concentrations: int = 0
    targets: tuple[str, ...] = (CONDUCTANCE,)


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
        known = merged.get(plan.name, plan)
        most = {key: max(getattr(known, key), getattr(plan, key)) for key in ("train", "test")}
        merged[plan.name] = replace(plan, **most)
    return merged


def _wires(length: int, width: int, **law: object) -> EnsemblePlan:
    return EnsemblePlan(length=length, width=width, work=length * width, **law)


def _model_i(settings: Mapping) -> Iterator[EnsemblePlan]:
    part = settings["model_i"]
    for size, train in zip(part["sizes"], part["train"], strict=True):
        yield _wires(
            size,
            size,
            name=f"i_{size}",
            family="model_i",
            model="i",
            train=train,
            test=part["test"],
            disorder=settings["models"]["i"]["disorder"],
        )


def _impurities(settings: Mapping, model: str, size: int, **law: object) -> EnsemblePlan:
    energies = tuple(settings["models"][model]["impurity_energies"])
    concentration = {"concentration": settings["concentration"]}
    return _wires(size, size, model=model, impurity_energies=energies, **(concentration | law))


def _impurity_models(settings: Mapping) -> Iterator[EnsemblePlan]:
    part, size = settings["impurity_models"], settings["impurity_models"]["size"]
    for model, train in zip(IMPURITY_MODELS, part["train"], strict=True):
        yield _impurities(
            settings,
            model,
            size,
            name=model,
            family="impurity_models",
            train=train,
            test=part["test"],
            targets=TARGETS if model == "ii" else (CONDUCTANCE,),
        )
    small = settings["scattering"]["small_ii"]
    samples = {"train": small["train"], "test": small["test"]}
    yield _impurities(settings, "ii", small["size"], name=SMALL_II, family=SMALL_II, **samples)
    average = settings["average"]
    for name, law, number in (
        (AVERAGE, "fixed", average["concentrations"]),
        (AVERAGE_LOW, "fixed_low", average["low_concentrations"]),
    ):
        yield _impurities(
            settings,
            "ii",
            size,
            name=name,
            family=AVERAGE,
            test=number * average["configurations"],
            concentration=law,
            concentrations=number,
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
    return _wires(
        length,
        width,
        name=small_ensemble(length, width, disorder),
        family="appendix_a",
        model="i",
        train=train,
        test=test,
        disorder=disorder,
    )


def small_ensemble(length: int, width: int, disorder: float) -> str:
    """Return the name of an ensemble of appendix A."""
    return f"a_{length}x{width}_w{in_names(disorder)}"


def in_names(number: float) -> str:
    """Return a number with all its digits and no exponent: names of files differ as numbers do."""
    text = format(Decimal(repr(float(number))), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def check(settings: Mapping) -> None:
    """Raise ConfigError where settings that are fine one by one contradict each other."""
    for section, keys in {
        "model_i": ("sizes", "neurons", "train", "batch"),
        "one_and_two_sites": ("shapes", "neurons", "train", "batch"),
        "scattering": ("sizes", "train"),
    }.items():
        _same_length(settings, section, keys)
    _subset(settings, "model_ii", "train", settings["impurity_models"]["train"][0])
    _subset(settings, "baselines", "ridge_train", settings["model_i"]["train"][0])
    _subset(settings, "species", "train", min(settings["impurity_models"]["train"]))
    _subset(settings, "species", "cnn_train", min(settings["impurity_models"]["train"]))
    _subset(settings, "scattering", "train_ii", settings["impurity_models"]["train"][0])
    few, *more = settings["one_and_two_sites"]["train"]
    if few > min(more, default=few):
        allowed = "the fewest samples first, with which each of the shapes is trained too"
        raise ConfigError("wires.one_and_two_sites.train", [few, *more], allowed)
    _check_scattering(settings)
    _check_held_out(settings)
    _check_networks(settings)
    _check_energies(settings)


def _check_scattering(settings: Mapping) -> None:
    part, known = settings["scattering"], settings["model_i"]
    for k, (size, train) in enumerate(zip(part["sizes"], part["train"], strict=True)):
        if size not in known["sizes"]:
            raise ConfigError(f"wires.scattering.sizes[{k}]", size, "one of wires.model_i.sizes")
        pool = known["train"][known["sizes"].index(size)]
        if train > pool:
            allowed = f"at most {pool}, the training samples that are drawn"
            raise ConfigError(f"wires.scattering.train[{k}]", train, allowed)
    start = part["starts_from"]
    if start not in part["sizes"]:
        raise ConfigError("wires.scattering.starts_from", start, "one of wires.scattering.sizes")


def _check_held_out(settings: Mapping) -> None:
    """Check that the stopping rule `validation` leaves samples to train on."""
    fraction = settings["training"]["validation"]["fraction"]
    for section, keys in {
        "model_i": ("train",),
        "model_ii": ("train",),
        "species": ("train", "cnn_train"),
    }.items():
        if "validation" not in settings[section]["stopping"]:  # one rule, or a list of them
            continue
        for key in keys:
            values = settings[section][key]
            fewest = min(values if isinstance(values, list) else [values])
            if max(1, round(fewest * fraction)) >= fewest:
                allowed = f"more, as the stopping rule validation holds out {fraction:g} of them"
                raise ConfigError(f"wires.{section}.{key}", values, allowed)


def _check_networks(settings: Mapping) -> None:
    """Check that no figure asks for more networks than anyone waits for."""
    for section, keys in {
        "system_size": ("sizes", "hidden", "neurons"),
        "training_set": ("sizes", "architectures", "train"),
        "species": ("hidden", "neurons"),
    }.items():
        lengths = {key: len(settings[section][key]) for key in keys}
        if math.prod(lengths.values()) > MOST_NETWORKS:
            allowed = f"at most {MOST_NETWORKS} combinations of them"
            raise ConfigError(f"wires.{section}", lengths, allowed)


def _check_energies(settings: Mapping) -> None:
    """Check that at each energy a mode is open in the leads of each wire that is solved there."""
    solved = {
        "fermi_energy": (CONDUCTANCE, [settings["fermi_energy"]], "an energy"),
        "bias.voltage": (BIAS_CONDUCTANCE, bias_energies(settings), "a window"),
    }
    plans = ensembles(settings).values()
    for key, (target, energies, what) in solved.items():
        narrowest = min(plan.width for plan in plans if target in plan.targets)
        edge = 2 + 2 * math.cos(math.pi / (narrowest + 1))
        if max(map(abs, energies)) > edge - NEAR_EDGE:
            value = study.setting(settings, key)
            allowed = f"{what} inside the band of the narrowest wire, below {edge:.4g} t"
            raise ConfigError(f"wires.{key}", value, allowed)


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
