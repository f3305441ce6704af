"""A fingerprint of the library code behind a rule, so that changing it reruns that rule alone."""

import ast
import functools
import hashlib
from pathlib import Path

ROOT = Path(__file__).parent


@functools.cache
def code(*modules: str) -> str:
    """Return the digest of modules (e.g. ``"hamlearn.wires.solver"``) and all they import of us.

    Comments, formatting and docstrings do not count: only the syntax trees do.
    """
    digest = hashlib.sha256()
    for name in sorted(_reached(modules)):
        digest.update(f"{name}:{_tree_digest(name)}".encode())
    return digest.hexdigest()[:16]


def _reached(modules: tuple[str, ...]) -> set[str]:
    found: set[str] = set()
    waiting = list(modules)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += _imports(name)
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
def _tree_digest(name: str) -> str:
    return hashlib.sha256(ast.dump(_tree(name)).encode()).hexdigest()


def _imports(name: str) -> list[str]:
    names = []
    for node in ast.walk(_tree(name)):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return [found for found in names if found.startswith("hamlearn.") and _path(found)]


def _path(name: str) -> Path | None:
    base = ROOT.joinpath(*name.split(".")[1:])
    return next((p for p in (base.with_suffix(".py"), base / "__init__.py") if p.is_file()), None)
