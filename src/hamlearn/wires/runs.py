"""The networks that the study `wires` trains, read off its resolved settings."""

from collections.abc import Iterator, Mapping

from hamlearn.study import Run
from hamlearn.wires.plan import (
    AVERAGE,
    AVERAGE_LOW,
    BIAS_CONDUCTANCE,
    CONDUCTANCE,
    IMPURITY_MODELS,
    SMALL_II,
    ensembles,
    in_names,
    small_ensemble,
)

PAPER_RULE = "train_plateau"
"""The paper's stopping rule: until the training loss is at its minimum (Sec. II.C)."""


def runs(settings: Mapping) -> Iterator[Run]:
    """Yield every run; its family is the section of the settings that it stands in.

    Runs of a group have as many seeds, and are trained together where they are short or continue
    each other.
    """
    for family in (
        _model_i,
        _model_ii,
        _system_size,
        _training_set,
        _one_and_two_sites,
        _disorder_strength,
        _species,
        _scattering,
    ):
        yield from family(settings)


def shown(of_model_ii: list[Run]) -> list[Run]:
    """Return the runs of Fig. 6: without those of the paper's rule, if there are others."""
    return [run for run in of_model_ii if run.fit["stopping"] != PAPER_RULE] or of_model_ii


def _run(
    settings: Mapping,
    family: str,
    name: str,
    trained_on: str,
    *,
    fit: Mapping,
    applied_to: tuple[str, ...] = (),
    **values: object,
) -> Run:
    fit = {
        "stopping": PAPER_RULE,
        "learning_rate": settings["training"]["learning_rate"],
        **fit,
    }
    defaults = {"target": CONDUCTANCE, "n_test": ensembles(settings)[trained_on].test}
    return Run(
        name=name,
        family=family,
        trained_on=trained_on,
        applied_to=(trained_on, *applied_to),
        seeds=settings[family]["seeds"],
        fit=fit,
        **(defaults | values),
    )


def _dnn(
    settings: Mapping, family: str, name: str, trained_on: str, net: tuple[int, int], **values
) -> Run:
    """Return a run of a dense network `net` (hidden layers, neurons of each)."""
    hidden, neurons = net
    options = {"hidden": hidden, "neurons": neurons}
    return _run(settings, family, name, trained_on, architecture="dnn", options=options, **values)


def _fit(part: Mapping, **changes: object) -> dict[str, object]:
    """Return how the runs of a section are fitted."""
    return {"batch": part["batch"], "epochs": part["max_epochs"], **changes}


def _model_i(settings: Mapping) -> Iterator[Run]:
    part = settings["model_i"]
    ridge_train = settings["baselines"]["ridge_train"]
    for k, size in enumerate(part["sizes"]):
        trained = {  # by name: samples and stopping rule
            f"dnn_{rule}": (part["train"][k], rule) for rule in part["stopping"]
        }
        if k == 0:  # on the same samples as kernel ridge regression
            trained[f"dnn_{ridge_train}"] = (ridge_train, PAPER_RULE)
        for name, (n_train, rule) in trained.items():
            yield _dnn(
                settings,
                "model_i",
                f"model_i_{size}/{name}",
                f"i_{size}",
                (part["hidden"], part["neurons"][k]),
                group=f"model_i_{size}",
                n_train=n_train,
                fit=_fit(part, batch=part["batch"][k], stopping=rule),
            )


def _model_ii(settings: Mapping) -> Iterator[Run]:
    part = settings["model_ii"]
    most = max(part["train"])
    for word, target in (("conductance", CONDUCTANCE), ("bias", BIAS_CONDUCTANCE)):
        common = {"target": target, "architecture": "cnn"}
        for n_train in part["train"]:
            averaged = target == BIAS_CONDUCTANCE and n_train == most
            yield _run(
                settings,
                "model_ii",
                f"model_ii_{word}/cnn_{n_train}",
                "ii",
                applied_to=(AVERAGE, AVERAGE_LOW) if averaged else (),
                group=f"model_ii_{word}",
                n_train=n_train,
                fit=_fit(part, stopping=part["stopping"]),
                **common,
            )
        if part["stopping"] != PAPER_RULE:  # to be compared with the one above
            yield _run(
                settings,
                "model_ii",
                f"plateau_ii_{word}/cnn_{word}",
                "ii",
                group="plateau_ii",
                n_train=most,
                fit=_fit(part),
                **common,
            )


