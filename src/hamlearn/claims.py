"""Claims of the papers: the ledger that states them, and the evidence that they are judged by."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path

import yaml

NUMERIC = ("approx", "le", "ge")
LOGICAL = ("ordering", "bool")
KINDS = ("stated", "digitised", "qualitative")
LESSONS = ("trivial", "solver", "symmetry")
"""What a claim can be an example of, see docs/lessons.md."""
RULES = {  # what is asked of a number at reduced scale, and the numbers that this takes
    "same_side": {"trivial"},
    "ratio": {"trivial", "factor"},
    "below": {"bound"},
    "above": {"bound"},
    "same": set(),
    "none": set(),
}
_ROUNDING = 1e-9  # a value on the edge of its tolerance is within it


class LedgerError(ValueError):
    """A ledger or a piece of evidence that cannot be judged: one line with file and claim."""


@dataclass(frozen=True)
class Setting:
    """What a paper set up: tested against the paper-scale configuration, not judged.

    `config` is a dotted path into the resolved configuration, or a list of them, `property` the
    name of something computed from it. The paper has `value` there, by `compare` (approx, le or
    ge), or for every entry of a list. `not_asserted` says why neither can be given.
    """

    id: str
    where: str
    quantity: str
    value: object
    unit: str
    tolerance: Mapping[str, float] = field(default_factory=dict)
    compare: str = "approx"
    config: str | list[str] | None = None
    property: str | None = None
    not_asserted: str | None = None


@dataclass(frozen=True)
class Claim:
    """What a paper found, and how it is judged; the header of claims/wires.yaml names each key.

    `headline` marks the few claims of a work that matter most, `lesson` one that shows what several
    studies teach, by a name of :data:`LESSONS`.
    """

    id: str
    where: str
    quantity: str
    kind: str
    unit: str
    compare: str
    evidence: str
    value: object = None
    tolerance: Mapping[str, float] = field(default_factory=dict)
    criterion: str | None = None
    shows: str | None = None
    needs: Mapping[str, object] = field(default_factory=dict)
    reduced: Mapping[str, object] = field(default_factory=dict)
    not_attempted: str | None = None
    headline: bool = False
    lesson: str | None = None


@dataclass(frozen=True)
class Ledger:
    """The claims of one study: the work that makes them, and where it is found (DOI or arXiv)."""

    study: str
    paper: str
    settings: tuple[Setting, ...]
    results: tuple[Claim, ...]
    url: str = ""

    @property
    def values(self) -> dict[str, object]:
        """The paper's value of each setting and result by its id, of those that have one."""
        entries = (*self.settings, *self.results)
        return {entry.id: entry.value for entry in entries if entry.value is not None}


@dataclass(frozen=True)
class Evidence:
    """What was found for one claim.

    Parameters
    ----------
    claim : str
        Id of the claim.
    value : number, list of numbers or None
        Mean over the seeds, in the unit of the claim; None if there is nothing to judge.
    sd : number, list of numbers or None
        Standard deviation over the seeds (1/(n - 1)), None for one seed.
    n : int
        Seeds, or samples where no network is involved.
    settings : mapping
        The settings in use, under the names of the claim's `needs`.
    trivial : number or None
        The error of the trivial predictor, in the unit of the claim.
    holds : bool or None
        Whether the criterion of an ordering or bool claim is met.
    note : str
        What else a reader should know; why there is no value, if there is none.
    undecided : bool
        Whether the numbers scatter so much that neither the criterion nor its opposite is seen.
    """

    claim: str
    value: object = None
    sd: object = None
    n: int = 0
    settings: Mapping[str, object] = field(default_factory=dict)
    trivial: float | None = None
    holds: bool | None = None
    note: str = ""
    undecided: bool = False


