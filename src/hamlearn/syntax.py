"""What one file defines, what it runs when it is imported, and what each part of it mentions."""

import ast
import builtins
import functools
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

EVERYTHING, ON_IMPORT = "*", ""
"""Parts of a module besides its definitions: all of it, and what its import runs."""
STUDY, MODULE = "<study>", "<module>"
"""Stand for what a call of `part` is given, where that is no literal."""
PURE = {*sys.stdlib_module_names, *dir(builtins), "numba", "jax", "numpy"}
"""Whose decorators register nothing elsewhere, as those of Keras do."""

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
IMPORTS = (ast.Import, ast.ImportFrom)
NOTHING: frozenset[str] = frozenset()
SCOPES = (*FUNCTIONS, *COMPREHENSIONS, ast.Lambda, ast.ClassDef)

Names = Mapping[str, frozenset[str]]
"""What names stand for: dotted names, with a leading dot for definitions of the same file."""


@dataclass
class Mentions:
    """Dotted names of what code imports when it runs, and of what it uses.

    A used name begins with a dot if it is a definition of the same file. `STUDY` and `MODULE` are
    in those of modules of studies.
    """

    imported: set[str] = field(default_factory=set)
    used: set[str] = field(default_factory=set)


class Module:
    """One file, read without running it.

    Its definitions are functions, classes and constants. All other statements run when it is
    imported, and so do definitions with a decorator that may register them elsewhere, and
    constants that a function of ours computes.
    """

    def __init__(self, path: Path, text: str, dotted: str, package: str):
        """Take the text of a module of a package by its dotted name, or of a script without one."""
        tree = ast.parse(text, filename=str(path))
        _clean(tree, is_script=not dotted)
        base = dotted.split(".") if path.name == "__init__.py" else dotted.split(".")[:-1]
        self._package = package
        self._reader = _Reader(package, base, dotted)
        self.statements = tree.body
        self._imports = self._reader.imports(_own(tree.body))
        self._assigned = dict(filter(None, map(_assignment, tree.body)))
        self._functions = {node.name for node in tree.body if isinstance(node, FUNCTIONS)}
        self.definitions: dict[str, list[ast.stmt]] = {}
        self.body: list[ast.stmt] = []
        for node in tree.body:
            name = self._defined(node)
            kept = self.definitions.setdefault(name, []) if name else self.body
            kept.append(node)
        own = {name: frozenset({f".{name}"}) for name in self.definitions}
        self._names = self._reader.within(tree.body, {**own, **self._imports})
        self._mentions: dict[str, Mentions] = {}
        self._texts: dict[str, str] = {}

    def part(self, name: str) -> list[ast.stmt]:
        """Return the statements of a part; none of a name that is imported only."""
        if name in (EVERYTHING, ON_IMPORT):
            return self.statements if name == EVERYTHING else self.body
        return self.definitions.get(name, [])

    def mentions(self, name: str) -> Mentions:
        """Return what a part mentions; what it stands for if it is a name that is imported."""
        if name not in self._mentions:
            found = Mentions()
            for node in self.part(name):
                self._reader.read(node, self._names, found)
            if name not in self.definitions:
                found.used |= self._imports.get(name, NOTHING)
            self._mentions[name] = found
        return self._mentions[name]

    def text(self, name: str) -> str:
        """Return the syntax tree of a part, and what the names in it stand for."""
        if name not in self._texts:
            nodes = [node for node in self.part(name) if not isinstance(node, IMPORTS)]
            used = sorted(self.mentions(name).used)
            self._texts[name] = "\n".join([*map(ast.dump, nodes), *used])
        return self._texts[name]

    @property
    def exported(self) -> set[str]:
        """What the names that are imported here stand for."""
        return set().union(*self._imports.values())

    def _defined(self, node: ast.stmt) -> str:
        """Return the name that a statement defines without running anything of ours, or none."""
        if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            return node.name if all(map(self._is_pure, node.decorator_list)) else ""
        name, value = _assignment(node) or ("", None)
        calls = (n.func for n in ast.walk(value) if isinstance(n, ast.Call)) if name else ()
        return "" if any(map(self._is_our_function, calls)) else name

    def _is_pure(self, decorator: ast.expr) -> bool:
        root = _root(decorator)
        if root in self._functions:
            return False
        if root in self._assigned:
            return self._is_pure(self._assigned[root])
        origins = self._imports.get(root, {root})
        return all(origin.split(".")[0] in PURE for origin in origins)

    def _is_our_function(self, called: ast.expr) -> bool:
        """Return whether a call may do more than make a value, as that of a class does."""
        root = _root(called)
        if root in self._functions:
            return True
        ours = any(o.split(".")[0] == self._package for o in self._imports.get(root, ()))
        last = called.attr if isinstance(called, ast.Attribute) else root
        return ours and not last[:1].isupper()


