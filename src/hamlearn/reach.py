"""What scripts reach of the library, followed from name to name by syntax; nothing is imported.

A definition (a function, a class, a constant) is reached if its name occurs in code that is
reached: that is more than what is called, and less than all that modules import somewhere. A class
is reached with all its methods, a module that is handed on whole with all that it defines. What
runs when a module is imported is reached with every import of it.

`hamlearn.study.part(study, "labels")` stands for the module of the study in question, and scripts
may import others beside them or one folder up.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from hamlearn import syntax
from hamlearn.syntax import EVERYTHING, MODULE, ON_IMPORT, STUDY

INIT = "__init__.py"
Unit = tuple[Path, str]
"""A file, and the name of a definition in it, `EVERYTHING` or `ON_IMPORT`."""


@dataclass(frozen=True)
class Reached:
    """Units of our files, and top-level names of the other modules that these import."""

    units: frozenset[Unit]
    outside: frozenset[str]


@dataclass(frozen=True)
class _Steps:
    """What a unit leads to: units, modules of others, and names that depend on the study."""

    units: frozenset[Unit]
    outside: frozenset[str]
    dynamic: frozenset[str]


class Library:
    """A package, and the scripts that use it; every file is read once."""

    def __init__(self, root: Path):
        self.root = root.resolve()
        self._modules: dict[Path, syntax.Module] = {}
        self._resolved: dict[tuple[str, Path | None], Unit | None] = {}
        self._steps: dict[Unit, _Steps] = {}

    def reached(
        self, scripts: Iterable[Path], study: str | None = None, module: str | None = None
    ) -> Reached:
        """Return what scripts reach.

        Parameters
        ----------
        scripts : paths
        study : str, optional
            Whose modules calls of `part` stand for; without it these are not followed.
        module : str, optional
            The one that is meant where a call of `part` names none, but passes a variable.

        Raises
        ------
        FileNotFoundError
            For a script that is missing.
        ModuleNotFoundError
            For a study that is no package, or a `module` that it lacks.
        ValueError
            For a call of `part` that names no module, if `module` does not either.
        """
        self._check(study, module)
        units: set[Unit] = set()
        outside: set[str] = set()
        waiting = [(self._script(path), EVERYTHING) for path in scripts]
        while waiting:
            unit = waiting.pop()
            if unit in units:
                continue
            units.add(unit)
            steps = self._steps_from(unit)
            outside |= steps.outside
            waiting += steps.units
            if study:
                names = (_filled(name, study, module, unit[0]) for name in steps.dynamic)
                waiting += filter(None, (self._resolve(name, unit[0]) for name in names))
        return Reached(frozenset(units), frozenset(outside))

    def text(self, unit: Unit) -> str:
        """Return the name of a unit, its syntax tree and what the names in it stand for."""
        path, name = unit
        return "\n".join([self._label(path), name, self._module(path).text(name)])

    def _check(self, study: str | None, module: str | None) -> None:
        names = tuple(filter(None, (self.root.name, study, module)))
        if study and not self._find(names, None):
            raise ModuleNotFoundError(f"{'.'.join(names)}: no such module of the library")

    def _script(self, path: Path) -> Path:
        if not path.is_file():
            raise FileNotFoundError(f"{path}: no such script")
        return path.resolve()

    def _is_script(self, path: Path) -> bool:
        return not path.is_relative_to(self.root)

    def _label(self, path: Path) -> str:
        """Return the name of a file, the same wherever the repository lies."""
        base = path.parents[1] if self._is_script(path) else self.root
        return path.relative_to(base).as_posix()

    def _module(self, path: Path) -> syntax.Module:
        if path not in self._modules:
            dotted = ""
            if not self._is_script(path):
                parts = path.relative_to(self.root.parent).with_suffix("").parts
                dotted = ".".join(parts).removesuffix(".__init__")
            text = path.read_text(encoding="utf-8")
            self._modules[path] = syntax.module(path, text, dotted, self.root.name)
        return self._modules[path]

    def _steps_from(self, unit: Unit) -> _Steps:
        if unit not in self._steps:
            path, name = unit
            module = self._module(path)
            mentions = module.mentions(name)
            units = self._packages(path) if name == ON_IMPORT else {(path, ON_IMPORT)}
            outside = set()
            for imported in mentions.imported:
                found = self._resolve(imported, path)
                if found:
                    units.add((found[0], ON_IMPORT))
                else:
                    outside.add(imported.split(".")[0])
            used = mentions.used
            if name == EVERYTHING and path.name == INIT:
                used = used | module.exported
            dynamic = {dotted for dotted in used if STUDY in dotted or MODULE in dotted}
            units |= set(filter(None, (self._resolve(d, path) for d in used - dynamic)))
            self._steps[unit] = _Steps(frozenset(units), frozenset(outside), frozenset(dynamic))
        return self._steps[unit]

    def _packages(self, path: Path) -> set[Unit]:
        """Return what runs before a module of the package does."""
        if self._is_script(path):
            return set()
        folders = path.parents[: len(path.relative_to(self.root).parts)]
        files = (folder / INIT for folder in folders)
        return {(file, ON_IMPORT) for file in files if file.is_file()}

    def _resolve(self, dotted: str, path: Path) -> Unit | None:
        """Return the unit that a dotted name means in a file, or None if it is not ours."""
        if dotted.startswith("."):
            return path, dotted.split(".")[1]
        # a script may import those beside it and one folder up
        near = path.parent if self._is_script(path) else None
        key = (dotted, near)
        if key not in self._resolved:
            parts = dotted.split(".")
            lengths = range(len(parts), 0, -1)
            files = ((self._find(parts[:n], near), n) for n in lengths)
            found, n = next(((file, n) for file, n in files if file), (None, 0))
            name = parts[n] if n < len(parts) else EVERYTHING
            self._resolved[key] = (found, name) if found else None
        return self._resolved[key]

    def _find(self, parts: Sequence[str], near: Path | None) -> Path | None:
        """Return the file of a module of the package, or of a script near a folder."""
        folders = [near, near.parent] if near else []
        if parts[0] == self.root.name:
            folders = [self.root.parent]
        bases = [folder.joinpath(*parts) for folder in folders]
        files = [file for base in bases for file in (base / INIT, base.with_suffix(".py"))]
        return next((file for file in files if file.is_file()), None)


def _filled(dotted: str, study: str, module: str | None, path: Path) -> str:
    """Return the name of a module of a study."""
    if MODULE in dotted and module is None:
        raise ValueError(f"{path}: part() is given no literal; say which module is meant")
    return dotted.replace(STUDY, study).replace(MODULE, module or "")
