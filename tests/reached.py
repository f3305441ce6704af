"""Which third-party modules a script can import: followed from function to function, by syntax.

A function counts as reached if its name occurs in code that is reached, and if it has a decorator,
which may keep it; so do all methods of a class. That is more than what is called, and less than
all that the modules import somewhere.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

from hamlearn import digest


def third_party(script: Path) -> set[str]:
    """Return the names of the top-level modules, neither Python's nor ours, that are imported."""
    found: set[str] = set()
    seen: set[tuple[object, str]] = set()
    waiting: list[tuple[object, str]] = [(script, "*")]
    while waiting:
        module, name = unit = waiting.pop()
        if unit in seen:
            continue
        seen.add(unit)
        for other, member in _reached_by(_tree(module), name):
            if not other:
                waiting.append((module, member))
            elif other.split(".")[0] != "hamlearn":
                found.add(other.split(".")[0])
            elif digest._path(other):
                waiting += [(other.rpartition(".")[0], ""), (other, ""), (other, member)]
    return found - set(sys.stdlib_module_names)


def _tree(module: object) -> ast.Module:
    if isinstance(module, Path):
        return ast.parse(module.read_text(encoding="utf-8"))
    return digest._tree(module)


def _reached_by(tree: ast.Module, name: str) -> Iterator[tuple[str, str]]:
    """Yield pairs of a module and a name in it that a part of a module mentions.

    The part is one definition, what runs when the module is imported (""), or everything ("*");
    for names of the same module the module is "".
    """
    definitions = {defined: node for node in tree.body if (defined := _defined(node))}
    body = [node for node in tree.body if name == "*" or not _defined(node)]
    around = dict(_imported(body))
    if name in ("", "*"):
        part = body
    elif name in definitions:
        part = [definitions[name]]
    else:  # what a package imports from its modules
        yield from [around[name]] if name in around else []
        return
    within = dict(_imported(part))
    yield from ((module, "") for module, _ in within.values())
    yield from _mentioned(part, around | within, definitions)


def _defined(node: ast.AST) -> str:
    """The name that a statement defines without running anything of ours, or nothing."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.decorator_list:
        return node.name
    if not isinstance(node, ast.Assign) or any(isinstance(n, ast.Call) for n in ast.walk(node)):
        return ""
    return node.targets[0].id if isinstance(node.targets[0], ast.Name) else ""


def _mentioned(part: list, known: dict, definitions: dict) -> Iterator[tuple[str, str]]:
    nodes = list(_nodes(part))
    owners = {node.value: node.attr for node in nodes if isinstance(node, ast.Attribute)}
    for node in nodes:
        if not (isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)):
            continue
        module, member = known.get(node.id, ("", ""))
        if module and not member:  # a module whose attribute is taken, or that is handed on whole
            yield module, owners.get(node, "*")
        elif module:
            yield module, member
        elif node.id in definitions:
            yield "", node.id


def _imported(nodes: list) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield each name that an import binds, with its module and its name there."""
    for node in _nodes(nodes):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.asname or alias.name.split(".")[0], (alias.name, "")
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                ours = inner.startswith("hamlearn.") and digest._path(inner)
                yield alias.asname or alias.name, (inner, "") if ours else (node.module, alias.name)


def _nodes(nodes: list) -> Iterator[ast.AST]:
    """All nodes below, without what is there for type checkers alone."""
    for node in nodes:
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        yield node
        yield from _nodes(list(ast.iter_child_nodes(node)))
