"""The configuration: resolved to one scale, and refused in one line where it is wrong."""

import functools
from collections.abc import Iterable, Mapping
from pathlib import Path

import jsonschema
import yaml

from hamlearn.study import part

SCALES = ("smoke", "default", "paper")
SCHEMAS = Path(__file__).parent / "schemas"
COMMON = "common.yaml"
"""The schema of what is not of one study; the others refer to it by this name."""


class ConfigError(ValueError):
    """A wrong setting: one line with the key, the value and what is allowed."""

    def __init__(self, key: str, value: object, allowed: str):
        super().__init__(f"config: {key} = {value!r}: expected {allowed}")


def read(paths: Iterable[str | Path]) -> dict:
    """Return the content of YAML files; later ones replace earlier ones, key by key.

    Raises OSError for a file that is missing and ValueError for one that is no mapping.
    """
    found: dict = {}
    for path in paths:
        try:
            content = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
        except yaml.YAMLError as error:
            raise ValueError(f"{path}: not YAML: {' '.join(str(error).split())}") from None
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
    """Return the configuration resolved to its own scale and checked, or raise ConfigError."""
    settings = resolve(config, config.get("scale", "default"))
    check(settings)
    return settings


def resolve(config: Mapping, scale: str) -> dict:
    """Return the configuration with every three-scale value replaced by its one value."""
    if scale not in SCALES:
        raise ConfigError("scale", scale, "one of " + ", ".join(SCALES))
    return {**_resolve(config, scale, ""), "scale": scale}


def _resolve(value: object, scale: str, key: str) -> object:
    if isinstance(value, list):
        return [_resolve(item, scale, f"{key}[{i}]") for i, item in enumerate(value)]
    if not isinstance(value, Mapping):
        return _number(value) if isinstance(value, str) else value
    if not value or set(value).isdisjoint(SCALES):
        return {k: _resolve(v, scale, f"{key}.{k}".strip(".")) for k, v in value.items()}
    if set(value) != set(SCALES):
        raise ConfigError(key, dict(value), "one value for each of " + ", ".join(SCALES))
    return value[scale]


def _number(text: str) -> object:
    """Return a number or a truth value where Snakemake's --config left its text: {gpu: 1}."""
    try:
        value = yaml.safe_load(text)
    except yaml.YAMLError:
        return text
    return value if isinstance(value, bool | int | float) else text


def note(settings: Mapping, study: str, own: Mapping) -> str:
    """Return the scale as figures name it, saying so where a study's settings are not its own.

    Parameters
    ----------
    settings : mapping
        The resolved settings of the run.
    study : str
    own : mapping
        The content of config.yaml, all scales side by side. How labels are solved does not count,
        nor do the resources of jobs.
    """
    scale = settings["scale"]
    expected = resolve(own, scale)
    same = all(settings[key] == expected[key] for key in ("seed", "training")) and all(
        settings[study][key] == value for key, value in expected[study].items() if key != "solver"
    )
    return scale if same else f"{scale}, changed settings"


def check(settings: Mapping) -> None:
    """Check a resolved configuration against the schema and each study's own constraints."""
    validator = jsonschema.Draft202012Validator(_schema(tuple(_ordered(settings))))
    errors = sorted(validator.iter_errors(settings), key=lambda error: list(map(str, error.path)))
    if errors:
        raise _in_one_line(errors[0])
    for study in settings["studies"]:
        part(study, "plan").check(settings[study])


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
    return yaml.safe_load((SCHEMAS / file).read_text(encoding="utf-8"))


def _in_one_line(error: jsonschema.ValidationError) -> ConfigError:
    path = list(error.absolute_path)
    if error.validator == "additionalProperties":
        known = error.schema["properties"]
        unknown = sorted(set(error.instance) - set(known))[0]
        key, value = [*path, unknown], error.instance[unknown]
        return ConfigError(_dotted(key), value, "no such key; known: " + ", ".join(sorted(known)))
    if error.validator == "required":
        missing = sorted(set(error.validator_value) - set(error.instance))[0]
        return ConfigError(_dotted([*path, missing]), None, "a value; the key is missing")
    return ConfigError(_dotted(path), error.instance, _allowed(error))


def _allowed(error: jsonschema.ValidationError) -> str:
    schema = error.schema
    if "description" in schema:
        return schema["description"]
    words = {
        "enum": lambda rule: "one of " + ", ".join(map(str, rule)),
        "type": lambda rule: {"integer": "a whole number"}.get(rule, f"a value of type {rule}"),
        "minimum": lambda rule: f"at least {rule}",
        "exclusiveMinimum": lambda rule: f"more than {rule}",
        "maximum": lambda rule: f"at most {rule}",
        "exclusiveMaximum": lambda rule: f"less than {rule}",
        "minItems": lambda rule: f"at least {rule} entries",
        "uniqueItems": lambda rule: "entries that differ from each other",
    }
    rule = words.get(error.validator)
    return rule(error.validator_value) if rule else error.message


def _dotted(path: list) -> str:
    return "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in path).lstrip(".")
