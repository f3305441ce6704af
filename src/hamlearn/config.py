"""The configuration: resolved to one scale, and refused in one line where it is wrong."""

import copy
import functools
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import jsonschema
import yaml

from hamlearn import shards, strict_yaml
from hamlearn.study import ARCHIVED, Study, part

SCALES = ("smoke", "default", "paper")
SCHEMAS = Path(__file__).parent / "schemas"
COMMON = "common.yaml"
"""The schema of what is not of one study; the others refer to it by this name."""
MOST_SHARDS = 100_000
"""In which a study may be solved: Snakemake plans so many in a minute or so."""
LONGEST = 120
"""Characters that are shown of a value."""


class ConfigError(ValueError):
    """A wrong setting: one line with the key, the value and what is allowed."""

    def __init__(self, key: str, value: object, allowed: str):
        shown = [_shortened(text) for text in (key, repr(value))]
        super().__init__(f"config: {shown[0]} = {shown[1]}: expected {allowed}")


def _shortened(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."


def read(paths: Iterable[str | Path]) -> dict:
    """Return the content of YAML files; later ones replace earlier ones, key by key.

    Raises OSError for a file that is missing and ValueError for one that is no mapping, that gives
    a key twice, or that has a number which YAML 1.1 reads in a way of its own.
    """
    found: dict = {}
    for path in paths:
        try:
            content = strict_yaml.load(Path(path).read_text(encoding="utf-8"))
        except ValueError as error:
            raise ValueError(f"{path}: {error}") from None
        if not isinstance(content, dict):
            raise ValueError(f"{path}: expected keys and values, as in config.yaml")
        found = _merged(found, content)
    return found


def _merged(old: Mapping, new: Mapping) -> dict:
    """Merge mappings as Snakemake does: all that is no mapping is replaced."""
    both = {k: _merged(_mapping(old.get(k)), v) for k, v in new.items() if isinstance(v, Mapping)}
    return {**old, **new, **both}


def _mapping(value: object) -> Mapping:
    return value if isinstance(value, Mapping) else {}


def load(config: Mapping) -> dict:
    """Return the configuration resolved to its own scale and checked, or raise ConfigError.

    A whole number is an int, however it was written: 2000, 2e3 or 2000.0.
    """
    try:
        return checked(resolve(config, config.get("scale", "default")))
    except RecursionError:
        raise ValueError("config: a value that contains itself") from None


def resolve(config: Mapping, scale: str) -> dict:
    """Return the configuration with every three-scale value replaced by its one value."""
    if scale not in SCALES:
        raise ConfigError("scale", scale, "one of " + ", ".join(SCALES))
    return {**_resolve(config, scale, ""), "scale": scale}


def _resolve(value: object, scale: str, key: str) -> object:
    if isinstance(value, list):
        return [_resolve(item, scale, f"{key}[{i}]") for i, item in enumerate(value)]
    if isinstance(value, str):  # Snakemake's --config leaves numbers in braces as text: {gpu: 1}
        return strict_yaml.scalar(value)
    if not isinstance(value, Mapping):
        return value
    if set(value).isdisjoint(SCALES):
        return {k: _resolve(v, scale, f"{key}.{k}".strip(".")) for k, v in value.items()}
    _check_scales(value, key)
    return _resolve(value[scale], scale, key)


def _check_scales(value: Mapping, key: str) -> None:
    names = ", ".join(SCALES)
    others = [name for name in value if name not in SCALES]
    if others:
        here = next(name for name in SCALES if name in value)
        beside = f"a scale beside no other keys than {names}, but here is {others[0]!r}"
        raise ConfigError(f"{key}.{here}".strip("."), value[here], beside)
    if set(value) != set(SCALES):
        raise ConfigError(key, dict(value), f"one value for each of {names}")


def checked(settings: Mapping) -> dict:
    """Return a resolved configuration with its whole numbers as int, or raise ConfigError.

    It is checked against the schema, against each study's own constraints, and against what would
    hang while jobs are planned.
    """
    validator = _Validator(_schema(tuple(_ordered(settings))))
    found = list(validator.iter_errors(settings))
    errors = [error for error in found if not isinstance(error, _Whole)]
    if errors:
        raise _in_one_line(min(errors, key=lambda error: list(map(str, error.path))))
    settings = copy.deepcopy(dict(settings))
    for whole in found:
        *path, last = whole.absolute_path
        functools.reduce(lambda part, key: part[key], path, settings)[last] = int(whole.instance)
    for name in settings["studies"]:
        part(name, "plan").check(settings[name])
        _check_labels(Study(name, settings[name]), settings["scale"])
    return settings


def _check_labels(study: Study, scale: str) -> None:
    """Check that labels are archived if they are to be, and solved in no more jobs than planned."""
    if not study.solved:
        return
    solver, work = study.settings.get("solver"), study.settings["work_per_shard"]
    if solver == ARCHIVED and scale != "paper":
        allowed = f"a solver at scale {scale}, as archives hold labels of scale paper"
        raise ConfigError(f"{study.name}.solver", solver, allowed)
    plans = [study.ensembles[name] for name in study.solved]
    number = sum(shards.number(plan.samples, work / plan.work) for plan in plans)
    if number > MOST_SHARDS:
        allowed = f"more, as the samples would be solved in {number} jobs (at most {MOST_SHARDS})"
        raise ConfigError(f"{study.name}.work_per_shard", work, allowed)


def studies() -> list[str]:
    """Return the names of the studies: each has a schema, beside the common one."""
    return sorted(path.stem for path in SCHEMAS.glob("*.yaml") if path.name != COMMON)


def _ordered(settings: Mapping) -> list[str]:
    """Return the names of the studies in the order of the settings."""
    names = list(settings)
    return sorted(studies(), key=lambda name: names.index(name) if name in names else len(names))


@functools.cache
def _schema(names: tuple[str, ...]) -> dict:
    """Return the schema of a configuration that has a block for each of these studies."""
    schema = _content(COMMON)
    schema["$id"] = COMMON
    schema["properties"]["studies"]["items"] = {"enum": list(names)}
    for name in names:
        file = f"{name}.yaml"
        schema["required"].append(name)
        schema["properties"][name] = {"$ref": file}
        schema["$defs"][name] = {"$id": file, **_content(file)}
    return schema


def _content(file: str) -> dict:
    return yaml.load((SCHEMAS / file).read_text(encoding="utf-8"), yaml.CSafeLoader)


class _Whole(jsonschema.ValidationError):
    """A whole number that was written with a point or an exponent: no error, but to be an int."""


def _type(
    validator: jsonschema.protocols.Validator, types: object, instance: object, schema: Mapping
) -> Iterator[jsonschema.ValidationError]:
    if types == "integer" and isinstance(instance, float) and instance.is_integer():
        yield _Whole("whole")
    else:
        yield from _DRAFT.VALIDATORS["type"](validator, types, instance, schema)


def _is_number(_: object, instance: object) -> bool:
    """Return whether a value is a number for a schema: NaN and infinity are none."""
    finite = not isinstance(instance, float) or math.isfinite(instance)
    return isinstance(instance, int | float) and not isinstance(instance, bool) and finite


_DRAFT = jsonschema.Draft202012Validator
_Validator = jsonschema.validators.extend(
    _DRAFT, {"type": _type}, type_checker=_DRAFT.TYPE_CHECKER.redefine("number", _is_number)
)


def _in_one_line(error: jsonschema.ValidationError) -> ConfigError:
    path = list(error.absolute_path)
    if error.validator == "additionalProperties":
        known = error.schema["properties"]
        unknown = min(set(error.instance) - set(known), key=str)
        key, value = [*path, unknown], error.instance[unknown]
        return ConfigError(_dotted(key), value, "no such key; known: " + ", ".join(sorted(known)))
    if error.validator == "required":
        missing = min(set(error.validator_value) - set(error.instance))
        return ConfigError(_dotted([*path, missing]), None, "a value; the key is missing")
    return ConfigError(_dotted(path), error.instance, _allowed(error))


_TYPES = {
    **{"integer": "a whole number", "number": "a number", "boolean": "true or false"},
    **{"array": "a list", "object": "keys and values", "string": "a text"},
}


def _allowed(error: jsonschema.ValidationError) -> str:
    schema = error.schema
    if "description" in schema:
        return schema["description"]
    words = {
        "enum": lambda rule: "one of " + ", ".join(map(str, rule)),
        "type": lambda rule: _TYPES.get(rule, f"a value of type {rule}"),
        "minimum": lambda rule: f"at least {rule}",
        "exclusiveMinimum": lambda rule: f"more than {rule}",
        "maximum": lambda rule: f"at most {rule}",
        "exclusiveMaximum": lambda rule: f"less than {rule}",
        "minItems": lambda rule: f"at least {rule} entries",
        "maxItems": lambda rule: f"at most {rule} entries",
        "uniqueItems": lambda rule: "entries that differ from each other",
    }
    rule = words.get(error.validator)
    return rule(error.validator_value) if rule else _shortened(error.message)


def _dotted(path: Sequence) -> str:
    return "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in path).lstrip(".")