@functools.cache
def module(path: Path, text: str, dotted: str, package: str) -> Module:
    """Return a module, one for each text of a file: see :class:`Module`."""
    return Module(path, text, dotted, package)


class _Reader:
    """Finds what statements mention, by the scopes of their names."""

    def __init__(self, package: str, base: list[str], dotted: str):
        self._package, self._base = package, base
        own = {".part"} if dotted == f"{package}.study" else set()
        self._part = {f"{package}.study.part"} | own

    def read(self, node: ast.AST, names: Names, found: Mentions) -> None:
        """Add what a node mentions, where names stand for what is given."""
        if isinstance(node, IMPORTS):
            found.imported |= {dotted for _, dotted in self._bindings(node)}
        elif isinstance(node, ast.Name):
            found.used |= self._dotted(node, names)
        elif mentioned := self._dotted(node, names):
            found.used |= mentioned
            for other in self._beside(node, names):
                self.read(other, names, found)
        elif isinstance(node, SCOPES):
            outer, inner = _parts(node)
            for child in outer:
                self.read(child, names, found)
            within = self.within(inner, names, node)
            for child in inner:
                self.read(child, within, found)
        else:
            for child in self._children(node, names):
                self.read(child, names, found)

    def within(self, nodes: list[ast.AST], names: Names, scope: ast.AST | None = None) -> Names:
        """Return what names stand for within a scope, or among the statements of a file."""
        own = _own(nodes)
        hidden = _bound(scope, own) if scope else set()
        inner = {name: what for name, what in names.items() if name not in hidden}
        inner |= self.imports(own)
        aliases: dict[str, frozenset[str]] = {}
        for node in own:
            name, value = _assignment(node) or ("", None)
            if name and self._is_part(value, inner):
                aliases[name] = aliases.get(name, NOTHING) | self._dotted(value, inner)
        return inner | aliases

    def imports(self, own: list[ast.AST]) -> dict[str, frozenset[str]]:
        """Return what the nodes of a scope import, by its name there."""
        found: dict[str, frozenset[str]] = {}
        for node in (node for node in own if isinstance(node, IMPORTS)):
            aliases = ((a.asname or a.name.split(".")[0], bool(a.asname)) for a in node.names)
            for (name, renamed), (_, dotted) in zip(aliases, self._bindings(node), strict=True):
                whole = renamed or isinstance(node, ast.ImportFrom)
                stands_for = dotted if whole else dotted.split(".")[0]
                found[name] = found.get(name, NOTHING) | {stands_for}
        return found

    def _bindings(self, node: ast.Import | ast.ImportFrom) -> list[tuple[str, str]]:
        """Return names of an import statement, each with its dotted name."""
        if isinstance(node, ast.Import):
            return [(alias.name, alias.name) for alias in node.names]
        base = self._base[: len(self._base) + 1 - node.level] if node.level else []
        module = ".".join([*base, *filter(None, [node.module])])
        return [(alias.name, f"{module}.{alias.name}") for alias in node.names]

    def _dotted(self, node: ast.AST, names: Names) -> frozenset[str]:
        """Return what a name, an attribute of one or a call of `part` stands for, if anything."""
        if isinstance(node, ast.Name):
            return names.get(node.id, NOTHING) if isinstance(node.ctx, ast.Load) else NOTHING
        if isinstance(node, ast.Attribute):
            return frozenset(f"{d}.{node.attr}" for d in self._dotted(node.value, names))
        if self._is_part(node, names):
            study, module = map(_literal, _arguments(node))
            return frozenset({f"{self._package}.{study or STUDY}.{module or MODULE}"})
        if _is_getattr(node):
            return frozenset(f"{d}.{node.args[1].value}" for d in self._dotted(node.args[0], names))
        return NOTHING

    def _beside(self, node: ast.AST, names: Names) -> list[ast.AST]:
        """Return what is to be read besides the dotted name that a node stands for."""
        if isinstance(node, ast.Attribute):
            return self._beside(node.value, names)
        if not isinstance(node, ast.Call):
            return []
        if self._is_part(node, names):
            return [node.func, *_arguments(node)]
        return [*self._beside(node.args[0], names), *node.args[2:]]

    def _is_part(self, node: ast.AST, names: Names) -> bool:
        return isinstance(node, ast.Call) and bool(self._dotted(node.func, names) & self._part)

    def _children(self, node: ast.AST, names: Names) -> Iterable[ast.AST]:
        """Return the parts of a node; of a name given to a module of a study, not the module."""
        name, value = _assignment(node) or ("", None)
        given = name and self._is_part(value, names)
        if given and self._dotted(value, names) <= names.get(name, NOTHING):
            return self._beside(value, names)
        return _below(node)


