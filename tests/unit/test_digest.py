"""Fingerprints of code: what a script reaches counts, and nothing else."""

import ast
import fnmatch
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from support import ROOT

from hamlearn import config, digest, pictures
from hamlearn.reach import Library
from hamlearn.study import Study

PART = "def part(study, module):\n    return study, module\n"
TOY = {
    "a.py": "from hamlearn.b import used\n\nused()\n",
    "hamlearn/b.py": "from hamlearn import c\nfrom hamlearn.d import other\nX = 1\nY = 1\n\n\n"
    "def used():\n    return helper()\n\n\ndef helper():\n    return c.y + X\n\n\n"
    "def unused():\n    return other + Y\n\n\n"
    "class Kept:\n    def method(self):\n        return Y\n",
    "hamlearn/c.py": "y = 1\nz = 1\n",
    "hamlearn/d.py": "other = 1\n",
}


class Toy:
    """A package `hamlearn` and scripts in a folder, written anew for each digest."""

    def __init__(self, folder: Path, files: dict[str, str]):
        self.folder, self.files = folder, files

    def digest(self, *changes: tuple[str, str, str], scripts=("a.py",), **options: str) -> str:
        """Return the digest of scripts after some changes: a file, a text in it, and another."""
        files = dict(self.files)
        for name, old, new in changes:
            assert old in files[name]
            files[name] = files[name].replace(old, new)
        for name, text in files.items():
            (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / name).write_text(text)
        library = Library(self.folder / "hamlearn")
        paths = [self.folder / script for script in scripts]
        return digest.script(*paths, library=library, **options)


@pytest.fixture
def toy(tmp_path):
    """A function that takes the files of a package and of its scripts."""
    return lambda files: Toy(tmp_path, files)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("a.py", "used()", "used(1)"),
        ("hamlearn/b.py", "return helper()", "return 2 * helper()"),
        ("hamlearn/b.py", "return c.y", "return 2 * c.y"),
        ("hamlearn/b.py", "return c.y", "return c.z"),
        ("hamlearn/b.py", "X = 1", "X = 2"),
        ("hamlearn/b.py", "Y = 1\n", "Y = 1\nprint(Y)\n"),  # runs on import
        ("hamlearn/b.py", "def unused", "@used\ndef unused"),  # a decorator may register it
        ("hamlearn/b.py", "class Kept", "@used\nclass Kept"),
        ("hamlearn/b.py", "Y = 1", "Y = helper()"),
        ("hamlearn/b.py", "from hamlearn import c", "from hamlearn import d as c"),
        ("hamlearn/c.py", "y = 1", "y = 2"),
    ],
)
def test_code_that_is_reached_counts(toy, file, old, new):
    toy = toy(TOY)
    assert toy.digest((file, old, new)) != toy.digest()


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("a.py", "\nused()", '"""Why."""\n\nused()  # why'),
        ("hamlearn/b.py", "def used():\n", 'def used():\n    """Why."""\n\n'),
        ("hamlearn/b.py", "X = 1\n", 'X = 1\n"""Why."""\n'),
        ("hamlearn/b.py", "return other", "return 2 * other"),
        ("hamlearn/b.py", "def unused", "@functools.cache\ndef unused"),  # registers nothing
        ("hamlearn/b.py", "Y = 1", "Y = 2"),
        ("hamlearn/b.py", "return Y", "return 2 * Y"),
        ("hamlearn/b.py", "Y = 1\n", "Y = 1\nif __name__ == '__main__':\n    unused()\n"),
        ("hamlearn/c.py", "z = 1", "z = 2"),  # of an imported module only what is used
        ("hamlearn/d.py", "other = 1", "other = 2"),
    ],
)
def test_code_that_is_not_reached_does_not_count(toy, file, old, new):
    begun = TOY["hamlearn/b.py"].replace("X = 1", "import functools\nX = 1")
    toy = toy({**TOY, "hamlearn/b.py": begun})
    assert toy.digest((file, old, new)) == toy.digest()


