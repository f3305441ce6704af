"""YAML as users mean it: a number is what looks like one, and no key stands twice.

PyYAML follows YAML 1.1, where 1e-3 is a text, 010 is eight, 1:30 is ninety, and of two equal keys
the last one wins.
"""

import re
from typing import Any

import yaml

_INT, _FLOAT, _TIME = (f"tag:yaml.org,2002:{name}" for name in ("int", "float", "timestamp"))
_AMBIGUOUS = "!ambiguous"
_OF_YAML = {
    tag: rule for rules in yaml.SafeLoader.yaml_implicit_resolvers.values() for tag, rule in rules
}
_WHOLE = r"[-+]?(0|[1-9][0-9]*)\Z"
_POINT = r"[-+]?((0|[1-9][0-9]*)(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?\Z"
_NOT_FINITE = r"[-+]?\.(inf|Inf|INF)\Z|\.(nan|NaN|NAN)\Z"


def _rules() -> dict[str, re.Pattern]:
    """Return what a plain scalar is, by its tag, the first one that fits."""
    others = {tag: rule for tag, rule in _OF_YAML.items() if tag not in (_INT, _FLOAT, _TIME)}
    numbers = f"(?:{_OF_YAML[_INT].pattern})|(?:{_OF_YAML[_FLOAT].pattern})"
    return {
        **others,
        _INT: re.compile(_WHOLE),
        _FLOAT: re.compile(f"{_POINT}|{_NOT_FINITE}"),
        _AMBIGUOUS: re.compile(numbers, re.VERBOSE),  # a number for YAML 1.1 alone
    }


class _Loader(yaml.SafeLoader):
    yaml_implicit_resolvers = {None: list(_rules().items())}

    def compose_mapping_node(self, anchor: str | None) -> yaml.MappingNode:
        node, seen = super().compose_mapping_node(anchor), set()
        for key in (key for key, _ in node.value if isinstance(key, yaml.ScalarNode)):
            if key.value in seen:
                raise ValueError(f"{_line(key.start_mark)}: the key {key.value!r} stands twice")
            seen.add(key.value)
        return node


def _refuse(_: _Loader, node: yaml.ScalarNode) -> None:
    raise ValueError(
        f"{_line(node.start_mark)}: {node.value} is no plain number; write decimal digits, "
        "or a text in quotes"
    )


_Loader.add_constructor(_AMBIGUOUS, _refuse)


def _line(mark: yaml.Mark) -> str:
    return f"line {mark.line + 1}"


def load(text: str) -> Any:
    """Return the content of a YAML document; raise ValueError, in one line, for what is wrong."""
    try:
        return yaml.load(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        raise ValueError(f"not YAML: {_line(error.problem_mark)}: {error.problem}") from None
    except yaml.YAMLError as error:
        raise ValueError(f"not YAML: {' '.join(str(error).split())}") from None
    except RecursionError:
        raise ValueError("not YAML: nested too deeply") from None


def scalar(text: str) -> bool | int | float | str:
    """Return the number or the truth value that a text is, or else the text."""
    try:
        value = load(text)
    except ValueError:
        return text
    return value if isinstance(value, bool | int | float) else text