def _clean(tree: ast.Module, is_script: bool) -> None:
    """Drop docstrings, what is there for type checkers, and what only a script runs."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        for part in ("body", "orelse", "handlers", "finalbody", "cases"):
            kept = [n for n in getattr(node, part, ()) if not _is_idle(n, is_script)]
            if kept or hasattr(node, part):
                setattr(node, part, kept)
            waiting += kept


def _is_idle(node: ast.AST, is_script: bool) -> bool:
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    if not isinstance(node, ast.If) or node.orelse:
        return False
    test = ast.unparse(node.test)
    return test == "TYPE_CHECKING" or (not is_script and test == "__name__ == '__main__'")


def _assignment(node: ast.AST) -> tuple[str, ast.expr] | None:
    """Return the name and the value of an assignment to one name."""
    if isinstance(node, ast.Assign) and len(node.targets) == 1:
        target = node.targets[0]
    elif isinstance(node, ast.AnnAssign | ast.NamedExpr) and node.value:
        target = node.target
    else:
        return None
    return (target.id, node.value) if isinstance(target, ast.Name) else None


def _root(node: ast.expr) -> str:
    """Return the first name of a dotted one, or of one that is called."""
    while isinstance(node, ast.Attribute | ast.Call):
        node = node.value if isinstance(node, ast.Attribute) else node.func
    return node.id if isinstance(node, ast.Name) else ""


def _arguments(call: ast.Call) -> list[ast.expr]:
    """Return both arguments of a call of `part`."""
    named = {keyword.arg: keyword.value for keyword in call.keywords}
    given = dict(zip(("study", "module"), call.args, strict=False)) | named
    return [given["study"], given["module"]]


def _literal(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) else None


def _is_getattr(node: ast.AST) -> bool:
    """Return whether a node is `getattr(something, "name")`."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
        return False
    named = len(node.args) > 1 and isinstance(_literal(node.args[1]), str)
    return named and node.func.id == "getattr"


def _own(nodes: list[ast.AST]) -> list[ast.AST]:
    """Return all nodes of one scope: not what is inside functions, classes and comprehensions."""
    found = list(nodes)
    for node in found:  # grows
        if not isinstance(node, SCOPES):
            found += _below(node)
    return found


def _below(node: ast.AST) -> list[ast.AST]:
    """Return the nodes right below one, without constants and operators; kept with the node."""
    found = getattr(node, "below", None)
    if found is None:
        node.below = found = []
        for name in node._fields:
            value = getattr(node, name, None)
            for child in value if type(value) is list else (value,):
                if isinstance(child, ast.AST) and child._fields and type(child) is not ast.Constant:
                    found.append(child)
    return found


def _parts(node: ast.AST) -> tuple[list[ast.AST], list[ast.AST]]:
    """Return what of a function, class or comprehension is outside its scope, and what inside."""
    if isinstance(node, COMPREHENSIONS):
        first = node.generators[0]
        children = [child for gen in node.generators for child in _below(gen)]
        values = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        return [first.iter], [child for child in children if child is not first.iter] + values
    body = node.body if isinstance(node.body, list) else [node.body]
    inside = set(map(id, body))
    return [child for child in _below(node) if id(child) not in inside], body


def _bound(scope: ast.AST, own: list[ast.AST]) -> set[str]:
    """Return the names that a scope binds itself: those of a class are seen by nothing in it."""
    if isinstance(scope, ast.ClassDef):
        return set()
    names = {n.id for n in own if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    names |= {n.name for n in own if isinstance(n, (*FUNCTIONS, ast.ClassDef))}
    if isinstance(scope, (*FUNCTIONS, ast.Lambda)):
        names |= {n.arg for n in _below(scope.args) if isinstance(n, ast.arg)}
    others = (n.names for n in own if isinstance(n, ast.Global | ast.Nonlocal))
    return names - {name for group in others for name in group}
