"""Fingerprints of the rules: the code of one study is behind no rule of another one."""

import ast
import shutil
from functools import cache
from pathlib import Path

import pytest
from studies import registry
from support import ROOT

from hamlearn import digest, pictures
from hamlearn.reach import Library
from hamlearn.study import Study

STAGES = {  # script, and the module without which a study lacks the stage
    **{"sample": "ensemble", "solve": "labels", "crosscheck": "labels", "archive": "labels"},
    **{"train": "training", "evaluate": "evaluation", "evidence": "evidence"},
}


def digests(folder: Path, study: Study, library: Library) -> dict[str, str]:
    """The fingerprint of every rule that belongs to a study, in a copy of the repository."""
    scripts, options = folder / "scripts", {"study": study.name, "library": library}
    found = {
        stage: digest.script(scripts / f"{stage}.py", **options)
        for stage, module in STAGES.items()
        if study.has(module)
    }
    for file in study.summaries:
        module = Path(file).stem
        found[file] = digest.script(scripts / "summary.py", module=module, **options)
    for name, picture in pictures.load(scripts / study.name)[1].items():
        drawing = (scripts / "draw.py", scripts / study.name / f"{picture.stem}.py")
        found[name] = digest.script(*drawing, **options)
    return found


@cache
def unchanged(name: str) -> dict[str, str]:
    return digests(ROOT, registry()[name], digest.LIBRARY)


def change(path: Path) -> None:
    """Add a statement to every function of a module."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            node.body.append(ast.Expr(ast.Constant(None)))
    path.write_text(ast.unparse(tree), encoding="utf-8")


def test_a_change_of_the_other_studies_runs_none_of_this_one_again(study, tmp_path):
    others = [name for name in registry() if name != study.name]
    if not others:
        pytest.skip("the only study")
    for name in ("src", "scripts"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, tmp_path / name, ignore=ignored)
    for name in others:
        for path in (tmp_path / "src" / "hamlearn" / name).rglob("*.py"):
            change(path)
    library = Library(tmp_path / "src" / "hamlearn")
    assert digests(tmp_path, study, library) == unchanged(study.name)
    other = registry()[others[0]]
    before, after = unchanged(other.name), digests(tmp_path, other, library)
    stages = [stage for stage in before if stage in STAGES]
    assert [stage for stage in stages if before[stage] == after[stage]] == []