def _system_size(settings: Mapping) -> Iterator[Run]:
    part = settings["system_size"]
    for size in part["sizes"]:
        for hidden in part["hidden"]:
            for neurons in part["neurons"]:
                yield _dnn(
                    settings,
                    "system_size",
                    f"fig08_{size}/dnn_{size}_{hidden}x{neurons}",
                    small_ensemble(size, size, part["disorder"]),
                    (hidden, neurons),
                    group="fig08",
                    n_train=part["train"],
                    n_test=part["test"],
                    fit=_fit(part),
                )


def _training_set(settings: Mapping) -> Iterator[Run]:
    part = settings["training_set"]
    for size in part["sizes"]:
        for network in part["architectures"]:
            hidden, neurons = network["hidden"], network["neurons"]
            for n_train in part["train"]:
                yield _dnn(
                    settings,
                    "training_set",
                    f"fig09_{size}/dnn_{size}_{hidden}x{neurons}_{n_train}",
                    small_ensemble(size, size, part["disorder"]),
                    (hidden, neurons),
                    group="fig09",
                    n_train=n_train,
                    n_test=part["test"],
                    fit=_fit(part),
                )


def _one_and_two_sites(settings: Mapping) -> Iterator[Run]:
    part = settings["one_and_two_sites"]
    rows = zip(part["shapes"], part["neurons"], part["train"], part["batch"], strict=True)
    for (length, width), neurons, train, batch in rows:
        for n_train in sorted({train, part["train"][0]}):  # also as many as one site needs
            used = min(batch, part["batch"][0]) if n_train < train else batch
            yield _dnn(
                settings,
                "one_and_two_sites",
                f"small_{length}x{width}/dnn_{length}x{width}_{neurons}_{n_train}",
                small_ensemble(length, width, part["disorder"]),
                (1, neurons),
                group="small",
                n_train=n_train,
                n_test=part["test"],
                fit=_fit(part, batch=used),
            )


def _disorder_strength(settings: Mapping) -> Iterator[Run]:
    part = settings["disorder_strength"]
    for disorder in part["disorders"]:
        yield _dnn(
            settings,
            "disorder_strength",
            f"disorder_{in_names(disorder)}/dnn_w{in_names(disorder)}",
            small_ensemble(part["size"], part["size"], disorder),
            (part["hidden"], part["neurons"]),
            group="disorder",
            n_train=part["train"],
            n_test=part["test"],
            fit=_fit(part),
        )


def _species(settings: Mapping) -> Iterator[Run]:
    part = settings["species"]
    fit = _fit(part, stopping=part["stopping"])
    for model in IMPURITY_MODELS:
        for hidden in part["hidden"]:
            for neurons in part["neurons"]:
                yield _dnn(
                    settings,
                    "species",
                    f"species_dnn_{model}/dnn_{hidden}x{neurons}",
                    model,
                    (hidden, neurons),
                    group=f"species_dnn_{model}",
                    n_train=part["train"],
                    fit=fit,
                )
        yield _run(
            settings,
            "species",
            f"species_cnn_{model}/cnn_{model}",
            model,
            architecture="cnn",
            group="species_cnn",
            n_train=part["cnn_train"],
            fit=fit,
        )


def _scattering(settings: Mapping) -> Iterator[Run]:
    part = settings["scattering"]
    from_random = _fit(part, learning_rate=part["learning_rate"])
    continued = _fit(part | part["continued"], learning_rate=part["continued"]["learning_rate"])
    sizes = sorted(zip(part["sizes"], part["train"], strict=True))
    smallest = [
        _own(settings, f"i_{size}", n_train=train, fit=from_random)
        for size, train in sizes
        if size <= part["starts_from"]
    ]
    yield from smallest
    for size, train in sizes[len(smallest) :]:
        parent = smallest[-1].name
        yield _own(settings, f"i_{size}", n_train=train, starts_from=parent, fit=continued)
    small = part["small_ii"]
    options = {"damping": small["damping"], "strength": small["strength"]}
    small_ii = _own(settings, SMALL_II, n_train=small["train"], options=options, fit=from_random)
    yield small_ii
    yield _own(settings, "ii", n_train=part["train_ii"], starts_from=small_ii.name, fit=continued)


def _own(settings: Mapping, trained_on: str, **values: object) -> Run:
    name = f"scattering_{trained_on}/scattering_{trained_on}"
    values = {"architecture": "scattering", "group": "scattering", **values}
    return _run(settings, "scattering", name, trained_on, **values)
