"""Figures and tables of a study: each stands once, in `scripts/<study>/pictures.yaml`.

From this file come its rule, the message of the rule, what the report says, and what it reads.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import yaml

FILE = "pictures.yaml"
STEM = re.compile(r"fig\d{2}|table_[a-z][a-z0-9_]*")
TABLE = "table_"


class PictureError(ValueError):
    """A wrong pictures.yaml: one line with the file, the picture and the key."""


@dataclass(frozen=True, kw_only=True)
class Picture:
    """One figure or table.

    Attributes
    ----------
    study, stem : str
        Its script is `scripts/<study>/<stem>.py`.
    place : str
        In the work: Fig. 5; ``ours`` for what the work does not have.
    title, shows, ours : str
        A few words for lists; what is drawn; what of it is not in the work (reStructuredText: no |
        and no * around words, no word_ at an end).
    inputs, settings, constants : mapping
        Arguments of the script's `draw`: files (see the page on studies), settings of the study by
        their dotted names, and values.
    compared : sequence, optional
        What it depends on: settings of the study or sections of them, the most telling first.
        Those that are not the paper's are named at its edge (:mod:`hamlearn.stamps`).
    """

    study: str
    stem: str
    place: str
    title: str
    shows: str
    ours: str = ""
    inputs: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, Any] = field(default_factory=dict)
    compared: Sequence[str] | None = None

    @property
    def name(self) -> str:
        """Name of the rule and of the files."""
        return f"{self.study}_{self.stem.removeprefix(TABLE)}"

    @property
    def kind(self) -> str:
        """Folder of the files: figures or tables."""
        return "tables" if self.stem.startswith(TABLE) else "figures"

    @property
    def caption(self) -> dict[str, str]:
        """What the report says of it."""
        return {key: getattr(self, key) for key in ("place", "title", "shows", "ours")}


def load(folder: str | Path) -> tuple[str, dict[str, Picture]]:
    """Return the work that a study follows, and its pictures by name, figures first.

    Parameters
    ----------
    folder : path
        `scripts/<study>`.

    Raises
    ------
    PictureError
        For an unknown or missing key, a picture without its script, or a script without a picture.
    """
    path = Path(folder) / FILE
    content = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
    if not isinstance(content, dict) or not isinstance(content.get("study"), str):
        raise PictureError(f"{path}: study: expected the work that the study follows")
    work = content.pop("study")
    pictures = [_picture(path, stem, entry) for stem, entry in content.items()]
    drawn = {p.stem for p in (*path.parent.glob("fig*.py"), *path.parent.glob(f"{TABLE}*.py"))}
    for stem in sorted(drawn ^ set(content)):
        lacks = "no entry for its script" if stem in drawn else f"no script {stem}.py beside it"
        raise PictureError(f"{path}: {stem}: {lacks}")
    pictures.sort(key=lambda picture: (picture.kind, picture.stem))
    return work, {picture.name: picture for picture in pictures}


def _picture(path: Path, stem: str, entry: object) -> Picture:
    known = {f.name for f in fields(Picture)} - {"study", "stem"}
    if not STEM.fullmatch(str(stem)):
        raise PictureError(f"{path}: {stem}: expected figNN or table_name")
    if not isinstance(entry, dict):
        raise PictureError(f"{path}: {stem} = {entry!r}: expected keys and values")
    for key in sorted(set(entry) - known):
        raise PictureError(f"{path}: {stem}.{key}: no such key; known: {', '.join(sorted(known))}")
    for key in ("place", "title", "shows"):
        if not isinstance(entry.get(key), str):
            raise PictureError(f"{path}: {stem}.{key} = {entry.get(key)!r}: expected a text")
    compared = entry.get("compared", [])
    if not isinstance(compared, list) or not all(isinstance(name, str) for name in compared):
        raise PictureError(f"{path}: {stem}.compared = {compared!r}: expected a list of settings")
    return Picture(study=path.parent.name, stem=stem, **entry)