def load(path: str | Path) -> Ledger:
    """Read a ledger and check it; raise LedgerError, in one line, at the first thing wrong."""
    with open(path, encoding="utf-8") as file:
        content = yaml.load(file, Loader=yaml.CSafeLoader)  # ten times as fast as the default
    _check_keys(content, {"study", "paper", "settings", "results"}, {"url"}, str(path))
    seen: set[str] = set()
    entries: dict[str, tuple] = {}
    for section, kind in (("settings", Setting), ("results", Claim)):
        known = {f.name for f in fields(kind)}
        for entry in content[section]:
            name = entry.get("id", "an entry without id") if isinstance(entry, Mapping) else entry
            place = f"{path}: {section}: {name}"
            _check_keys(entry, _REQUIRED[section], known - _REQUIRED[section], place)
            if entry["id"] in seen:
                raise LedgerError(f"{place}: duplicate id")
            if not entry["id"].startswith(f"{content['study']}."):
                raise LedgerError(f"{place}: expected an id that begins with {content['study']}.")
            seen.add(entry["id"])
        entries[section] = tuple(kind(**entry) for entry in content[section])
    for setting in entries["settings"]:
        _check_setting(setting, path)
    for claim in entries["results"]:
        _check_claim(claim, path)
    url = content.get("url", "")
    if not isinstance(url, str) or (url and not url.startswith("https://")):
        raise LedgerError(f"{path}: url = {url!r}: expected an address that begins with https://")
    return Ledger(content["study"], content["paper"], **entries, url=url)


_REQUIRED = {
    "settings": {"id", "where", "quantity", "value", "unit"},
    "results": {"id", "where", "quantity", "kind", "unit", "compare", "evidence"},
}


def _check_keys(entry: object, required: set, optional: set, place: str) -> None:
    if not isinstance(entry, Mapping):
        raise LedgerError(f"{place}: expected keys and values, found {type(entry).__name__}")
    unknown = sorted(set(entry) - required - optional)
    if unknown:
        known = ", ".join(sorted(required | optional))
        raise LedgerError(f"{place}: unknown key {unknown[0]!r}; known: {known}")
    missing = sorted(required - set(entry))
    if missing:
        raise LedgerError(f"{place}: missing key {missing[0]!r}")


def _check_setting(setting: Setting, path: str | Path) -> None:
    sources = (setting.config, setting.property, setting.not_asserted)
    if sum(source is not None for source in sources) != 1:
        raise LedgerError(
            f"{path}: settings: {setting.id}: expected one of config, property, not_asserted"
        )
    if setting.compare not in NUMERIC:
        expected = f"compare = {setting.compare!r}: expected one of {', '.join(NUMERIC)}"
        raise LedgerError(f"{path}: settings: {setting.id}: {expected}")
    _check_tolerance(setting, f"{path}: settings: {setting.id}")


def _check_claim(claim: Claim, path: str | Path) -> None:
    place = f"{path}: results: {claim.id}"
    for key, allowed in (("kind", KINDS), ("compare", NUMERIC + LOGICAL)):
        found = getattr(claim, key)
        if found not in allowed:
            raise LedgerError(f"{place}: {key} = {found!r}: expected one of {', '.join(allowed)}")
    if not isinstance(claim.headline, bool):
        raise LedgerError(f"{place}: headline = {claim.headline!r}: expected true or false")
    if claim.lesson not in (None, *LESSONS):
        expected = f"lesson = {claim.lesson!r}: expected one of {', '.join(LESSONS)}"
        raise LedgerError(f"{place}: {expected}")
    for key, need in claim.needs.items():
        if isinstance(need, Mapping) and set(need) != {"at_least"}:
            raise LedgerError(f"{place}: needs: {key} = {dict(need)!r}: expected {{at_least: n}}")
    if claim.not_attempted is not None:
        return
    if claim.compare in LOGICAL:
        if not claim.criterion:
            raise LedgerError(f"{place}: missing key 'criterion' of a claim of words")
        return
    if claim.value is None:
        raise LedgerError(f"{place}: missing key 'value' of a claim compared by {claim.compare}")
    _check_tolerance(claim, place)
    rule = claim.reduced.get("rule")
    if claim.needs and rule not in RULES:
        raise LedgerError(f"{place}: reduced: rule = {rule!r}: expected one of {', '.join(RULES)}")
    if claim.needs and set(claim.reduced) != RULES[rule] | {"rule"}:
        expected = ", ".join(sorted(RULES[rule])) or "nothing else"
        raise LedgerError(f"{place}: reduced: rule {rule} takes {expected}")


