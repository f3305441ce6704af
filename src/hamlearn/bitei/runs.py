"""The networks that the study `bitei` trains, read off its resolved settings.

Repetitions are runs of their own, with one seed each, so that those of one architecture share a
trace and the inputs, which take longer to make than small networks to train.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from hamlearn.bitei.plan import BALL, CELLS, CLEAN, FORESEEN, NOISY, STRONG, ZONE
from hamlearn.study import Run

THESIS, COSTS, RECIPROCAL, OWN = "thesis", "costs", "reciprocal", "own"
PLAIN, WEIGHTED, SOFT, RESAMPLED = "plain", "weighted", "soft_trace", "resampled"
"""Costs: cross-entropy; weighted by the inverse of the class shares; the soft trace; and with a
training set that holds as many of each class."""


def runs(settings: Mapping) -> Iterator[Run]:
    """Yield every network: those of the thesis, then what it proposes, then ours.

    `fit` holds what a network is trained with: cost, repeat (a number from 0), batch, epochs,
    learning_rate, schedule.
    """
    yield from _thesis(settings)
    yield from _costs(settings)
    yield from _reciprocal(settings)
    yield from _own(settings)


def _run(
    settings: Mapping,
    family: str,
    ensemble: str,
    name: str,
    architecture: str,
    *,
    repeat: int,
    options: Mapping[str, Any],
    cost: str = PLAIN,
    longer: int = 1,
) -> Run:
    part = settings[family]
    fit = {key: part[key] for key in ("batch", "learning_rate", "schedule")}
    sizes = settings[ensemble]
    return Run(
        name=f"{family}_{ensemble}_{name}_{repeat}",
        family=family,
        group=f"{family}_{ensemble}_{name}",
        trained_on=ensemble,
        applied_to=_applied(family, ensemble),
        n_train=sizes["train"],
        n_test=sizes["test"],
        architecture=architecture,
        target="phase",
        options=options,
        fit={"cost": cost, "repeat": repeat, "epochs": part["epochs"] * longer, **fit},
    )


def _applied(family: str, ensemble: str) -> tuple[str, ...]:
    """Return what networks are tested on: those of clean crystals on noisy ones as well."""
    return (CLEAN, NOISY) if (family, ensemble) == (THESIS, CLEAN) else (ensemble,)


def _options(settings: Mapping, name: str) -> dict[str, Any]:
    """Return the options of a network of the thesis."""
    sizes = settings["networks"][name]
    return {"input": CELLS, **sizes} if name == "hybrid" else {"input": CELLS, "widths": sizes}


def _thesis(settings: Mapping) -> Iterator[Run]:
    for ensemble in settings[THESIS]["ensembles"]:
        for name in settings["networks"]:
            for repeat in range(settings[THESIS]["repeats"]):
                kind = "hybrid" if name == "hybrid" else "dense"
                yield _run(
                    settings, THESIS, ensemble, name, kind,
                    repeat=repeat, options=_options(settings, name),
                )  # fmt: skip


def _costs(settings: Mapping) -> Iterator[Run]:
    part = settings[COSTS]
    for cost in (PLAIN, WEIGHTED, SOFT, RESAMPLED):
        for repeat in range(part["repeats"]):
            yield _run(
                settings, COSTS, STRONG, f"hybrid_{cost}", "hybrid",
                repeat=repeat, options=_options(settings, "hybrid"), cost=cost,
            )  # fmt: skip
    for repeat in range(part["repeats"]):
        options = {**_options(settings, "hybrid"), "cells": BALL}
        yield _run(
            settings, COSTS, STRONG, f"hybrid_{BALL}", "hybrid", repeat=repeat, options=options
        )
    for longer in (1, part["longer"]):
        for repeat in range(part["repeats"]):
            yield _run(
                settings, COSTS, CLEAN, f"small_times{longer}", "dense",
                repeat=repeat, options=_options(settings, "small"), longer=longer,
            )  # fmt: skip


def _reciprocal(settings: Mapping) -> Iterator[Run]:
    part = settings[RECIPROCAL]
    for mesh, n in (("uniform", part["uniform"]), ("stretched", part["n"])):
        for repeat in range(part["repeats"]):
            options = {"input": ZONE, "mesh": mesh, "n": n, "channels": part["channels"]}
            yield _run(
                settings, RECIPROCAL, STRONG, mesh, "extractor",
                repeat=repeat, options=options, cost=WEIGHTED,
            )  # fmt: skip


def _own(settings: Mapping) -> Iterator[Run]:
    part = settings[OWN]
    for ensemble in part["ensembles"]:
        for repeat in range(part["repeats"]):
            options = {"input": FORESEEN, "n": part["n"], "widths": part["widths"]}
            yield _run(
                settings, OWN, ensemble, "points", "points",
                repeat=repeat, options=options, cost=WEIGHTED,
            )  # fmt: skip
