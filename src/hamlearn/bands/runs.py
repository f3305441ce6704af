"""The networks that the study `bands` trains, read off its resolved settings."""

from collections.abc import Iterator, Mapping
from typing import Any

from hamlearn.bands.plan import BEST, EXPLORE, FRESH, GREY, HOLES, MIXTURES, TRAIN, TRAIN_LAW
from hamlearn.study import Run

PAPER, MIRROR, ABLATION, CORRECTED = "paper", "mirror", "ablation", "corrected"
"""Families: as the paper trains, with mirror images, other costs and wave vectors, corrections."""
FIRST = "main_first"
"""The same before the last epochs, which go without local costs."""
EVERYWHERE = (TRAIN, FRESH, EXPLORE, TRAIN_LAW, HOLES, MIXTURES, GREY)


def runs(settings: Mapping) -> Iterator[Run]:
    """Yield every network.

    `fit` holds what a network is trained with: batch, epochs, first_epoch, learning_rate,
    schedule, k_at_once (wave vectors of a batch, None for all), mirror, local (whether local costs
    count), levels (bands at Γ, K, M that these know), few_k.
    """
    training = settings["training"]
    yield _run(settings, FIRST, PAPER, "main")
    yield _run(
        settings,
        BEST,
        PAPER,
        "main",
        applied_to=EVERYWHERE,
        starts_from=FIRST,
        first_epoch=training["epochs"] + 1,
        epochs=training["last_epochs"],
        learning_rate=training["last_learning_rate"],
        local=False,
    )
    yield from _ablations(settings)
    part = settings["corrected"]
    for n_train in part["train"]:
        fit = {key: part[key] for key in ("batch", "epochs", "learning_rate", "schedule")}
        options = {"dense": part["dense"]}
        name = f"{CORRECTED}_{n_train}"
        yield _run(settings, name, CORRECTED, CORRECTED, CORRECTED, n_train, options, **fit)


def _ablations(settings: Mapping) -> Iterator[Run]:
    """Yield networks that are trained otherwise, on fewer samples, and the one to compare with."""
    part = settings["ablations"]
    shared = {"n_train": part["train"], "epochs": part["epochs"]}
    for n_train in part["mirror_train"]:
        for mirror in (True, False):
            name = f"{'mirror' if mirror else 'plain'}_{n_train}"
            yield _run(settings, name, MIRROR, MIRROR, **{**shared, "n_train": n_train},
                       mirror=mirror)  # fmt: skip
    changes = {
        "global_cost": {"local": False},
        "six_bands": {"levels": 6},
        "few_k": {"few_k": True, "k_at_once": None},
    }
    for name, change in changes.items():
        yield _run(settings, name, ABLATION, ABLATION, **shared, **change)


def _run(
    settings: Mapping,
    name: str,
    family: str,
    group: str,
    architecture: str = "",
    n_train: int | None = None,
    options: Mapping[str, Any] | None = None,
    *,
    applied_to: tuple[str, ...] = (TRAIN, FRESH),
    starts_from: str = "",
    **fit: Any,
) -> Run:
    training, network = settings["training"], settings["network"]
    keys = ("batch", "epochs", "learning_rate", "schedule", "k_at_once", "mirror")
    used = {key: training[key] for key in keys}
    used |= {"first_epoch": 1, "local": True, "levels": 7, "few_k": False}
    return Run(
        name=name,
        family=family,
        group=group,
        trained_on=TRAIN,
        applied_to=applied_to,
        n_train=n_train or settings["data"]["train"],
        n_test=settings["data"]["validation"],
        architecture=architecture or network["architecture"],
        seeds=1,
        options=network[network["architecture"]] if options is None else options,
        starts_from=starts_from,
        fit=used | fit,
    )