def _check_tolerance(entry: Setting | Claim, place: str) -> None:
    for key, number in entry.tolerance.items():
        if key not in ("absolute", "relative") or not isinstance(number, int | float) or number < 0:
            raise LedgerError(
                f"{place}: tolerance: {key} = {number!r}: expected absolute or relative, at least 0"
            )


def agrees(value: object, paper: object, tolerance: Mapping, compare: str = "approx") -> bool:
    """Return whether numbers agree with the paper's, element by element, edges included.

    The larger of `absolute` and `relative` times the paper's value counts; neither means exact.
    """
    if isinstance(paper, list):
        return (
            isinstance(value, Sequence)
            and len(value) == len(paper)
            and all(agrees(v, p, tolerance, compare) for v, p in zip(value, paper, strict=True))
        )
    if isinstance(paper, bool) or not isinstance(paper, int | float):
        return value == paper
    allowed = allowance(paper, tolerance) + _ROUNDING * abs(paper)
    difference = value - paper
    return {
        "approx": abs(difference) <= allowed,
        "le": difference <= allowed,
        "ge": difference >= -allowed,
    }[compare]


def allowance(paper: float, tolerance: Mapping) -> float:
    """Return the largest difference from the paper's value that a tolerance allows."""
    return max(tolerance.get("absolute", 0), tolerance.get("relative", 0) * abs(paper))


def show(value: object) -> str:
    """Return a number with three significant digits, or each of a list, or the word itself."""
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return ", ".join(show(v) for v in value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    if float(value).is_integer() and abs(value) < 1e7:
        return str(int(value))
    return f"{value:.3g}"


def differences(ledger: Ledger, config: Mapping, properties: Mapping[str, object]) -> list[str]:
    """Return the settings of a ledger that a resolved configuration does not have, in words.

    Parameters
    ----------
    config : mapping
        Configuration resolved to the paper's scale.
    properties : mapping
        Value of each `property` that a setting names.
    """
    computed = [
        (setting, setting.property, properties[setting.property])
        for setting in ledger.settings
        if setting.property and not _agree(setting, properties[setting.property])
    ]
    return [
        f"{setting.id}: {source} is {found!r}, the paper has {setting.value!r}"
        for setting, source, found in (*computed, *unlike(ledger, config))
    ]


def unlike(ledger: Ledger, config: Mapping) -> Iterator[tuple[Setting, str, object]]:
    """Yield what a resolved configuration has not as the paper: setting, dotted path and value."""
    for setting in ledger.settings:
        paths = setting.config or []
        for path in [paths] if isinstance(paths, str) else paths:
            found = _at(config, path)
            if not _agree(setting, found):
                yield setting, path, found


def _agree(setting: Setting, found: object) -> bool:
    if isinstance(found, list) and not isinstance(setting.value, list):
        return all(_agree(setting, one) for one in found)
    return agrees(found, setting.value, setting.tolerance, setting.compare)


def _at(config: Mapping, path: str) -> object:
    value: object = config
    for key in path.split("."):
        if not isinstance(value, Mapping) or key not in value:
            raise LedgerError(f"config: {path}: no such key ({key!r})")
        value = value[key]
    return value


def from_records(records: Iterable[Mapping]) -> dict[str, Evidence]:
    """Return the evidence by claim from the records of an evidence file."""
    return {record["claim"]: Evidence(**record) for record in records}
