"""Pages that tell which files to write and what to change: read, and typed into a copy."""

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

BLOCK = re.compile(
    r"\b(New file|At the end of|In)\s+`([^`\n]+)`[^`\n]*:\n\n```(\w+)\n(.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
COMMAND = r"^    %s +([^#\n]+?) *(?:#.*)?$"


@dataclass(frozen=True)
class Step:
    """What to do with one file: `New file`, `At the end of` it, or a difference `In` it."""

    action: str
    path: str
    text: str

    def apply(self, folder: Path) -> None:
        """Do it in a folder; a new file must not exist, and a difference must fit at one place."""
        path = folder / self.path
        if self.action == "New file":
            assert not path.exists(), f"{self.path} exists"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(self.text, encoding="utf-8")
            return
        old = path.read_text(encoding="utf-8")
        gap = "\n\n" if path.suffix in (".py", ".smk") else "\n"
        new = old + gap + self.text if self.action == "At the end of" else changed(old, self.text)
        path.write_text(new, encoding="utf-8")


def changed(text: str, difference: str) -> str:
    """Apply lines that begin with a blank, - or +.

    Lines to be found (blank, -) followed by lines to be added (+) are one place. Each must be in
    the text exactly once.
    """
    for place in re.findall(r"(?:^[ -].*\n)+(?:^\+.*\n)*", difference, re.MULTILINE):
        lines = place.splitlines(keepends=True)
        before = "".join(line[1:] for line in lines if line[0] in " -")
        after = "".join(line[1:] for line in lines if line[0] in " +")
        found = [match.span() for match in re.finditer(f"^{re.escape(before)}", text, re.MULTILINE)]
        assert len(found) == 1, f"{len(found)} places, expected one:\n{before}"
        ((start, stop),) = found
        text = text[:start] + after + text[stop:]
    return text


def section(page: Path, heading: str = "") -> str:
    """Return a page, or what stands under one heading (`## ...`) of it."""
    text = page.read_text(encoding="utf-8")
    return text.split(f"\n## {heading}\n")[1].split("\n## ")[0] if heading else text


def steps(text: str) -> list[Step]:
    """Return what a text says to do, in its order."""
    return [Step(action, path, code) for action, path, _, code in BLOCK.findall(text)]


def blocks(text: str) -> int:
    """Return how many fenced blocks a text has, whether or not they are a step."""
    return len(re.findall(r"^```\w+$", text, re.MULTILINE))


def commands(text: str, program: str = "snakemake") -> list[list[str]]:
    """Return the arguments of every command of a text that calls a program."""
    found = re.findall(COMMAND % program, text, re.MULTILINE)
    return [shlex.split(command) for command in found]
