"""The scorecard as one web page: with figures, links, and rows to sort, choose and search."""

import base64
import io
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import pandas as pd
from PIL import Image

from hamlearn import pages, scorecard
from hamlearn.typeset import markup, with_unit
from hamlearn.verdicts import MEANINGS, VERDICTS

THUMBNAIL = (240, 240)
"""Pixels that a thumbnail fits in, twice as many as the page shows for sharp screens."""


def html(
    frame: pd.DataFrame,
    scale: str,
    about: Iterable[scorecard.Work],
    folders: Mapping[str, str],
    figures: Iterable[str | Path] = (),
) -> str:
    """Return a scorecard as one HTML page that loads no other file.

    Its rows can be sorted, searched, and chosen by study, figure and verdict where scripts run;
    elsewhere they all stand in the order of the papers.

    Parameters
    ----------
    frame : DataFrame
        See :func:`hamlearn.scorecard.scorecard`.
    scale : str
    about : works of the studies
    folders : mapping
        Where the results of each study lie, as seen from the page, for its links.
    figures : paths of PNG
        Figures that the page has thumbnails of, each once; named as the targets of the claims.
    """
    about = list(about)
    works = {work.study: work for work in about}
    small = {Path(path).stem: thumbnail(path) for path in figures}
    rows = [_shown(row, works, folders, small) for row in frame.to_dict("records")]
    numbers = scorecard.counts(frame)
    return pages.render(
        "scorecard.html.j2",
        rows=rows,
        works=[{"work": work, "settings": markup(work.settings)} for work in about],
        verdicts=[_verdict(name, numbers[name]) for name in VERDICTS],
        figures=_by_study(rows),
        thumbnails={name: small[name] for name in small if name in set(frame["target"])},
        trivial_better=scorecard.TRIVIAL_BETTER,
        better=sum(frame["trivial_better"] == scorecard.YES),
        scale=scale,
        command=scorecard.command(scale),
    )


def _shown(row: Mapping[str, str], works: Mapping, folders: Mapping, small: Mapping) -> dict:
    study = row["id"].partition(".")[0]
    typeset = ("where", "quantity", "ratio", "trivial", "reason")
    return {
        **row,
        **{key: markup(row[key]) for key in typeset},
        "paper": markup(with_unit(row["paper"], row["unit"])),
        "ours": markup(scorecard.in_full(row)),
        "study": study,
        "url": works[study].url,
        "numbers": {"ratio": row["ratio"], "trivial": row["trivial"], "paper": row["paper"]},
        "verdict": _verdict(row["verdict"]),
        "links": links(row["target"], folders[study]),
        "label": label(row["target"]),
        "has_thumbnail": row["target"] in small,
    }


def _verdict(name: str, number: int = 0) -> dict:
    order, symbol = VERDICTS.index(name), scorecard.SYMBOLS[name]
    words = {"name": name, "slug": re.sub(r"\W+", "-", name), "meaning": MEANINGS[name]}
    return {**words, "order": order, "symbol": symbol, "count": number}


def links(target: str, folder: str) -> dict[str, str]:
    """Return the files of a target, of a study whose results lie in `folder`, by what they are."""
    if "/" in target:
        return {Path(target).suffix.lstrip(".").upper(): f"{folder}/{Path(target).name}"}
    if is_figure(target):
        return {kind: f"{folder}/figures/{target}.{kind.lower()}" for kind in ("PNG", "PDF", "CSV")}
    return {kind: f"{folder}/tables/{target}.{kind.lower()}" for kind in ("CSV", "MD")}


def is_figure(target: str) -> bool:
    """Return whether a target is a figure, by its name."""
    return re.search(r"_fig\d+$", target) is not None


def label(target: str) -> str:
    """Return the name of a target for people: Fig. 5, table errors, timing.json."""
    if "/" in target:
        return Path(target).name
    name = target.partition("_")[2]
    return f"Fig. {int(name[3:])}" if is_figure(target) else f"table {name.replace('_', ' ')}"


def _by_study(rows: Iterable[Mapping]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for row in rows:
        found.setdefault(row["study"], {})[row["target"]] = row["label"]
    return {study: dict(sorted(named.items())) for study, named in found.items()}


def thumbnail(path: str | Path) -> str:
    """Return a small copy of a picture as an address that holds its content."""
    with Image.open(path) as picture:
        small = picture.convert("RGB").reduce(max(1, picture.width // (4 * THUMBNAIL[0])))
    small.thumbnail(THUMBNAIL)
    content = io.BytesIO()
    small.quantize(32).save(content, "PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(content.getvalue()).decode("ascii")
