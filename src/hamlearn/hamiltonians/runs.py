"""The networks that the study `hamiltonians` trains, read off its resolved settings."""

from collections.abc import Iterator, Mapping
from typing import Any

from hamlearn.hamiltonians.plan import GRAPHENE, PERFECT, SIGE
from hamlearn.study import Run

PAPER, OWN = "paper", "own"
COMPLETE, DEEPH, INVARIANT = "paper", "deeph", "invariant"
"""Rules of the frames."""
WIDTHS = ("neighbours", "node", "edge", "orientation", "filters", "layers", "hidden")
VARIANTS = {  # name: target, rule of the frames, options
    "deeph": ("whole", DEEPH, {}),
    "one_network": ("both", COMPLETE, {}),
    "unordered": ("forward", COMPLETE, {"ordered": False}),
    "invariant": ("forward", INVARIANT, {}),
    "superposition": ("forward", COMPLETE, {"superposition": True}),
}
"""Networks for graphene beside those of the paper, each with one thing changed."""


def runs(settings: Mapping) -> Iterator[Run]:
    """Yield every network: perfect crystals, both materials, variants, ours.

    `fit` holds the rule of the frames and what a network is trained with: epochs, learning_rate,
    schedule, loss (focal, eq. 6, or mae), plateau and early stop.
    """
    for material in (GRAPHENE, SIGE):
        for name, target, rule in (
            ("complete_forward", "forward", COMPLETE),
            ("complete_backward", "backward", COMPLETE),
            ("deeph", "whole", DEEPH),
        ):
            yield _run(
                settings,
                f"{PERFECT[material]}_{name}",
                material,
                target,
                rule,
                family="perfect",
                part=settings["perfect"],
                ensemble=PERFECT[material],
            )
    for material in (GRAPHENE, SIGE):
        for target in ("forward", "backward"):
            yield _run(settings, f"{material}_{target}", material, target, COMPLETE)
            yield _own(settings, f"{material}_own_{target}", material, target)
    for name in settings["variants"]:
        target, rule, options = VARIANTS[name]
        of_variant = {"family": "variants", "options": options, "seeds": 1}
        yield _run(settings, f"{GRAPHENE}_{name}", GRAPHENE, target, rule, **of_variant)


def _own(settings: Mapping, name: str, material: str, target: str) -> Run:
    """Return a network of ours: frames that turn with the structure, differences, L1."""
    ours = {"options": {"superposition": True}, "fit": {"loss": "mae"}}
    return _run(settings, name, material, target, INVARIANT, family="own", **ours)


def _run(
    settings: Mapping,
    name: str,
    material: str,
    target: str,
    rule: str,
    *,
    family: str = "",
    part: Mapping | None = None,
    ensemble: str = "",
    options: Mapping[str, Any] | None = None,
    fit: Mapping[str, Any] | None = None,
    seeds: int | None = None,
) -> Run:
    of_material, perfect = settings[material], bool(ensemble)
    part = part or of_material
    others = () if perfect else _others(of_material, material)
    ensemble = ensemble or material
    fitted = {key: part[key] for key in ("epochs", "learning_rate", "schedule")}
    widths = {key: settings["network"][key] for key in WIDTHS}
    widths |= {"edge_update": settings["network"]["edge_update"], "cutoff": of_material["cutoff"]}
    return Run(
        name=name,
        family=family or material,
        group=f"{family or material}_{material}_{target}",
        trained_on=ensemble,
        applied_to=(ensemble, *others),
        n_train=1 if perfect else of_material["train"],
        n_test=1 if perfect else of_material["test"],
        seeds=seeds or part["seeds"],
        architecture="lc_net",
        target=target,
        options={**widths, **(options or {})},
        fit={
            "frames": rule,
            **fitted,
            "loss": "focal",
            "plateau": settings["plateau"],
            **(fit or {}),
        },
    )


def _others(part: Mapping, material: str) -> tuple[str, ...]:
    """Return the ensembles of other sizes, which no network is trained on."""
    return tuple(f"{material}_{'x'.join(map(str, o['repeats']))}" for o in part["others"])
