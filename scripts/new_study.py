"""Write a whole small study, to be changed step by step: see docs/new-study.md.

python scripts/new_study.py chain        # or: make study NAME=chain
"""

import importlib.util
import keyword
import re
import sys
from pathlib import Path

import jinja2
import yaml

from hamlearn import files

ROOT = Path(__file__).parent.parent
SKELETON = ROOT / "src" / "hamlearn" / "templates" / "study"
CONFIG = "config.yaml"
NAME = re.compile(r"[a-z][a-z0-9_]{0,19}")
STUDIES = re.compile(r"^studies: \[(.*)\]", re.MULTILINE)
OURS = re.compile(r"(?:^from hamlearn\b.*\n)+", re.MULTILINE)


class Refused(ValueError):
    """Why no study is written, in one line."""


def check(name: str) -> None:
    """Raise Refused for a name that no study can have."""
    if not NAME.fullmatch(name) or keyword.iskeyword(name):
        raise Refused("expected up to 20 lower-case letters, digits and _, a letter first")
    config = yaml.safe_load((ROOT / CONFIG).read_text(encoding="utf-8"))
    if name in config["studies"]:
        raise Refused("there is a study of this name; choose another one")
    rules = [ROOT / "Snakefile", *(ROOT / "rules").glob("*.smk")]
    taken = re.findall(r"\brule (\w+)", "".join(path.read_text("utf-8") for path in rules))
    begins = any(name.startswith(f"{study}_") for study in config["studies"])
    if begins or name in (*config, *taken):
        raise Refused("a setting, a rule or a study has this name; choose another one")
    library = ROOT / "src" / "hamlearn" / name
    if library.exists() or library.with_suffix(".py").exists() or importlib.util.find_spec(name):
        raise Refused("a module has this name; choose another one")


def rendered(name: str) -> dict[Path, str]:
    """Return the files of a study of this name by their paths, config.yaml among them."""
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, keep_trailing_newline=True)
    found = {}
    for path in sorted(SKELETON.rglob("*.j2")):
        text = environment.from_string(path.read_text(encoding="utf-8")).render(study=name)
        place = path.relative_to(SKELETON).with_suffix("").as_posix().replace("STUDY", name)
        found[ROOT / place] = OURS.sub(lambda lines: _sorted(lines[0]), text)
    old = (ROOT / CONFIG).read_text(encoding="utf-8")
    new, changed = STUDIES.subn(rf"studies: [\1, {name}]", old)
    if changed != 1:
        raise Refused(f"{CONFIG}: expected one line `studies: [...]`, found {changed}")
    found[ROOT / CONFIG] = new + found[ROOT / CONFIG]
    return found


def _sorted(imports: str) -> str:
    """Sort lines of imports by their modules, where the name of the study has its place."""
    return "".join(sorted(imports.splitlines(keepends=True), key=lambda line: line.split()[1]))


def write(name: str) -> list[Path]:
    """Write a study, or nothing; return its files. Raises Refused."""
    check(name)
    texts = rendered(name)
    config = ROOT / CONFIG, texts.pop(ROOT / CONFIG)
    for path in texts:
        if path.exists():
            raise Refused(f"{path.relative_to(ROOT)} exists; move it away or choose another name")
    try:
        for path, text in (*texts.items(), config):  # the settings last: they register the study
            files.write_text(path, text)
    except OSError:
        for path in texts:
            path.unlink(missing_ok=True)
        raise
    return [*texts, config[0]]


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print("error: expected one name: make study NAME=chain", file=sys.stderr)
        return 1
    try:
        for path in write(arguments[0]):
            print(path.relative_to(ROOT))
    except Refused as error:
        print(f"error: study = {arguments[0]!r}: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
