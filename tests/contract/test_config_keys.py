"""The settings of every study: config.yaml and the schema of the study name the same keys."""

import functools
from collections.abc import Iterator

import pytest
import yaml
from support import ROOT

from hamlearn import config, pictures
from hamlearn.study import setting

LIBRARY = ROOT / "src" / "hamlearn"


@functools.cache
def schema(name: str) -> dict:
    return yaml.safe_load((config.SCHEMAS / f"{name}.yaml").read_text(encoding="utf-8"))


def resolved(rule: dict, file: str) -> tuple[dict, str]:
    """A rule of a schema and the name of its file, references followed."""
    while "$ref" in rule:
        named, _, path = rule["$ref"].partition("#/")
        file = named.removesuffix(".yaml") or file
        rule = schema(file)
        for key in path.split("/"):
            rule = rule[key]
    return rule, file


def differences(value: object, rule: dict, file: str, key: str) -> Iterator[str]:
    """Keys that only the settings, or only the schema, have; and those that may be left out."""
    rule, file = resolved(rule, file)
    if isinstance(value, dict):
        known, required = rule.get("properties", {}), set(rule.get("required", ()))
        yield from (f"{key}.{name}" for name in set(value) ^ set(known))
        yield from (f"{key}.{name} may be missing" for name in set(known) - required)
        if rule.get("additionalProperties") is not False:
            yield f"{key} may have any key"
        for name in set(value) & set(known):
            yield from differences(value[name], known[name], file, f"{key}.{name}")
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from differences(item, rule.get("items", {}), file, f"{key}[{number}]")


@pytest.mark.parametrize("scale", config.SCALES)
def test_config_and_schema_name_the_same_keys(study, scale, raw_config):
    name = study.name
    settings = config.resolve(raw_config, scale)[name]
    assert list(differences(settings, schema(name), name, name)) == []


@pytest.mark.parametrize("scale", config.SCALES)
def test_the_shared_schema_names_the_other_keys(scale, raw_config):
    settings = config.resolve(raw_config, scale)
    shared = {key: value for key, value in settings.items() if key not in config.studies()}
    assert list(differences(shared, schema("common"), "common", "config")) == []


def test_pictures_are_compared_by_settings_that_exist(study, picture):
    shown = pictures.load(ROOT / "scripts" / study.name)[1][picture]
    for name in shown.compared or ():
        setting(study.settings, name)


def test_a_study_is_a_package_with_a_plan_and_a_schema(raw_config):
    packages = {path.parent.name for path in LIBRARY.glob("*/plan.py")}
    assert set(config.studies()) == packages
    assert set(raw_config["studies"]) <= packages


def test_a_key_that_only_one_of_them_has_is_found():
    rule = {"properties": {"a": {}, "b": {}}, "required": ["a"], "additionalProperties": False}
    found = set(differences({"a": [{"c": 1}], "d": 2}, rule, "common", "x"))
    assert found == {"x.a[0].c", "x.a[0] may have any key", "x.b", "x.b may be missing", "x.d"}
