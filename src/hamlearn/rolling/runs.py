"""The networks that the study `rolling` trains, read off its resolved settings.

Repetitions are runs of their own, with one seed each: networks of one architecture are trained in
one job, where they share a trace, which costs as much as the training of a small one.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from hamlearn.rolling import pipelines
from hamlearn.rolling.plan import DOS, FLAKES, images, networks
from hamlearn.study import Run

DENSE, EXACT, SIZES, FROZEN = "dense", "exact", "sizes", "frozen"
"""Families that are not named as their architecture."""
WATCHED = ("hbfree", "torsum")
"""Whose attention is looked at after each epoch (Fig. 22)."""


def runs(settings: Mapping) -> Iterator[Run]:
    """Yield every network: those of the thesis, then ours.

    A group is what one core trains in a few days at the sizes of the thesis. `fit` holds what a
    network is trained with: chi (the degree of rolling), repeat (a number from 0), batch, epochs,
    learning_rate, schedule, samples_per_epoch (a smaller training set is gone through several
    times in an epoch, so that all networks take as many steps), and whether its attention is
    watched.
    """
    yield from _plain(settings)
    yield from _pipeline(settings)
    yield from _exact(settings)
    yield from _sizes(settings)
    yield from _frozen(settings)
    yield from _flakes(settings)


def _run(
    settings: Mapping,
    section: str,
    network: tuple[str, str | None],
    *,
    chi: int,
    repeat: int,
    group: str,
    family: str = "",
    name: str = "",
    options: Mapping[str, Any] | None = None,
    fit: Mapping[str, Any] | None = None,
    n_train: int | None = None,
) -> Run:
    """Return the run of a network, (family, kind), of a section of the settings.

    `name` is what tells networks apart that have the same architecture and chi.
    """
    part, (architecture, kind) = settings[section], network
    label = "_".join(filter(None, (architecture, kind, name)))
    of_networks = {} if kind is None else {"kind": kind, "channels": part["channels"]}
    if architecture in pipelines.CIFAR:
        of_networks["norm"] = part["norm"]
    if architecture in pipelines.FREE:
        of_networks["attention"] = settings["attention"]["activation"]
        of_networks["floor"] = settings["attention"]["floor"]
    fitted = {key: part[key] for key in ("batch", "epochs", "learning_rate", "schedule")}
    fitted |= {"samples_per_epoch": part["train"], "watched": False}
    return Run(
        name=f"{label}_chi{chi}_{repeat}",
        family=family or (DENSE if kind is None else architecture),
        group=group,
        trained_on=images(settings, section),
        applied_to=(images(settings, section),),
        n_train=n_train or part["train"],
        n_test=part["test"],
        architecture=architecture,
        target="class",
        options={**of_networks, **(options or {})},
        fit={"chi": chi, "repeat": repeat, **fitted, **(fit or {})},
    )


def _grid(settings: Mapping, section: str) -> Iterator[tuple]:
    """Yield network, chi and repetition of each run of a section."""
    part = settings[section]
    for network in networks(section):
        for chi in part["chi"]:
            for repeat in range(part["repeats"]):
                yield network, chi, repeat


def _plain(settings: Mapping) -> Iterator[Run]:
    for network, chi, repeat in _grid(settings, "plain"):
        group = "_".join(filter(None, network)) if network[1] else DENSE
        yield _run(settings, "plain", network, chi=chi, repeat=repeat, group=group)


def _pipeline(settings: Mapping) -> Iterator[Run]:
    for network, chi, repeat in _grid(settings, "pipeline"):
        watched = network == WATCHED and repeat == 0 and chi in settings["attention"]["chi"]
        of_repeat = {"group": f"{network[0]}_{network[1]}_{repeat}", "fit": {"watched": watched}}
        yield _run(settings, "pipeline", network, chi=chi, repeat=repeat, **of_repeat)


def _exact(settings: Mapping) -> Iterator[Run]:
    """Yield networks whose logits no roll changes: one training serves every chi."""
    part = settings["exact"]
    for downsample in part["downsample"]:
        for repeat in range(part["repeats"]):
            yield _run(
                settings,
                "pipeline",
                ("std", "torsum"),
                chi=0,
                repeat=repeat,
                family=EXACT,
                name=downsample,
                group=f"{EXACT}_{downsample}",
                options={"downsample": downsample},
            )


def _variants(downsample: str, chi: int) -> list[tuple[str, dict[str, str], int]]:
    """Return kind, options and chi of networks that are invariant, rolled, both or neither."""
    rolled = [(kind, {}, used) for kind in ("torsum", "conv") for used in (0, chi)]
    return [("torsum", {"downsample": downsample}, 0), *rolled]


def _sizes(settings: Mapping) -> Iterator[Run]:
    """Yield networks with fewer training images, invariant or not, rolled or not."""
    part, chi = settings["sizes"], max(settings["pipeline"]["chi"])
    for n_train in part["train"]:
        for kind, options, used in _variants(part["downsample"], chi):
            for repeat in range(part["repeats"]):
                yield _run(
                    settings,
                    "pipeline",
                    ("std", kind),
                    chi=used,
                    repeat=repeat,
                    family=SIZES,
                    name="_".join([*options.values(), str(n_train)]),
                    group=f"{SIZES}_{repeat}",
                    options=options,
                    n_train=n_train,
                )


def _flakes(settings: Mapping) -> Iterator[Run]:
    """Yield networks that learn the density of states of flakes, as those of `_sizes`."""
    part = settings["flakes"]
    fit = {key: part[key] for key in ("batch", "epochs", "learning_rate", "schedule")}
    fit |= {"samples_per_epoch": max(part["train"]), "watched": False}
    for n_train in part["train"]:
        for kind, options, chi in _variants(part["downsample"], part["chi"]):
            name = "_".join([FLAKES, kind, *options.values(), str(n_train), f"chi{chi}"])
            for repeat in range(part["repeats"]):
                yield Run(
                    name=f"{name}_{repeat}",
                    family=FLAKES,
                    group=FLAKES,
                    trained_on=FLAKES,
                    applied_to=(FLAKES,),
                    n_train=n_train,
                    n_test=part["test"],
                    architecture="std",
                    target=DOS,
                    options={"kind": kind, **{k: part[k] for k in ("channels", "norm")}, **options},
                    fit={"chi": chi, "repeat": repeat, **fit},
                )


def _frozen(settings: Mapping) -> Iterator[Run]:
    """Yield networks whose attention may freeze on a few read-outs, without and with a floor."""
    part = settings["frozen"]
    for name, floor in (("fast", 0.0), ("fast_floor", part["floor"])):
        for repeat in range(part["repeats"]):
            yield _run(
                settings,
                "pipeline",
                WATCHED,
                chi=0,
                repeat=repeat,
                family=FROZEN,
                name=name,
                group=FROZEN,
                options={"floor": floor},
                fit={"learning_rate": part["learning_rate"], "watched": True},
            )
