"""Networks for a structure of one's own: ours, in pairs of a forward and a backward one."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from hamlearn.hamiltonians import graphs, plan
from hamlearn.hamiltonians.runs import OWN
from hamlearn.study import Study
from hamlearn.trained import Trained


@dataclass(frozen=True)
class Pair:
    """A forward and a backward network of one training, with the rule of their frames."""

    forward: Trained
    backward: Trained

    @property
    def rule(self) -> str:
        return self.forward.run.fit["frames"]

    @property
    def cutoff(self) -> float:
        return self.forward.run.options["cutoff"]


def names(material: str) -> Callable[[Study], Collection[str]]:
    """Return the function of the study that names our runs for a material."""

    def of_material(study: Study) -> Collection[str]:
        runs = study.runs.values()
        return [run.name for run in runs if (run.family, run.trained_on) == (OWN, material)]

    return of_material


def pairs(found: Sequence[Trained], material: str) -> list[Pair]:
    """Return networks in pairs, as they follow on each other.

    Raises ValueError for one that is not of the material, or without its other half.
    """
    halves: dict[str, dict[str, list[Trained]]] = {}
    for one in found:
        if one.run.trained_on not in (material, plan.PERFECT[material]):
            raise ValueError(f"{one.path}: trained on {one.run.trained_on}, not on {material}")
        name = one.name.removesuffix(f"_{one.run.target}")
        halves.setdefault(name, {}).setdefault(one.run.target, []).append(one)
    matched = []
    for name, by_target in halves.items():
        both = [by_target.get(target, []) for target in (graphs.FORWARD, graphs.BACKWARD)]
        if not both[0] or len(both[0]) != len(both[1]):
            place = next(iter(by_target.values()))[0].path
            raise ValueError(f"{place}: expected {name}_forward and _backward, as many of each")
        matched += [Pair(*pair) for pair in zip(*both, strict=True)]
    return matched
