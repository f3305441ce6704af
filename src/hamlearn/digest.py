"""A fingerprint of the library code behind a rule, so that changing it reruns that rule alone."""

import ast
import functools
import hashlib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent
ALL = "*"


@functools.cache
def code(*modules: str) -> str:
    """Return the digest of modules (e.g. ``"hamlearn.wires.solver"``) and all they import of us.

    Comments, formatting and docstrings do not count: only the syntax trees do. Of a module from
    which only names are imported, functions that these do not reach do not count either: the one
    that lists the networks of a study is not part of the code that trains them.
    """
    digest = hashlib.sha256()
    for module, names in sorted(_reached(modules).items()):
        digest.update(f"{module}:{_tree_digest(module, frozenset(names))}".encode())
    return digest.hexdigest()[:16]


def _reached(modules: tuple[str, ...]) -> dict[str, set[str]]:
    """Return what is used of each module: names, or `ALL` among them."""
    found: dict[str, set[str]] = {}
    waiting = [(module, ALL) for module in modules]
    while waiting:
        module, name = waiting.pop()
        if name not in found.setdefault(module, set()):
            found[module].add(name)
            waiting += _uses(module, name)
    return found


@functools.cache
def _tree(name: str) -> ast.Module:
    path = _path(name)
    if path is None:
        raise ModuleNotFoundError(f"{name}: no such module of the library")
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list) and body and _is_docstring(body[0]):
            del body[0]
    return tree


def _is_docstring(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


@functools.cache
def _tree_digest(module: str, names: frozenset[str]) -> str:
    nodes = [node for node in _tree(module).body if ALL in names or _counts(node, names)]
    return hashlib.sha256("\n".join(map(ast.dump, nodes)).encode()).hexdigest()


def _counts(node: ast.stmt, names: frozenset[str]) -> bool:
    """Return whether a statement counts for one who imports these names of its module.

    All do but other functions (a decorator may register one elsewhere) and imports, whose own
    modules count if their names are used.
    """
    if isinstance(node, ast.FunctionDef) and not node.decorator_list:
        return node.name in names
    return not isinstance(node, ast.Import | ast.ImportFrom)


def _uses(module: str, name: str) -> list[tuple[str, str]]:
    """Return modules and names that a module, or what counts for one name of it, uses."""
    outline = _outline(_tree(module))
    if name == ALL:
        return [target for _, target in outline.imports if _is_ours(target[0])]
    read = {name} | outline.always | outline.functions.get(name, set())
    found = [(module, function) for function in outline.functions if function in read]
    imported = (target for bound, target in outline.imports if bound in (read | {ALL}))
    return found + [target for target in imported if _is_ours(target[0])]


@dataclass(frozen=True)
class _Outline:
    """The names that each function of a module reads, those read when it is imported, its imports.

    An import is the name it binds, and what this stands for.
    """

    functions: dict[str, set[str]]
    always: set[str]
    imports: list[tuple[str, tuple[str, str]]]


@functools.cache
def _outline(tree: ast.Module) -> _Outline:
    functions: dict[str, set[str]] = {}
    always: set[str] = set()
    for node in tree.body:
        read = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
        if _counts(node, frozenset()):
            always |= read
        elif isinstance(node, ast.FunctionDef):
            functions[node.name] = read
    imports = [
        (alias.asname or alias.name.split(".")[0], target)
        for node in ast.walk(tree)
        if _imports(node)
        for alias in node.names
        for target in _targets(node, alias.name)
    ]
    return _Outline(functions, always, imports)


def _imports(node: ast.AST) -> bool:
    absolute = isinstance(node, ast.ImportFrom) and node.module and not node.level
    return isinstance(node, ast.Import) or bool(absolute)


def _targets(node: ast.Import | ast.ImportFrom, name: str) -> list[tuple[str, str]]:
    """Return what one name of an import statement stands for."""
    if isinstance(node, ast.Import):
        return [(name, ALL)]
    submodule = f"{node.module}.{name}"
    return [(submodule, ALL), (node.module, "")] if _is_ours(submodule) else [(node.module, name)]


def _is_ours(module: str) -> bool:
    return module.startswith("hamlearn.") and _path(module) is not None


def _path(name: str) -> Path | None:
    base = ROOT.joinpath(*name.split(".")[1:])
    return next((p for p in (base.with_suffix(".py"), base / "__init__.py") if p.is_file()), None)
