"""The files of a scorecard, and the tables of it that README.md and docs/claims.md show."""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from hamlearn import claims, files, scorecard, scorepage, tables
from hamlearn.scorecard import SYMBOLS, Work
from hamlearn.typeset import markup, with_unit
from hamlearn.verdicts import NOT_ATTEMPTED, VERDICTS

PROVENANCE = "provenance.json"


@dataclass(frozen=True)
class Card:
    """A scorecard with all that its files say.

    Attributes
    ----------
    frame : DataFrame
        See :func:`hamlearn.scorecard.scorecard`.
    scale : str
    works : list of Work
    folders : mapping
        Folder of the results of each study.
    figures : paths of PNG
    """

    frame: pd.DataFrame
    scale: str
    works: list[Work]
    folders: Mapping[str, Path]
    figures: Sequence[Path]

    def csv(self) -> str:
        """Return the rows as CSV."""
        return self.frame.to_csv(index=False)

    def md(self) -> str:
        """Return the rows as a page of Markdown."""
        return scorecard.markdown(self.frame, self.scale, self.works)

    def html(self, folder: str | Path) -> str:
        """Return the rows as a web page that lies in a folder."""
        seen = self.seen_from(folder)
        return scorepage.html(self.frame, self.scale, self.works, seen, self.figures)

    def seen_from(self, folder: str | Path) -> dict[str, str]:
        """Return the folder of each study as a relative address."""
        return {
            study: Path(os.path.relpath(path, folder)).as_posix()
            for study, path in self.folders.items()
        }


def gather(
    ledgers: Iterable[str | Path],
    evidence: Iterable[str | Path],
    scale: str,
    figures: Iterable[str | Path] = (),
) -> Card:
    """Judge the evidence of some studies, in the order of their ledgers.

    The records of their provenance are taken from beside the evidence, where there are any.
    """
    stated = [claims.load(path) for path in ledgers]
    found: dict[str, claims.Evidence] = {}
    folders, records = {}, {}
    for ledger, path in zip(stated, map(Path, evidence), strict=True):
        found |= claims.from_records(files.read_small(path))
        folders[ledger.study] = path.parent
        if (path.parent / PROVENANCE).is_file():
            records[ledger.study] = files.read_small(path.parent / PROVENANCE)
    frame = scorecard.scorecard(stated, found, scale)
    works = scorecard.works(stated, found, records)
    return Card(frame, scale, works, folders, sorted(map(Path, figures)))


def summary(card: Card) -> str:
    """Return, in Markdown, the number of verdicts of each study and the claims that matter most."""
    numbers, main = [], []
    for work in card.works:
        of_study = _of(card.frame, work.study)
        counted = scorecard.counts(of_study)
        judged = len(of_study) - counted[NOT_ATTEMPTED]
        numbers.append([f"`{work.study}`", *map(str, (judged, *counted.values()))])
        headlines = of_study[of_study["headline"] == scorecard.YES]
        main += [[f"`{work.study}`", *cells] for cells in _compact(headlines)]
    header = [f"{SYMBOLS[verdict]} {verdict}" for verdict in VERDICTS]
    return "\n\n".join(
        [
            tables.rows(["study", "claims judged", *header], numbers),
            tables.rows(["study", *_HEADER], main),
        ]
    )


def in_words(card: Card, folder: str | Path) -> str:
    """Return, in Markdown, all claims that were judged, for a page that lies in a folder."""
    parts = [scorecard.meanings()]
    folders = card.seen_from(folder)
    for work in card.works:
        of_study = _of(card.frame, work.study)
        judged = of_study[of_study["verdict"] != NOT_ATTEMPTED]
        parts += [f"## {work.study}", scorecard.heading(work), scorecard.sentence(of_study)]
        numeric = judged["compare"].isin(claims.NUMERIC)
        titles = {"With a number": judged[numeric], "In words": judged[~numeric]}
        for title, rows in titles.items():
            shown = [
                [*cells, _link(row["target"], folders[work.study])]
                for cells, row in zip(_compact(rows), rows.to_dict("records"), strict=True)
            ]
            if shown:
                parts += [f"### {title}", tables.rows([*_HEADER, "shown by"], shown)]
    return "\n\n".join(parts)


def learned(card: Card, lesson: str, folder: str | Path) -> str:
    """Return, in Markdown, the claims that are examples of a lesson, for a page in a folder."""
    folders, found = card.seen_from(folder), []
    for work in card.works:
        rows = _of(card.frame, work.study)
        rows = rows[rows["lesson"] == lesson]
        for cells, row in zip(_compact(rows), rows.to_dict("records"), strict=True):
            found.append([f"`{work.study}`", *cells, _link(row["target"], folders[work.study])])
    return tables.rows(["study", *_HEADER, "shown by"], found)


_HEADER = ("claim", "paper", "ours", "trivial", "verdict")


def _of(frame: pd.DataFrame, study: str) -> pd.DataFrame:
    return frame[frame["id"].str.startswith(f"{study}.")]


def _compact(frame: pd.DataFrame) -> list[list[str]]:
    return [
        [
            markup(f"{row['quantity']} ({row['where']})"),
            markup(with_unit(row["paper"], row["unit"])),
            markup(scorecard.in_full(row)),
            markup(row["trivial"]),
            scorecard.judged(row),
        ]
        for row in frame.to_dict("records")
    ]


def _link(target: str, folder: str) -> str:
    _, address = next(iter(scorepage.links(target, folder).items()))
    return f"[{scorepage.label(target)}]({address})"


def put_into(text: str, name: str, block: str) -> str:
    """Return a page with what stands between the two comments of a name replaced.

    Raises ValueError if the page does not have both.
    """
    begin, end = f"<!-- {name}:begin -->", f"<!-- {name}:end -->"
    head, found, rest = text.partition(begin)
    _, closed, tail = rest.partition(end)
    if not found or not closed:
        raise ValueError(f"expected the comments {begin} and {end}")
    return f"{head}{begin}\n\n{block}\n\n{end}{tail}"
