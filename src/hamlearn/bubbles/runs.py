"""The networks that the study `bubbles` trains, read off its resolved settings."""

from collections.abc import Iterator, Mapping

from hamlearn.bubbles.plan import (
    DEFORMED,
    FRESH,
    LORENTZIANS,
    MORE,
    SCAN,
    SWEEPS,
    TRAIN,
    WEAK_SCAN,
)
from hamlearn.study import Run

EVERYWHERE = (TRAIN, FRESH, MORE, DEFORMED, *LORENTZIANS, SCAN, WEAK_SCAN)
BY_VALLEY = (TRAIN, FRESH, *SWEEPS)


def runs(settings: Mapping) -> Iterator[Run]:
    """Yield every network, family by family; those of a family are trained together.

    `fit` holds batch, epochs, learning rate, and the factor that targets are multiplied by for
    training. The family `choices` is for the claims of Sec. IV A on how to train.
    """
    part, data = settings["training"], settings["data"]
    factor = settings["networks"]["off_diagonal_factor"]
    defaults = {"batch": part["batch"], "epochs": part["epochs"]}
    defaults |= {"learning_rate": part["learning_rate"], "factor": 1.0}

    def run(name: str, family: str, fit: Mapping | None = None, **values: object) -> Run:
        common = {
            **{"target": "total", "architecture": "mixed_input", "seeds": part["other_seeds"]},
            **{"trained_on": TRAIN, "n_train": data["train"], "n_test": data["test"]},
            **{"applied_to": (TRAIN, FRESH), "fit": defaults | (fit or {})},
        }
        return Run(name=name, family=family, group=family, **common | values)

    total = {"fit": defaults | {"epochs": part["total_epochs"]}, "seeds": part["seeds"]}
    no_modes = {"branch_inputs": ("energy",)}
    yield run("full", "full", applied_to=EVERYWHERE, **total)
    yield run("smooth", "smooth", applied_to=EVERYWHERE, options=no_modes, **total)
    yield run("no_a", "redundancy", options={"energy_array": "none"}, **total)
    yield run("no_a_zero", "redundancy", options={"energy_array": "zeros"}, **total)
    yield run("no_b", "redundancy", options={"branch_inputs": ()}, **total)
    yield run("valley_diag", "valley", target="diagonal", applied_to=BY_VALLEY)
    scaled = {"target": "off_diagonal", "applied_to": BY_VALLEY}
    yield run("valley_off", "valley", {"factor": factor}, **scaled)
    yield run("valley_off_unscaled", "valley", target="off_diagonal")
    for name, fit, options in _choices(part):
        fit = {"epochs": part["choices_epochs"], **fit}
        yield run(name, "choices", fit, options=options)
    own = {key: settings["own"][key] for key in ("epochs", "learning_rate")}
    for name in ("own", "staircase"):
        yield run(name, "own", own, architecture=name, applied_to=EVERYWHERE)


def _choices(part: Mapping) -> Iterator[tuple[str, dict, dict]]:
    """Yield the name of each other choice, and what differs in its fit and in its options."""
    low, high = part["learning_rates"]
    yield "relu", {}, {"activation": "relu"}
    yield "no_bn", {}, {"batch_normalisation": False}
    yield "no_dropout", {}, {"dropout": 0.0}
    yield "batch_large", {"batch": part["batch_large"]}, {}
    yield "lr_low", {"learning_rate": low}, {}
    yield "lr_high", {"learning_rate": high}, {}