@pytest.mark.parametrize(
    ("use", "all_of_it"),
    [
        ("m.one()", False),
        ("print(m)", True),  # handed on whole
        ("getattr(m, 'one')()", False),
        ("getattr(m, input())()", True),
        ("def f(m):\n    return m\n\n\nm.one()", False),  # another m
        ("def f(x=m):\n    return x", True),
        ("[m for m in range(3)]\nm.one()", False),
        ("[x for x in m.one()]", False),
        ("def f():\n    m = 1\n    return m\n\n\nm.one()", False),
        ("def f():\n    global m\n    m = m\n\n\nm.one()", True),
        ("class C:\n    m = 1\n\n    def f(self):\n        return m", True),
    ],
)
def test_of_a_module_its_used_attributes_count(toy, use, all_of_it):
    module = "def one():\n    return 1\n\n\ndef two():\n    return 2\n"
    toy = toy({"a.py": f"from hamlearn import m\n\n{use}\n", "hamlearn/m.py": module})
    assert toy.digest(("hamlearn/m.py", "return 1", "return 3")) != toy.digest()
    changed = toy.digest(("hamlearn/m.py", "return 2", "return 3")) != toy.digest()
    assert changed == all_of_it


@pytest.mark.parametrize(
    "statement",
    [
        "from hamlearn.pack.inner import one",
        "from hamlearn.pack import one",  # which the package has from its module
        "from hamlearn.pack import inner\none = inner.one",
        "import hamlearn.pack.inner\none = hamlearn.pack.inner.one",
        "import hamlearn.pack.inner as other\none = other.one",
        "def one():\n    from hamlearn.pack.inner import one\n\n    return one()",
    ],
)
def test_all_ways_to_import_are_followed(toy, statement):
    toy = toy(
        {
            "a.py": f"{statement}\n\none()\n",
            "hamlearn/__init__.py": "",
            "hamlearn/pack/__init__.py": "from .inner import one\n\nprint(one)\n",
            "hamlearn/pack/inner.py": "def one():\n    return 1\n\n\ndef two():\n    return 2\n",
        }
    )
    assert toy.digest(("hamlearn/pack/inner.py", "return 1", "return 3")) != toy.digest()
    assert toy.digest(("hamlearn/pack/inner.py", "return 2", "return 3")) == toy.digest()
    assert toy.digest(("hamlearn/pack/__init__.py", "print", "repr")) != toy.digest()


def studies(call: str) -> dict[str, str]:
    """A script that calls `part` in some way, and two studies."""
    module = "def solve():\n    return 1\n\n\ndef other():\n    return 2\n"
    return {
        "a.py": f"from hamlearn.study import part\n\n\ndef run(study, name):\n    {call}\n",
        "hamlearn/study.py": f"{PART}\n\nclass Study:\n    plan = part(input(), 'plan')\n",
        **{f"hamlearn/{study}/__init__.py": "" for study in ("wires", "flakes")},
        **{f"hamlearn/{study}/labels.py": module for study in ("wires", "flakes")},
        **{f"hamlearn/{study}/plan.py": module for study in ("wires", "flakes")},
    }


CALLS = {
    "part(study, 'labels').solve()": {},
    "module, x = part(study, 'labels').solve, 1": {},
    "found = part(study, 'labels'); found.solve()": {},
    "getattr(part(study, module='labels'), 'solve', None)": {},
    "part(study, name).solve()": {"module": "labels"},
}


@pytest.mark.parametrize("call", CALLS)
def test_the_module_of_the_study_counts_as_far_as_it_is_used(toy, call):
    toy = toy(studies(call))

    def changes(file: str, old: str, **options: str) -> bool:
        return toy.digest((file, old, "return 3"), **options) != toy.digest(**options)

    options = {"study": "wires", **CALLS[call]}
    assert changes("hamlearn/wires/labels.py", "return 1", **options)
    assert not changes("hamlearn/wires/labels.py", "return 2", **options)
    assert not changes("hamlearn/flakes/labels.py", "return 1", **options)
    assert not changes("hamlearn/wires/plan.py", "return 1", **options)  # class Study is not used
    assert not changes("hamlearn/wires/labels.py", "return 1")  # no study, no module


def test_a_module_that_is_handed_on_counts_with_all_it_has(toy):
    toy = toy(studies("print(part(study, 'labels'))"))
    for old in ("return 1", "return 2"):
        changed = toy.digest(("hamlearn/wires/labels.py", old, "return 3"), study="wires")
        assert changed != toy.digest(study="wires")


def test_a_study_may_lack_a_module(toy):
    toy = toy(studies("part(study, 'networks').load()"))
    assert toy.digest(study="wires") == toy.digest(study="wires")


def test_scripts_import_each_other(toy):
    files = {
        "scripts/draw.py": "import importlib\n",
        "scripts/wires/fig05.py": "from wires import fig06\nfrom own import x\n\nfig06.draw(x)\n",
        "scripts/wires/fig06.py": "import json\n\n\ndef draw(x):\n    return json.dumps(x)\n",
        "scripts/wires/own.py": "x = 1\n",
        "hamlearn/__init__.py": "",
    }
    toy = toy(files)
    both = ("scripts/draw.py", "scripts/wires/fig05.py")
    for change in [
        ("scripts/draw.py", "importlib\n", "importlib\nimportlib.x\n"),
        ("scripts/wires/fig06.py", "dumps", "loads"),
        ("scripts/wires/own.py", "1", "2"),
    ]:
        assert toy.digest(change, scripts=both) != toy.digest(scripts=both)
    elsewhere = Toy(toy.folder / "elsewhere", files)
    assert elsewhere.digest(scripts=both) == toy.digest(scripts=both)


def test_what_is_missing_is_named(toy):
    toy = toy(studies("part(study, name).solve()"))
    with pytest.raises(FileNotFoundError, match=r"b\.py: no such script"):
        toy.digest(scripts=["b.py"])
    with pytest.raises(ModuleNotFoundError, match=r"hamlearn\.chains: no such module"):
        toy.digest(study="chains")
    with pytest.raises(ModuleNotFoundError, match=r"hamlearn\.wires\.timing: no such module"):
        toy.digest(study="wires", module="timing")
    with pytest.raises(ValueError, match=r"a\.py: part\(\) is given no literal"):
        toy.digest(study="wires")


STAGES = ("sample", "solve", "crosscheck", "archive", "train", "evaluate", "evidence")


def digests(folder: Path) -> dict[str, str]:
    """The digest of every stage and summary, and of a figure, of the studies of a copy."""
    scripts, library = folder / "scripts", Library(folder / "src" / "hamlearn")
    found = {}
    for study in config.studies():
        options = {"study": study, "library": library}
        for stage in STAGES:
            found[f"{study}.{stage}"] = digest.script(scripts / f"{stage}.py", **options)
        picture = next(iter(pictures.load(scripts / study)[1].values()))
        drawn = (scripts / "draw.py", scripts / study / f"{picture.stem}.py")
        found[f"{study}.figure"] = digest.script(*drawn, **options)
        for file in Study(study, {}).summaries:
            module = Path(file).stem
            found[f"{study}.summary.{module}"] = digest.script(
                scripts / "summary.py", module=module, **options
            )
    return found


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """A copy of the library and its scripts, with its digests."""
    folder = tmp_path_factory.mktemp("copy")
    for name in ("src", "scripts"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, folder / name, ignore=ignored)
    return folder, digests(folder)


def change(path: Path, name: str) -> None:
    """Add a statement to a function or a method."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    node = tree
    for part in name.split("."):
        (node,) = (n for n in node.body if getattr(n, "name", "") == part)
    node.body.append(ast.parse("changed = True").body[0])
    path.write_text(ast.unparse(tree), encoding="utf-8")


AGAIN = [  # module, function in it, and the stages that a change of it runs again
    ("archive.py", "read", "*.solve"),
    ("archive.py", "write", "*.archive"),
    ("crosscheck.py", "crosscheck", "*.crosscheck"),
    ("dataset.py", "load", "*.train *.evaluate"),
    ("plotting.py", "save", "*.figure"),
    ("evidence.py", "collect", "*.evidence"),
    ("learning/training.py", "fit", "*.train"),
    ("learning/jobs.py", "train_job", "*.train"),
    ("learning/jobs.py", "evaluate_job", "*.evaluate"),
    ("learning/jobs.py", "main", ""),
    ("study.py", "Run.training", "*.train *.evaluate"),
    ("study.py", "Study.job", ""),
    ("config.py", "checked", ""),
    ("wires/labels.py", "solve", "wires.solve wires.crosscheck"),
    ("wires/plan.py", "ensembles", ""),
    ("wires/plan.py", "check", ""),
    ("wires/runs.py", "runs", ""),
    ("wires/training.py", "train", "wires.train"),
    ("bubbles/evaluation.py", "evaluate", "bubbles.evaluate"),
    ("bubbles/runs.py", "runs", ""),
]


@pytest.mark.parametrize(("module", "name", "again"), AGAIN)
def test_a_change_runs_what_it_is_about_again(copy, module, name, again):
    folder, before = copy
    path = folder / "src" / "hamlearn" / module
    text = path.read_text(encoding="utf-8")
    change(path, name)
    after = digests(folder)
    path.write_text(text, encoding="utf-8")
    stages = [rule for rule in before if ".summary." not in rule]
    expected = {rule for p in again.split() for rule in fnmatch.filter(stages, p)}
    assert {rule for rule in stages if after[rule] != before[rule]} == expected


def test_a_summary_depends_on_its_own_module(copy):
    folder, before = copy
    path = folder / "src" / "hamlearn" / "wires" / "statistics.py"
    text = path.read_text(encoding="utf-8")
    change(path, "summarise")
    after = digests(folder)
    path.write_text(text, encoding="utf-8")
    assert {rule for rule in before if after[rule] != before[rule]} == {"wires.summary.statistics"}


PLANNING = """
import sys
from pathlib import Path
from hamlearn import config, digest, pictures

for study in config.studies():
    for path in Path("scripts", study).glob("*.py"):
        digest.script("scripts/draw.py", path, study=study)
        digest.script("scripts/train.py", study=study)
print([m for m in ("numpy", "keras", "kwant", "scipy", "pandas") if m in sys.modules])
"""


def test_planning_imports_nothing_heavy():
    run = subprocess.run([sys.executable, "-c", PLANNING], cwd=ROOT, capture_output=True, text=True)
    assert run.stdout.split() == ["[]"], run.stderr


KEEPING = """
import sys
from pathlib import Path
from hamlearn import digest

counted = []
follow = digest.script
digest.script = lambda *paths, **options: counted.append(paths) or follow(*paths, **options)
base = Path(sys.argv[1])
kept = digest.Kept(base / "state" / "kept.json", base, [base / "scripts", base / "src"])
print(kept.script("scripts/solve.py", study="wires"), len(counted))
"""


@pytest.fixture
def keeping(copy):
    """A function that takes a kept fingerprint, and how many were made, in a process of its own."""
    folder, _ = copy
    command = [sys.executable, "-c", KEEPING, str(folder)]

    def run() -> tuple[str, int]:
        made = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        fingerprint, count = made.stdout.split()
        return fingerprint, int(count)

    yield run
    shutil.rmtree(folder / "state", ignore_errors=True)


def test_fingerprints_are_kept_until_a_source_changes(copy, keeping):
    folder, _ = copy
    path = folder / "src" / "hamlearn" / "wires" / "solver.py"
    text = path.read_text(encoding="utf-8")
    first, made = keeping()
    assert made == 1 and keeping() == (first, 0)
    path.write_text(text.replace("def solve", "EXTRA = 1\n\n\ndef solve", 1), encoding="utf-8")
    _, made = keeping()
    path.write_text(text, encoding="utf-8")
    assert made == 1 and keeping() == (first, 1)


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"sources": 1, "found": 2}'])
def test_a_damaged_file_of_fingerprints_is_written_anew(copy, keeping, content):
    folder, _ = copy
    first, _ = keeping()
    (folder / "state" / "kept.json").write_text(content, encoding="utf-8")
    assert keeping() == (first, 1) and keeping() == (first, 0)
